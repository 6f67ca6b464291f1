/* SPDX-License-Identifier: MIT
 *
 * Spans beside the stack: begun here and ended there, overlapping, below what another thread was doing, measured elsewhere.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "recorded.h"

static TACHO_SITE(outer, "outer");
static TACHO_SITE(job, "job");
static TACHO_SITE(step, "step");
static TACHO_SITE(work, "work");

static const struct tc_node_view *child_of(
	const struct tc_session *s, const struct tc_node_view *node, const char *name, uint32_t kind)
{
	for (size_t i = 0; i < node->children; i++)
		if (!strcmp(s->name[node->child[i]->name].name, name) && node->child[i]->kind == kind)
			return node->child[i];
	fail_msg("no %s of kind %u", name, kind);
	return NULL;
}

/* Two overlap on one thread, in neither order of a stack; what they last is not taken from the scope around them. */
static void overlapping_on_one_thread(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_async a, b;
	struct tacho_span around;
	recorded_start(&r);
	tacho_span_begin(&around, &outer);
	tacho_async_begin(&a, &job, NULL);
	tacho_async_begin(&b, &job, NULL);
	usleep(2000);
	tacho_async_end(&a);
	tacho_async_end(&a); /* twice is harmless */
	usleep(2000);
	tacho_async_end(&b);
	tacho_span_end(&around);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_node_view *o = child_of(s, s->root, "outer", TACHO_KIND_SCOPE),
				  *j = child_of(s, o, "job", TACHO_KIND_ASYNC);
	assert_int_equal(j->figures.count, 2);
	assert_true(j->figures.sum_ns.low >= 6000000);
	assert_true(o->figures.self_ns == o->figures.sum_ns.low);
	assert_int_equal(s->spans, 3);
	assert_int_equal(s->open_spans, 0);
	for (size_t i = 0; i < s->spans; i++)
		assert_int_equal(s->span[i].kind, i ? TACHO_KIND_ASYNC : TACHO_KIND_SCOPE);
	recorded_drop(&r, s);
}

struct handed {
	struct tacho_async async;
	pthread_t by;
	uint64_t enqueued;
};

static void *finish_job(void *argument)
{
	struct handed *handed = argument;
	struct tacho_context before = tacho_context_set(tacho_async_context(&handed->async));
	{
		TACHO_SPAN(span, "work");
		tacho_span_link(&span, handed->enqueued);
	}
	struct tacho_async below;
	tacho_async_begin(&below, &step, NULL);
	tacho_async_end(&below);
	tacho_context_set(before);
	tacho_async_attr(&handed->async, "result", 7);
	tacho_async_fail_message(&handed->async, -3, "no luck");
	tacho_async_end(&handed->async);
	{
		TACHO_SCOPE("afterwards");
	}
	return NULL;
}

/* Begun below "outer" in one thread, worked on and ended in another: one path in the tree. */
static void handed_to_another_thread(void **state)
{
	(void)state;
	struct recorded r;
	struct handed handed;
	struct tacho_span around;
	recorded_start(&r);
	tacho_span_begin(&around, &outer);
	handed.enqueued = tacho_span_id(&around);
	assert_true(handed.enqueued != 0);
	tacho_async_begin(&handed.async, &job, NULL);
	tacho_async_attr(&handed.async, "file", "a.jpg");
	tacho_async_link(&handed.async, handed.enqueued);
	uint64_t id = tacho_async_id(&handed.async);
	assert_int_equal(pthread_create(&handed.by, NULL, finish_job, &handed), 0);
	pthread_join(handed.by, NULL);
	tacho_span_end(&around);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_node_view *o = child_of(s, s->root, "outer", TACHO_KIND_SCOPE),
				  *j = child_of(s, o, "job", TACHO_KIND_ASYNC);
	assert_int_equal(j->figures.count, 1);
	assert_int_equal(j->figures.failed, 1);
	assert_int_equal(child_of(s, j, "work", TACHO_KIND_SCOPE)->figures.count, 1);
	assert_int_equal(child_of(s, j, "step", TACHO_KIND_ASYNC)->figures.count, 1);
	assert_int_equal(child_of(s, s->root, "afterwards", TACHO_KIND_SCOPE)->figures.count, 1);
	assert_true(o->figures.self_ns == o->figures.sum_ns.low);
	assert_int_equal(s->open_spans, 0);
	const struct tc_span_view *failed = recorded_name(s, "job")->failed_kept;
	assert_int_equal(failed->code, -3);
	assert_string_equal(failed->message, "no luck");
	assert_int_equal(failed->attributes, 2);
	assert_string_equal(failed->attribute[0].text, "a.jpg");
	assert_int_equal(failed->attribute[1].i64, 7);
	assert_true(failed->id == id);
	assert_int_equal(failed->links, 1);
	uint64_t linked = 0, of_outer = 0;
	for (size_t i = 0; i < s->spans; i++) {
		if (s->span[i].links && !s->span[i].kind)
			linked = s->span[i].link[0];
		if (!strcmp(s->name[s->span[i].name].name, "outer"))
			of_outer = s->span[i].id;
	}
	assert_true(linked == handed.enqueued && of_outer == handed.enqueued);
	recorded_drop(&r, s);
}

/* An explicit parent that is not current, and none at all. */
static void explicit_parents(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_async a, b, c;
	struct tacho_context none = {NULL, 0, 0, 0};
	recorded_start(&r);
	tacho_async_begin(&a, &job, NULL);
	struct tacho_context parent = tacho_async_context(&a);
	tacho_async_begin(&b, &step, &parent);
	{
		TACHO_SCOPE("outer");
		tacho_async_begin(&c, &step, &none);
		tacho_async_end(&c);
	}
	tacho_async_end(&a);
	tacho_async_end(&b); /* after its parent */
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(child_of(s, child_of(s, s->root, "job", 1), "step", 1)->figures.count, 1);
	assert_int_equal(child_of(s, s->root, "step", 1)->figures.count, 1);
	assert_int_equal(child_of(s, s->root, "outer", 0)->children, 0);
	recorded_drop(&r, s);
}

/* Coroutines that take turns on one thread, each with its own idea of what is current. */
static void contexts_take_turns(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_async span[3];
	struct tacho_context context[3];
	recorded_start(&r);
	for (int i = 0; i < 3; i++) {
		tacho_async_begin(&span[i], &job, NULL);
		context[i] = tacho_async_context(&span[i]);
	}
	for (int round = 0; round < 10; round++) {
		TACHO_SCOPE("runner");
		for (int i = 0; i < 3; i++) {
			struct tacho_context before = tacho_context_set(context[i]);
			{
				TACHO_SCOPE("work");
			}
			tacho_context_set(before);
		}
	}
	for (int i = 0; i < 3; i++)
		tacho_async_end(&span[i]);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(child_of(s, s->root, "runner", 0)->figures.count, 10);
	assert_int_equal(child_of(s, s->root, "runner", 0)->children, 0);
	assert_int_equal(child_of(s, child_of(s, s->root, "job", 1), "work", 0)->figures.count, 30);
	assert_int_equal(s->open_spans, 0);
	recorded_drop(&r, s);
}

/* What a killed process had begun is seen, also beyond the table: there it is counted. */
static void open_ones_survive_a_kill(void **state)
{
	(void)state;
	struct recorded r;
	int ready[2];
	char byte;
	recorded_make(&r);
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (!child) {
		static struct tacho_async many[2000];
		recorded_begin(&r, 64);
		for (int i = 0; i < 2000; i++)
			tacho_async_begin(&many[i], &job, NULL);
		for (int i = 0; i < 1000; i++)
			tacho_async_end(&many[i]);
		for (int i = 0; i < 10; i++)
			tacho_async_begin(&many[i], &step, NULL);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(recorded_name(s, "job")->figures.count, 1000);
	assert_int_equal(s->open_spans, 24 + 10);
	assert_int_equal(s->open_span[0].kind, TACHO_KIND_ASYNC);
	assert_int_equal(recorded_name(s, "step")->open, 10);
	close(ready[0]);
	close(ready[1]);
	recorded_drop(&r, s);
}

static void *begin_here(void *argument)
{
	struct tacho_async *async = argument;
	for (int i = 0; i < 3000; i++)
		tacho_async_begin(&async[i], &job, NULL);
	return NULL;
}

static void *end_here(void *argument)
{
	struct tacho_async *async = argument;
	for (int i = 0; i < 3000; i++)
		tacho_async_end(&async[i]);
	return NULL;
}

/* The places that other threads freed are found again; threads may be gone before their spans end. */
static void places_are_used_again(void **state)
{
	(void)state;
	static struct tacho_async async[3000];
	struct recorded r;
	pthread_t thread;
	recorded_start(&r);
	for (int round = 0; round < 20; round++) {
		assert_int_equal(pthread_create(&thread, NULL, begin_here, async), 0);
		pthread_join(thread, NULL);
		assert_int_equal(pthread_create(&thread, NULL, end_here, async), 0);
		pthread_join(thread, NULL);
	}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_name(s, "job")->figures.count, 60000);
	assert_int_equal(s->open_spans, 0);
	recorded_drop(&r, s);
}

/* Which thread began a span is noted among attributes, but takes none of them away: a ring has room for some 2,000 such notes. */
static void who_began_it_displaces_nothing(void **state)
{
	(void)state;
	static struct tacho_async async[3000];
	struct recorded r;
	struct tacho_span around;
	pthread_t thread;
	recorded_make(&r);
	recorded_begin(&r, 4096);
	tacho_span_begin(&around, &outer);
	begin_here(async);
	assert_int_equal(pthread_create(&thread, NULL, end_here, async), 0);
	pthread_join(thread, NULL);
	tacho_span_end(&around);
	struct tc_session *s = recorded_finish(&r);
	assert_true(s->spans >= 3000);
	for (size_t i = 0; i < s->spans; i++)
		assert_false(s->span[i].attributes_lost);
	recorded_drop(&r, s);
}

static void off_or_over_meanwhile(void **state)
{
	(void)state;
	struct recorded r, again;
	struct tacho_async a, b, c, never = TACHO_NO_ASYNC;
	tacho_async_end(&never);
	tacho_async_begin(&a, &job, NULL); /* nothing records */
	tacho_async_end(&a);
	recorded_start(&r);
	tacho_async_begin(&a, &job, NULL);
	tacho_async_begin(&b, &job, NULL);
	tacho_async_begin(&c, &job, NULL);
	tacho_set_recording(false);
	tacho_async_end(&a);
	tacho_set_recording(true);
	tacho_async_end(&b);
	struct tacho_context stale = tacho_async_context(&c);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_name(s, "job")->figures.count, 1);
	assert_int_equal(s->open_spans, 1);
	recorded_start(&again);
	tacho_async_end(&c); /* of a session that is over */
	tacho_context_set(stale);
	{
		TACHO_SCOPE("outer");
	}
	struct tc_session *later = recorded_finish(&again);
	assert_null(recorded_name(later, "job"));
	assert_int_equal(child_of(later, later->root, "outer", 0)->figures.count, 1);
	recorded_drop(&r, s);
	recorded_drop(&again, later);
}

static void attributes_that_do_not_fit(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_async a;
	char text[400];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = 0;
	recorded_start(&r);
	tacho_async_begin(&a, &job, NULL);
	tacho_async_attr(&a, "short", true);
	tacho_async_attr(&a, "long", text);
	tacho_async_attr(&a, "none", 1.5);
	tacho_async_end(&a);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_span_view *span = recorded_name(s, "job")->slowest;
	assert_int_equal(span->attributes, 2);
	assert_true(span->attribute[1].cut > 200 && span->attribute[1].text_bytes + span->attribute[1].cut == 399);
	recorded_drop(&r, s);
}

/* Exact durations; beside the stack; failures; more than fits a record. */
static void measured_elsewhere(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	{
		TACHO_SCOPE("outer");
		tacho_span_record(&work, 0, 1500, false);
		tacho_span_record(&work, tc_monotonic_ns() - 5000000000, 2500, true);
		tacho_span_record(&work, 0, UINT64_C(5000) * 1000000000, false);
	}
	struct tc_session *s = recorded_finish(&r);
	const struct tc_node_view *o = child_of(s, s->root, "outer", 0),
				  *w = child_of(s, o, "work", TACHO_KIND_MEASURED);
	assert_int_equal(w->figures.count, 3);
	assert_int_equal(w->figures.failed, 1);
	assert_true(w->figures.sum_ns.low == UINT64_C(5000) * 1000000000 + 4000);
	assert_int_equal(w->figures.min_ns, 1500);
	assert_true(w->figures.max_ns == UINT64_C(5000) * 1000000000);
	assert_int_equal(tc_histogram_total(&w->figures.histogram), 3);
	assert_true(o->figures.self_ns == o->figures.sum_ns.low);
	assert_true(recorded_name(s, "work")->slowest[0].duration_ns == UINT64_C(5000) * 1000000000);
	recorded_drop(&r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(overlapping_on_one_thread),
		cmocka_unit_test(handed_to_another_thread),
		cmocka_unit_test(explicit_parents),
		cmocka_unit_test(contexts_take_turns),
		cmocka_unit_test(open_ones_survive_a_kill),
		cmocka_unit_test(places_are_used_again),
		cmocka_unit_test(who_began_it_displaces_nothing),
		cmocka_unit_test(off_or_over_meanwhile),
		cmocka_unit_test(attributes_that_do_not_fit),
		cmocka_unit_test(measured_elsewhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
