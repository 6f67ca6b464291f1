/* SPDX-License-Identifier: MIT */
#include "cli/render.h"

#include <math.h>
#include <string.h>
#include "base/test.h"

enum { GAUGES = 20 };

/* Many gauges that grow, and a process that leaks after them. */
static void draw(struct tc_view *view, struct tc_report_options options)
{
	static struct tc_series_view queue = {.series = {.name = "queue.jobs", .unit = "jobs"}},
				     memory = {.series = {.name = "process.memory", .unit = "bytes"}};
	struct tc_outlook_row row[GAUGES + 1];
	for (int i = 0; i <= GAUGES; i++)
		row[i] = (struct tc_outlook_row){.series = i < GAUGES ? &queue : &memory,
			.gauge = i < GAUGES,
			.of_memory = i == GAUGES,
			.limit = NAN,
			.leak.status = i < GAUGES ? TC_LEAK_NONE : TC_LEAK_LEAK,
			.forecast = {
				.heading = i < GAUGES, .per_second = 2, .low = 1, .high = 3, .seconds_to_limit = NAN}};
	struct tc_session session = {0};
	struct tc_diagnosis diagnosis = {
		.session = &session, .outlook = {.session = &session, .row = row, .count = GAUGES + 1}};
	*view = (struct tc_view){.session = &session, .diagnosis = &diagnosis, .options = &options};
	view->screen.columns = 200;
	tc_render_outlook(view);
}

static size_t times(const char *text, const char *part)
{
	size_t count = 0;
	while ((text = strstr(text, part))) {
		text += strlen(part);
		count++;
	}
	return count;
}

static void test_what_leaks_is_first_and_the_others_are_counted(void **state)
{
	(void)state;
	struct tc_view view;
	draw(&view, (struct tc_report_options){0});
	const char *text = tc_strbuf_text(&view.screen.text);
	assert_non_null(strstr(text, "Ahead\n  process.memory"));
	assert_int_equal(times(text, "queue.jobs"), 7);
	assert_non_null(strstr(text, "13 more gauges ahead: --top 0"));
	tc_screen_release(&view.screen);
}

static void test_all_that_were_asked_for(void **state)
{
	(void)state;
	struct tc_view view;
	draw(&view, (struct tc_report_options){.has_top = true});
	assert_int_equal(times(tc_strbuf_text(&view.screen.text), "queue.jobs"), GAUGES);
	assert_null(strstr(tc_strbuf_text(&view.screen.text), "more"));
	tc_screen_release(&view.screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_leaks_is_first_and_the_others_are_counted),
		cmocka_unit_test(test_all_that_were_asked_for)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
