/* SPDX-License-Identifier: MIT
 *
 * Phases without a variable, ends by name, a threshold, a new epoch: and figures that are right after each.
 */
#include <pthread.h>
#include "recorded.h"

static TACHO_SITE(outer, "outer");
static TACHO_SITE(inner, "inner");

/* Of the figures and of the histogram, which have to agree. */
static uint64_t agreed_count(const struct tc_session *s, const char *name)
{
	const struct tc_name_view *view = recorded_name(s, name);
	if (view)
		assert_int_equal(tc_histogram_total(&view->figures.histogram), view->figures.count);
	return recorded_count(s, name);
}

static void phases_by_name(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span current;
	assert_int_equal(tacho_span_end_current(), 0); /* nothing records */
	recorded_start(&r);
	recorded_mark(&outer, 1);
	assert_int_equal(tacho_span_end_current(), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "no span is open"));
	tacho_phase_begin("load");
	tacho_phase_begin("parse");
	assert_int_equal(tacho_span_end_named("load"), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "\"parse\""));
	assert_non_null(strstr(tacho_last_error(), "\"load\""));
	assert_int_equal(tacho_span_end_named("unheard of"), TACHO_EINVAL);
	assert_true(tacho_phase_current(&current));
	tacho_span_attr(&current, "lines", 12);
	tacho_span_fail_message(&current, -5, "line 7");
	assert_int_equal(tacho_span_end_named("parse"), 0);
	assert_int_equal(tacho_span_end_current(), 0);
	recorded_mark(&outer, 1);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(agreed_count(s, "load"), 1);
	assert_int_equal(agreed_count(s, "parse"), 1);
	assert_int_equal(agreed_count(s, "outer"), 2);
	assert_null(recorded_name(s, "unheard of"));
	const struct tc_name_view *parse = recorded_name(s, "parse");
	assert_int_equal(parse->figures.failed, 1);
	assert_string_equal(parse->failed_kept->message, "line 7");
	assert_int_equal(parse->failed_kept->attribute[0].i64, 12);
	assert_int_equal(s->root->children, 2);
	assert_int_equal(s->open_spans, 0);
	recorded_drop(&r, s);
}

/* Attributes of the phase after so many others that the ring went round. */
static void a_phase_finds_its_attributes(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span current;
	recorded_start(&r);
	for (int i = 0; i < 5000; i++) {
		TACHO_SPAN(span, "noise");
		tacho_span_attr(&span, "text", &"0123456789abcdefghijklmnopqrstuvwxyz"[i % 30]);
	}
	tacho_phase_begin("load");
	assert_true(tacho_phase_current(&current));
	tacho_span_attr(&current, "file", "a.jpg");
	assert_int_equal(tacho_span_end_current(), 0);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_span_view *span = recorded_name(s, "load")->slowest;
	assert_int_equal(span->attributes, 1);
	assert_string_equal(span->attribute[0].text, "a.jpg");
	recorded_drop(&r, s);
}

/* The scope's own end finds nothing to do; spans around it are not disturbed. */
static void a_scope_ended_by_name_inside_it(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span around, ended;
	recorded_start(&r);
	for (int i = 0; i < 100; i++) {
		tacho_span_begin(&around, &outer);
		tacho_span_begin(&ended, &inner);
		tacho_span_attr(&ended, "n", i);
		assert_false(tacho_phase_current(&(struct tacho_span)TACHO_NO_SPAN));
		assert_int_equal(tacho_span_end_named("inner"), 0);
		if (i % 2)
			tacho_phase_begin("left open"); /* goes with the scope around it */
		tacho_span_end(&ended);
		tacho_span_end(&around);
	}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(agreed_count(s, "outer"), 100);
	assert_int_equal(agreed_count(s, "inner"), 100);
	assert_int_equal(agreed_count(s, "left open"), 0);
	assert_int_equal(recorded_name(s, "inner")->slowest->attributes, 1);
	assert_int_equal(s->open_spans, 0);
	recorded_drop(&r, s);
}

static void deeper_than_the_stack_is_named(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	for (int i = 0; i < 300; i++)
		tacho_phase_begin("deep");
	assert_int_equal(tacho_span_end_current(), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "256"));
	assert_int_equal(tacho_span_end_named("deep"), TACHO_EINVAL);
	tc_recorder_close();
	recorded_remove(&r);
}

static void spin(uint64_t ns)
{
	uint64_t until = tc_monotonic_ns() + ns;
	while (tc_monotonic_ns() < until)
		;
}

/* Counted in every figure, kept only if long or failed. */
static void a_threshold(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	recorded_mark(&outer, 10);
	tacho_set_threshold_ns(1000000000);
	recorded_mark(&inner, 5000);
	struct tacho_span span;
	tacho_span_begin(&span, &inner);
	usleep(1100000);
	tacho_span_end(&span);
	tacho_span_begin(&span, &inner);
	tacho_span_fail(&span, -1);
	tacho_span_end(&span);
	recorded_mark(&inner, 3);
	recorded_mark(&outer, 7);
	tacho_set_threshold_ns(0);
	recorded_mark(&outer, 4);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(agreed_count(s, "inner"), 5005);
	assert_int_equal(agreed_count(s, "outer"), 21);
	assert_int_equal(s->process[0].finished, 5026);
	assert_int_equal(s->process[0].kept, 16);
	assert_int_equal(s->spans, 16);
	assert_int_equal(recorded_name(s, "inner")->figures.failed, 1);
	assert_int_equal(recorded_name(s, "inner")->slowest_count, 2);
	recorded_drop(&r, s);
}

static pthread_barrier_t barrier, last;

static void *record_before_and_after(void *unused)
{
	struct tacho_span open;
	recorded_mark(&inner, 1000);
	tacho_span_begin(&open, &outer);
	pthread_barrier_wait(&barrier); /* now it is reset */
	pthread_barrier_wait(&barrier);
	recorded_mark(&inner, 10);
	tacho_span_end(&open);
	return unused;
}

static void *record_and_idle(void *unused)
{
	recorded_mark(&inner, 1000);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&last); /* the session was read */
	return unused;
}

/* What was is gone, what is open goes on, threads that do nothing more leave nothing. */
static void a_reset(void **state)
{
	(void)state;
	struct recorded r;
	pthread_t busy, idle;
	struct tacho_async async;
	recorded_start(&r);
	pthread_barrier_init(&barrier, NULL, 3);
	pthread_barrier_init(&last, NULL, 2);
	tacho_async_begin(&async, &outer, NULL);
	recorded_mark(&inner, 3000);
	pthread_create(&busy, NULL, record_before_and_after, NULL);
	pthread_create(&idle, NULL, record_and_idle, NULL);
	pthread_barrier_wait(&barrier);
	tacho_reset();
	pthread_barrier_wait(&barrier);
	pthread_join(busy, NULL);
	recorded_mark(&inner, 5);
	tacho_async_end(&async);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(agreed_count(s, "inner"), 15);
	assert_int_equal(agreed_count(s, "outer"), 2);
	assert_int_equal(s->spans, 17);
	assert_int_equal(s->open_spans, 0);
	bool said = false;
	for (size_t i = 0; i < s->notes; i++)
		said |= strstr(s->note[i], "tacho_reset()") != NULL;
	assert_true(said);
	pthread_barrier_wait(&last);
	pthread_join(idle, NULL);
	recorded_drop(&r, s);
}

static bool stop;

static void *record_until_stopped(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		TACHO_SCOPE("outer");
		recorded_mark(&inner, 20);
	}
	return unused;
}

/* While others record without a pause: figures agree with themselves after the last of many. */
static void many_resets_beside_recording(void **state)
{
	(void)state;
	struct recorded r;
	pthread_t thread[3];
	recorded_start(&r);
	stop = false;
	for (int i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, record_until_stopped, NULL);
	for (int i = 0; i < 200; i++) {
		spin(100000);
		tacho_reset();
		tacho_set_threshold_ns(i % 3 ? 0 : 200);
		if (i % 20 == 0) {
			struct tc_session *live = recorded_open(&r, NULL);
			tc_session_release(live);
		}
	}
	tacho_set_threshold_ns(0);
	spin(2000000);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	struct tc_session *s = recorded_finish(&r);
	assert_true(agreed_count(s, "inner") > 0);
	assert_true(agreed_count(s, "inner") + 60 >= 20 * agreed_count(s, "outer"));
	recorded_drop(&r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phases_by_name),
		cmocka_unit_test(a_phase_finds_its_attributes),
		cmocka_unit_test(a_scope_ended_by_name_inside_it),
		cmocka_unit_test(deeper_than_the_stack_is_named),
		cmocka_unit_test(a_threshold),
		cmocka_unit_test(a_reset),
		cmocka_unit_test(many_resets_beside_recording),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
