/* SPDX-License-Identifier: MIT
 *
 * Readings of the program's own: samplers (R2.8), and memory by hand (R3.6).
 */
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "recorded.h"

static int make(void **state)
{
	static struct recorded r;
	recorded_start(&r);
	assert_int_equal(tacho_sampling_interval(TACHO_SAMPLING_CHEAP, 10000000), 0);
	*state = &r;
	return 0;
}

static const struct tc_metric_view *metric_of(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->metrics; i++)
		if (!strcmp(session->metric[i].name, name))
			return &session->metric[i];
	return NULL;
}

static const struct tacho_sampler_series series[] = {
	{"pool.blocks", "blocks", "Blocks in use"}, {"pool.waiters", "threads", NULL}, {"pool.holes", NULL, NULL}};

struct pool {
	sem_t reads, hang;
	int number;
	unsigned count;
};

static void read_pool(void *context, double *values)
{
	struct pool *pool = context;
	assert_true(isnan(values[0]) && isnan(values[2]));
	values[0] = 7;
	values[1] = ++pool->count;
	sem_post(&pool->reads);
}

static struct tacho_sampler sampler_of(struct pool *pool, void (*read)(void *context, double *values))
{
	struct tacho_sampler sampler = TACHO_SAMPLER_INIT;
	sem_init(&pool->reads, 0, 0);
	sem_init(&pool->hang, 0, 0);
	pool->count = 0;
	sampler.name = "pool";
	sampler.series = series;
	sampler.series_count = 3;
	sampler.read = read;
	sampler.context = pool;
	return sampler;
}

static void its_series_are_gauges(void **state)
{
	struct pool pool;
	struct tacho_sampler sampler = sampler_of(&pool, read_pool);
	int number = tacho_sampler_add(&sampler);
	assert_true(number > 0);
	for (int i = 0; i < 3; i++)
		sem_wait(&pool.reads);
	tacho_sampler_remove(number);
	tacho_sampler_remove(number);
	unsigned count = pool.count;
	struct tc_session *session = recorded_finish(*state);
	const struct tc_metric_view *blocks = metric_of(session, "pool.blocks");
	const struct tc_metric_view *waiters = metric_of(session, "pool.waiters");
	assert_non_null(blocks);
	assert_string_equal(blocks->unit, "blocks");
	assert_string_equal(blocks->source, "pool");
	assert_true(blocks->last == 7);
	assert_int_equal(waiters->count, count);
	assert_int_equal(pool.count, count); /* it is not called any more */
	recorded_drop(*state, session);
}

static void remove_itself(void *context, double *values)
{
	struct pool *pool = context;
	sem_wait(&pool->hang); /* until it knows its number */
	tacho_sampler_remove(pool->number);
	values[1] = 1;
	sem_post(&pool->reads);
}

static void it_may_remove_itself(void **state)
{
	static struct pool pool, other;
	struct tacho_sampler sampler = sampler_of(&pool, remove_itself), next = sampler_of(&other, read_pool);
	pool.number = tacho_sampler_add(&sampler);
	sem_post(&pool.hang);
	sem_wait(&pool.reads);
	int number = tacho_sampler_add(&next);
	sem_wait(&other.reads);
	tacho_sampler_remove(number);
	assert_int_equal(sem_trywait(&pool.reads), -1);
	recorded_drop(*state, recorded_finish(*state));
}

static void hang(void *context, double *values)
{
	struct pool *pool = context;
	(void)values;
	sem_post(&pool->reads);
	sem_wait(&pool->hang);
}

/* Recording and its end wait for nobody. */
static void one_that_hangs_stops_nothing_else(void **state)
{
	static struct pool pool;
	static TACHO_SITE(site, "beside");
	struct tacho_sampler sampler = sampler_of(&pool, hang);
	int number = tacho_sampler_add(&sampler);
	sem_wait(&pool.reads);
	recorded_mark(&site, 10);
	struct tc_session *session = recorded_finish(*state);
	assert_int_equal(recorded_count(session, "beside"), 10);
	sem_post(&pool.hang);
	tacho_sampler_remove(number);
	recorded_drop(*state, session);
}

static void crash(void *context, double *values)
{
	(void)context, (void)values;
	raise(SIGKILL);
}

static void one_that_crashes_is_named(void **state)
{
	static struct pool pool;
	static TACHO_SITE(site, "before");
	int status;
	TC_SKIP_IF_EMULATED("where threads have been, it does not let a forked child make one");
	make(state);
	pid_t child = fork();
	if (!child) {
		struct tacho_sampler sampler = sampler_of(&pool, crash);
		recorded_mark(&site, 10);
		tacho_sampler_add(&sampler);
		for (;;)
			pause();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	struct tc_session *session = recorded_finish(*state);
	assert_int_equal(recorded_count(session, "before"), 10);
	bool named = false;
	for (size_t i = 0; i < session->notes; i++)
		named |= strstr(session->note[i], "the callback \"pool\" of") != NULL;
	assert_true(named);
	recorded_drop(*state, session);
}

static void what_is_no_sampler_is_refused(void **state)
{
	(void)state;
	struct pool pool;
	struct tacho_sampler none = TACHO_SAMPLER_INIT, sampler = sampler_of(&pool, NULL);
	assert_int_equal(tacho_sampler_add(NULL), TACHO_EINVAL);
	assert_int_equal(tacho_sampler_add(&none), TACHO_EINVAL);
	assert_int_equal(tacho_sampler_add(&sampler), TACHO_EINVAL);
	sampler.read = read_pool;
	sampler.series_count = 257;
	assert_int_equal(tacho_sampler_add(&sampler), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "from 1 to 256 series, not 257"));
	sampler.series_count = 0;
	assert_int_equal(tacho_sampler_add(&sampler), TACHO_EINVAL);
	sampler.struct_size = 3;
	assert_int_equal(tacho_sampler_add(&sampler), TACHO_EINVAL);
	tacho_sampler_remove(0);
	tacho_sampler_remove(1);
	tacho_sampler_remove(65);
}

/* ---- memory by hand ---- */

static void memory_by_hand(void **state)
{
	struct rusage usage;
	tacho_record_memory("decode");
	tacho_record_memory("decode");
	tacho_record_memory("Mask Batch");
	getrusage(RUSAGE_SELF, &usage);
	struct tc_session *session = recorded_finish(*state);
	const struct tc_metric_view *decode = metric_of(session, "decode.memory");
	assert_non_null(decode);
	assert_int_equal(decode->count, 2);
	assert_string_equal(decode->unit, "bytes");
	assert_string_equal(decode->source, "/proc/self/statm");
	assert_int_equal(decode->kind, TACHO_METRIC_MEMORY);
	/* The kernel counts pages per CPU and sums up now and then: the peak may lag behind. */
	assert_true(decode->max > 0 && decode->max <= (double)usage.ru_maxrss * 1024 + (8 << 20));
	assert_non_null(metric_of(session, "Mask Batch.memory"));
	recorded_drop(*state, session);
	tacho_record_memory("decode"); /* nothing records */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* before this process has the thread that calls: ThreadSanitizer lets no child of such start one */
		cmocka_unit_test(one_that_crashes_is_named),
		cmocka_unit_test_setup(its_series_are_gauges, make),
		cmocka_unit_test_setup(it_may_remove_itself, make),
		cmocka_unit_test_setup(one_that_hangs_stops_nothing_else, make),
		cmocka_unit_test(what_is_no_sampler_is_refused),
		cmocka_unit_test_setup(memory_by_hand, make),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
