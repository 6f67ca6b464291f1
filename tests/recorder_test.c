/* SPDX-License-Identifier: MIT
 *
 * What programs do to a recorder: come and go with threads, end spans in the wrong order, interrupt themselves,
 * close its descriptors, fill its disk.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include "recorded.h"

static TACHO_SITE(outer, "outer");
static TACHO_SITE(inner, "inner");
static TACHO_SITE(other, "other");

static void *short_thread(void *unused)
{
	recorded_mark(&outer, 3);
	return unused;
}

/* R1.14: blocks of threads that ended serve the next ones, and nothing of theirs is lost. */
static void five_hundred_short_threads(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	for (int i = 0; i < 50; i++) {
		pthread_t thread[10];
		for (int k = 0; k < 10; k++)
			assert_int_equal(pthread_create(&thread[k], NULL, short_thread, NULL), 0);
		for (int k = 0; k < 10; k++)
			pthread_join(thread[k], NULL);
	}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 1500);
	assert_int_equal(s->process[0].threads, 500);
	assert_true(s->process[0].kept >= 1000); /* in ten blocks at most */
	recorded_drop(&r, s);
}

static pthread_barrier_t barrier;

static void *outlive(void *unused)
{
	struct tacho_span open;
	tacho_span_begin(&open, &outer);
	pthread_barrier_wait(&barrier); /* now the recorder is closed */
	pthread_barrier_wait(&barrier);
	recorded_mark(&inner, 10);
	tacho_span_end(&open);
	pthread_barrier_wait(&barrier); /* and now open again */
	pthread_barrier_wait(&barrier);
	recorded_mark(&inner, 3);
	tacho_span_end(&open);
	return unused;
}

static void a_thread_that_outlives_the_recorder(void **state)
{
	(void)state;
	struct recorded r, again;
	pthread_t thread;
	pthread_barrier_init(&barrier, NULL, 2);
	recorded_start(&r);
	pthread_create(&thread, NULL, outlive, NULL);
	pthread_barrier_wait(&barrier);
	struct tc_session *s = recorded_finish(&r);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	recorded_start(&again);
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
	struct tc_session *later = recorded_finish(&again);
	assert_int_equal(recorded_count(s, "outer"), 0);
	assert_int_equal(recorded_count(s, "inner"), 0);
	assert_int_equal(recorded_count(later, "outer"), 0);
	assert_int_equal(recorded_count(later, "inner"), 3);
	recorded_drop(&r, s);
	recorded_drop(&again, later);
}

static void ends_in_any_order(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span a, b, c, none = TACHO_NO_SPAN;
	recorded_start(&r);
	tacho_span_end(&none);
	tacho_span_begin(&a, &outer);
	tacho_span_begin(&b, &inner);
	tacho_span_end(&a); /* takes b along */
	tacho_span_end(&a); /* twice is harmless */
	tacho_span_begin(&c, &other);
	tacho_span_end(&b); /* late: counted, and c is not disturbed */
	tacho_span_begin(&a, &inner);
	tacho_span_end(&a);
	tacho_span_end(&c);
	recorded_mark(&outer, 1);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 2);
	assert_int_equal(recorded_count(s, "inner"), 2);
	assert_int_equal(recorded_count(s, "other"), 1);
	assert_int_equal(s->open_spans, 0);
	assert_int_equal(s->root->children, 2); /* outer, other */
	recorded_drop(&r, s);
}

/* Spans that nobody ended, as after a longjmp, go with the one around them. */
static void spans_left_open(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	for (int i = 0; i < 100; i++) {
		struct tacho_span a, lost;
		tacho_span_begin(&a, &outer);
		for (int k = 0; k < 5; k++)
			tacho_span_begin(&lost, &inner);
		tacho_span_end(&a);
	}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 100);
	assert_int_equal(recorded_count(s, "inner"), 0);
	assert_int_equal(s->open_spans, 0);
	recorded_drop(&r, s);
}

static void deep(int levels)
{
	struct tacho_span span;
	if (!levels)
		return;
	tacho_span_begin(&span, &inner);
	deep(levels - 1);
	tacho_span_end(&span);
}

static void a_thousand_levels(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	deep(1000);
	deep(1000);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "inner"), 2000);
	assert_int_equal(s->open_spans, 0);
	recorded_drop(&r, s);
}

static void names_of_every_kind(void **state)
{
	(void)state;
	struct recorded r;
	static char long_name[10001], same_start[10001];
	memset(long_name, 'n', 10000);
	memset(same_start, 'n', 9999);
	same_start[9999] = 'm';
	static TACHO_SITE(long_site, long_name);
	static TACHO_SITE(same_site, same_start);
	static TACHO_SITE(hostile, "a\x1b[2J\xff\xfe\n\"b");
	static TACHO_SITE(empty, "");
	static TACHO_SITE(twin, "outer");
	recorded_start(&r);
	recorded_mark(&long_site, 1);
	recorded_mark(&same_site, 2);
	recorded_mark(&hostile, 3);
	recorded_mark(&empty, 4);
	recorded_mark(&outer, 5);
	recorded_mark(&twin, 6);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->names, 5);
	assert_true(s->name[0].bytes <= 1024 && s->name[1].bytes <= 1024);
	assert_string_not_equal(s->name[0].name, s->name[1].name);
	assert_int_equal(recorded_count(s, "a\x1b[2J\xff\xfe\n\"b"), 3);
	assert_int_equal(recorded_count(s, "(unnamed)"), 4);
	assert_int_equal(recorded_count(s, "outer"), 11);
	recorded_drop(&r, s);
}

static void off_and_on_at_run_time(void **state)
{
	(void)state;
	struct recorded r;
	struct tacho_span a, b;
	recorded_start(&r);
	assert_true(tacho_is_recording());
	tacho_span_begin(&a, &outer);
	tacho_span_begin(&b, &inner);
	tacho_set_recording(false);
	assert_false(tacho_is_recording());
	recorded_mark(&other, 5);
	tacho_span_end(&b); /* begun on, ended off: not recorded */
	tacho_set_recording(true);
	recorded_mark(&other, 2);
	tacho_span_end(&a);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 1);
	assert_int_equal(recorded_count(s, "inner"), 0);
	assert_int_equal(recorded_count(s, "other"), 2);
	assert_int_equal(s->open_spans, 0);
	recorded_mark(&outer, 3); /* closed: nothing happens */
	recorded_drop(&r, s);
}

static volatile uint64_t in_handler;

static void record_in_handler(int number)
{
	(void)number;
	struct tacho_span span;
	tacho_span_begin(&span, &other);
	tacho_span_attr(&span, "n", in_handler);
	tacho_span_end(&span);
	in_handler++;
}

/* A span of a handler that interrupts an end is turned away and counted; no figure is ever damaged by one. */
static void signal_handlers_that_record(void **state)
{
	(void)state;
	struct recorded r;
	struct itimerval every = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
	recorded_start(&r);
	recorded_mark(&other, 1);
	in_handler = 0;
	signal(SIGALRM, record_in_handler);
	setitimer(ITIMER_REAL, &every, NULL);
	for (int i = 0; i < 3000000; i++)
		recorded_mark(i & 1 ? &outer : &inner, 1);
	setitimer(ITIMER_REAL, &never, NULL);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_count(s, "outer"), 1500000);
	assert_int_equal(recorded_count(s, "inner"), 1500000);
	assert_int_equal(recorded_count(s, "other") + s->process[0].signal_lost, in_handler + 1);
	for (size_t i = 0; i < s->names; i++)
		assert_int_equal(tc_histogram_total(&s->name[i].figures.histogram), s->name[i].figures.count);
	print_message("%lu spans in handlers, %lu turned away\n", (unsigned long)in_handler,
		(unsigned long)s->process[0].signal_lost);
	recorded_drop(&r, s);
}

/* A daemon closes everything it inherited; the number may then be a file of its own, which is not touched. */
static void descriptors_closed_by_the_program(void **state)
{
	(void)state;
	struct recorded r;
	char path[96];
	static char names[400][16];
	static struct tacho_site sites[400];
	recorded_start(&r);
	recorded_mark(&outer, 1);
	close_range(3, ~0u, 0);
	snprintf(path, sizeof path, "%s/own", r.directory);
	int own = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(dup2(own, 200), 200);
	for (int i = 0; i < 400; i++) { /* needs more pages than there are */
		snprintf(names[i], sizeof names[i], "site.%d", i);
		sites[i].name = names[i];
		recorded_mark(&sites[i], 2);
	}
	struct stat st;
	assert_int_equal(fstat(own, &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(unlink(path), 0);
	uint64_t node_lost = tacho_self->node_lost;
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(fstat(200, &st), 0); /* still the program's */
	close(200);
	close(own);
	assert_int_equal(s->process[0].finished, 801);
	assert_true(recorded_count(s, "(other)") > 0 && node_lost + s->process[0].names_lost > 0);
	assert_true(s->notes > 0);
	recorded_drop(&r, s);
}

static void check_full(const char *directory)
{
	struct tc_recorder_options options = {.live = directory, .ring_records = 16};
	int result = tc_recorder_open(&options);
	if (result) { /* full already: one sentence, and the program goes on without */
		assert_int_equal(result, TACHO_ENOSPC);
		recorded_mark(&outer, 10);
		return;
	}
	static char names[3000][16];
	static struct tacho_site sites[3000];
	for (int i = 0; i < 3000; i++) {
		snprintf(names[i], sizeof names[i], "full.%d", i);
		sites[i].name = names[i];
		recorded_mark(&sites[i], 1);
	}
	recorded_mark(&outer, 10);
	tc_recorder_close();
}

/* Ends of every kind of room: a limit on file sizes, a small tmpfs; neither kills the program. */
static void no_room(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	for (int kib = 0; kib < 200; kib += 13) {
		pid_t child = fork();
		if (!child) {
			struct rlimit limit = {(rlim_t)kib * 1024, (rlim_t)kib * 1024};
			setrlimit(RLIMIT_FSIZE, &limit);
			check_full(r.directory);
			_exit(0);
		}
		recorded_wait_for(child);
	}
	if (mount("tmpfs", r.directory, "tmpfs", 0, "size=160k")) {
		print_message("no tmpfs may be mounted here: the file size limit has to do\n");
	} else {
		recorded_manifest(&r, true);
		pid_t child = fork();
		if (!child) {
			check_full(r.directory);
			_exit(0);
		}
		recorded_wait_for(child);
		struct tc_session *s = recorded_open(&r, NULL);
		assert_int_equal(s->process[0].finished, 3010);
		assert_true(s->process[0].space_lost > 0 && s->notes > 0);
		tc_session_release(s);
		assert_int_equal(umount(r.directory), 0);
	}
	recorded_remove(&r);
}

/* Where the kernel does not trust the counter: the same through calls and CLOCK_MONOTONIC. */
static void without_a_counter(void **state)
{
	(void)state;
	TC_SKIP_IF_EMULATED("it cannot exec itself");
	struct recorded r;
	recorded_make(&r);
	pid_t child = fork();
	if (!child) {
		char self[] = "/proc/self/exe";
		setenv("TACHO_CLOCK", "monotonic", 1);
		setenv("RECORDER_TEST_DIRECTORY", r.directory, 1);
		execl(self, self, (char *)NULL);
		_exit(127);
	}
	recorded_wait_for(child);
	recorded_manifest(&r, true);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(recorded_count(s, "outer"), 100);
	assert_int_equal(recorded_count(s, "inner"), 100);
	const struct tc_name_view *view = recorded_name(s, "inner");
	assert_in_range(view->figures.min_ns, 1000000, 1000000000);
	recorded_drop(&r, s);
}

static int record_without_a_counter(const char *directory)
{
	struct tc_recorder_options options = {.live = directory};
	if (tc_recorder_open(&options) || tc_clock_kind() != TC_CLOCK_MONOTONIC)
		return 1;
	for (int i = 0; i < 100; i++) {
		TACHO_SPAN(a, "outer");
		TACHO_SPAN(b, "inner");
		usleep(1000);
	}
	tc_recorder_close();
	return 0;
}

int main(void)
{
	if (getenv("RECORDER_TEST_DIRECTORY"))
		return record_without_a_counter(getenv("RECORDER_TEST_DIRECTORY"));
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_hundred_short_threads),
		cmocka_unit_test(a_thread_that_outlives_the_recorder),
		cmocka_unit_test(ends_in_any_order),
		cmocka_unit_test(spans_left_open),
		cmocka_unit_test(a_thousand_levels),
		cmocka_unit_test(names_of_every_kind),
		cmocka_unit_test(off_and_on_at_run_time),
		cmocka_unit_test(signal_handlers_that_record),
		cmocka_unit_test(descriptors_closed_by_the_program),
		cmocka_unit_test(no_room),
		cmocka_unit_test(without_a_counter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
