/* SPDX-License-Identifier: MIT
 *
 * What becomes of metrics over time: a recording that is read at ticks of a made-up clock, the series that the observer
 * writes, and the figures a reader makes of them for the session and for parts of it.
 */
#include <math.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "format/log.h"
#include "format/store.h"
#include "observe/parts.h"
#include "recorded.h"

static TACHO_COUNTER(hits, "cache.hits", "Lookups found in the cache");
static TACHO_GAUGE(depth, "queue.jobs", "jobs", "Jobs that wait");
static TACHO_EVENT(calls, "ocr.calls", "Texts that were read");
static TACHO_WAIT(locks, "lock.waits", "Time spent waiting for locks");
static TACHO_DISTRIBUTION(batches, "batch.sizes", "documents", "Documents in a batch");

static const uint64_t second = 1000000000;

struct ticks { /* an observer whose time the test makes */
	struct recorded r;
	struct tc_parts parts;
	struct tc_series_set set;
	struct tc_log *log;
	uint64_t begin_ns, row; /* row: seconds since */
};

static void on_growth(void *context, const struct tc_window_entry *entry)
{
	(void)context, (void)entry;
}

static void begin(struct ticks *t)
{
	char path[128];
	struct tc_manifest manifest;
	*t = (struct ticks){.row = 0};
	recorded_make(&t->r);
	recorded_begin(&t->r, 0);
	assert_int_equal(tc_manifest_read(t->r.directory, &manifest), 0);
	t->begin_ns = manifest.begin.monotonic_ns;
	tc_manifest_release(&manifest);
	assert_int_equal(tc_parts_open(&t->parts, t->r.directory, t->r.directory), 0);
	t->parts.metrics.row_ns = t->begin_ns;
	snprintf(path, sizeof path, "%s/" TC_LOG_FILE, t->r.directory);
	assert_int_equal(tc_log_create(&t->log, path), 0);
	tc_series_add(&t->set,
		&(struct tc_series){.name = "system.cpu", .unit = "percent", .source = "/proc/stat", .help = ""});
}

static void read_parts(struct ticks *t, bool last)
{
	const struct tc_part_target target = {t->log, NULL, on_growth};
	tc_parts_read(&t->parts, t->begin_ns + t->row * second, last, &target);
}

static void tick(struct ticks *t, uint64_t seconds)
{
	t->row += seconds;
	uint64_t now_ns = t->begin_ns + t->row * second;
	read_parts(t, false);
	tc_parts_read_metrics(&t->parts);
	tc_metrics_put(&t->parts.metrics, &t->set, now_ns);
	tc_series_put(&t->set, 0, (struct tc_reading){.value = 1, .total = NAN});
	tc_series_write(&t->set, t->log, now_ns);
}

static void end(struct ticks *t)
{
	struct tc_manifest manifest;
	tc_recorder_close();
	tc_log_close(t->log);
	tc_parts_close(&t->parts);
	tc_series_release(&t->set);
	recorded_manifest(&t->r, true);
	assert_int_equal(tc_manifest_read(t->r.directory, &manifest), 0);
	manifest.end = manifest.begin;
	manifest.end.monotonic_ns += t->row * second;
	manifest.end.realtime_ns += t->row * second;
	assert_int_equal(tc_manifest_write(t->r.directory, &manifest), 0);
	tc_manifest_release(&manifest);
}

static const struct tc_metric_view *find(const struct tc_session *s, const char *name)
{
	for (size_t i = 0; i < s->metrics; i++)
		if (!strcmp(s->metric[i].name, name))
			return &s->metric[i];
	fail_msg("no metric %s", name);
	return NULL;
}

static void check_course(
	const struct tc_session *s, const char *name, const char *unit, const double *values, size_t count)
{
	const struct tc_series_view *series = find(s, name)->series;
	assert_non_null(series);
	assert_string_equal(series->series.unit, unit);
	assert_int_equal(series->count, count);
	for (size_t i = 0; i < count; i++)
		if (isnan(values[i]))
			assert_true(isnan(series->value[i]));
		else
			assert_float_equal(series->value[i], values[i], 1e-9);
}

/* Rows at 1, 2, 4, 5, 6 s; batch.sizes and the gauge come later than the log's begin. */
static void record(struct ticks *t)
{
	begin(t);
	tacho_counter_add(&hits, 10);
	tick(t, 1);
	tacho_counter_add(&hits, 30);
	tacho_gauge_set(&depth, 4);
	tacho_event_mark(&calls, 3);
	tick(t, 1);
	for (int i = 0; i < 8; i++)
		tacho_distribution_record(&batches, i);
	tacho_gauge_set(&depth, 9);
	tacho_gauge_set(&depth, 2);
	tacho_wait_ns(&locks, 500000000);
	tick(t, 2);
	tacho_gauge_set(&depth, NAN);
	tick(t, 1);
	tacho_gauge_set(&depth, 8);
	tacho_distribution_record(&batches, 100);
	tick(t, 1);
	end(t);
}

/* R2.1, R2.6, R2.7: each kind has the course that a person expects, from when it is first used. */
static void test_courses(void **state)
{
	struct ticks t;
	(void)state;
	record(&t);
	struct tc_session *s = recorded_open(&t.r, NULL);
	check_course(s, "cache.hits", "per second", (const double[]){10, 30, 0, 0, 0}, 5);
	check_course(s, "queue.jobs", "jobs", (const double[]){4, 2, NAN, 8}, 4);
	check_course(s, "ocr.calls", "per minute", (const double[]){180, 0, 0, 0}, 4);
	check_course(s, "lock.waits", "percent", (const double[]){25, 0, 0}, 3);
	check_course(s, "batch.sizes", "documents", (const double[]){3.5, NAN, 100}, 3);
	assert_string_equal(find(s, "cache.hits")->series->series.help,
		"Lookups found in the cache. Rate over the time since the reading before.");
	assert_int_equal(find(s, "queue.jobs")->series->since, second);
	recorded_drop(&t.r, s);
}

/* A gauge stands where it was read for as long as the row lasts: 4 for 1 s, 2 for 2 s, unknown for 1 s, 8 for 1 s. */
static void test_gauge(void **state)
{
	struct ticks t;
	(void)state;
	record(&t);
	struct tc_session *s = recorded_open(&t.r, NULL);
	const struct tc_metric_view *m = find(s, "queue.jobs");
	assert_true(m->mean == (4 + 2 * 2 + 8) / 4.0 && m->median == 2 && m->p90 == 8 && m->p99 == 8);
	assert_true(m->min == 2 && m->max == 9 && m->last == 8 && m->count == 5);
	recorded_drop(&t.r, s);
}

static struct tc_session *part_of(const struct ticks *t, int64_t from, int64_t to)
{
	const struct tc_session_options options = {
		.has_window = true, .from = from * (int64_t)second / 2, .to = to * (int64_t)second / 2};
	return recorded_open(&t->r, &options);
}

/* R2.4: figures for a part of the session (in half seconds); what cannot be known of it is absent. */
static void test_window(void **state)
{
	struct ticks t;
	(void)state;
	record(&t);
	struct tc_session *s = part_of(&t, 1, 3);
	const struct tc_metric_view *m = find(s, "cache.hits");
	assert_int_equal(m->count, 5 + 15);
	assert_int_equal(m->part, TC_METRIC_READINGS);
	m = find(s, "ocr.calls");
	assert_true(m->count == 2 && m->last_minute == 2); /* 1.5 of the 3 */
	assert_true(tc_metric_per_minute(m) == 120);       /* for the part is of a second */
	m = find(s, "queue.jobs");
	assert_true(isnan(m->mean) && m->part == TC_METRIC_UNKNOWN && !tc_metric_has_count(m));
	tc_session_release(s);

	s = part_of(&t, 3, 10);
	m = find(s, "queue.jobs");
	assert_true(m->mean == (4 * 0.5 + 2 * 2) / 2.5 && m->min == 2 && m->max == 4 && m->last == 2);
	assert_true(m->part == TC_METRIC_READINGS && !tc_metric_has_count(m));
	assert_int_equal(find(s, "lock.waits")->count, 500000000);
	assert_true(find(s, "lock.waits")->sum == 5e8);
	tc_session_release(s);
	recorded_remove(&t.r);
}

/* Distributions: exactly from the newest values where they reach back, else from the ticks' means. */
static void test_window_of_values(void **state)
{
	struct ticks t;
	(void)state;
	begin(&t);
	uint64_t before = tc_monotonic_ns() - t.begin_ns;
	for (int i = 0; i < 50; i++)
		tacho_distribution_record(&batches, i);
	uint64_t after = tc_monotonic_ns() - t.begin_ns + 1;
	for (int i = 0; i < 100; i++)
		tacho_distribution_record(&batches, 1000);
	tick(&t, 100);
	end(&t);
	struct tc_session_options options = {.has_window = true, .from = (tc_instant)after, .to = INT64_MAX};
	struct tc_session *s = recorded_open(&t.r, &options);
	const struct tc_metric_view *m = find(s, "batch.sizes");
	assert_int_equal(m->part, TC_METRIC_VALUES);
	assert_true(m->count == 100 && m->mean == 1000 && m->median == 1000 && m->sd == 0 && m->recent == 100);
	tc_session_release(s);
	options.from = (tc_instant)before;
	s = recorded_open(&t.r, &options);
	m = find(s, "batch.sizes");
	assert_int_equal(m->part, TC_METRIC_READINGS);
	assert_true(!tc_metric_has_count(m) && isnan(m->median) && isnan(m->sum));
	assert_float_equal(m->mean, (49 * 50 / 2 + 100 * 1000) / 150.0, 1e-9);
	tc_session_release(s);
	recorded_remove(&t.r);
}

/* Two processes count one metric; a gauge is as it was set last, and nobody's when its process is gone. */
static void test_processes(void **state)
{
	struct ticks t;
	int to_child[2], to_parent[2], status;
	char byte = 0;
	(void)state;
	begin(&t);
	assert_false(pipe(to_child) || pipe(to_parent));
	tacho_counter_add(&hits, 1);
	pid_t child = fork();
	if (!child) {
		tacho_counter_add(&hits, 5);
		tacho_gauge_set(&depth, 3);
		_exit(write(to_parent[1], &byte, 1) != 1 || read(to_child[0], &byte, 1) != 1);
	}
	assert_int_equal(read(to_parent[0], &byte, 1), 1);
	tick(&t, 1);
	assert_int_equal(write(to_child[1], &byte, 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	for (int i = 0; i < 6; i++)
		tick(&t, 1);
	end(&t);
	struct tc_session *s = recorded_open(&t.r, NULL);
	check_course(s, "cache.hits", "per second", (const double[]){6, 0, 0, 0, 0, 0, 0}, 7);
	const struct tc_series_view *level = find(s, "queue.jobs")->series;
	assert_true(level->value[0] == 3 && level->value[1] == 3 && isnan(level->value[6]));
	recorded_drop(&t.r, s);
	for (int i = 0; i < 2; i++) {
		close(to_child[i]);
		close(to_parent[i]);
	}
}

struct stuck {
	sem_t calls, go;
	bool hangs;
};

static void read_pool(void *context, double *values)
{
	struct stuck *stuck = context;
	*values = 7;
	sem_post(&stuck->calls);
	if (__atomic_load_n(&stuck->hangs, __ATOMIC_RELAXED))
		sem_wait(&stuck->go);
}

static void count(void *context)
{
	sem_post(context);
}

static int add_pool(struct stuck *stuck)
{
	static const struct tacho_sampler_series series = {"pool.blocks", "blocks", NULL};
	struct tacho_sampler sampler = TACHO_SAMPLER_INIT;
	sem_init(&stuck->calls, 0, 0);
	sem_init(&stuck->go, 0, 0);
	sampler.name = "pool";
	sampler.series = &series;
	sampler.series_count = 1;
	sampler.read = read_pool;
	sampler.context = stuck;
	return tacho_sampler_add(&sampler);
}

/* R2.8: what a sampler that hangs would have read is missing, and is there again when it returns. */
static void test_hanging_sampler(void **state)
{
	static struct stuck stuck;
	static sem_t others;
	struct ticks t;
	(void)state;
	begin(&t);
	tacho_sampling_interval(TACHO_SAMPLING_CHEAP, 10000000);
	int number = add_pool(&stuck);
	sem_wait(&stuck.calls);
	sem_wait(&stuck.calls); /* the first has been through */
	tick(&t, 1);
	__atomic_store_n(&stuck.hangs, true, __ATOMIC_RELAXED);
	sem_init(&others, 0, 0);
	int other = tacho_callback_add("beside", count, &others);
	for (int i = 0; i < 3; i++) /* at the first the sampler may have been through just before */
		sem_wait(&others);
	tick(&t, 1);
	__atomic_store_n(&stuck.hangs, false, __ATOMIC_RELAXED);
	while (!sem_trywait(&stuck.calls))
		;
	sem_post(&stuck.go);
	sem_wait(&stuck.calls);
	sem_wait(&stuck.calls);
	tick(&t, 1);
	tacho_sampler_remove(number);
	tacho_callback_remove(other);
	end(&t);
	struct tc_session *s = recorded_open(&t.r, NULL);
	check_course(s, "pool.blocks", "blocks", (const double[]){7, NAN, 7}, 3);
	recorded_drop(&t.r, s);
}

static TACHO_GAUGE(queue_depth, "queue.depth", "items", NULL);
static TACHO_GAUGE(other_depth, "other.depth", "items", NULL);

static void set_depth(void *context)
{
	struct stuck *stuck = context;
	tacho_gauge_set(&queue_depth, 7);
	sem_post(&stuck->calls);
	if (__atomic_load_n(&stuck->hangs, __ATOMIC_RELAXED))
		sem_wait(&stuck->go);
}

static void set_other(void *context)
{
	tacho_gauge_set(&other_depth, 3);
	sem_post(context);
}

static void wait_calls(sem_t *made, int times)
{
	while (!sem_trywait(made))
		;
	for (int i = 0; i < times; i++)
		sem_wait(made);
}

/* The same of gauges that a callback sets: those that it set are missing while it hangs, and no others. */
static void test_hanging_callback(void **state)
{
	static struct stuck stuck;
	static sem_t others;
	struct ticks t;
	(void)state;
	begin(&t);
	tacho_sampling_interval(TACHO_SAMPLING_CHEAP, 10000000);
	sem_init(&stuck.calls, 0, 0);
	sem_init(&stuck.go, 0, 0);
	sem_init(&others, 0, 0);
	stuck.hangs = false;
	int number = tacho_callback_add("sets", set_depth, &stuck);
	int other = tacho_callback_add("beside", set_other, &others);
	wait_calls(&stuck.calls, 2); /* the first has been through */
	wait_calls(&others, 2);
	tick(&t, 1);
	__atomic_store_n(&stuck.hangs, true, __ATOMIC_RELAXED);
	wait_calls(&others, 3);
	tick(&t, 1);
	__atomic_store_n(&stuck.hangs, false, __ATOMIC_RELAXED);
	sem_post(&stuck.go);
	wait_calls(&stuck.calls, 2);
	tick(&t, 1);
	tacho_callback_remove(number);
	tacho_callback_remove(other);
	end(&t);
	struct tc_session *s = recorded_open(&t.r, NULL);
	check_course(s, "queue.depth", "items", (const double[]){7, NAN, 7}, 3);
	check_course(s, "other.depth", "items", (const double[]){3, 3, 3}, 3);
	recorded_drop(&t.r, s);
}

/* More metrics than there are series for: the first have their course, all have their figures. */
static void test_too_many(void **state)
{
	struct ticks t;
	enum { MANY = TC_METRIC_SERIES_MAX + 40 };
	(void)state;
	begin(&t);
	for (int i = 0; i < MANY; i++) {
		char name[32];
		snprintf(name, sizeof name, "made.number%d", i);
		tacho_counter_add(tacho_metric_named(TACHO_METRIC_COUNTER, name, NULL, NULL), 1);
	}
	tick(&t, 1);
	assert_true(t.parts.metrics.left_out);
	assert_int_equal(t.parts.metrics.count, TC_METRIC_SERIES_MAX);
	end(&t);
	struct tc_session *s = recorded_open(&t.r, NULL);
	size_t with = 0, made = 0;
	for (size_t i = 0; i < s->metrics; i++) {
		made += !strncmp(s->metric[i].name, "made.", 5);
		with += s->metric[i].series != NULL;
	}
	assert_int_equal(made, MANY);
	assert_in_range(with, TC_METRIC_SERIES_MAX - 10, TC_METRIC_SERIES_MAX);
	recorded_drop(&t.r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_courses),
		cmocka_unit_test(test_gauge),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_window_of_values),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_hanging_sampler),
		cmocka_unit_test(test_hanging_callback),
		cmocka_unit_test(test_too_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
