/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <tacho/tacho.h>
#include "base/test.h"
#include "format/clock.h"

static void stopwatch_without_a_session(void **state)
{
	(void)state;
	struct tacho_stopwatch watch = {0, 0};
	assert_int_equal(tacho_stopwatch_elapsed_ns(&watch), 0);
	uint64_t from = tc_monotonic_ns();
	tacho_stopwatch_start(&watch);
	while (tacho_stopwatch_elapsed_ns(&watch) < 100000)
		tacho_stopwatch_start(&watch); /* harmless */
	uint64_t first = tacho_stopwatch_stop(&watch);
	assert_in_range(first, 100000, tc_monotonic_ns() - from);
	assert_int_equal(tacho_stopwatch_elapsed_ns(&watch), first);
	assert_int_equal(tacho_stopwatch_stop(&watch), first);
	tacho_stopwatch_start(&watch); /* goes on */
	assert_true(tacho_stopwatch_stop(&watch) >= first);
	assert_true(watch.held_ns <= tc_monotonic_ns() - from);
	tacho_stopwatch_clear(&watch);
	assert_int_equal(tacho_stopwatch_elapsed_ns(&watch), 0);
}

static void operations_by_name(void **state)
{
	(void)state;
	struct tacho_monitor *monitor;
	struct tacho_operation running[2];
	uint64_t elapsed_ns = 1;
	assert_int_equal(tacho_monitor_new(&monitor), 0);
	assert_int_equal(tacho_monitor_stop(monitor, "copy", &elapsed_ns), TACHO_ENOENT);
	assert_int_equal(elapsed_ns, 0);
	assert_int_equal(tacho_monitor_start(monitor, "copy"), 0);
	assert_int_equal(tacho_monitor_start(monitor, "scan"), 0);
	assert_int_equal(tacho_monitor_start(monitor, "send"), 0);
	assert_int_equal(tacho_monitor_start(monitor, "scan"), TACHO_EBUSY);
	assert_non_null(strstr(tacho_last_error(), "\"scan\""));
	assert_int_equal(tacho_monitor_list(monitor, running, 2), 3);
	assert_string_equal(running[0].name, "copy");
	assert_string_equal(running[1].name, "scan");
	assert_true(running[0].elapsed_ns >= running[1].elapsed_ns);
	assert_int_equal(tacho_monitor_stop(monitor, "copy", &elapsed_ns), 0);
	assert_true(elapsed_ns >= running[0].elapsed_ns);
	assert_int_equal(tacho_monitor_stop(monitor, "copy", NULL), TACHO_ENOENT);
	assert_non_null(strstr(tacho_last_error(), "\"send\" does"));
	assert_int_equal(tacho_monitor_stop(monitor, "send", NULL), 0);
	assert_int_equal(tacho_monitor_list(monitor, running, 2), 1);
	assert_string_equal(running[0].name, "scan");
	tacho_monitor_free(monitor);
	tacho_monitor_free(NULL);
}

static void throughput(void **state)
{
	(void)state;
	assert_true(fabs(tacho_throughput(50, 2000000000) - 25) < 1e-9);
	assert_true(isnan(tacho_throughput(50, 0))); /* nothing records: over what time? */
}

/* Found again, also under another address; never two of one name. */
static void sites_of_names(void **state)
{
	(void)state;
	static struct tacho_site *site[3000];
	char name[40], long_name[5000];
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "a name made at run time, number %d", i);
		site[i] = tacho_site_named(name);
		assert_string_equal(site[i]->name, name);
	}
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "a name made at run time, number %d", i);
		assert_ptr_equal(tacho_site_named(name), site[i]);
		assert_true(!i || site[i] != site[i - 1]);
	}
	memset(long_name, 'x', sizeof long_name);
	long_name[4999] = 0;
	struct tacho_site *one = tacho_site_named(long_name);
	assert_ptr_equal(tacho_site_named(long_name), one);
	long_name[4998] = 'y';
	assert_ptr_not_equal(tacho_site_named(long_name), one);
	assert_string_equal(tacho_site_named("")->name, "(unnamed)");
	assert_string_equal(tacho_site_named(NULL)->name, "(unnamed)");
	assert_string_equal(tacho_site_named("(other)")->name, "(other)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stopwatch_without_a_session),
		cmocka_unit_test(operations_by_name),
		cmocka_unit_test(throughput),
		cmocka_unit_test(sites_of_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
