/* SPDX-License-Identifier: MIT
 *
 * Programs that mark spans without pause, on 1 to 8 threads, are ended at random moments by SIGKILL, abort() or _exit();
 * what a reader makes of their parts must be what they had acknowledged, and at most the one span per thread that was
 * being ended.  KILL_ROUNDS: how often (default 200).
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "recorded.h"

enum { THREADS = 8, DEEP = 3, SITES = 8 };

/* What a thread says it has done, in memory that outlives it. */
struct acknowledged {
	_Alignas(128) volatile uint64_t ended[DEEP];
	volatile uint64_t failed, open, tid;
};
static struct acknowledged *said;

static char names[SITES * 2 + 1][16];
static struct tacho_site sites[SITES * 2 + 1]; /* outer.0 to outer.7, middle.0 to middle.7, inner */

enum way { BY_SIGKILL, BY_ABORT, BY_EXIT, WAYS };

static void end_program(enum way way)
{
	if (way == BY_ABORT)
		abort();
	_exit(0);
}

static uint64_t step(uint64_t x)
{
	return x * 6364136223846793005u + 1442695040888963407u;
}

#define SAY(field, value) \
	do { \
		tacho_order(); \
		(field) = (value); \
		tacho_order(); \
	} while (0)

static void round_of_spans(struct acknowledged *a, uint64_t x)
{
	struct tacho_span span[DEEP];
	tacho_span_begin(&span[0], &sites[x >> 61]);
	SAY(a->open, 1);
	for (unsigned wait = x >> 50 & 63; wait; wait--)
		tacho_order();
	tacho_span_begin(&span[1], &sites[SITES + (x >> 58 & 7)]);
	SAY(a->open, 2);
	tacho_span_begin(&span[2], &sites[2 * SITES]);
	SAY(a->open, 3);
	if (x >> 40 & 1)
		tacho_span_attr(&span[2], "round", x);
	tacho_span_end(&span[2]);
	SAY(a->ended[2], a->ended[2] + 1);
	SAY(a->open, 2);
	bool fails = (x >> 41 & 15) == 0;
	if (fails)
		tacho_span_fail_message(&span[1], -5, "as it happens");
	tacho_span_end(&span[1]);
	SAY(a->ended[1], a->ended[1] + 1);
	if (fails)
		SAY(a->failed, a->failed + 1);
	SAY(a->open, 1);
	tacho_span_end(&span[0]);
	SAY(a->ended[0], a->ended[0] + 1);
	SAY(a->open, 0);
}

static uint64_t last_round; /* of the thread that ends the program by itself */
static enum way way_out;

static void *worker(void *argument)
{
	uint64_t number = (uint64_t)(uintptr_t)argument, x = number + 1;
	struct acknowledged *a = &said[number];
	a->tid = (uint64_t)syscall(SYS_gettid);
	for (uint64_t i = 0;; i++) {
		if (!number && way_out != BY_SIGKILL && i == last_round)
			end_program(way_out);
		x = step(x);
		round_of_spans(a, x);
	}
	return NULL;
}

static void run_program(struct recorded *r, unsigned threads, uint32_t ring_records)
{
	signal(SIGABRT, SIG_DFL);
	recorded_begin(r, ring_records);
	for (uintptr_t i = 1; i < threads; i++) {
		pthread_t thread;
		pthread_create(&thread, NULL, worker, (void *)i);
	}
	worker(NULL);
}

static int level_of(const char *name)
{
	return name[0] == 'o' ? 0 : name[0] == 'm' ? 1 : 2;
}

/* Figures agree with themselves and with what was acknowledged. */
static void check_figures(const struct tc_session *s, unsigned threads)
{
	uint64_t counted[DEEP] = {0}, ended[DEEP] = {0}, failed = 0, said_failed = 0;
	for (size_t i = 0; i < s->names; i++) {
		const struct tc_figures *f = &s->name[i].figures;
		counted[level_of(s->name[i].name)] += f->count;
		failed += f->failed;
		assert_int_equal(tc_histogram_total(&f->histogram), f->count);
		if (!f->count)
			continue;
		tc_u128 sum_ns = tc_u128_of(f->sum_ns), squares_ns2 = tc_u128_of(f->squares_ns2);
		assert_true(sum_ns >= (tc_u128)f->min_ns * f->count && sum_ns <= (tc_u128)f->max_ns * f->count);
		assert_true(squares_ns2 * f->count >= sum_ns * sum_ns);
		assert_true(f->self_ns <= sum_ns + 1000000000);
	}
	for (unsigned t = 0; t < threads; t++) {
		said_failed += said[t].failed;
		for (int level = 0; level < DEEP; level++)
			ended[level] += said[t].ended[level];
	}
	assert_in_range(failed, said_failed, said_failed + threads);
	uint64_t ahead = 0;
	for (int level = 0; level < DEEP; level++) {
		assert_in_range(counted[level], ended[level], ended[level] + threads);
		ahead += counted[level] - ended[level];
	}
	assert_in_range(ahead, 0, threads);
}

/* The open spans of a thread, outermost first: as many as it said, or one more or less in the making. */
static void check_open(const struct tc_session *s, unsigned threads)
{
	for (unsigned t = 0; t < threads; t++) {
		uint64_t open = 0;
		for (size_t i = 0; i < s->open_spans; i++) {
			const struct tc_span_view *span = &s->open_span[i];
			if (span->thread != said[t].tid)
				continue;
			assert_int_equal(level_of(s->name[span->name].name), open);
			assert_int_equal(span->depth, open);
			open++;
		}
		assert_in_range(open + 1, said[t].open, said[t].open + 2);
	}
}

/* Where no record was overwritten, every figure once more from the records. */
static void check_records(const struct tc_session *s)
{
	if (s->process[0].kept != s->process[0].finished)
		return;
	for (size_t i = 0; i < s->names; i++) {
		const struct tc_figures *f = &s->name[i].figures;
		struct tc_figures again = {.min_ns = UINT64_MAX};
		for (size_t k = 0; k < s->spans; k++) {
			const struct tc_span_view *span = &s->span[k];
			if (span->name != i)
				continue;
			again.count++;
			again.failed += span->failed;
			again.sum_ns = tc_wide_add(again.sum_ns, tc_wide_of(span->duration_ns));
			again.squares_ns2 =
				tc_wide_add(again.squares_ns2, tc_wide_product(span->duration_ns, span->duration_ns));
			again.min_ns = span->duration_ns < again.min_ns ? span->duration_ns : again.min_ns;
			again.max_ns = span->duration_ns > again.max_ns ? span->duration_ns : again.max_ns;
		}
		assert_int_equal(again.count, f->count);
		assert_int_equal(again.failed, f->failed);
		assert_true(tc_wide_equal(again.sum_ns, f->sum_ns) && tc_wide_equal(again.squares_ns2, f->squares_ns2));
		assert_true(!f->count || (again.min_ns == f->min_ns && again.max_ns == f->max_ns));
	}
}

static void one_round(unsigned round, int *mended, int *exact)
{
	struct recorded r;
	unsigned threads = 1 + round % THREADS;
	uint32_t ring_records = round % 3 ? 4096 : 1u << 17;
	uint64_t random = step(step(round + 77)) >> 20;
	way_out = (enum way)(round % 5 == 1 ? BY_ABORT : round % 5 == 2 ? BY_EXIT : BY_SIGKILL);
	last_round = random % 20000;
	memset(said, 0, THREADS * sizeof *said);
	recorded_make(&r);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child)
		run_program(&r, threads, ring_records);
	if (way_out == BY_SIGKILL) {
		while (!said[0].tid)
			usleep(100);
		usleep((useconds_t)(random % 12000));
		kill(child, SIGKILL);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(s->processes, 1);
	assert_int_equal(s->process[0].state, TC_PROCESS_ENDED);
	check_figures(s, threads);
	check_open(s, threads);
	check_records(s);
	*mended += (int)s->process[0].mended;
	*exact += s->process[0].kept == s->process[0].finished;
	tc_session_release(s);
	recorded_remove(&r);
}

/* R11.2 */
static void killed_at_any_moment(void **state)
{
	(void)state;
	int mended = 0, exact = 0;
	unsigned rounds = getenv("EMULATED") ? 20 : 200;
	if (getenv("KILL_ROUNDS"))
		rounds = (unsigned)atoi(getenv("KILL_ROUNDS"));
	said = mmap(NULL, THREADS * sizeof *said, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(said != MAP_FAILED);
	for (int i = 0; i <= 2 * SITES; i++) {
		snprintf(names[i], sizeof names[i], i == 2 * SITES ? "inner" : "%s.%d", i < SITES ? "outer" : "middle",
			i % SITES);
		sites[i].name = names[i];
	}
	for (unsigned round = 0; round < rounds; round++)
		one_round(round, &mended, &exact);
	print_message("%u programs ended; %d threads mended; %d compared record by record\n", rounds, mended, exact);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(killed_at_any_moment)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
