/* SPDX-License-Identifier: MIT */
#include "analyze/load.h"

#include <math.h>
#include <string.h>
#include "analyze/load_judge.h"
#include "analyze/load_window.h"
#include "base/test.h"

enum { WINDOWS = 20, NAMES = 3, CPUS = 4 };
static const tc_instant second = 1000000000;
static const double mib = 1048576;

/* A session of 20 windows; in each a name has this share of the machine and grows by so much. */
struct made {
	struct tc_session session;
	struct tc_window_view window[WINDOWS];
	struct tc_window_entry entry[WINDOWS][NAMES];
	struct tc_name_view name[NAMES];
	struct tc_series_view series[4];
	tc_instant at[WINDOWS];
	double cores[WINDOWS], resident[WINDOWS], proportional[WINDOWS];
};

static struct made *make(tc_instant width)
{
	static struct made made;
	memset(&made, 0, sizeof made);
	made.session = (struct tc_session){.names = NAMES,
		.name = made.name,
		.windows = WINDOWS,
		.window = made.window,
		.series = 2,
		.series_view = made.series,
		.end = WINDOWS * width};
	made.session.manifest.cpus = CPUS;
	for (int i = 0; i < NAMES; i++)
		made.name[i] = (struct tc_name_view){
			.name = (const char *[]){"idle", "decode", "write"}[i], .figures.count = i > 0};
	for (int i = 0; i < WINDOWS; i++) {
		made.window[i] = (struct tc_window_view){i * width, (i + 1) * width, 0, made.entry[i]};
		made.at[i] = (i + 1) * width;
	}
	made.series[0] =
		(struct tc_series_view){.series = {.name = "process.cpu", .unit = "cores", .total_unit = "seconds"},
			.count = WINDOWS,
			.at = made.at,
			.value = made.cores};
	made.series[1] = (struct tc_series_view){.series = {.name = "process.memory", .unit = "bytes"},
		.count = WINDOWS,
		.at = made.at,
		.value = made.resident};
	return &made;
}

static void add(struct made *made, int window, uint32_t name, double percent, double grown_bytes)
{
	struct tc_window_view *view = &made->window[window];
	struct tc_window_entry *entry = &made->entry[window][view->entries++];
	*entry = (struct tc_window_entry){.name = name, .has_share = true};
	entry->share.running_ns = (int64_t)(percent / 100 * CPUS * (double)(view->end - view->begin));
	entry->share.memory_bytes = (int64_t)grown_bytes;
}

static void find(struct tc_loads *out, const struct tc_session *session)
{
	struct tc_name_records records;
	struct tc_load_judge judge;
	assert_int_equal(tc_name_records_make(&records, session), 0);
	assert_int_equal(tc_loads_begin(out, &judge, session, tc_load_usual), 0);
	while (tc_loads_step(out, &judge, &records)) {
	}
	tc_load_judge_release(&judge);
	tc_name_records_release(&records);
}

static const struct tc_load *module(const struct tc_loads *loads, const char *name)
{
	for (size_t i = 0; i < loads->modules; i++)
		if (!strcmp(loads->module[i].name, name))
			return &loads->module[i];
	fail_msg("no module %s", name);
	return NULL;
}

/* R5.5 */
static void modules_have_the_worst_of_cpu_and_ram(void **state)
{
	struct tc_loads loads;
	struct made *made = make(second);
	(void)state;
	for (int i = 0; i < WINDOWS; i++) {
		add(made, i, 1, 30, 0);
		add(made, i, 2, 1, 6 * mib);
		made->cores[i] = 0.31 * CPUS;
		made->resident[i] = 40e6 + (i + 1) * 6 * mib;
	}
	find(&loads, &made->session);
	assert_int_equal(loads.modules, 3);
	assert_int_equal(loads.active, 2);
	assert_int_equal(loads.heavy, 2);
	assert_string_equal(loads.module[0].name, "write"); /* the red one first, though it uses less CPU */
	assert_int_equal(loads.module[0].level, TC_LEVEL_RED);
	assert_int_equal(loads.module[0].part[TC_LOAD_CPU].level, TC_LEVEL_GREEN);
	assert_true(tc_near(loads.module[0].part[TC_LOAD_RAM].figure, 19.05 * 6 * mib, mib));
	assert_int_equal(module(&loads, "decode")->level, TC_LEVEL_YELLOW);
	assert_true(tc_near(module(&loads, "decode")->part[TC_LOAD_CPU].figure, 30, 1e-6));
	assert_false(module(&loads, "decode")->part[TC_LOAD_CPU].provisional);
	assert_int_equal(module(&loads, "idle")->level, TC_LEVEL_UNKNOWN);
	assert_int_equal(loads.tree.level, TC_LEVEL_RED);
	assert_true(tc_near(loads.tree.part[TC_LOAD_CPU].figure, 31, 1e-6));
	assert_int_equal(loads.tree.part[TC_LOAD_CPU].level, TC_LEVEL_YELLOW);
	tc_loads_release(&loads);
}

/* One takes 9 MiB each time that the other gives back. */
static void a_module_holds_no_more_than_the_tree(void **state)
{
	struct tc_loads loads;
	struct made *made = make(second);
	(void)state;
	for (int i = 0; i < WINDOWS; i++) {
		add(made, i, 1, 1, 9 * mib);
		add(made, i, 2, 1, -9 * mib);
		made->resident[i] = i < WINDOWS / 2 ? 30 * mib : 20 * mib;
	}
	find(&loads, &made->session);
	assert_true(tc_near(module(&loads, "decode")->part[TC_LOAD_RAM].figure, 30 * mib, 1));
	assert_true(tc_near(module(&loads, "write")->part[TC_LOAD_RAM].figure, 0, 1e-9));
	tc_loads_release(&loads);
}

/* Between nothing and 9 MiB in each window is nothing that a level may be taken from; between 8 and 9 is. */
static void memory_that_may_be_of_others_makes_no_load(void **state)
{
	struct tc_loads loads;
	struct made *made = make(second);
	(void)state;
	for (int i = 0; i < WINDOWS; i++) {
		add(made, i, 1, 1, 9 * mib);
		add(made, i, 2, 1, 9 * mib);
		made->resident[i] = 400 * mib;
		for (int k = 0; k < 2; k++) {
			made->entry[i][k].share.memory_low_bytes = (int64_t)(k ? 8 * mib : 0);
			made->entry[i][k].share.memory_high_bytes = (int64_t)(9 * mib);
		}
	}
	find(&loads, &made->session);
	assert_true(isnan(module(&loads, "decode")->part[TC_LOAD_RAM].figure));
	assert_int_equal(module(&loads, "write")->level, TC_LEVEL_RED);
	tc_loads_release(&loads);
}

static void with_workers(struct made *made, size_t proportional)
{
	made->series[2] = (struct tc_series_view){
		.series = {.name = "process.count"}, .count = 1, .at = made->at, .value = made->cores, .course.max = 9};
	made->series[3] = (struct tc_series_view){.series = {.name = "process.memory_proportional", .unit = "bytes"},
		.count = proportional,
		.at = &made->at[WINDOWS / 2],
		.value = made->proportional};
	made->session.series = 4;
	for (int i = 0; i < WINDOWS; i++)
		made->resident[i] = 9 * 40 * mib;
	made->proportional[0] = 45 * mib;
}

/* 8 workers that share 40 MiB with their parent hold little more than that; it is read once in a while. */
static void what_processes_share_is_there_once(void **state)
{
	struct tc_loads loads;
	struct made *made = make(second);
	(void)state;
	with_workers(made, 1);
	find(&loads, &made->session);
	assert_true(tc_near(loads.tree.part[TC_LOAD_RAM].figure, 45 * mib, 1));
	assert_int_equal(loads.tree.part[TC_LOAD_RAM].level, TC_LEVEL_GREEN);
	assert_false(loads.tree.shared_often);
	tc_loads_release(&loads);
	with_workers(made, 0);
	find(&loads, &made->session);
	assert_true(tc_near(loads.tree.part[TC_LOAD_RAM].figure, 360 * mib, 1));
	assert_true(loads.tree.shared_often);
	tc_loads_release(&loads);
}

/* One process of 40 MiB forks 8 workers, which end one after another: five readings, of both at three of them. */
static void between_readings_of_what_is_shared(void **state)
{
	static tc_instant at[] = {1, 2, 3, 4, 5}, read_at[] = {1, 3, 5};
	static double resident[] = {20, 40, 360, 360, 180}, together[] = {20, 45, 30}, most[] = {20, 40, 45, 45, 30};
	const struct tc_series_view sizes = {.count = 5, .at = at, .value = resident},
				    shared = {.count = 3, .at = read_at, .value = together};
	double held[5];
	(void)state;
	tc_load_share_once(held, &shared, &sizes);
	for (int i = 0; i < 5; i++)
		assert_true(held[i] <= most[i] + 1e-9 && held[i] >= 0.7 * most[i]);
}

static void one_busy_window_of_many_is_no_load(void **state)
{
	struct tc_loads loads;
	struct made *made = make(second);
	(void)state;
	add(made, 7, 1, 90, 0);
	find(&loads, &made->session);
	assert_int_equal(module(&loads, "decode")->level, TC_LEVEL_GREEN);
	tc_loads_release(&loads);
}

static void a_watcher_sees_levels_rise_and_clear(void **state)
{
	struct tc_loads loads;
	struct made *made = make(second);
	(void)state;
	for (int i = 5; i < WINDOWS; i++)
		add(made, i, 1, i < 15 ? 60 : 10, 0);
	find(&loads, &made->session);
	const struct tc_load *load = module(&loads, "decode");
	assert_int_equal(load->level, TC_LEVEL_RED);
	assert_int_equal(load->now, TC_LEVEL_GREEN);
	assert_int_equal(load->part[TC_LOAD_CPU].since, 17 * second);
	tc_loads_release(&loads);
}

static void short_windows_count_together(void **state)
{
	struct tc_loads loads;
	struct tc_load_window window[WINDOWS];
	struct made *made = make(second / 8);
	(void)state;
	assert_int_equal(tc_load_windows(window, &made->session), 2);
	assert_int_equal(window[1].behind, WINDOWS); /* what is left, half a second, belongs to the last */
	for (int i = 0; i < WINDOWS; i++)
		add(made, i, 1, i % 2 ? 100 : 20, 0); /* CPU time comes in lumps */
	find(&loads, &made->session);
	assert_true(tc_near(module(&loads, "decode")->part[TC_LOAD_CPU].figure, 60, 1e-6));
	assert_true(module(&loads, "decode")->part[TC_LOAD_CPU].provisional);
	tc_loads_release(&loads);
}

static void without_windows_nothing_is_known(void **state)
{
	struct tc_loads loads;
	struct made *made = make(second);
	(void)state;
	made->session.windows = made->session.series = 0;
	find(&loads, &made->session);
	assert_int_equal(loads.tree.level, TC_LEVEL_UNKNOWN);
	assert_int_equal(loads.heavy, 0);
	assert_true(isnan(loads.tree.part[TC_LOAD_CPU].figure));
	tc_loads_release(&loads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_have_the_worst_of_cpu_and_ram),
		cmocka_unit_test(a_module_holds_no_more_than_the_tree),
		cmocka_unit_test(memory_that_may_be_of_others_makes_no_load),
		cmocka_unit_test(what_processes_share_is_there_once),
		cmocka_unit_test(between_readings_of_what_is_shared),
		cmocka_unit_test(one_busy_window_of_many_is_no_load),
		cmocka_unit_test(a_watcher_sees_levels_rise_and_clear),
		cmocka_unit_test(short_windows_count_together),
		cmocka_unit_test(without_windows_nothing_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
