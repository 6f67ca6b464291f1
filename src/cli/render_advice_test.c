/* SPDX-License-Identifier: MIT */
#include "cli/render.h"

#include <stdlib.h>
#include <string.h>
#include "base/test.h"

/* A session that is of no concern but for its one span. */
static char *drawn(struct tc_advice advice, struct tc_report_options options)
{
	struct tc_name_view name = {.name = "work", .bytes = 4};
	struct tc_session session = {.name = &name, .names = 1};
	advice.of = TC_STAGE_SPAN;
	advice.stage = name.name;
	advice.stage_bytes = name.bytes;
	advice.issue = "is slow";
	advice.suggested_action = "Make it faster.";
	advice.evidence[0] = "one fact";
	advice.evidences = 1;
	struct tc_diagnosis diagnosis = {.session = &session, .finding = &advice, .findings = 1, .names = 1};
	struct tc_view view = {.session = &session, .diagnosis = &diagnosis, .options = &options};
	view.screen.columns = 200;
	assert_int_equal(tc_render_advice(&view), 0);
	char *text = strdup(tc_strbuf_text(&view.screen.text));
	tc_screen_release(&view.screen);
	return text;
}

static bool says(struct tc_advice advice, struct tc_report_options options, const char *part)
{
	char *text = drawn(advice, options);
	bool found = strstr(text, part);
	free(text);
	return found;
}

static struct tc_advice sure(double confidence)
{
	return (struct tc_advice){.severity = TC_SEVERITY_HIGH,
		.priority = confidence < TC_ADVICE_CERTAIN ? TC_SEVERITY_MEDIUM : TC_SEVERITY_HIGH,
		.confidence = confidence,
		.sure = 0.99};
}

/* R5.4: the finding stays, for it is so; that the advice helps is not sure enough. */
static void test_advice_that_is_not_sure_is_for_verbose_alone(void **state)
{
	(void)state;
	static const struct tc_report_options usual = {0}, verbose = {.verbose = true};
	assert_true(says(sure(0.6), usual, "Make it faster."));
	assert_false(says(sure(0.59), usual, "Make it faster."));
	assert_true(says(sure(0.59), usual, "work is slow"));
	assert_true(says(sure(0.59), verbose, "Make it faster."));
	assert_true(says(sure(0.59), verbose, "confidence 0.59 that this helps, 0.99 that it is so"));
}

static void test_the_word_before_a_finding_is_its_priority(void **state)
{
	(void)state;
	static const struct tc_report_options usual = {0}, verbose = {.verbose = true};
	assert_true(says(sure(0.8), usual, "high      work is slow"));
	assert_true(says(sure(0.7), usual, "medium    work is slow"));
	assert_true(says(sure(0.7), verbose, "severity high, medium as it is below 0.75"));
	assert_false(says(sure(0.8), verbose, "severity"));
}

static void test_findings_of_little_weight(void **state)
{
	(void)state;
	struct tc_advice little = sure(0.99);
	little.severity = little.priority = TC_SEVERITY_LOW;
	assert_true(says(little, (struct tc_report_options){0}, "1 more finding: tacho report --verbose"));
	assert_true(says(little, (struct tc_report_options){.has_top = true, .top = 1}, "1 more finding: --top 0"));
	assert_true(says(little, (struct tc_report_options){.has_top = true}, "work is slow"));
	assert_true(says(little, (struct tc_report_options){.verbose = true}, "work is slow"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_advice_that_is_not_sure_is_for_verbose_alone),
		cmocka_unit_test(test_the_word_before_a_finding_is_its_priority),
		cmocka_unit_test(test_findings_of_little_weight)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
