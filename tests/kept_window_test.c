/* SPDX-License-Identifier: MIT
 *
 * Of a time window the slowest and the first and last failed spans are its own, whatever came before and after.
 */
#include "recorded.h"

static TACHO_SITE(job, "job");

static const uint64_t ms = 1000000;

/* Failed ones, each longer than all of the others', 1 s apart from those. */
static void record_slow_and_failed(uint64_t from_ns)
{
	for (uint64_t i = 0; i < 10; i++)
		tacho_span_record(&job, from_ns + i * ms, ms + i, true);
}

static struct tc_session *open_between(const struct recorded *r, uint64_t from_ns, uint64_t to_ns)
{
	struct tc_session *whole = recorded_open(r, &(struct tc_session_options){.no_spans = true});
	uint64_t begin_ns = whole->manifest.begin.monotonic_ns;
	tc_session_release(whole);
	return recorded_open(r, &(struct tc_session_options){.no_spans = true,
					.has_window = true,
					.from = (tc_instant)(from_ns - begin_ns),
					.to = (tc_instant)(to_ns - begin_ns)});
}

static void test_spans_of_the_middle(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	uint64_t begin_ns = tc_monotonic_ns(), middle_ns = begin_ns + 1000 * ms, end_ns = begin_ns + 2000 * ms;
	record_slow_and_failed(begin_ns);
	for (uint64_t i = 0; i < 20; i++)
		tacho_span_record(&job, middle_ns + i * ms, 1000 + i * 7 % 20, i == 3 || i == 7 || i == 11);
	record_slow_and_failed(end_ns);
	tc_session_release(recorded_finish(&r));
	struct tc_session *s = open_between(&r, middle_ns - 500 * ms, end_ns - 500 * ms);
	const struct tc_name_view *name = recorded_name(s, "job");
	assert_int_equal(name->figures.count, 20);
	assert_int_equal(name->figures.failed, 3);
	assert_int_equal(name->slowest_count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(name->slowest[i].duration_ns, 1019 - i);
	assert_int_equal(name->failed_kept_count, 2);
	assert_int_equal(name->failed_kept[0].duration_ns, 1000 + 3 * 7 % 20);
	assert_int_equal(name->failed_kept[1].duration_ns, 1000 + 11 * 7 % 20);
	recorded_drop(&r, s);
}

/* What was kept for good lies in the ring too, and is there once. */
static void test_nothing_is_there_twice(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	uint64_t begin_ns = tc_monotonic_ns();
	record_slow_and_failed(begin_ns);
	tc_session_release(recorded_finish(&r));
	struct tc_session *s = open_between(&r, begin_ns, begin_ns + 1000 * ms);
	const struct tc_name_view *name = recorded_name(s, "job");
	assert_int_equal(name->slowest_count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(name->slowest[i].duration_ns, ms + 9 - i);
	assert_int_equal(name->failed_kept_count, 2);
	recorded_drop(&r, s);
}

/* An instant with a ms around it: the span's end is on the counter, which tells the time of day to a fraction of a us. */
static uint64_t instant_apart(void)
{
	uint64_t begin_ns = tc_monotonic_ns();
	while (tc_monotonic_ns() < begin_ns + 2 * ms)
		;
	return begin_ns + ms;
}

static uint64_t fail_one(int number)
{
	TACHO_SPAN(span, "fails");
	tacho_span_attr(&span, "number", number);
	tacho_span_fail_message(&span, -number, "why");
	return instant_apart(); /* before its end */
}

static void test_they_have_their_attributes(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	fail_one(0);
	uint64_t from_ns = instant_apart();
	for (int i = 1; i < 4; i++)
		fail_one(i);
	uint64_t to_ns = fail_one(4);
	tc_session_release(recorded_finish(&r));
	struct tc_session *s = open_between(&r, from_ns, to_ns);
	const struct tc_name_view *name = recorded_name(s, "fails");
	assert_int_equal(name->failed_kept_count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct tc_span_view *span = &name->failed_kept[i];
		assert_int_equal(span->attributes, 1);
		assert_int_equal(span->attribute[0].i64, i ? 3 : 1);
		assert_int_equal(span->code, i ? -3 : -1);
		assert_string_equal(span->message, "why");
		assert_false(span->attributes_lost);
	}
	recorded_drop(&r, s);
}

static TACHO_SITE(hung_around, "around");
static TACHO_SITE(hung_part, "part");
static TACHO_SITE(hung, "hung");

static struct tc_session *open_from_to(const struct recorded *r, tc_instant from, tc_instant to)
{
	return recorded_open(r, &(struct tc_session_options){.has_window = true, .from = from, .to = to});
}

static const struct tc_span_view *open_span(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->open_spans; i++)
		if (!strcmp(session->name[session->open_span[i].name].name, name))
			return &session->open_span[i];
	fail_msg("%s is not open", name);
	return NULL;
}

/* As in a session that hangs, or was killed: open spans have the time that they were open in the window. */
static void test_what_is_open_has_its_part(void **state)
{
	struct recorded r;
	struct tacho_span around, part, inner;
	(void)state;
	recorded_start(&r);
	tacho_span_begin(&around, &hung_around);
	tacho_span_begin(&part, &hung_part);
	usleep(1000);
	tacho_span_end(&part);
	tacho_span_begin(&inner, &hung);
	usleep(1000);
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	tc_instant begin = open_span(s, "around")->begin, inside = open_span(s, "hung")->begin;
	uint64_t part_ns = tc_wide_bounded(recorded_name(s, "part")->figures.sum_ns);
	assert_true(s->end > inside + 500000);
	tc_session_release(s);
	s = open_from_to(&r, inside, inside + 500000);
	assert_int_equal(recorded_name(s, "hung")->open_ns, 500000);
	assert_int_equal(recorded_name(s, "hung")->figures.self_ns, 500000);
	assert_int_equal(recorded_name(s, "around")->open_ns, 500000);
	assert_int_equal(recorded_name(s, "around")->figures.self_ns, 0);
	tc_session_release(s);
	s = open_from_to(&r, begin, inside + 500000);
	double around_ns = (double)(inside + 500000 - begin);
	assert_true(tc_near((double)recorded_name(s, "around")->open_ns, around_ns, 1));
	assert_true(tc_near(
		(double)recorded_name(s, "around")->figures.self_ns, around_ns - (double)part_ns - 500000, 1000));
	tacho_span_end(&inner);
	tacho_span_end(&around);
	tc_recorder_close();
	recorded_drop(&r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_open_has_its_part),
		cmocka_unit_test(test_spans_of_the_middle),
		cmocka_unit_test(test_nothing_is_there_twice),
		cmocka_unit_test(test_they_have_their_attributes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
