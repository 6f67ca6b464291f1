/* SPDX-License-Identifier: MIT */
#include "analyze/limit.h"

#include <math.h>
#include <string.h>
#include "base/test.h"
#include "read/course.h"

enum { READINGS = 10 };
static const tc_instant second = 1000000000;

struct course {
	const char *name;
	double value[READINGS];
	double total;
};
static const char *source = "/proc/PID/stat";

#define EVERYWHERE(v) \
	{ \
		v, v, v, v, v, v, v, v, v, v \
	}

static struct tc_limited limited(const struct course *courses, size_t count, double cores)
{
	static tc_instant at[READINGS];
	static double values[8][READINGS];
	static struct tc_series_view view[8];
	struct tc_session session = {.series = count, .series_view = view, .end = READINGS * second};
	struct tc_limited out;
	session.manifest.cpus = (uint32_t)cores;
	for (int i = 0; i < READINGS; i++)
		at[i] = (i + 1) * second;
	for (size_t i = 0; i < count; i++) {
		memcpy(values[i], courses[i].value, sizeof values[i]);
		view[i] = (struct tc_series_view){
			.series = {.name = courses[i].name, .unit = "percent", .source = source},
			.count = READINGS,
			.at = at,
			.value = values[i],
			.total = courses[i].total};
		assert_int_equal(tc_series_course(&view[i].course, &view[i], 0), 0);
	}
	tc_limit_find(&out, &session, 0, session.end);
	return out;
}

static void check(const struct course *courses, size_t count, double cores, enum tc_limit by, const char *evidence)
{
	struct tc_limited out = limited(courses, count, cores);
	assert_string_equal(out.evidence, evidence);
	assert_int_equal(out.by, by);
}

static void each_rule_has_its_case(void **state)
{
	(void)state;
	check((const struct course[]){{"process.cpu", EVERYWHERE(0.5), 0}, {"cgroup.oom_kills", EVERYWHERE(0), 2}}, 2,
		4, TC_LIMIT_MEMORY, "the kernel killed 2 of its processes for want of memory");
	check((const struct course[]){{"process.cpu", EVERYWHERE(0.5), 0},
		      {"system.memory_pressure", EVERYWHERE(12), 0}},
		2, 4, TC_LIMIT_MEMORY, "processes on the machine stood still for memory for 12.0 % of the time");
	check((const struct course[]){{"process.cpu", EVERYWHERE(0.5), 0}, {"cgroup.throttled", EVERYWHERE(45), 0},
		      {"process.waiting", EVERYWHERE(1), 0}},
		3, 1, TC_LIMIT_THROTTLED,
		"the CPU quota of its group (1 CPU for it) held it back for 45.0 % of the time");
	check((const struct course[]){{"process.cpu", {4, 4, 4, 3.6, 3.6, 1, 1, 1, 0, 0}, 0},
		      {"process.waiting", EVERYWHERE(3), 0}},
		2, 4, TC_LIMIT_CPU, "its processes used 2.22 of 4.00 CPUs, 90 % and more for 50.0 % of the time");
	check((const struct course[]){{"process.cpu", EVERYWHERE(1), 0}, {"process.waiting", EVERYWHERE(1), 0},
		      {"system.cpu", EVERYWHERE(90), 0}},
		3, 4, TC_LIMIT_WAITING,
		"on average 2.00 of its threads wanted a CPU and 1.00 had one, while other programs used 2.60 CPUs");
	check((const struct course[]){{"process.cpu", EVERYWHERE(0.2), 0}, {"system.io_pressure", EVERYWHERE(3), 0},
		      {"cgroup.io_pressure", EVERYWHERE(40), 0}},
		3, 4, TC_LIMIT_DISK, "processes of its group stood still for a disk for 40.0 % of the time");
	check((const struct course[]){{"process.cpu", {1, 1, 1, 1, 1, 0.99, 0.2, 0, 0, 0}, 0}}, 1, 8,
		TC_LIMIT_ONE_THREAD, "one of 8.00 CPUs was busy for 60.0 % of the time: a single thread's work");
	check((const struct course[]){{"process.cpu", EVERYWHERE(0.3), 0}}, 1, 4, TC_LIMIT_NONE,
		"its processes used 0.30 of 4.00 CPUs, and waited little for memory or disks; for CPUs is not known");
	check((const struct course[]){{"process.cpu", EVERYWHERE(0.3), 0}, {"process.waiting", EVERYWHERE(0.05), 0}}, 2,
		4, TC_LIMIT_NONE,
		"its processes used 0.30 of 4.00 CPUs, waited for 0.05 more, and little for memory or disks");
}

static void what_misses_by_little_is_none(void **state)
{
	static const struct course near_misses[] = {
		{"process.cpu", {1, 1, 1, 1, 0.89, 0, 0, 0, 0, 0}, 0},
		{"cgroup.oom_kills", EVERYWHERE(0), 0},
		{"cgroup.memory_pressure", EVERYWHERE(9.9), 0},
		{"cgroup.throttled", EVERYWHERE(9.9), 0},
		{"cgroup.io_pressure", EVERYWHERE(19.9), 0},
		{"process.waiting", EVERYWHERE(0.15), 0},
	};
	(void)state;
	assert_int_equal(limited(near_misses, 6, 1).by, TC_LIMIT_NONE);
	assert_int_equal(limited(near_misses, 6, 4).by, TC_LIMIT_NONE);
	/* sleeps, and waits whenever it is woken: nearly all of the CPU time it wants, but little of the time */
	static const struct course idle[] = {
		{"process.cpu", EVERYWHERE(0.01), 0}, {"process.waiting", EVERYWHERE(0.24), 0}};
	assert_int_equal(limited(idle, 2, 4).by, TC_LIMIT_NONE);
	/* 5,000 such: at every moment some wait, but none for long; with as many threads and all CPUs taken it does limit */
	struct course many[] = {{"process.cpu", EVERYWHERE(0.46), 0}, {"process.waiting", EVERYWHERE(6.2), 0},
		{"process.threads", EVERYWHERE(5000), 0}, {"system.cpu", EVERYWHERE(100), 0}};
	assert_int_equal(limited(many, 4, 2).by, TC_LIMIT_NONE);
	many[2] = (struct course){"process.threads", EVERYWHERE(50), 0};
	assert_int_equal(limited(many, 4, 2).by, TC_LIMIT_WAITING);
	many[2] = (struct course){"process.threads", EVERYWHERE(5000), 0};
	many[0] = (struct course){"process.cpu", EVERYWHERE(1.1), 0};
	assert_int_equal(limited(many, 4, 2).by, TC_LIMIT_WAITING);
}

/* What short processes waited is in the pressure of the run's own group alone; that of a group with others in it says
 * nothing of them. */
static void who_ends_soon_waits_too(void **state)
{
	(void)state;
	struct course tree[] = {{"process.cpu", EVERYWHERE(0.56), 0}, {"process.waiting", EVERYWHERE(0.06), 0},
		{"cgroup.cpu_pressure", EVERYWHERE(42), 0}, {"process.threads", EVERYWHERE(2), 0},
		{"system.cpu", EVERYWHERE(100), 0}};
	source = "cgroup cpu.stat";
	check(tree, 5, 2, TC_LIMIT_WAITING,
		"for 42.0 % of the time some of its processes wanted a CPU and had none, while other programs used "
		"1.44 CPUs");
	tree[1] = (struct course){"process.waiting", EVERYWHERE(0.5), 0};
	check(tree, 5, 2, TC_LIMIT_WAITING,
		"on average 1.06 of its threads wanted a CPU and 0.56 had one, while other programs used 1.44 CPUs");
	tree[1] = (struct course){"process.waiting", EVERYWHERE(NAN), 0};
	assert_int_equal(limited(tree, 5, 2).by, TC_LIMIT_WAITING);
	tree[2] = (struct course){"cgroup.cpu_pressure", EVERYWHERE(20), 0};
	check(tree, 5, 2, TC_LIMIT_NONE,
		"its processes used 0.56 of 2.00 CPUs, waited for 0.20 more, and little for memory or disks");
	tree[2] = (struct course){"cgroup.cpu_pressure", EVERYWHERE(90), 0};
	source = "/proc/PID/stat";
	assert_int_equal(limited(tree, 5, 2).by, TC_LIMIT_NONE);
}

static void without_readings_nothing_is_said(void **state)
{
	static const struct course missing[] = {
		{"process.cpu", EVERYWHERE(NAN), 0}, {"system.io_pressure", EVERYWHERE(90), 0}};
	(void)state;
	struct tc_limited out = limited(missing, 2, 4);
	assert_int_equal(out.by, TC_LIMIT_UNKNOWN);
	assert_null(tc_limit_name(out.by));
	assert_true(isnan(out.share) && *out.evidence);
}

static void a_window_is_judged_by_itself(void **state)
{
	static const struct course halves[] = {{"process.cpu", {4, 4, 4, 4, 4, 0, 0, 0, 0, 0}, 0}};
	struct tc_limited out;
	(void)state;
	assert_int_equal(limited(halves, 1, 4).by, TC_LIMIT_CPU);
	tc_instant at[] = {1 * second, 2 * second};
	double value[] = {4, 0};
	struct tc_series_view view = {
		.series = {.name = "process.cpu", .unit = "cores"}, .count = 2, .at = at, .value = value};
	struct tc_session session = {.series = 1, .series_view = &view};
	session.manifest.cpus = 4;
	assert_int_equal(tc_series_course(&view.course, &view, 0), 0);
	tc_limit_find(&out, &session, second, 2 * second);
	assert_int_equal(out.by, TC_LIMIT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_has_its_case),
		cmocka_unit_test(what_misses_by_little_is_none),
		cmocka_unit_test(who_ends_soon_waits_too),
		cmocka_unit_test(without_readings_nothing_is_said),
		cmocka_unit_test(a_window_is_judged_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
