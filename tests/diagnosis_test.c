/* SPDX-License-Identifier: MIT
 *
 * diagnosis_test.c - whatever a session has in it, its report says no NaN and no infinity, and why what is not known is not (R11.4).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/diagnosis.h"
#include "analyze/made.h"
#include "base/test.h"
#include "cli/explain.h"
#include "cli/report.h"
#include "export/report_json.h"

static const uint64_t ms = 1000000;
static const struct tc_report_options usual;

static bool is_reason(const char *line, const char *key, size_t bytes)
{
	const char *at = strchr(line, '"');
	return at && !strncmp(at + 1, key, bytes) && !strncmp(at + 1 + bytes, "_reason\": \"", 11);
}

/* Each member that is null is followed by its reason; those named "reason" are that themselves. */
static void check_nulls(const char *text)
{
	for (const char *at = text; (at = strstr(at, "\": null")); at++) {
		const char *key = at, *next = strchr(at, '\n');
		while (key > text && key[-1] != '"')
			key--;
		if (strncmp(key, "reason\"", 7) && (!next || !is_reason(next + 1, key, (size_t)(at - key))))
			fail_msg("%.*s is null and does not say why", (int)(at - key), key);
	}
}

static void check_words(const char *text)
{
	static const char *const bad[] = {"nan", "inf ", "inf,", "infinity", "-nan", " inf"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (strcasestr(text, bad[i]))
			fail_msg("\"%s\" in %s", bad[i], text);
}

static void check_explained(const struct tc_diagnosis *d, size_t name)
{
	char *text;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(tc_explain_text(d, &usual, name, out), 0);
	struct tc_json json;
	fclose(out);
	check_words(text);
	free(text);
	out = open_memstream(&text, &bytes);
	tc_json_init(&json, out, true);
	assert_int_equal(tc_json_explain(&json, d, name), 0);
	fclose(out);
	check_words(text);
	check_nulls(text);
	free(text);
}

/* Everything that is shown of the session, which is released. */
static void check(struct made *m)
{
	static char command[] = "test", *arguments[] = {command, NULL};
	struct tc_report_options verbose = {.verbose = true, .has_top = true};
	struct tc_diagnosis *d;
	char *text;
	size_t bytes;
	const struct tc_session *session = made_session(m);
	m->session.directory = command;
	m->session.manifest.arguments = arguments;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(tc_report_text(session, &verbose, out), 0);
	fclose(out);
	check_words(text);
	free(text);
	out = open_memstream(&text, &bytes);
	assert_int_equal(tc_report_json(session, &usual, out), 0);
	fclose(out);
	check_words(text);
	check_nulls(text);
	free(text);
	assert_int_equal(tc_diagnose_part(&d, session, &usual), 0);
	for (size_t i = 0; i < d->findings; i++)
		assert_true(d->finding[i].sure >= 0 && d->finding[i].sure <= 1);
	for (size_t i = 0; i < d->names; i++)
		check_explained(d, i);
	tc_diagnosis_release(d);
	made_release(m);
}

static void of_no_spans(void **state)
{
	struct made *m = made_new();
	(void)state;
	m->root = (struct tc_node_view){.name = TC_ROOT};
	m->session.root = &m->root;
	m->session.nodes = 1;
	check(m);
	m = made_new();
	made_name(m, "never ended");
	m->name[0].open = m->node[0].open = 1;
	m->name[0].open_ns = m->node[0].open_ns = 5 * ms;
	check(m);
}

static void of_one_and_two_spans(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 2; n++)
		for (uint64_t ns = 0; ns <= ms; ns += ms) {
			struct made *m = made_new();
			for (size_t i = 0; i < n; i++)
				made_span(m, "one", (tc_instant)(i * ms), ns, ns, i == 1);
			check(m);
		}
}

static void of_equal_and_of_zero_durations(void **state)
{
	(void)state;
	for (uint64_t ns = 0; ns <= 5 * ms; ns += 5 * ms)
		for (int ring = 0; ring < 2; ring++) {
			struct made *m = made_new();
			m->no_ring = ring;
			for (size_t i = 0; i < 600; i++) {
				made_span(m, "a", (tc_instant)(i * 10 * ms), ns, ns, false);
				made_span(m, "b", (tc_instant)(i * 10 * ms), ns, 0, true);
			}
			check(m);
		}
}

static void of_one_enormous_outlier(void **state)
{
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 300; i++)
		made_span(m, "a", (tc_instant)(i * 10 * ms), ms, ms, false);
	made_span(m, "b", 0, ms, ms, false);
	m->name[0].figures.max_ns = UINT64_MAX / 2;
	m->name[0].figures.sum_ns = tc_wide_add(m->name[0].figures.sum_ns, tc_wide_of(UINT64_MAX / 2));
	m->name[0].figures.squares_ns2 = tc_wide_product(UINT64_MAX / 2, UINT64_MAX / 2);
	m->session.span[299].duration_ns = UINT64_MAX / 2;
	m->node[0].figures.self_ns = m->name[0].figures.self_ns = UINT64_MAX / 2;
	check(m);
}

/* Spans that begin earlier than those before them, and before the session did; windows in a wrong order. */
static void of_time_that_goes_back(void **state)
{
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 400; i++)
		made_span(m, "a", (tc_instant)((400 - i) * 10 * ms), (1 + i % 7) * ms, ms, false);
	for (size_t i = 0; i < 200; i++)
		m->session.span[i].begin = -m->session.span[i].begin;
	for (size_t w = 0; w + 1 < m->session.windows; w += 2) {
		struct tc_window_view swapped = m->window[w];
		m->window[w] = m->window[w + 1];
		m->window[w + 1] = swapped;
	}
	check(m);
}

/* Figures that contradict each other, as only a hostile recording has them. */
static void of_figures_that_are_not_so(void **state)
{
	struct made *m = made_new();
	(void)state;
	for (size_t i = 0; i < 300; i++)
		made_span(m, "a", (tc_instant)(i * 10 * ms), ms, ms, false);
	made_name(m, "b");
	m->name[1].figures.failed = m->node[1].figures.failed = 7;
	m->name[0].figures.failed = m->node[0].figures.failed = UINT64_MAX;
	m->name[0].figures.count = m->node[0].figures.count = UINT64_MAX;
	m->name[0].figures.self_ns = m->node[0].figures.self_ns = UINT64_MAX;
	m->name[0].figures.sum_ns = m->node[0].figures.sum_ns = (struct tc_wide){UINT64_MAX, UINT64_MAX};
	for (size_t w = 0; w < m->session.windows; w++) {
		struct tc_window_entry *entry = (struct tc_window_entry *)&m->window[w].entry[0];
		entry->self_ns = w % 2 ? INT64_MAX : INT64_MIN;
		entry->count = UINT64_MAX;
		entry->min_ns = 9 * ms;
		entry->max_ns = 0;
	}
	check(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_no_spans),
		cmocka_unit_test(of_one_and_two_spans),
		cmocka_unit_test(of_equal_and_of_zero_durations),
		cmocka_unit_test(of_one_enormous_outlier),
		cmocka_unit_test(of_time_that_goes_back),
		cmocka_unit_test(of_figures_that_are_not_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
