/* SPDX-License-Identifier: MIT
 *
 * Metrics from the call to what a reader makes of them: exact values, threads, forks, kills, limits, mistakes.
 */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "recorded.h"
#include "stats/values.h"

static TACHO_COUNTER(hits, "cache.hits", "Lookups found in the cache");
static TACHO_GAUGE(depth, "queue.jobs", "jobs", "Jobs that wait");
static TACHO_EVENT(calls, "ocr.calls", "Texts that were read");
static TACHO_TIMER(times, "query.times", "How long the database took");
static TACHO_MEMORY(sizes, "buffer.sizes", "Sizes of buffers");
static TACHO_RATIO(ratios, "buffer.fills", "How full buffers were");
static TACHO_DISTRIBUTION(batches, "batch.sizes", "documents", "Documents in a batch");
static TACHO_WAIT(locks, "lock.waits", "Time spent waiting for locks");

/* What nobody used in this session is not there, though the process knows it. */
static bool is_there(const struct tc_session *s, const char *name)
{
	for (size_t i = 0; i < s->metrics; i++)
		if (!strcmp(s->metric[i].name, name))
			return true;
	return false;
}

/* R2.1 to R2.3, R2.7 */
static void test_exact_values(void **state)
{
	struct recorded r;
	(void)state;
	recorded_start(&r);
	for (int i = 1; i <= 100; i++) {
		tacho_counter_add(&hits, (uint64_t)i);
		tacho_gauge_set(&depth, 50 - i);
		tacho_event_mark(&calls, 2);
		tacho_timer_record_ns(&times, (uint64_t)i * 1000);
		tacho_distribution_record(&batches, i);
		tacho_wait_ns(&locks, 1000000);
	}
	tacho_io_wait(0.25);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_metric_view *m = recorded_metric(s, "cache.hits");
	assert_int_equal(m->kind, TACHO_METRIC_COUNTER);
	assert_int_equal(m->count, 5050);
	assert_string_equal(m->help, "Lookups found in the cache");
	m = recorded_metric(s, "queue.jobs");
	assert_int_equal(m->count, 100);
	assert_true(m->last == -50 && m->min == -50 && m->max == 49);
	assert_string_equal(m->unit, "jobs");
	assert_int_equal(recorded_metric(s, "ocr.calls")->count, 200);
	assert_int_equal(recorded_metric(s, "lock.waits")->count, 100000000);
	assert_int_equal(recorded_metric(s, "io.waits")->count, 250000000);
	m = recorded_metric(s, "query.times");
	assert_true(m->sum == 5050e3 && m->mean == 50500 && m->min == 1000 && m->max == 100000 && m->last == 100000);
	assert_true(fabs(m->sd - 29011.4919758820) < 1e-6);
	assert_true(m->median == 50500 && fabs(m->p95 - 95050) < 1e-6 && fabs(m->p99 - 99010) < 1e-6);
	assert_true(m->quantile_error == 0);
	m = recorded_metric(s, "batch.sizes");
	assert_true(m->count == 100 && m->sum == 5050 && m->mean == 50.5 && m->last == 100);
	assert_int_equal(m->recent, 100);
	assert_true(m->recent_value[0].value == 1 && m->recent_value[99].value == 100);
	assert_int_equal(s->notes, 0);
	recorded_drop(&r, s);
}

static double value_number(int i)
{
	return ldexp(1 + (i * 7919 % 1000) / 1000.0, i % 20 - 10);
}

/* Quantiles of more values than are kept one by one: within the histogram's error of those of the values. */
static void test_many_values(void **state)
{
	enum { N = 20000 };
	static double values[N];
	struct recorded r;
	(void)state;
	recorded_start(&r);
	for (int i = 0; i < N; i++)
		tacho_distribution_record(&ratios, values[i] = value_number(i));
	for (int i = 0; i < N; i++)
		tacho_timer_record_ns(&times, (uint64_t)i * (uint64_t)i);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_metric_view *m = recorded_metric(s, "buffer.fills"), *t = recorded_metric(s, "query.times");
	const double *const found[] = {&m->median, &m->p90, &m->p95, &m->p99};
	const double q[] = {0.5, 0.9, 0.95, 0.99};
	assert_int_equal(m->count, N);
	assert_int_equal(m->recent, TC_RECENT_MAX);
	for (int i = 0; i < 4; i++) {
		double exact = tc_values_exact(values, N, q[i]);
		assert_true(fabs(*found[i] - exact) <= 0.0028 * exact);
	}
	assert_true(fabs(t->median - 1e8) < 0.003 * 1e8 && t->max == 19999.0 * 19999.0);
	recorded_drop(&r, s);
}

/* Values that are on no grid, and a variance whose digits would cancel. */
static void test_odd_values(void **state)
{
	static TACHO_GAUGE(never, "never.levels", "x", "What was never a number");
	static TACHO_DISTRIBUTION(far, "far.values", "x", "All near a thousand million");
	struct recorded r;
	(void)state;
	recorded_start(&r);
	const double odd[] = {0, -0.0, -5, NAN, INFINITY, 1e-30, 1e300, 3};
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		tacho_distribution_record(&batches, odd[i]);
	tacho_gauge_set(&never, NAN);
	tacho_gauge_set(&never, -INFINITY);
	for (int i = 0; i < 1000; i++)
		tacho_distribution_record(&far, 1e9 + i % 2);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_metric_view *m = recorded_metric(s, "batch.sizes");
	assert_int_equal(m->count, 6);
	assert_int_equal(m->invalid, 2);
	assert_int_equal(m->negative, 1);
	assert_int_equal(m->zero, 3);
	assert_true(m->min == -5 && m->max == 1e300 && m->last == 3);
	assert_true(fabs(recorded_metric(s, "far.values")->sd - 0.50025018761) < 1e-9);
	assert_string_equal(m->basis, "all finite values: exact");
	assert_int_equal(s->notes, 2);
	assert_string_equal(s->note[0],
		"metric \"batch.sizes\": 2 values were infinite or not a number, and in none of its figures");
	assert_string_equal(s->note[1],
		"metric \"never.levels\": what it was set to was infinite or not a number, so that it has no figures");
	recorded_drop(&r, s);
}

enum { THREADS = 4, ROUNDS = 10000 };

static void *count(void *argument)
{
	for (int i = 0; i < ROUNDS; i++) {
		tacho_counter_add(&hits, 1);
		tacho_event_mark(&calls, 1);
		tacho_distribution_record(&sizes, 1 + i % 8);
		tacho_timer_record_ns(&times, 7);
	}
	return argument;
}

static void run_threads(void)
{
	pthread_t thread[THREADS];
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, count, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}

/* The second four go on in the cells of the first; a child counts in a part of its own. */
static void test_threads_and_forks(void **state)
{
	struct recorded r;
	(void)state;
	recorded_start(&r);
	run_threads();
	run_threads();
	count(NULL);
	pid_t child = fork();
	if (!child) {
		run_threads();
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	struct tc_session *s = recorded_finish(&r);
	const uint64_t all = (3 * THREADS + 1) * ROUNDS;
	assert_int_equal(s->processes, 2);
	assert_int_equal(recorded_metric(s, "cache.hits")->count, all);
	assert_int_equal(recorded_metric(s, "ocr.calls")->count, all);
	assert_in_range(recorded_metric(s, "ocr.calls")->last_minute, 1, all);
	const struct tc_metric_view *m = recorded_metric(s, "buffer.sizes");
	assert_int_equal(m->count, all);
	assert_true(m->sum == 4.5 * (double)all && m->min == 1 && m->max == 8);
	assert_true(fabs(m->median - 4.5) < 0.003 * 4.5);
	assert_int_equal(recorded_metric(s, "query.times")->count, all);
	recorded_drop(&r, s);
}

/* Of one name and kind from two places there is one; another kind or source is another. */
static void test_made_at_run_time(void **state)
{
	struct recorded r;
	(void)state;
	recorded_start(&r);
	struct tacho_metric *same = tacho_metric_named(TACHO_METRIC_COUNTER, "cache.hits", NULL, "again");
	assert_ptr_equal(same, tacho_metric_named(TACHO_METRIC_COUNTER, "cache.hits", NULL, "once more"));
	struct tacho_metric *from = tacho_metric_from("disk", TACHO_METRIC_COUNTER, "cache.hits", NULL, "of the disk");
	assert_ptr_not_equal(same, from);
	tacho_counter_add(&hits, 1);
	tacho_counter_add(same, 2);
	tacho_counter_add(from, 4);
	tacho_metric_record(same, 8.4);
	tacho_metric_record(tacho_metric_named(TACHO_METRIC_TIME, "query.times", "ns", NULL), 1.5);
	tacho_metric_record(tacho_metric_named(TACHO_METRIC_GAUGE, "queue.jobs", NULL, NULL), -1.5);
	tacho_metric_record(tacho_metric_named(TACHO_METRIC_EVENT, "ocr.calls", NULL, NULL), -1);
	tacho_metric_record(tacho_metric_named((enum tacho_metric_kind)77, NULL, NULL, NULL), 2);
	struct tc_session *s = recorded_finish(&r);
	uint64_t plain = 0, disk = 0;
	for (size_t i = 0; i < s->metrics; i++)
		if (!strcmp(s->metric[i].name, "cache.hits"))
			*(strcmp(s->metric[i].source, "disk") ? &plain : &disk) += s->metric[i].count;
	assert_int_equal(plain, 11);
	assert_int_equal(disk, 4);
	assert_true(recorded_metric(s, "query.times")->sum == 1.5e9 && recorded_metric(s, "queue.jobs")->last == -1.5);
	assert_false(is_there(s, "ocr.calls"));
	assert_int_equal(recorded_metric(s, "(unnamed)")->kind, TACHO_METRIC_CUSTOM);
	recorded_drop(&r, s);
}

static bool has_note(const struct tc_session *s, const char *words)
{
	for (size_t i = 0; i < s->notes; i++)
		if (strstr(s->note[i], words))
			return true;
	return false;
}

/* Names that are not as they should be are taken, and said; so is a value for a metric of another kind. */
static void test_mistakes(void **state)
{
	static TACHO_COUNTER(bad, "Hits_total", "A name as it should not be");
	static TACHO_COUNTER(unit, "cache.reads_bytes", "A unit in the name");
	struct recorded r;
	(void)state;
	recorded_start(&r);
	tacho_counter_add(&bad, 3);
	tacho_counter_add(&unit, 1);
	tacho_counter_add(&hits, 1);
	tacho_gauge_set(&hits, 5);
	tacho_distribution_record(&depth, 5);
	tacho_event_mark(&times, 5);
	tacho_timer_record_ns(&batches, 5);
	tacho_distribution_record(&times, 5);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_metric(s, "Hits_total")->count, 3);
	assert_int_equal(recorded_metric(s, "cache.hits")->count, 1);
	assert_true(has_note(s, "\"Hits_total\""));
	assert_true(has_note(s, "\"cache.reads_bytes\""));
	assert_true(has_note(s, "5 values of metrics were not recorded"));
	assert_int_equal(s->notes, 3);
	recorded_drop(&r, s);
}

/* More metrics than there is room for: counters and events come together, the others are counted as lost. */
static void in_a_process_of_its_own(void (*make)(void), struct recorded *r)
{
	recorded_make(r);
	pid_t child = fork();
	if (!child) {
		recorded_begin(r, 0);
		make();
		tc_recorder_close();
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	recorded_manifest(r, true);
}

static void make_too_many(void)
{
	char name[32];
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "many.counters%d", i);
		tacho_counter_add(tacho_metric_named(TACHO_METRIC_COUNTER, name, NULL, NULL), 1);
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof name, "many.gauges%d", i);
		tacho_gauge_set(tacho_metric_named(TACHO_METRIC_GAUGE, name, NULL, NULL), 1);
	}
	tacho_event_mark(tacho_metric_named(TACHO_METRIC_EVENT, "late.events", NULL, NULL), 9);
	tacho_wait_ns(tacho_metric_named(TACHO_METRIC_WAIT, "late.waits", NULL, NULL), 9);
	tacho_timer_record_ns(tacho_metric_named(TACHO_METRIC_TIME, "late.times", NULL, NULL), 9);
}

static void test_too_many(void **state)
{
	struct recorded r;
	(void)state;
	in_a_process_of_its_own(make_too_many, &r);
	struct tc_session *s = recorded_open(&r, NULL);
	uint64_t counted = 0, other = 0;
	for (size_t i = 0; i < s->metrics; i++) {
		const struct tc_metric_view *m = &s->metric[i];
		counted += m->kind == TACHO_METRIC_COUNTER ? m->count : 0;
		other += !strcmp(m->name, "(other)") && m->kind == TACHO_METRIC_COUNTER ? m->count : 0;
		if (m->kind == TACHO_METRIC_EVENT || m->kind == TACHO_METRIC_WAIT) {
			assert_string_equal(m->name, "(other)");
			assert_int_equal(m->count, 9);
		}
	}
	assert_int_equal(counted, 5000);
	assert_in_range(other, 3970, 3990);
	assert_true(has_note(s, "metrics found no room"));
	assert_true(has_note(s, "values of metrics were not recorded"));
	recorded_drop(&r, s);
}

/* Nothing is recorded before a session, while switched off, and after it. */
static void test_off(void **state)
{
	struct recorded r;
	(void)state;
	tacho_counter_add(&hits, 1000);
	recorded_start(&r);
	tacho_counter_add(&hits, 1);
	tacho_set_recording(false);
	tacho_counter_add(&hits, 1000);
	tacho_gauge_set(&depth, 1000);
	tacho_timer_record_ns(&times, 1000);
	tacho_set_recording(true);
	tacho_counter_add(&hits, 2);
	struct tc_session *s = recorded_finish(&r);
	tacho_counter_add(&hits, 1000);
	assert_int_equal(recorded_metric(s, "cache.hits")->count, 3);
	assert_false(is_there(s, "query.times"));
	recorded_drop(&r, s);
}

static void on_signal(int number)
{
	(void)number;
	tacho_counter_add(&hits, 1);
	tacho_distribution_record(&batches, 2);
	tacho_event_mark(&calls, 1);
}

static atomic_int signals_done;

static void *send_signals(void *argument)
{
	for (int i = 0; i < ROUNDS; i++)
		pthread_kill(*(pthread_t *)argument, SIGUSR1);
	signals_done = 1;
	return NULL;
}

/* Handlers that count what their thread was just counting: no add is lost, and what is lost of the rest is said. */
static void test_signals(void **state)
{
	struct recorded r;
	pthread_t self = pthread_self(), sender;
	uint64_t added = 0;
	(void)state;
	recorded_start(&r);
	signal(SIGUSR1, on_signal);
	signals_done = 0;
	tacho_counter_add(&hits, 1);
	tacho_distribution_record(&batches, 2);
	tacho_event_mark(&calls, 1);
	assert_int_equal(pthread_create(&sender, NULL, send_signals, &self), 0);
	for (; !signals_done || added < 1000; added++) {
		tacho_counter_add(&hits, UINT64_C(1) << 32);
		tacho_distribution_record(&batches, 2);
		tacho_event_mark(&calls, 1);
	}
	pthread_join(sender, NULL);
	signal(SIGUSR1, SIG_DFL);
	struct tc_session *s = recorded_finish(&r);
	uint64_t both = recorded_metric(s, "cache.hits")->count, handled = (uint32_t)both - 1;
	assert_int_equal(both >> 32, added);
	assert_in_range(handled, 1, ROUNDS);
	const struct tc_metric_view *m = recorded_metric(s, "batch.sizes");
	unsigned long long lost = 0;
	for (size_t i = 0; i < s->notes; i++)
		sscanf(s->note[i], "%llu values", &lost);
	/* where CLOCK_MONOTONIC serves, events come out of line, too, and a handler may be turned away */
	assert_int_equal(m->count + recorded_metric(s, "ocr.calls")->count + lost, 2 * (added + handled + 1));
	assert_true(m->sum == 2.0 * (double)m->count);
	recorded_drop(&r, s);
}

/* R11.2: programs that count without pause, killed at random moments; what they had acknowledged is there, and at most the
 * one record per thread that was under way more. */
struct said {
	volatile uint64_t counted, recorded, marked;
};

static void *work(void *argument)
{
	struct said *said = argument;
	for (uint64_t i = 0;; i++) {
		tacho_counter_add(&hits, 1);
		tacho_order();
		said->counted++;
		tacho_distribution_record(&batches, (double)(1 + i % 1000));
		tacho_order();
		said->recorded++;
		tacho_event_mark(&calls, 1);
		tacho_order();
		said->marked++;
	}
	return NULL;
}

static void kill_once(struct said *said, unsigned round)
{
	struct recorded r;
	memset(said, 0, THREADS * sizeof *said);
	recorded_make(&r);
	pid_t child = fork();
	if (!child) {
		recorded_begin(&r, 0);
		for (int i = 1; i < THREADS; i++) {
			pthread_t thread;
			pthread_create(&thread, NULL, work, &said[i]);
		}
		work(&said[0]);
	}
	while (!said[0].marked)
		usleep(100);
	usleep(round * 7919 % 9000);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	struct said all = {0, 0, 0};
	for (int i = 0; i < THREADS; i++) {
		all.counted += said[i].counted;
		all.recorded += said[i].recorded;
		all.marked += said[i].marked;
	}
	const struct tc_metric_view *m = recorded_metric(s, "batch.sizes");
	assert_in_range(recorded_metric(s, "cache.hits")->count, all.counted, all.counted + THREADS);
	assert_in_range(m->count, all.recorded, all.recorded + THREADS);
	assert_in_range(recorded_metric(s, "ocr.calls")->count, all.marked, all.marked + THREADS);
	/* whole numbers: every figure must add up to the last digit */
	assert_true(m->sum == floor(m->sum) && m->sum >= (double)m->count && m->sum <= 1000.0 * (double)m->count);
	assert_true(fabs(m->mean * (double)m->count - m->sum) <= 1e-9 * m->sum);
	assert_int_equal(s->notes, 0);
	recorded_drop(&r, s);
}

static void test_killed(void **state)
{
	(void)state;
	struct said *said =
		mmap(NULL, THREADS * sizeof *said, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned rounds = getenv("KILL_ROUNDS") ? (unsigned)atoi(getenv("KILL_ROUNDS")) : 40;
	assert_true(said != MAP_FAILED);
	for (unsigned round = 0; round < rounds; round++)
		kill_once(said, round);
	munmap(said, THREADS * sizeof *said);
}

/* A record that was stopped between any two of its stores is completed, or as if it had not begun. */
static void test_stopped_in_a_record(void **state)
{
	(void)state;
	for (int step = 0; step <= 7; step++) {
		struct recorded r;
		recorded_start(&r);
		for (int i = 1; i <= 130; i++)
			tacho_distribution_record(&batches, i);
		struct tacho_distribution *d = tacho_metric_cell(tacho_counted, tacho_counted->cell[batches.id]);
		if (step > 0)
			d->recent[d->count % TACHO_RECENT].value = 1000;
		if (step > 1)
			d->undo_sum = d->sum, d->undo_squares = d->squares;
		if (step > 2)
			d->begun++;
		if (step > 3)
			d->max = 1000;
		if (step > 4)
			d->sum += 999;
		if (step > 5)
			d->squares += 999.0 * 999.0;
		if (step > 6)
			d->count++;
		struct tc_session *s = recorded_finish(&r);
		const struct tc_metric_view *m = recorded_metric(s, "batch.sizes");
		bool counts = step > 2;
		assert_int_equal(m->count, 130 + counts);
		assert_true(m->sum == 8515 + 1000 * counts && m->max == (counts ? 1000 : 130));
		assert_true(m->last == (counts ? 1000 : 130));
		assert_true(fabs(m->sd - (counts ? 89.86 : 37.67)) < 0.01);
		recorded_drop(&r, s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_values),
		cmocka_unit_test(test_many_values),
		cmocka_unit_test(test_odd_values),
		cmocka_unit_test(test_threads_and_forks),
		cmocka_unit_test(test_made_at_run_time),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_stopped_in_a_record),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
