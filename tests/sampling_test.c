/* SPDX-License-Identifier: MIT
 *
 * How often the machine is looked at, as programs wish (R3.6) and as the budget allows (R11.9).
 */
#include <errno.h>
#include <sys/wait.h>
#include <time.h>

#include "format/log.h"
#include "format/store.h"
#include "observe/observer.h"
#include "observe/wish.h"
#include "recorded.h"
#include "sample/sample.h"

static const uint64_t ms = 1000000;

/* ---- a child that records and does as it is told ---- */

struct child {
	pid_t pid;
	int tell, told;
};

static void obey(const struct recorded *r, int from, int to)
{
	struct tc_recorder_options options = {.live = r->directory};
	char order;
	for (int fd = 3; fd < 64; fd++) /* the ends of other children's pipes */
		if (fd != from && fd != to)
			close(fd);
	while (read(from, &order, 1) == 1) {
		if (order == 'r')
			tc_recorder_open(&options);
		else if (order == 'w' && (options.waits = true))
			tc_recorder_open(&options);
		else if (order == '0')
			tacho_sampling_stop();
		else if (order == '1')
			tacho_sampling_start();
		else if (order != 'f')
			tacho_sampling_interval(TACHO_SAMPLING_CHEAP, (uint64_t)(order - 'a') * 100 * ms);
		if (order == 'f' && fork())
			break;
		tacho_span_recorded(
			tacho_site_named("any"), 0, 1, false); /* a forked child records from its first span on */
		if (write(to, &order, 1) != 1)
			break;
	}
	tc_recorder_close();
	_exit(0);
}

static void order(const struct child *child, const char *orders)
{
	char done;
	for (; *orders; orders++) {
		assert_int_equal(write(child->tell, orders, 1), 1);
		assert_int_equal(read(child->told, &done, 1), 1);
	}
}

static struct child start(const struct recorded *r, const char *orders)
{
	int to[2], from[2];
	assert_int_equal(pipe2(to, O_CLOEXEC) | pipe2(from, O_CLOEXEC), 0);
	struct child child = {fork(), to[1], from[0]};
	if (!child.pid)
		obey(r, to[0], from[1]);
	close(to[0]);
	close(from[1]);
	order(&child, orders);
	return child;
}

static void end(struct child *child)
{
	char nothing;
	close(child->tell);
	while (read(child->told, &nothing, 1) > 0)
		; /* a forked one has ended, too */
	close(child->told);
	waitpid(child->pid, NULL, 0);
}

/* ---- what several wish ---- */

static void ignore(void *context, const struct tc_window_entry *entry)
{
	(void)context, (void)entry;
}

static struct tc_wishes wishes_of(struct tc_parts *parts, const struct recorded *r)
{
	char path[128];
	struct tc_log *log;
	snprintf(path, sizeof path, "%s/test.log", r->directory);
	assert_int_equal(tc_log_create(&log, path), 0);
	const struct tc_part_target target = {log, NULL, ignore};
	/* A part that was closed is read twice, so that nothing of its end is missed. */
	for (int i = 0; i < 2; i++)
		tc_parts_read(parts, 0, false, &target);
	tc_log_close(log);
	return tc_wishes_of(parts);
}

static void the_shortest_interval_wins(void **state)
{
	struct recorded *r = *state;
	struct tc_parts parts;
	assert_int_equal(tc_parts_open(&parts, r->directory, r->directory), 0);
	assert_int_equal(wishes_of(&parts, r).interval_ns[0], 0);
	struct child slow = start(r, "re"), fast = start(r, "rc"), none = start(r, "r");
	assert_int_equal(wishes_of(&parts, r).interval_ns[0], 200 * ms);
	assert_int_equal(wishes_of(&parts, r).interval_ns[1], 0);
	order(&slow, "b");
	assert_int_equal(wishes_of(&parts, r).interval_ns[0], 100 * ms);
	order(&slow, "a");
	assert_int_equal(wishes_of(&parts, r).interval_ns[0], 200 * ms);
	end(&fast);
	assert_int_equal(wishes_of(&parts, r).interval_ns[0], 0);
	end(&slow);
	end(&none);
	tc_parts_close(&parts);
}

static void it_is_off_only_if_all_say_so(void **state)
{
	struct recorded *r = *state;
	struct tc_parts parts;
	assert_int_equal(tc_parts_open(&parts, r->directory, r->directory), 0);
	assert_false(wishes_of(&parts, r).off);
	struct child one = start(r, "r0");
	assert_true(wishes_of(&parts, r).off);
	struct child two = start(r, "r"), shell = start(r, "w");
	assert_false(wishes_of(&parts, r).off);
	order(&two, "0");
	assert_true(wishes_of(&parts, r).off); /* what only waits has no say */
	order(&one, "1");
	assert_false(wishes_of(&parts, r).off);
	end(&one);
	assert_true(wishes_of(&parts, r).off);
	end(&two);
	end(&shell);
	assert_false(wishes_of(&parts, r).off);
	tc_parts_close(&parts);
}

static void a_forked_child_and_a_later_recording_take_it_over(void **state)
{
	struct recorded *r = *state;
	struct tc_parts parts;
	assert_int_equal(tc_parts_open(&parts, r->directory, r->directory), 0);
	struct child child = start(r, "0cr");
	assert_true(wishes_of(&parts, r).off);
	assert_int_equal(write(child.tell, "f", 1), 1); /* the parent closes its part and ends, */
	waitpid(child.pid, NULL, 0);
	char done;
	assert_int_equal(read(child.told, &done, 1), 1); /* the child has one of its own */
	struct tc_wishes wishes = wishes_of(&parts, r);
	assert_true(wishes.off);
	assert_int_equal(wishes.interval_ns[0], 200 * ms);
	end(&child);
	assert_false(wishes_of(&parts, r).off);
	tc_parts_close(&parts);
}

static void lies_are_bounded(void **state)
{
	(void)state;
	struct tc_part_seen part[] = {
		{.valid = true, .wish = {.off = 7, .interval_ns = {1, UINT64_MAX}}}, {.wish = {.off = 0}}};
	struct tc_parts parts = {.part = part, .count = 2};
	struct tc_wishes wishes = tc_wishes_of(&parts);
	assert_true(wishes.off);
	assert_int_equal(wishes.interval_ns[0], 10 * ms);
	assert_int_equal(wishes.interval_ns[1], 3600000 * ms);
}

static void what_is_not_possible_is_said(void **state)
{
	(void)state;
	assert_int_equal(tacho_sampling_interval(TACHO_SAMPLING_CHEAP, 10 * ms - 1), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "from 10 ms to 1 h"));
	assert_int_equal(tacho_sampling_interval(TACHO_SAMPLING_DEAR, 3600000 * ms + 1), TACHO_EINVAL);
	assert_int_equal(tacho_sampling_interval((enum tacho_sampling_group)2, 0), TACHO_EINVAL);
	assert_int_equal(tacho_sampling_interval(TACHO_SAMPLING_DEAR, 0), 0);
}

/* ---- the observer does it ---- */

static uint64_t cheap_reads, dear_gap_ns, dear_last_ns;
static bool burn;

static void no_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	(void)state, (void)place, (void)series;
}

static void no_close(void *state, uint64_t now_ns)
{
	(void)state, (void)now_ns;
}

static void read_cheap(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	(void)state, (void)now;
	readings->value = (double)++cheap_reads;
}

static uint64_t thread_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void read_dear(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	(void)state;
	uint64_t until_ns = thread_ns() + 5 * ms;
	while (burn && thread_ns() < until_ns)
		;
	dear_gap_ns = dear_last_ns ? now->from_ns - dear_last_ns : 0;
	dear_last_ns = now->from_ns;
	readings->value = 1;
}

static const struct tc_series a_series = {
	.name = "test.values", .unit = "values", .source = "test", .help = "A test's."};
static const struct tc_sampler cheap = {.name = "cheap",
	.group = TC_CHEAP,
	.state_bytes = 1,
	.series = &a_series,
	.series_count = 1,
	.open = no_open,
	.read = read_cheap,
	.close = no_close};
static const struct tc_sampler dear = {.name = "dear",
	.group = TC_DEAR,
	.state_bytes = 1,
	.series = &a_series,
	.series_count = 1,
	.open = no_open,
	.read = read_dear,
	.close = no_close};
static const struct tc_sampler *const samplers[] = {&cheap, &dear};

static void tick(struct tc_observer *observer)
{
	uint64_t pause_ns = tc_observer_tick(observer);
	nanosleep(&(struct timespec){(time_t)(pause_ns / 1000000000), (long)(pause_ns % 1000000000)}, NULL);
}

static void stopped_and_started(void **state)
{
	struct recorded *r = *state;
	struct tc_observer *observer;
	const struct tc_observer_options options = {.directory = r->directory,
		.live = r->directory,
		.root = getpid(),
		.interval_ns = 10 * ms,
		.samplers = samplers,
		.sampler_count = 1};
	struct child child = start(r, "r0");
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	uint64_t still = 0;
	for (uint64_t before = 0; still < 20; before = cheap_reads) {
		tick(observer);
		still = before == cheap_reads ? still + 1 : 0;
	}
	order(&child, "1");
	for (uint64_t before = cheap_reads; cheap_reads < before + 10;)
		tick(observer);
	end(&child);
	tc_observer_close(observer);
}

static uint64_t reads_in(struct recorded *r, uint64_t interval_ns, int ticks)
{
	struct tc_observer *observer;
	const struct tc_observer_options options = {.directory = r->directory,
		.live = r->directory,
		.root = getpid(),
		.interval_ns = interval_ns,
		.samplers = samplers,
		.sampler_count = 1};
	cheap_reads = 0;
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	for (int i = 0; i < ticks; i++)
		tick(observer);
	uint64_t reads = cheap_reads;
	tc_observer_close(observer);
	return reads;
}

/* R3.6: only where nobody asked for an interval it is read more often at first. */
static void what_is_asked_for_is_kept_from_the_begin(void **state)
{
	assert_int_equal(reads_in(*state, 3600000 * ms, 30), 1);
	assert_true(reads_in(*state, 0, 30) > 1);
}

static unsigned notes_of_budget, notes_of_stop;

static void on_note(void *context, const char *sentence)
{
	(void)context;
	notes_of_budget += strstr(sentence, "observer_budget") != NULL;
	notes_of_stop += strstr(sentence, "stopped for") != NULL;
	print_message("%s\n", sentence);
}

static void read_notes(const struct recorded *r)
{
	char path[128];
	uint64_t sound;
	const struct tc_log_visitor visitor = {.note = on_note};
	notes_of_budget = notes_of_stop = 0;
	snprintf(path, sizeof path, "%s/" TC_LOG_FILE, r->directory);
	int fd = open(path, O_RDONLY);
	assert_int_equal(tc_log_read_fd(fd, &visitor, &sound), 0);
	close(fd);
}

static void a_pause_is_said(void **state)
{
	stopped_and_started(state);
	read_notes(*state);
	assert_int_equal(notes_of_stop, 1);
}

static void the_dear_is_read_more_seldom_over_the_budget(void **state)
{
	struct recorded *r = *state;
	struct tc_observer *observer;
	const struct tc_observer_options options = {.directory = r->directory,
		.live = r->directory,
		.root = getpid(),
		.interval_ns = 100 * ms,
		.dear_interval_ns = 20 * ms,
		.budget_cores = 0.02,
		.samplers = samplers,
		.sampler_count = 2};
	burn = true;
	uint64_t begin_ns = tc_monotonic_ns();
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	while (dear_gap_ns < 16 * 20 * ms ||
		tc_monotonic_ns() - begin_ns < 5100 * ms) /* in the first 5 s nothing is said */
		tick(observer);
	burn = false;
	while (dear_gap_ns > 2 * 20 * ms)
		tick(observer);
	tc_observer_close(observer);
	read_notes(r);
	assert_int_equal(notes_of_budget, 1);
}

/* The same call where the observer is a thread of the program. */
static void in_the_program_itself(void **state)
{
	struct tacho_config config = TACHO_CONFIG_INIT;
	char directory[128];
	(void)state;
	snprintf(directory, sizeof directory, "%s/own", ((struct recorded *)*state)->directory);
	config.directory = directory;
	assert_int_equal(tacho_config_set(&config, "dear_interval", "50ms"), 0);
	assert_int_equal(tacho_config_set(&config, "observer_budget", "0.5%"), 0);
	assert_int_equal(tacho_config_set(&config, "observer_budget", "101%"), TACHO_EINVAL);
	assert_int_equal(config.dear_interval_ms, 50);
	assert_true(config.observer_budget_percent == 0.5);
	assert_int_equal(tacho_sampling_stop(), 0);
	assert_int_equal(tacho_start(&config), 0);
	assert_int_equal(tacho_sampling_start(), 0);
	assert_int_equal(tacho_sampling_interval(TACHO_SAMPLING_CHEAP, 10 * ms), 0);
	tacho_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_shortest_interval_wins, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(it_is_off_only_if_all_say_so, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(
			a_forked_child_and_a_later_recording_take_it_over, recorded_setup, recorded_teardown),
		cmocka_unit_test(lies_are_bounded),
		cmocka_unit_test(what_is_not_possible_is_said),
		cmocka_unit_test_setup_teardown(
			what_is_asked_for_is_kept_from_the_begin, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(a_pause_is_said, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(
			the_dear_is_read_more_seldom_over_the_budget, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(in_the_program_itself, recorded_setup, recorded_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
