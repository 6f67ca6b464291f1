/* SPDX-License-Identifier: MIT
 *
 * Trees of spans of sessions that were really recorded: threads, jobs that are handed over, forks, rings that lack some.
 */
#include <math.h>
#include <pthread.h>
#include <sys/wait.h>
#include "analyze/critical_path.h"
#include "analyze/paths.h"
#include "format/store.h"
#include "recorded.h"

static TACHO_SITE(outer, "outer");
static TACHO_SITE(request, "request");
static TACHO_SITE(job, "job");
static TACHO_SITE(work, "work");
static TACHO_SITE(part, "part");

/* As "name(child child(…))", siblings by begin, trees apart by a blank. */
static void write_tree(char *out, size_t room, const struct tc_session_trees *trees, uint32_t index)
{
	const struct tc_tree_span *span = &trees->forest.span[index];
	strncat(out, trees->session->name[span->name].name, room - strlen(out) - 1);
	for (uint32_t i = 0; i < span->children; i++) {
		strncat(out, i ? " " : "(", room - strlen(out) - 1);
		write_tree(out, room, trees, span->child + i);
	}
	strncat(out, span->children ? ")" : "", room - strlen(out) - 1);
}

static void check_trees(const struct tc_session *session, const char *want, const char *basis)
{
	struct tc_session_trees trees;
	char text[1024] = "";
	assert_int_equal(tc_session_trees_build(&trees, session), 0);
	for (size_t i = 0; i < trees.forest.trees; i++) {
		strncat(text, i ? " " : "", sizeof text - strlen(text) - 1);
		write_tree(text, sizeof text, &trees, trees.forest.tree[i].first);
	}
	assert_string_equal(text, want);
	assert_string_equal(trees.basis, basis);
	tc_session_trees_release(&trees);
}

/* A span that lasts as long as the clock can tell, so that none is dropped for having no duration. */
static void lasting(struct tacho_site *site)
{
	struct tacho_span span;
	tacho_span_begin(&span, site);
	usleep(100);
	tacho_span_end(&span);
}

static void do_request(int parts)
{
	struct tacho_span span;
	tacho_span_begin(&span, &request);
	for (int i = 0; i < parts; i++)
		lasting(&part);
	tacho_span_end(&span);
}

static void scopes_nest(void **unused)
{
	struct recorded r;
	(void)unused;
	recorded_start(&r);
	do_request(1);
	do_request(2);
	lasting(&part);
	struct tc_session *s = recorded_finish(&r);
	check_trees(s, "request(part) request(part part) part", "all 3 root trees");
	recorded_drop(&r, s);
}

/* A ring of 16 has the last 15 spans: four requests, and a fifth of which nobody knows that it had no more parts. */
static void what_the_ring_lacks_is_no_tree(void **unused)
{
	struct recorded r;
	(void)unused;
	recorded_make(&r);
	recorded_begin(&r, 16);
	for (int i = 0; i < 40; i++)
		do_request(2);
	struct tc_session *s = recorded_finish(&r);
	check_trees(s, "request(part part) request(part part) request(part part) request(part part)",
		"the newest 4 of 40 root trees");
	recorded_drop(&r, s);
}

static void below_a_root_that_is_not_whole(void **unused)
{
	struct recorded r;
	struct tacho_span around;
	struct tc_paths *paths;
	(void)unused;
	recorded_make(&r);
	recorded_begin(&r, 16);
	tacho_span_begin(&around, &outer);
	for (int i = 0; i < 40; i++)
		do_request(3);
	tacho_span_end(&around);
	struct tc_session *s = recorded_finish(&r);
	check_trees(s, "request(part part part) request(part part part) request(part part part)",
		"the newest 3 of 40 trees below roots that are not whole");
	assert_int_equal(tc_paths_find(&paths, s), 0);
	double all_ns = tc_wide_double(recorded_name(s, "outer")->figures.sum_ns);
	assert_true(tc_near(paths->total_ns, all_ns, all_ns / 1e9)); /* however few are at hand */
	assert_true(tc_near(paths->avg_parallelism, 1, 1e-9));
	tc_paths_release(paths);
	recorded_drop(&r, s);
}

/* The newest requests have quick parts only: what the lost ones took is in the figures. */
static void what_the_rings_lost_has_its_time(void **unused)
{
	struct recorded r;
	struct tc_paths *paths;
	struct tc_saving halved;
	(void)unused;
	recorded_make(&r);
	recorded_begin(&r, 64);
	for (int i = 0; i < 100; i++) {
		struct tacho_span span;
		tacho_span_begin(&span, &request);
		if (i < 20)
			lasting(&part);
		else
			recorded_mark(&part, 1);
		if (i < 3)
			lasting(&work);
		tacho_span_end(&span);
	}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(tc_paths_find(&paths, s), 0);
	const char *const names[] = {"request", "part", "work"};
	for (int i = 0; i < 3; i++) {
		const struct tc_name_view *view = recorded_name(s, names[i]);
		double ns = (double)view->figures.self_ns;
		assert_true(tc_near(paths->name[view - s->name].path_ns, ns, ns / 1e9));
		assert_int_equal(tc_paths_save(&halved, paths, (uint32_t)(view - s->name), 0.5), 0);
		assert_true(tc_near(halved.ns, ns / 2, ns / 1e9));
	}
	tc_paths_release(paths);
	recorded_drop(&r, s);
}

struct handed {
	struct tacho_async async;
	pthread_t by;
	pthread_barrier_t *together;
};

static void *do_job(void *argument)
{
	struct handed *handed = argument;
	struct tacho_context before = tacho_context_set(tacho_async_context(&handed->async));
	pthread_barrier_wait(handed->together);
	lasting(&work);
	pthread_barrier_wait(handed->together);
	tacho_context_set(before);
	tacho_async_end(&handed->async);
	return NULL;
}

/* Two jobs at a time on threads of their own, below the span that began them. */
static void jobs_of_other_threads_overlap(void **unused)
{
	struct recorded r;
	struct tacho_span around;
	struct handed handed[2];
	pthread_barrier_t together;
	struct tc_paths *paths;
	(void)unused;
	pthread_barrier_init(&together, NULL, 2);
	recorded_start(&r);
	tacho_span_begin(&around, &outer);
	for (int i = 0; i < 2; i++) {
		handed[i].together = &together;
		tacho_async_begin(&handed[i].async, &job, NULL);
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&handed[i].by, NULL, do_job, &handed[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(handed[i].by, NULL);
	tacho_span_end(&around);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(tc_paths_find(&paths, s), 0);
	assert_string_equal(paths->trees.basis, "the only root tree");
	assert_int_equal(paths->trees.forest.spans, 5);
	assert_true(paths->trees.forest.tree[0].overlaps);
	assert_true(paths->avg_parallelism > 1);
	/* Paths are weighed to the recorded sums, which are by the counter's nominal rate; a tree's times are by the moments at which
	 * counter and clock were read together, 100 ns of error each over a recording of about a ms. */
	double sum_ns = tc_wide_double(recorded_name(s, "outer")->figures.sum_ns);
	assert_true(tc_near(paths->total_ns, sum_ns, sum_ns / 1e3));
	tc_paths_release(paths);
	recorded_drop(&r, s);
	pthread_barrier_destroy(&together);
}

struct forked {
	struct tacho_context context;
	pthread_barrier_t *together;
};

static void *do_part_of_request(void *argument)
{
	struct forked *forked = argument;
	struct tacho_span span;
	struct tacho_context before = tacho_context_set(forked->context);
	tacho_span_begin(&span, &work);
	pthread_barrier_wait(forked->together); /* both have begun: neither ends before the other begins */
	usleep(100);
	tacho_span_end(&span);
	tacho_context_set(before);
	return NULL;
}

/* Fork and join with scopes: those of two threads lie in the scope that they were given, also where many such have been. */
static void scopes_of_other_threads_overlap(void **unused)
{
	struct recorded r;
	pthread_barrier_t together;
	struct tc_paths *paths;
	(void)unused;
	pthread_barrier_init(&together, NULL, 2);
	recorded_start(&r);
	for (int round = 0; round < 3; round++) {
		struct tacho_span around;
		pthread_t by[2];
		tacho_span_begin(&around, &outer);
		struct forked forked = {tacho_context_get(), &together};
		for (int i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&by[i], NULL, do_part_of_request, &forked), 0);
		for (int i = 0; i < 2; i++)
			pthread_join(by[i], NULL);
		tacho_span_end(&around);
	}
	struct tc_session *s = recorded_finish(&r);
	check_trees(s, "outer(work work) outer(work work) outer(work work)", "all 3 root trees");
	assert_int_equal(tc_paths_find(&paths, s), 0);
	assert_true(paths->trees.forest.tree[0].overlaps);
	double sum_ns = tc_wide_double(recorded_name(s, "outer")->figures.sum_ns);
	assert_true(tc_near(paths->total_ns, sum_ns, sum_ns / 1e3));
	tc_paths_release(paths);
	recorded_drop(&r, s);
	pthread_barrier_destroy(&together);
}

/* What a link leads back to its parent from was not waited for. */
static void what_follows_is_no_part_of_its_parent(void **unused)
{
	struct recorded r;
	struct tacho_span around;
	struct tacho_async async;
	(void)unused;
	recorded_start(&r);
	tacho_span_begin(&around, &outer);
	tacho_async_begin(&async, &job, NULL);
	tacho_async_link(&async, tacho_span_id(&around));
	lasting(&part);
	tacho_async_end(&async);
	tacho_span_end(&around);
	struct tc_session *s = recorded_finish(&r);
	check_trees(s, "outer(part)", "the only root tree");
	recorded_drop(&r, s);
}

static void other_processes_lie_below_what_started_them(void **unused)
{
	struct recorded r;
	struct tacho_span around;
	(void)unused;
	recorded_start(&r);
	tacho_span_begin(&around, &outer);
	pid_t child = fork();
	if (!child) {
		setenv(TC_ENV_PARENT, "outer", 1); /* as `tacho span` does */
		lasting(&work);
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	lasting(&part);
	tacho_span_end(&around);
	struct tc_session *s = recorded_finish(&r);
	check_trees(s, "outer(work part)", "the only root tree");
	recorded_drop(&r, s);
}

/* R11.4: an interval where there is something to take it from, and why there is none. */
static void savings_have_an_interval_or_say_why(void **unused)
{
	struct recorded r;
	struct tc_paths *paths;
	struct tc_saving few, many, none;
	(void)unused;
	recorded_start(&r);
	for (int i = 0; i < 3; i++)
		lasting(&outer);
	for (int i = 0; i < 20; i++)
		do_request(1);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(tc_paths_find(&paths, s), 0);
	assert_int_equal(tc_paths_save(&few, paths, (uint32_t)(recorded_name(s, "outer") - s->name), 0), 0);
	assert_int_equal(tc_paths_save(&many, paths, (uint32_t)(recorded_name(s, "part") - s->name), 0.5), 0);
	assert_int_equal(tc_paths_save(&none, paths, (uint32_t)(recorded_name(s, "part") - s->name), 1), 0);
	assert_true(isnan(few.low_ns) && few.reason);
	assert_true(tc_near(few.ns, tc_wide_double(recorded_name(s, "outer")->figures.sum_ns), few.ns / 1e3));
	double half_ns = tc_wide_double(recorded_name(s, "part")->figures.sum_ns) / 2;
	assert_true(tc_near(many.ns, half_ns, half_ns / 1e3));
	/* A machine that is slow for a while makes neighbours alike: 20 requests may be too few then, which is said. */
	bool alike = many.reason && strstr(many.reason, "they hang on each other");
	assert_true(alike ? isnan(many.low_ns) : !many.reason && many.low_ns < many.ns && many.ns < many.high_ns);
	assert_true(alike || many.low_ns >= 0);
	assert_true(none.ns == 0 && none.high_ns == 0);
	tc_paths_release(paths);
	recorded_drop(&r, s);
}

static void *leave_one_open(void *argument)
{
	struct tacho_span left;
	tacho_span_begin(&left, &request);
	lasting(&part);
	pthread_barrier_wait(argument);
	pthread_barrier_wait(argument); /* recorded meanwhile */
	tacho_span_end(&left);
	return NULL;
}

/* Running, or killed: parts of a request that has not ended are none of another thread's request, which lasted longer. */
static void what_has_not_ended_keeps_its_parts(void **unused)
{
	struct recorded r;
	struct tacho_span around;
	pthread_barrier_t together;
	pthread_t other;
	(void)unused;
	pthread_barrier_init(&together, NULL, 2);
	recorded_start(&r);
	tacho_span_begin(&around, &request);
	lasting(&part);
	assert_int_equal(pthread_create(&other, NULL, leave_one_open, &together), 0);
	pthread_barrier_wait(&together);
	tacho_span_end(&around);
	struct tc_session *s = recorded_open(&r, NULL);
	check_trees(s, "request(part)", "the only root tree");
	pthread_barrier_wait(&together);
	pthread_join(other, NULL);
	tc_recorder_close();
	recorded_drop(&r, s);
	pthread_barrier_destroy(&together);
}

static void without_spans_there_are_no_trees(void **unused)
{
	static const struct tc_session_options figures = {.no_spans = true};
	struct recorded r;
	struct tc_paths *paths;
	(void)unused;
	recorded_start(&r);
	do_request(3);
	tc_session_release(recorded_finish(&r));
	struct tc_session *s = recorded_open(&r, &figures);
	check_trees(s, "", "no tree of spans is whole");
	assert_int_equal(tc_paths_find(&paths, s), 0);
	assert_true(isnan(paths->avg_parallelism));
	double all_ns = tc_wide_double(recorded_name(s, "request")->figures.sum_ns);
	assert_true(tc_near(paths->total_ns, all_ns, all_ns / 1e9));
	tc_paths_release(paths);
	recorded_drop(&r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes_nest),
		cmocka_unit_test(what_the_ring_lacks_is_no_tree),
		cmocka_unit_test(below_a_root_that_is_not_whole),
		cmocka_unit_test(what_the_rings_lost_has_its_time),
		cmocka_unit_test(jobs_of_other_threads_overlap),
		cmocka_unit_test(scopes_of_other_threads_overlap),
		cmocka_unit_test(what_follows_is_no_part_of_its_parent),
		cmocka_unit_test(other_processes_lie_below_what_started_them),
		cmocka_unit_test(what_has_not_ended_keeps_its_parts),
		cmocka_unit_test(savings_have_an_interval_or_say_why),
		cmocka_unit_test(without_spans_there_are_no_trees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
