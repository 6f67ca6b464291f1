/* SPDX-License-Identifier: MIT
 *
 * Directories that are no session, parts that are none, writers at work: one clear sentence or what is sound, and no crash.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include "format/store.h"
#include "part_builder.h"
#include "recorded.h"

static void expect(const char *directory, int code, const char *words)
{
	struct tc_session *session;
	assert_int_equal(tc_session_open(&session, directory, NULL), code);
	assert_null(session);
	if (!strstr(tacho_last_error(), words) || strchr(tacho_last_error(), '\n'))
		fail_msg("\"%s\" has no \"%s\"", tacho_last_error(), words);
}

static void write_file(const struct recorded *r, const char *name, const void *bytes, size_t count)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", r->directory, name);
	FILE *file = fopen(path, "wbe");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, count, file), count);
	fclose(file);
}

static void test_no_session(void **state)
{
	(void)state;
	struct recorded r;
	recorded_make(&r);
	char path[256];
	expect("/tmp/there-is-no-such-session", TACHO_ENOENT, "there is no session");
	snprintf(path, sizeof path, "%s/manifest", r.directory);
	expect(path, TACHO_EFORMAT, "is no session");
	unlink(path);
	expect(r.directory, TACHO_ENOENT, "no session there");
	write_file(&r, "manifest", "format 99\n", 10);
	expect(r.directory, TACHO_EVERSION, "");
	write_file(&r, "manifest", "\xff\xff garbage", 10);
	expect(r.directory, TACHO_EFORMAT, "");
	recorded_remove(&r);
}

static void test_other_version(void **state)
{
	(void)state;
	struct recorded r;
	struct built b = built_rich();
	recorded_make(&r);
	b.header->layout = 9;
	write_file(&r, "part-1.tacho", b.bytes, b.header->used);
	expect(r.directory, TACHO_EVERSION, "part-1.tacho has layout 9");
	b.header->layout = TACHO_LAYOUT;
	write_file(&r, "part-2.tacho", b.bytes, b.header->used);
	struct tc_session *s = recorded_open(&r, NULL); /* what can be read is shown, the rest named */
	assert_int_equal(s->processes, 1);
	assert_int_equal(s->notes, 1);
	assert_non_null(strstr(s->note[0], "layout 9"));
	tc_session_release(s);
	built_free(&b);
	recorded_remove(&r);
}

static void test_strange_files(void **state)
{
	(void)state;
	struct recorded r;
	struct built b = built_rich();
	char path[256];
	recorded_make(&r);
	write_file(&r, "part-empty.tacho", "", 0);
	write_file(&r, "part-text.tacho", "hello", 5);
	write_file(&r, "part-cut.tacho", b.bytes, b.header->used - 9000);
	write_file(&r, "part-good.tacho", b.bytes, b.header->used);
	write_file(&r, "other.tacho", "hello", 5);
	write_file(&r, TC_LOG_FILE, "hello", 5);
	snprintf(path, sizeof path, "%s/part-fifo.tacho", r.directory);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof path, "%s/part-directory.tacho", r.directory);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/part-link.tacho", r.directory);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	struct tc_session *s = recorded_open(&r, NULL);
	assert_int_equal(s->processes, 2);
	assert_true(s->notes >= 7);
	for (size_t i = 0; i < s->notes; i++)
		assert_null(strchr(s->note[i], '\n'));
	tc_session_release(s);
	built_free(&b);
	recorded_remove(&r);
}

/* A part that was really recorded, with random bytes changed. */
static void test_flipped_bytes(void **state)
{
	(void)state;
	struct recorded r;
	static unsigned char bytes[1 << 20];
	static TACHO_SITE(site, "site");
	recorded_make(&r);
	recorded_begin(&r, 16);
	for (int i = 0; i < 100; i++) {
		struct tacho_span span;
		tacho_span_begin(&span, &site);
		tacho_span_attr(&span, "i", i);
		tacho_span_end(&span);
	}
	tc_recorder_close();
	char command[256], path[256] = "";
	snprintf(command, sizeof command, "ls %s/part-*", r.directory);
	FILE *pipe = popen(command, "re");
	assert_non_null(fgets(path, sizeof path, pipe));
	pclose(pipe);
	path[strcspn(path, "\n")] = 0;
	FILE *file = fopen(path, "rbe");
	size_t count = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	unlink(path);
	uint64_t x = 1;
	for (int run = 0; run < 300; run++) {
		static unsigned char changed[1 << 20];
		memcpy(changed, bytes, count);
		for (int i = 0; i < 20; i++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			changed[(x >> 33) % (i % 2 ? count : 20000)] ^= (unsigned char)(1u << (x >> 20 & 7));
		}
		write_file(&r, "part-x.tacho", changed, count);
		struct tc_session *s;
		int code = tc_session_open(&s, r.directory, NULL);
		assert_true(code == 0 || code == TACHO_EVERSION || code == TACHO_EFORMAT);
		tc_session_release(s);
	}
	recorded_remove(&r);
}

static atomic_bool stop;
static TACHO_SITE(busy, "busy");
static TACHO_SITE(step, "step");

static void *spin(void *unused)
{
	(void)unused;
	while (!stop) {
		struct tacho_span a, b;
		tacho_span_begin(&a, &busy);
		tacho_span_begin(&b, &step);
		tacho_span_end(&b);
		tacho_span_end(&a);
	}
	return NULL;
}

/* Beside threads that end spans all the time: figures grow, belong together, and nothing is torn. */
static void test_busy_writers(void **state)
{
	(void)state;
	struct recorded r;
	pthread_t thread[2];
	uint64_t before = 0;
	recorded_make(&r);
	recorded_begin(&r, 64);
	stop = false;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, spin, NULL), 0);
	for (int i = 0; i < 100; i++) {
		struct tc_session *s = recorded_open(&r, NULL);
		const struct tc_name_view *name = recorded_name(s, "step");
		if (name && name->figures.count) {
			const struct tc_figures *f = &name->figures;
			assert_true(f->count >= before && f->min_ns <= f->max_ns);
			assert_false(
				tc_wide_less(f->sum_ns, tc_wide_divide(tc_wide_product(f->min_ns, f->count), 2, NULL)));
			assert_true(
				name->summary.median >= (double)f->min_ns && name->summary.median <= (double)f->max_ns);
			before = f->count;
		}
		assert_true(s->open_spans <= 4);
		assert_int_equal(s->notes, 0);
		tc_session_release(s);
	}
	stop = true;
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	tc_recorder_close();
	recorded_remove(&r);
}

/* A writer that cuts its own file while it is read ends nobody. */
static void *cut(void *path)
{
	for (size_t i = 0; !stop; i++)
		if (truncate(path, (off_t)(i % 3 ? 30000 : 9000)))
			break;
	return NULL;
}

static void test_file_cut_meanwhile(void **state)
{
	(void)state;
	struct recorded r;
	struct built b = built_rich();
	pthread_t thread;
	char path[256];
	recorded_make(&r);
	write_file(&r, "part-x.tacho", b.bytes, b.header->used);
	snprintf(path, sizeof path, "%s/part-x.tacho", r.directory);
	stop = false;
	assert_int_equal(pthread_create(&thread, NULL, cut, path), 0);
	for (int i = 0; i < 200; i++) {
		struct tc_session *s = recorded_open(&r, NULL);
		tc_session_release(s);
	}
	stop = true;
	pthread_join(thread, NULL);
	built_free(&b);
	recorded_remove(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_session),
		cmocka_unit_test(test_other_version),
		cmocka_unit_test(test_strange_files),
		cmocka_unit_test(test_flipped_bytes),
		cmocka_unit_test(test_busy_writers),
		cmocka_unit_test(test_file_cut_meanwhile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
