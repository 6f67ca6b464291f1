/* SPDX-License-Identifier: MIT
 *
 * What TACHO_COST says, against the thread's own clock.
 */
#include "recorded.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CALLS = 5, GROWTH = 8 << 20 };

static uint64_t cpu_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void work(uint64_t ns)
{
	TACHO_COST("work");
	for (uint64_t end = cpu_ns() + ns; cpu_ns() < end;)
		;
}

static void rest(void)
{
	TACHO_COST("rest");
	const struct timespec time = {0, 20000000};
	nanosleep(&time, NULL);
}

static char *grow(void)
{
	TACHO_COST_MEMORY("grow");
	char *memory = malloc(GROWTH);
	for (volatile char *at = memory; memory && at < memory + GROWTH; at += 4096)
		*at = 1; /* a compiler would leave out a memset() of what is only freed */
	return memory;
}

static const struct tc_metric_view *metric(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->metrics; i++)
		if (!strcmp(session->metric[i].name, name))
			return &session->metric[i];
	fail_msg("there is no metric %s", name);
	return NULL;
}

static void test_each_call_has_its_cost(void **state)
{
	(void)state;
	struct recorded r;
	struct tc_session *session;
	recorded_make(&r);
	recorded_begin(&r, 4096);
	uint64_t begin_ns = cpu_ns();
	for (int i = 0; i < CALLS; i++)
		work(5000000);
	uint64_t all_ns = cpu_ns() - begin_ns;
	rest();
	char *memory = grow();
	free(memory);
	tc_recorder_close();
	session = recorded_open(&r, NULL);
	const struct tc_metric_view *busy = metric(session, "work.cpu"), *idle = metric(session, "rest.cpu");
	assert_int_equal(busy->count, CALLS);
	assert_true(busy->min >= 5e6 && busy->sum <= (double)all_ns);
	assert_true(idle->sum < 5e6); /* asleep for 20 ms */
	assert_true(metric(session, "grow.memory")->sum >= GROWTH * 0.9);
	size_t with_cpu = 0;
	for (size_t i = 0; i < session->spans; i++)
		for (size_t k = 0; k < session->span[i].attributes; k++)
			with_cpu += !strcmp(session->span[i].attribute[k].key, "cpu_ns");
	assert_int_equal(with_cpu, CALLS + 2);
	tc_session_release(session);
	recorded_remove(&r);
}

/* A program names its spans as it likes; metrics that it names itself are to have names of their own form. */
static void test_names_of_spans_draw_no_note(void **state)
{
	(void)state;
	static struct tacho_cost_site site = {{"Photo Load_total", 0, {0, 0}}, true, NULL, NULL};
	struct tacho_cost cost;
	struct recorded r;
	recorded_make(&r);
	recorded_begin(&r, 4096);
	tacho_cost_begin(&cost, &site);
	tacho_cost_end(&cost);
	tacho_timer_record_ns(tacho_metric_named(TACHO_METRIC_TIME, "Chosen", "ns", NULL), 1);
	tc_recorder_close();
	struct tc_session *session = recorded_open(&r, NULL);
	assert_int_equal(metric(session, "Photo Load_total.cpu")->count, 1);
	assert_int_equal(session->notes, 1);
	assert_non_null(strstr(session->note[0], "\"Chosen\""));
	tc_session_release(session);
	recorded_remove(&r);
}

static void test_without_a_session_nothing_is_measured(void **state)
{
	(void)state;
	static struct tacho_cost_site site = {{"nobody", 0, {0, 0}}, true, NULL, NULL};
	struct tacho_cost cost;
	tacho_cost_begin(&cost, &site);
	assert_null(cost.span.block);
	tacho_cost_end(&cost);
	tacho_cost_end(&cost);
	assert_null(site.cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call_has_its_cost),
		cmocka_unit_test(test_names_of_spans_draw_no_note),
		cmocka_unit_test(test_without_a_session_nothing_is_measured),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
