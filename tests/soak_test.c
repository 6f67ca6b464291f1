/* SPDX-License-Identifier: MIT
 *
 * More than an hour of ticks beside a program that never rests: names appear, threads and processes come and go, some are
 * killed, spans last for half an hour.  The observer's memory and its log stay as large as they were, and nothing is lost.
 *
 * The hour is simulated: clock_gettime() is this file's, for the recorder too, and between two ticks the test sets it forward
 * by what the observer wants to wait.  SOAK_SECONDS says how long; from three hours on what the log keeps of each second
 * has been thinned twice, and its size is checked, too.
 *
 * runs in: release clang
 */
#include "observe/observer.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "log_sums.h"

enum { NAMES = 48, DURATIONS = 8, SHORT_EVERY = 16, KILL_EVERY = 128 };
static const uint64_t second = 1000000000, settled_s = 600, half_hour_s = 1800, log_settled_s = 3 * 3600;
static uint64_t soak_s = 4000;

/* Shared with the processes that are observed. */
static struct shared {
	uint64_t now_ns;
	uint64_t count[NAMES], sum_ns[NAMES];
	uint64_t steps, half_hours, short_ones, killed_ones;
} * shared;

/* Each reading is a little later than the one before, so that spans last a while. */
int clock_gettime(clockid_t id, struct timespec *now)
{
	bool simulated = id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_RAW || id == CLOCK_BOOTTIME;
	if (!simulated || !shared)
		return (int)syscall(SYS_clock_gettime, id, now);
	uint64_t ns = __atomic_add_fetch(&shared->now_ns, 64, __ATOMIC_RELAXED);
	*now = (struct timespec){(time_t)(ns / second), (long)(ns % second)};
	return 0;
}

static void name_of(int i, char name[16])
{
	snprintf(name, 16, "name.%03d", i);
}

/* ---- the program that never rests ---- */

static struct tacho_site *site[NAMES];

/* The same few durations again and again: what windows are made of is known within minutes. */
static void record_names(uint64_t seconds)
{
	uint64_t known = 4 + seconds / 10;
	char name[16];
	for (uint64_t i = 0; i < NAMES && i < known; i++) {
		name_of((int)i, name);
		site[i] = site[i] ? site[i] : tacho_site_named(name);
		for (uint64_t k = 0; k < DURATIONS; k++) {
			uint64_t ns = (1000 + i) << 2 * k;
			tacho_span_record(site[i], 0, ns, k == 1);
			shared->count[i]++;
			shared->sum_ns[i] += ns;
		}
	}
}

static void *a_thread(void *unused)
{
	static TACHO_SITE(threads, "in a thread");
	recorded_mark(&threads, 3);
	return unused;
}

static void measure(uint64_t step)
{
	static TACHO_COUNTER(steps, "soak.steps", "Steps");
	static TACHO_GAUGE(depth, "soak.depth", "steps", "Depth");
	static TACHO_DISTRIBUTION(sizes, "soak.sizes", "bytes", "Sizes");
	tacho_counter_add(&steps, 1);
	tacho_gauge_set(&depth, (double)(step % 100));
	tacho_distribution_record(&sizes, (double)(1 << step % 16));
}

static void one_step(uint64_t step, uint64_t seconds)
{
	TACHO_SCOPE("step");
	{
		TACHO_SCOPE("work");
		record_names(seconds);
	}
	measure(step);
	if (step % 8 == 0) {
		pthread_t thread;
		assert_int_equal(pthread_create(&thread, NULL, a_thread, NULL), 0);
		pthread_join(thread, NULL);
	}
}

/* A step for each byte that comes, answered with one when it is done. */
static void never_rest(struct recorded *r, int in, int out)
{
	static TACHO_SITE(all, "all");
	static TACHO_SITE(half_hour, "half an hour");
	struct tacho_span whole, half;
	char byte;
	recorded_begin(r, 1024);
	uint64_t begin_ns = tc_monotonic_ns(), half_ns = begin_ns;
	tacho_span_begin(&whole, &all);
	tacho_span_begin(&half, &half_hour);
	while (read(in, &byte, 1) == 1) {
		uint64_t now_ns = tc_monotonic_ns();
		one_step(shared->steps++, (now_ns - begin_ns) / second);
		if (now_ns - half_ns >= half_hour_s * second) {
			tacho_span_end(&half);
			tacho_span_begin(&half, &half_hour);
			half_ns = now_ns;
			shared->half_hours++;
		}
		assert_int_equal(write(out, &byte, 1), 1);
	}
	tacho_span_end(&half);
	shared->half_hours++;
	tacho_span_end(&whole);
	tc_recorder_close();
	_exit(0);
}

/* ---- processes that come and go ---- */

static void wait_for(pid_t child)
{
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void a_short_process(struct recorded *r)
{
	static TACHO_SITE(site_of_it, "short");
	pid_t child = fork();
	if (!child) {
		recorded_begin(r, 16);
		recorded_mark(&site_of_it, 5);
		tc_recorder_close();
		_exit(0);
	}
	wait_for(child);
	shared->short_ones++;
}

static void a_process_that_is_killed(struct recorded *r)
{
	static TACHO_SITE(site_of_it, "killed");
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (!child) {
		recorded_begin(r, 16);
		recorded_mark(&site_of_it, 7);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	kill(child, SIGKILL);
	wait_for(child);
	close(ready[0]);
	close(ready[1]);
	shared->killed_ones++;
}

/* ---- the observer beside them ---- */

struct weight {
	size_t heap_bytes, resident_bytes, log_bytes;
};

/* What malloc() keeps for later comes and goes with the last compaction of the log, and is no leak. */
static struct weight weigh(const struct recorded *r)
{
	malloc_trim(0);
	struct mallinfo2 heap = mallinfo2();
	struct weight weight = {.heap_bytes = heap.uordblks + heap.hblkhd};
	char path[128];
	struct stat st;
	unsigned long pages = 0;
	FILE *statm = fopen("/proc/self/statm", "r");
	assert_int_equal(fscanf(statm, "%*u %lu", &pages), 1);
	fclose(statm);
	weight.resident_bytes = pages * (size_t)sysconf(_SC_PAGESIZE);
	snprintf(path, sizeof path, "%s/" TC_LOG_FILE, r->directory);
	assert_int_equal(stat(path, &st), 0);
	weight.log_bytes = (size_t)st.st_size;
	return weight;
}

/* The largest log before and after the time when it has to have its final size. */
struct peaks {
	size_t before_bytes, after_bytes;
};

static void note_peak(struct peaks *peaks, const struct recorded *r, uint64_t seconds)
{
	size_t bytes = weigh(r).log_bytes, *peak = seconds < log_settled_s ? &peaks->before_bytes : &peaks->after_bytes;
	*peak = bytes > *peak ? bytes : *peak;
}

static void print_weight(uint64_t seconds, const struct weight *weight)
{
	print_message("after %lu s: %zu bytes of heap, %zu resident, log of %zu\n", seconds, weight->heap_bytes,
		weight->resident_bytes, weight->log_bytes);
}

struct run {
	struct recorded r;
	pid_t program;
	int to, from;
};

static void start_program(struct run *run)
{
	int in[2], out[2];
	recorded_make(&run->r);
	assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC), 0);
	run->program = fork();
	if (!run->program) {
		close(in[1]);
		never_rest(&run->r, in[0], out[1]);
	}
	close(in[0]);
	close(out[1]);
	run->to = in[1];
	run->from = out[0];
}

static void step(struct run *run, uint64_t wait_ns)
{
	char byte = 's';
	__atomic_add_fetch(&shared->now_ns, wait_ns, __ATOMIC_RELAXED);
	assert_int_equal(write(run->to, &byte, 1), 1);
	assert_int_equal(read(run->from, &byte, 1), 1);
	if (shared->steps % SHORT_EVERY == 0)
		a_short_process(&run->r);
	if (shared->steps % KILL_EVERY == 0)
		a_process_that_is_killed(&run->r);
}

static void soak(struct run *run, struct weight *settled, struct weight *end, struct peaks *peaks)
{
	struct tc_observer *observer;
	const struct tc_observer_options options = {
		.directory = run->r.directory, .live = run->r.directory, .root = run->program, .interval_ns = second};
	uint64_t begin_ns = tc_monotonic_ns(), now_s = 0;
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	while (now_s < soak_s) {
		uint64_t wait_ns = tc_observer_tick(observer);
		assert_true(wait_ns <= second);
		step(run, wait_ns);
		now_s = (tc_monotonic_ns() - begin_ns) / second;
		if (shared->steps % 64 == 0)
			note_peak(peaks, &run->r, now_s);
		if (now_s >= settled_s && !settled->log_bytes) {
			*settled = weigh(&run->r);
			print_weight(now_s, settled);
		}
	}
	*end = weigh(&run->r);
	print_weight(now_s, end);
	close(run->to);
	wait_for(run->program);
	close(run->from);
	tc_observer_close(observer);
}

static void check_counts(const struct tc_session *s)
{
	for (int i = 0; i < NAMES; i++) {
		char name[16];
		name_of(i, name);
		const struct tc_name_view *view = recorded_name(s, name);
		assert_non_null(view);
		assert_int_equal(view->figures.count, shared->count[i]);
		assert_true(tc_u128_of(view->figures.sum_ns) == shared->sum_ns[i]);
	}
	assert_int_equal(recorded_count(s, "step"), shared->steps);
	assert_int_equal(recorded_count(s, "work"), shared->steps);
	assert_int_equal(recorded_count(s, "in a thread"), 3 * ((shared->steps + 7) / 8));
	assert_int_equal(recorded_count(s, "short"), 5 * shared->short_ones);
	assert_int_equal(recorded_count(s, "killed"), 7 * shared->killed_ones);
	assert_int_equal(recorded_count(s, "half an hour"), shared->half_hours);
	assert_in_range(
		recorded_name(s, "half an hour")->figures.max_ns, half_hour_s * second, (half_hour_s + 10) * second);
	assert_in_range(recorded_name(s, "all")->figures.max_ns, (soak_s - 60) * second, (soak_s + 60) * second);
}

static void an_hour_in_which_nothing_rests(void **state)
{
	(void)state;
	static struct log_sums sums;
	struct run run;
	struct weight settled = {0}, end;
	struct peaks peaks = {0};
	start_program(&run);
	soak(&run, &settled, &end, &peaks);
	if (!settled.heap_bytes) {
		print_message("a sanitizer has the heap: memory is not checked\n");
	} else {
		assert_in_range(end.heap_bytes, 1, settled.heap_bytes * 21 / 20);
		assert_in_range(end.resident_bytes, 1, settled.resident_bytes * 21 / 20);
	}
	assert_in_range(peaks.after_bytes, 0, peaks.before_bytes * 21 / 20);

	recorded_manifest(&run.r, true);
	log_sums_read(&run.r, &sums);
	print_message("%lu steps, %lu short processes; %lu windows, %lu of a second, %lu rows, %lu calibrations\n",
		shared->steps, shared->short_ones, sums.windows, sums.seconds, sums.rows, sums.calibrations);
	assert_in_range(sums.windows, 256, 513);
	assert_true(sums.seconds <= 2 * 3600 && sums.rows <= 8192 && sums.calibrations <= 8192);
	assert_true(sums.end_ns - sums.begin_ns >= soak_s * second);
	log_sums_check(&run.r, &sums);
	struct tc_session *s = recorded_open(&run.r, NULL);
	check_counts(s);
	recorded_drop(&run.r, s);
}

/* The histogram is behind by the newest spans; what a record of these cannot tell is said elsewhere. */
static void hours_that_end_together(void **state)
{
	(void)state;
	static struct log_sums sums;
	static const char *const names[] = {"more hours", "two hours", "an hour", "half an hour"};
	struct recorded r;
	struct tc_observer *observer;
	recorded_make(&r);
	const struct tc_observer_options options = {
		.directory = r.directory, .live = r.directory, .root = getpid(), .interval_ns = second};
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	pid_t child = fork();
	if (!child) {
		struct tacho_span span[4];
		recorded_begin(&r, 1024);
		for (int i = 0; i < 4; i++) {
			tacho_span_begin(&span[i], tacho_site_named(names[i]));
			tacho_span_attr(&span[i], "text", names[i]);
			__atomic_add_fetch(&shared->now_ns, half_hour_s * second << (i < 3 ? 1 : 0), __ATOMIC_RELAXED);
		}
		for (int i = 4; i--;)
			tacho_span_end(&span[i]);
		_exit(0);
	}
	wait_for(child);
	tc_observer_close(observer);
	recorded_manifest(&r, true);
	log_sums_read(&r, &sums);
	assert_int_equal(log_sums_check(&r, &sums), 4);
	recorded_remove(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_in_which_nothing_rests),
		cmocka_unit_test(hours_that_end_together),
	};
	const char *asked = getenv("SOAK_SECONDS");
	soak_s = asked ? strtoull(asked, NULL, 10) : soak_s;
	setenv("TACHO_CLOCK", "monotonic", 1);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	shared->now_ns = 1000 * second; /* since boot */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
