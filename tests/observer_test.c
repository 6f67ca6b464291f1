/* SPDX-License-Identifier: MIT
 *
 * The observer beside programs that really record: what its windows add up to is what the parts say at the end, also for
 * processes that were killed; and parts that are torn or lie do it no harm.
 */
#include "observe/observer.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "format/part.h"
#include "log_sums.h"

/* ---- programs ---- */

static void *spans(void *argument)
{
	static TACHO_SITE(outer, "outer");
	static TACHO_SITE(middle, "middle");
	static TACHO_SITE(inner, "inner");
	unsigned turns = *(const unsigned *)argument;
	for (unsigned i = 0; i < turns; i++) {
		struct tacho_span a, b, c;
		tacho_span_begin(&a, &outer);
		tacho_span_begin(&b, &middle);
		for (int k = 0; k < 3; k++) {
			tacho_span_begin(&c, &inner);
			if (i % 16 == 0)
				usleep(50);
			tacho_span_end(&c);
		}
		tacho_span_end(&b);
		if (i % 5 == 0)
			tacho_span_fail(&a, -1);
		tacho_span_end(&a);
	}
	return NULL;
}

static void record_threads(unsigned threads, unsigned turns)
{
	pthread_t thread[8];
	TACHO_SCOPE("all"); /* open all the time */
	for (unsigned i = 0; i < threads; i++)
		pthread_create(&thread[i], NULL, spans, &turns);
	for (unsigned i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
}

/* Records in a child while the parent observes; kill_after: SIGKILL after so many ticks. */
static int record_beside_observer(struct recorded *r, unsigned threads, unsigned turns, int kill_after)
{
	struct tc_observer *observer;
	int status = 0;
	pid_t child = fork();
	if (!child) {
		recorded_begin(r, 0);
		record_threads(threads, turns);
		tc_recorder_close();
		_exit(0);
	}
	const struct tc_observer_options options = {
		.directory = r->directory, .live = r->directory, .root = child, .interval_ns = 1000000000};
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	while (waitpid(child, &status, WNOHANG) == 0) {
		uint64_t wait_ns = tc_observer_tick(observer);
		assert_true(wait_ns <= 1000000000);
		nanosleep(&(struct timespec){0, (long)wait_ns}, NULL);
		if (kill_after && !--kill_after)
			kill(child, SIGKILL);
	}
	tc_observer_close(observer);
	return status;
}

static void windows_add_up_to_the_parts(void **state)
{
	struct recorded *r = *state;
	struct log_sums sums;
	assert_int_equal(record_beside_observer(r, 2, 20000, 0), 0);
	recorded_manifest(r, true);
	log_sums_read(r, &sums);
	assert_true(log_sums_check(r, &sums) > 0);
	uint32_t outer = log_number_of(&sums, "outer"), middle = log_number_of(&sums, "middle"),
		 inner = log_number_of(&sums, "inner");
	assert_int_equal(sums.count[inner], 120000);
	assert_int_equal(sums.failed[outer], 8000);
	assert_true(sums.self[inner] == (int64_t)sums.sum[inner]);
	assert_true(sums.self[middle] == (int64_t)(sums.sum[middle] - sums.sum[inner]));
	assert_true(sums.self[outer] == (int64_t)(sums.sum[outer] - sums.sum[middle]));
	assert_true(sums.series_count >= 7);
	assert_true(sums.calibrations >= 2);
	assert_true(sums.rows >= 2);
	assert_true(sums.memory_peak > 100000);
}

static void killed_processes_are_mended(void **state)
{
	TC_SKIP_IF_EMULATED("they are killed before their first span");
	struct recorded *r = *state;
	struct log_sums sums;
	uint64_t checked = 0; /* of one that was killed before its first span, nothing */
	for (int round = 0; round < 24; round++) {
		assert_true(WIFSIGNALED(record_beside_observer(r, 1 + (unsigned)round % 3, 1u << 30, 2 + round % 8)));
		recorded_manifest(r, true);
		log_sums_read(r, &sums);
		checked += log_sums_check(r, &sums);
		recorded_remove(r);
		recorded_make(r);
	}
	assert_true(checked > 0);
}

static void *work_for(void *argument)
{
	struct tacho_context before = tacho_context_set(*(struct tacho_context *)argument);
	{
		TACHO_SCOPE("inner");
		usleep(3000);
	}
	tacho_context_set(before);
	return NULL;
}

/* A scope that is the context of another thread has its own time to itself, in the windows as in the session. */
static void a_context_takes_no_time_from_its_scope(void **state)
{
	struct recorded *r = *state;
	struct tc_observer *observer;
	static struct log_sums sums;
	const struct tc_observer_options options = {
		.directory = r->directory, .live = r->directory, .root = getpid(), .interval_ns = 1000000000};
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	pid_t child = fork();
	if (!child) {
		pthread_t thread;
		recorded_begin(r, 0);
		for (int i = 0; i < 10; i++) {
			TACHO_SCOPE("outer");
			struct tacho_context context = tacho_context_get();
			pthread_create(&thread, NULL, work_for, &context);
			pthread_join(thread, NULL);
		}
		tc_recorder_close();
		_exit(0);
	}
	int status = 0;
	while (waitpid(child, &status, WNOHANG) == 0)
		nanosleep(&(struct timespec){0, (long)tc_observer_tick(observer)}, NULL);
	tc_observer_close(observer);
	assert_int_equal(status, 0);
	recorded_manifest(r, true);
	log_sums_read(r, &sums);
	log_sums_check(r, &sums);
	struct tc_session *s = recorded_open(r, NULL);
	const struct tc_figures *outer = &recorded_name(s, "outer")->figures;
	assert_true(outer->self_ns == outer->sum_ns.low);
	assert_true(sums.self[log_number_of(&sums, "outer")] == (int64_t)outer->sum_ns.low);
	tc_session_release(s);
}

static int remove_live(void)
{
	return unsetenv(TC_ENV_SESSION);
}

/* Many processes, one after another, each with a part. */
static void many_processes(void **state)
{
	struct recorded *r = *state;
	struct tc_observer *observer;
	struct log_sums sums;
	unsigned turns = 10;
	const struct tc_observer_options options = {
		.directory = r->directory, .live = r->directory, .root = getpid(), .interval_ns = 1000000000};
	assert_int_equal(remove_live(), 0);
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	for (int i = 0; i < 150; i++) {
		pid_t child = fork();
		if (!child) {
			recorded_begin(r, 0);
			spans(&turns);
			if (i % 3)
				tc_recorder_close();
			_exit(0);
		}
		if (i % 4 == 0)
			tc_observer_tick(observer);
		waitpid(child, NULL, 0);
	}
	tc_observer_close(observer);
	recorded_manifest(r, true);
	log_sums_read(r, &sums);
	assert_int_equal(sums.count[log_number_of(&sums, "outer")], 1500);
	assert_int_equal(sums.cells[log_number_of(&sums, "inner")], 4500);
	assert_true(log_sums_check(r, &sums) > 0);
}

/* ---- parts that are torn or lie ---- */

static char part_path[512];

static size_t slurp_part(const struct recorded *r, unsigned char **bytes)
{
	DIR *directory = opendir(r->directory);
	const struct dirent *entry;
	while ((entry = readdir(directory)))
		if (!strncmp(entry->d_name, TC_PART_PREFIX, strlen(TC_PART_PREFIX)))
			snprintf(part_path, sizeof part_path, "%s/%s", r->directory, entry->d_name);
	closedir(directory);
	int fd = open(part_path, O_RDONLY);
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	*bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, *bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	return (size_t)st.st_size;
}

static void write_part(const unsigned char *bytes, size_t count)
{
	int fd = open(part_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, bytes, count), count);
	close(fd);
}

static void observe_once(const struct recorded *r)
{
	struct tc_observer *observer;
	struct log_sums *sums = malloc(sizeof *sums);
	const struct tc_observer_options options = {
		.directory = r->directory, .live = r->directory, .root = getpid(), .interval_ns = 1000000000};
	assert_int_equal(tc_observer_open(&observer, &options), 0);
	usleep(16000); /* until windows are due */
	tc_observer_tick(observer);
	tc_observer_close(observer);
	log_sums_read(r, sums);
	free(sums);
}

static void record_small_part(struct recorded *r)
{
	unsigned turns = 20;
	pid_t child = fork();
	if (!child) {
		recorded_begin(r, 16);
		spans(&turns);
		_exit(0); /* not closed in order */
	}
	waitpid(child, NULL, 0);
}

static uint64_t random_next(uint64_t *x)
{
	*x = *x * 6364136223846793005u + 1442695040888963407u;
	return *x >> 33;
}

static void torn_and_lying_parts_do_no_harm(void **state)
{
	struct recorded *r = *state;
	unsigned char *bytes;
	uint64_t x = 7;
	record_small_part(r);
	size_t count = slurp_part(r, &bytes), used = (size_t)((const struct tc_part_header *)(const void *)bytes)->used;
	unsigned char *work = malloc(count);
	for (size_t cut = 0; cut < used; cut += used / 40) {
		write_part(bytes, cut);
		observe_once(r);
	}
	for (int round = 0; round < 200; round++) {
		memcpy(work, bytes, count);
		for (uint64_t changes = 1 + random_next(&x) % 64; changes; changes--) {
			uint64_t value = random_next(&x) % 4 ? random_next(&x) % (2 * count)
			                                     : UINT64_MAX - random_next(&x) % 128;
			size_t at = random_next(&x) % (random_next(&x) % 2 ? 400 : used - 8) & ~(size_t)7;
			memcpy(work + (at < 40 ? at + 40 : at), &value,
				sizeof value); /* the first 40 bytes say that it is a part */
		}
		write_part(work, count);
		observe_once(r);
	}
	/* a block whose next is itself, and one in front of it that it does not know */
	memcpy(work, bytes, count);
	struct tc_part_header *header = (struct tc_part_header *)(void *)work;
	struct tacho_block *block = (struct tacho_block *)(void *)(work + header->first_block);
	block->next = header->first_block;
	write_part(work, count);
	observe_once(r);
	free(work);
	free(bytes);
}

static void it_says_what_it_cannot_do(void **state)
{
	(void)state;
	struct tc_observer *observer;
	const struct tc_observer_options options = {
		.directory = "/nonexistent", .live = "/nonexistent", .root = getpid()};
	assert_int_equal(tc_observer_open(&observer, &options), TACHO_ENOENT);
	assert_null(observer);
	assert_non_null(strstr(tacho_last_error(), "/nonexistent/log.tacho"));
	tc_observer_close(observer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(windows_add_up_to_the_parts, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(killed_processes_are_mended, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(
			a_context_takes_no_time_from_its_scope, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(many_processes, recorded_setup, recorded_teardown),
		cmocka_unit_test_setup_teardown(torn_and_lying_parts_do_no_harm, recorded_setup, recorded_teardown),
		cmocka_unit_test(it_says_what_it_cannot_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
