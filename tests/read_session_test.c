/* SPDX-License-Identifier: MIT
 *
 * What real programs recorded, read back.
 */
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include "recorded.h"

static TACHO_SITE(outer, "outer");
static TACHO_SITE(inner, "inner");
static TACHO_SITE(broken, "broken");

static void work(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		struct tacho_span a, b;
		tacho_span_begin(&a, &outer);
		tacho_span_attr(&a, "round", i);
		tacho_span_begin(&b, &inner);
		tacho_span_end(&b);
		tacho_span_begin(&b, &broken);
		tacho_span_attr(&b, "ratio", 0.5);
		tacho_span_attr(&b, "last", (bool)(i + 1 == rounds));
		tacho_span_fail_message(&b, -7, "it broke");
		tacho_span_end(&b);
		tacho_span_end(&a);
	}
}

/* Figures of a name once more, from its records. */
static void check_against_records(const struct tc_session *session, const struct tc_name_view *name)
{
	uint64_t count = 0, failed = 0, min = UINT64_MAX, max = 0;
	tc_u128 sum = 0, squares = 0;
	for (size_t i = 0; i < session->spans; i++) {
		const struct tc_span_view *span = &session->span[i];
		if (&session->name[span->name] != name)
			continue;
		count++;
		failed += span->failed;
		sum += span->duration_ns;
		squares += (tc_u128)span->duration_ns * span->duration_ns;
		min = span->duration_ns < min ? span->duration_ns : min;
		max = span->duration_ns > max ? span->duration_ns : max;
	}
	assert_int_equal(count, name->figures.count);
	assert_int_equal(failed, name->figures.failed);
	assert_int_equal(min, name->figures.min_ns);
	assert_int_equal(max, name->figures.max_ns);
	assert_true(sum == tc_u128_of(name->figures.sum_ns) && squares == tc_u128_of(name->figures.squares_ns2));
	assert_int_equal(tc_histogram_total(&name->figures.histogram), count);
}

static void test_everything_of_one_process(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	recorded_begin(&r, 1024);
	work(100);
	tc_recorder_close();
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(s->processes, 1);
	assert_int_equal(s->process[0].state, TC_PROCESS_CLOSED);
	assert_int_equal(s->process[0].finished, 300);
	assert_int_equal(s->process[0].threads, 1);
	assert_int_equal(s->names, 3);
	assert_int_equal(s->spans, 300);
	assert_int_equal(s->open_spans, 0);
	assert_int_equal(s->notes, 0);
	assert_string_equal(s->name[0].name, "outer");
	assert_string_equal(s->name[1].name, "inner");
	assert_string_equal(s->name[2].name, "broken");
	for (size_t i = 0; i < 3; i++) {
		check_against_records(s, &s->name[i]);
		assert_true(s->name[i].summary.quantile_error == 0 && s->name[i].summary.median > 0);
	}
	assert_int_equal(s->root->children, 1);
	const struct tc_node_view *node = recorded_child(s, s->root, "outer");
	assert_int_equal(node->depth, 0);
	assert_int_equal(node->children, 2);
	const struct tc_node_view *in = recorded_child(s, node, "inner"), *bad = recorded_child(s, node, "broken");
	assert_true(in == node->child[0] && in->depth == 1 && in->parent == node);
	assert_int_equal(
		node->figures.self_ns, node->figures.sum_ns.low - in->figures.sum_ns.low - bad->figures.sum_ns.low);
	assert_int_equal(s->name[2].figures.failed, 100);
	assert_int_equal(s->name[2].failed_kept_count, 2);
	assert_string_equal(s->name[2].failed_kept[0].message, "it broke");
	assert_true(s->name[2].failed_kept[0].has_code && s->name[2].failed_kept[0].code == -7);
	assert_true(s->name[2].failed_kept[0].begin < s->name[2].failed_kept[1].begin);
	assert_int_equal(s->name[0].slowest_count, 5);
	for (size_t i = 1; i < 5; i++)
		assert_true(s->name[0].slowest[i - 1].duration_ns >= s->name[0].slowest[i].duration_ns);
	assert_int_equal(s->name[0].slowest[0].duration_ns, s->name[0].figures.max_ns);
	tc_session_release(s);
	recorded_remove(&r);
}

static void test_records_with_attributes(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	recorded_begin(&r, 1024);
	work(20);
	tc_recorder_close();
	struct tc_session *s = recorded_open(&r, NULL);
	tc_instant last = INT64_MIN;
	unsigned rounds = 0;
	for (size_t i = 0; i < s->spans; i++) {
		const struct tc_span_view *span = &s->span[i];
		assert_true(span->begin >= last && span->begin > 0 && span->thread == (uint32_t)getpid());
		last = span->begin;
		const char *name = s->name[span->name].name;
		if (!strcmp(name, "outer")) {
			assert_int_equal(span->attributes, 1);
			assert_string_equal(span->attribute[0].key, "round");
			assert_int_equal(span->attribute[0].i64, rounds++);
			assert_int_equal(span->depth, 0);
		} else if (!strcmp(name, "broken")) {
			assert_int_equal(span->attributes, 2);
			assert_true(span->attribute[0].type == TACHO_ATTR_F64 && span->attribute[0].f64 == 0.5);
			assert_true(span->attribute[1].type == TACHO_ATTR_BOOL);
			assert_int_equal(span->attribute[1].i64, rounds == 20);
			assert_true(span->failed && span->has_code && span->code == -7);
			assert_string_equal(span->message, "it broke");
		} else {
			assert_int_equal(span->attributes, 0);
			assert_int_equal(span->depth, 1);
		}
		assert_false(span->attributes_lost);
	}
	assert_int_equal(rounds, 20);
	tc_session_release(s);
	recorded_remove(&r);
}

/* The few spans that are kept for good have less room than the ring: why one failed comes first, long texts are cut. */
static void test_long_texts_of_kept_spans(void **state)
{
	(void)state;
	static char text[1200];
	struct recorded r;
	struct tacho_span span;
	memset(text, 'x', sizeof text - 1);
	recorded_make(&r);
	recorded_begin(&r, 1024);
	tacho_span_begin(&span, &broken);
	tacho_span_attr(&span, "text", text);
	tacho_span_attr(&span, "number", 42);
	tacho_span_fail_message(&span, -7, text);
	tacho_span_end(&span);
	for (int i = 0; i < 100; i++) { /* until the ring has nothing of it any more */
		TACHO_SPAN(other, "other");
		tacho_span_attr(&other, "text", text);
	}
	tc_recorder_close();
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(s->name[0].failed_kept_count, 1);
	const struct tc_span_view *kept = &s->name[0].failed_kept[0];
	assert_int_equal(strlen(kept->message), 160 + strlen("…"));
	assert_string_equal(kept->message + 160, "…");
	assert_true(kept->has_code && kept->code == -7);
	assert_int_equal(kept->attributes, 1);
	assert_string_equal(kept->attribute[0].key, "text");
	assert_int_equal(kept->attribute[0].text_bytes + kept->attribute[0].cut, sizeof text - 1);
	assert_true(kept->attributes_lost); /* the number */
	tc_session_release(s);
	recorded_remove(&r);
}

/* The rings overwrite, the figures don't; of attributes that were overwritten it is said. */
static void test_small_rings(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	recorded_begin(&r, 16);
	work(10000);
	tc_recorder_close();
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(s->spans, 15);
	assert_int_equal(s->process[0].finished, 30000);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(s->name[i].figures.count, 10000);
		assert_int_equal(tc_histogram_total(&s->name[i].figures.histogram), 10000);
		assert_true(s->name[i].summary.quantile_error > 0);
		assert_true(s->name[i].summary.p99 >= s->name[i].summary.median);
	}
	tc_session_release(s);
	struct tc_session_options options = {.no_spans = true};
	s = recorded_open(&r, &options);
	assert_int_equal(s->spans, 0);
	assert_int_equal(s->name[0].figures.count, 10000);
	tc_session_release(s);
	recorded_remove(&r);
}

static void test_live(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span a, b;
	recorded_make(&r);
	recorded_begin(&r, 64);
	work(5);
	tacho_span_begin(&a, &outer);
	tacho_span_attr(&a, "note", "still here");
	tacho_span_begin(&b, &inner);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(s->process[0].state, TC_PROCESS_RUNNING);
	assert_int_equal(s->open_spans, 2);
	assert_string_equal(s->name[s->open_span[0].name].name, "outer");
	assert_string_equal(s->open_span[0].attribute[0].text, "still here");
	assert_true(s->open_span[0].open && s->open_span[1].depth == 1);
	assert_int_equal(recorded_name(s, "outer")->open, 1);
	assert_int_equal(recorded_name(s, "outer")->figures.count, 5);
	assert_int_equal(tc_histogram_total(&recorded_name(s, "outer")->figures.histogram), 5);
	tc_session_release(s);
	tacho_span_end(&b);
	tacho_span_end(&a);
	tc_recorder_close();
	recorded_remove(&r);
}

/* Dies inside a span; with path, as `tacho span` would have called it. */
static void child(const struct recorded *r, const char *path, int rounds, bool die)
{
	pid_t pid = fork();
	if (!pid) {
		if (path)
			setenv("TACHO_PARENT", path, 1);
		struct tc_recorder_options options = {.live = r->directory, .ring_records = 1024};
		if (tc_recorder_open(&options))
			_exit(1);
		work(rounds);
		if (die) {
			struct tacho_span span;
			tacho_span_begin(&span, &broken);
			kill(getpid(), SIGKILL);
		}
		tc_recorder_close();
		_exit(0);
	}
	int status;
	waitpid(pid, &status, 0);
	assert_true(die ? WIFSIGNALED(status) : WIFEXITED(status) && !WEXITSTATUS(status));
}

static void test_processes_merge(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	child(&r, NULL, 10, false);
	child(&r, NULL, 20, false);
	child(&r,
		"build\x1f"
		"compile",
		30, false);
	child(&r, "build", 40, true);
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(s->processes, 4);
	assert_int_equal(recorded_name(s, "outer")->figures.count, 100);
	for (size_t i = 0; i < s->names; i++)
		if (s->name[i].figures.count)
			check_against_records(s, &s->name[i]);
	const struct tc_node_view *build = recorded_child(s, s->root, "build"),
				  *compile = recorded_child(s, build, "compile");
	assert_int_equal(recorded_child(s, s->root, "outer")->figures.count, 30);
	assert_int_equal(recorded_child(s, compile, "outer")->figures.count, 30);
	assert_int_equal(recorded_child(s, build, "outer")->figures.count, 40);
	assert_int_equal(recorded_child(s, recorded_child(s, build, "outer"), "inner")->depth, 2);
	assert_int_equal(s->process[3].state, TC_PROCESS_ENDED);
	assert_int_equal(s->open_spans, 1);
	assert_int_equal(s->open_span[0].process, 3);
	assert_string_equal(s->name[s->open_span[0].name].name, "broken");
	tc_session_release(s);
	recorded_remove(&r);
}

/* `tacho span` waits: its self time is what the processes below it leave. */
static void test_waiting_is_no_work(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span span;
	static TACHO_SITE(step, "step");
	recorded_make(&r);
	struct tc_recorder_options options = {.live = r.directory, .ring_records = 16, .waits = true};
	assert_int_equal(tc_recorder_open(&options), 0);
	tacho_span_begin(&span, &step);
	child(&r, "step", 10, false);
	child(&r, "step", 10, false);
	tacho_span_end(&span);
	tc_recorder_close();
	struct tc_session *s = recorded_open(&r, NULL);
	const struct tc_node_view *node = recorded_child(s, s->root, "step"), *below = recorded_child(s, node, "outer");
	assert_int_equal(below->figures.count, 20);
	assert_int_equal(node->figures.self_ns, node->figures.sum_ns.low - below->figures.sum_ns.low);
	assert_int_equal(recorded_name(s, "step")->figures.self_ns, node->figures.self_ns);
	tc_session_release(s);
	recorded_remove(&r);
}

static void test_globs(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	recorded_begin(&r, 1024);
	work(3);
	tc_recorder_close();
	struct tc_session_options options = {.name_glob = "[ib]*"};
	struct tc_session *s = recorded_open(&r, &options);
	assert_int_equal(s->names, 2);
	assert_int_equal(s->spans, 6);
	assert_int_equal(s->root->children, 2);
	assert_int_equal(s->root->child[0]->depth, 0);
	assert_null(recorded_name(s, "outer"));
	tc_session_release(s);
	recorded_remove(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_of_one_process),
		cmocka_unit_test(test_records_with_attributes),
		cmocka_unit_test(test_long_texts_of_kept_spans),
		cmocka_unit_test(test_small_rings),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_processes_merge),
		cmocka_unit_test(test_waiting_is_no_work),
		cmocka_unit_test(test_globs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
