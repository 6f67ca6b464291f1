/* SPDX-License-Identifier: MIT
 *
 * process_test.c - R3.2: what the sources beside proc_tree say of a tree of processes, recorded here file by file: children
 * that end, a thread's number that another has, files that are not for us; and of processes of this machine.
 */
#include "sample/recorded_root.h"
#include "sample/sample.h"
#include "sample/tree.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern const struct tc_sampler tc_sampler_proc_tree, tc_sampler_proc_io, tc_sampler_proc_threads,
	tc_sampler_proc_memory, tc_sampler_proc_files;

static const uint64_t second = 1000000000;

static void put_process(int pid, int parent, const char *children, int minor, int waited_minor)
{
	char path[64];
	snprintf(path, sizeof path, "proc/%d/stat", pid);
	root_put(path, "%d (p) S %d 1 1 0 -1 0 %d %d 0 0 1 0 0 0 20 0 1 0 5000 0 10 0 1 1 0 0 0\n", pid, parent, minor,
		waited_minor);
	snprintf(path, sizeof path, "proc/%d/task/%d/children", pid, pid);
	root_put(path, "%s", children);
}

static void put_io(int pid, int read, int written)
{
	char path[64];
	snprintf(path, sizeof path, "proc/%d/io", pid);
	root_put(path,
		"rchar: 9\nwchar: 9\nsyscr: 9\nsyscw: 9\nread_bytes: %d\nwrite_bytes: %d\ncancelled_write_bytes: 7\n",
		read, written);
}

static void put_schedstat(int pid, int tid, int waited_ns, int switches)
{
	char path[64];
	snprintf(path, sizeof path, "proc/%d/task/%d/schedstat", pid, tid);
	root_put(path, "77 %d %d\n", waited_ns, switches);
}

struct looked { /* one source on a tree of its own */
	const struct tc_sampler *sampler;
	struct tc_tree tree;
	struct tc_series series[8];
	struct tc_reading reading[8];
	max_align_t state[64];
};

static void look_open(struct looked *looked, const struct tc_sampler *sampler, struct tc_sample_place place)
{
	memset(looked, 0, sizeof *looked);
	looked->sampler = sampler;
	assert_true(sampler->state_bytes <= sizeof looked->state && sampler->series_count <= 8);
	assert_int_equal(tc_tree_open(&looked->tree, &place), 0);
	place.tree = &looked->tree;
	for (size_t i = 0; i < sampler->series_count; i++)
		looked->series[i] = sampler->series[i];
	sampler->open(looked->state, &place, looked->series);
}

static void look(struct looked *looked, uint64_t now_ns)
{
	for (int i = 0; i < 8; i++)
		looked->reading[i] = (struct tc_reading){NAN, NAN};
	if (looked->sampler != &tc_sampler_proc_tree)
		tc_tree_count(&looked->tree, now_ns);
	struct tc_moment now = tc_sample_moment(now_ns);
	looked->sampler->read(looked->state, &now, looked->reading);
}

static void look_close(struct looked *looked)
{
	looked->sampler->close(looked->state, 0);
	tc_tree_close(&looked->tree, 0);
}

static void two_processes(void)
{
	root_put("proc/loadavg", "0.1 0.1 0.1 1/99 102\n");
	put_process(100, 1, "101", 1000, 200);
	put_process(101, 100, "", 50, 0);
	put_io(100, 8192, 4096);
	put_io(101, 1 << 20, 2 << 20);
	put_schedstat(100, 100, 5000000, 10);
	put_schedstat(101, 101, 3000000, 4);
}

static const struct tc_sample_place recorded = {.root = root, .now_ns = UINT64_C(100000000000), .pid = 100};

static void what_a_child_read_stays_when_it_ends(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	look_open(&looked, &tc_sampler_proc_io, recorded);
	assert_null(looked.series[0].absent);
	root_drop("proc/101");
	put_process(100, 1, "", 1000, 250);
	put_io(100, 8192 + (1 << 20) + 4096, 4096 + (2 << 20)); /* it read a page more before it ended */
	look(&looked, 102 * second);
	assert_float_equal(looked.reading[0].value, 2048, 0);
	assert_float_equal(looked.reading[0].total, 4096, 0);
	assert_float_equal(looked.reading[1].total, 0, 0);
	look_close(&looked);
}

/* Its parent ignores SIGCHLD: the kernel adds a child's account to nobody's. */
static void what_nobody_waited_for_is_kept_as_far_as_it_was_seen(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	look_open(&looked, &tc_sampler_proc_io, recorded);
	root_drop("proc/101");
	put_process(100, 1, "", 1000, 200);
	look(&looked, 102 * second);
	look(&looked, 103 * second); /* its parent's did not grow even now */
	put_io(100, 8192, 4096 + 8192);
	look(&looked, 104 * second);
	assert_float_equal(looked.reading[0].total, 0, 0);
	assert_float_equal(looked.reading[1].total, 8192, 0);
	look_close(&looked);
}

/* Said where SIGCHLD is ignored, or much that was seen never came to the parent. */
static void whose_children_nobody_waits_for_is_known(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	root_put("proc/101/status", "Name:\tp\nSigIgn:\t0000000000010000\n"); /* it has no children */
	root_put("proc/100/status", "Name:\tp\nVmHWM:\t 7 kB\nSigIgn:\t0000000000000006\n");
	look_open(&looked, &tc_sampler_proc_tree, recorded);
	look(&looked, 102 * second);
	assert_string_equal(looked.tree.unwaited, "");
	root_put("proc/100/status", "Name:\tp\nVmHWM:\t 7 kB\nSigIgn:\t0000000000010006\n");
	look(&looked, 103 * second);
	assert_string_equal(looked.tree.unwaited, "p");
	look_close(&looked);
}

static void put_ticks(int pid, int parent, const char *children, int ticks)
{
	put_process(pid, parent, children, 0, 0);
	char path[64];
	snprintf(path, sizeof path, "proc/%d/stat", pid);
	root_put(path, "%d (p) S %d 1 1 0 -1 0 0 0 0 0 %d 0 0 0 20 0 1 0 5000 4096 10 1 1 0 0 0\n", pid, parent, ticks);
}

static void no_sum_is_less_than_what_was_seen(void **state)
{
	struct looked looked;
	(void)state;
	root_put("proc/loadavg", "0.1 0.1 0.1 1/99 100\n");
	put_ticks(100, 1, "", 50);
	look_open(&looked, &tc_sampler_proc_tree, recorded);
	for (int child = 101; child < 131; child++) {
		root_put("proc/loadavg", "0.1 0.1 0.1 1/99 %d\n", child);
		char text[32];
		snprintf(text, sizeof text, "%d", child);
		put_ticks(100, 1, text, 50);
		put_ticks(child, 100, "", 5);
		look(&looked, (uint64_t)(2 * child) * second);
		char path[64];
		snprintf(path, sizeof path, "proc/%d", child);
		root_drop(path);
		put_ticks(100, 1, "", 50);
		look(&looked, (uint64_t)(2 * child + 1) * second);
	}
	double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
	assert_float_equal(looked.reading[0].total, 30 * 5 * tick, 1e-9);
	assert_string_equal(looked.tree.unwaited, "p");
	look_close(&looked);
}

/* Memory is given back before the kernel calls a process a zombie: it has none to speak of then, not 0 bytes. */
static void one_that_ends_has_no_memory_to_speak_of(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	look_open(&looked, &tc_sampler_proc_tree, recorded);
	root_put("proc/101/stat", "101 (p) R 100 1 1 0 -1 0 50 0 0 0 1 0 0 0 20 0 1 0 5000 0 0 1 1 0 0 0\n");
	look(&looked, 102 * second);
	assert_float_equal(looked.reading[1].value, 10 * (double)sysconf(_SC_PAGESIZE), 0);
	assert_float_equal(looked.reading[2].value, 1, 0);
	root_put("proc/100/stat", "100 (p) R 1 1 1 0 -1 0 1000 200 0 0 1 0 0 0 20 0 1 0 5000 0 0 1 1 0 0 0\n");
	look(&looked, 103 * second);
	assert_true(isnan(looked.reading[1].value));
	look_close(&looked);
}

static void faults_of_children_are_in_the_sum(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	look_open(&looked, &tc_sampler_proc_tree, recorded);
	put_process(100, 1, "101", 1000, 240);
	put_process(101, 100, "", 70, 0);
	look(&looked, 102 * second);
	assert_string_equal(looked.series[4].name, "process.faults_minor");
	assert_float_equal(looked.reading[4].value, 30, 0);
	assert_float_equal(looked.reading[4].total, 60, 0);
	look_close(&looked);
}

static void threads_wait_and_are_switched_to(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	look_open(&looked, &tc_sampler_proc_threads, recorded);
	put_schedstat(100, 100, 205000000, 30);
	put_schedstat(101, 101, 1000000, 2); /* less than before: another thread */
	put_schedstat(101, 151, 7000000, 3); /* a new one */
	look(&looked, 102 * second);
	assert_float_equal(looked.reading[0].value, (0.2 + 0.001 + 0.007) / 2, 1e-12);
	assert_float_equal(looked.reading[0].total, 0.208, 1e-12);
	assert_float_equal(looked.reading[1].value, (20 + 2 + 3) / 2.0, 1e-12);
	look_close(&looked);
}

/* Its only reading took so long that there was no rate, and the next would have come after its end. */
static void waiting_that_had_no_rate_has_one_at_the_end(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	look_open(&looked, &tc_sampler_proc_threads, recorded);
	put_schedstat(100, 100, 205000000, 30);
	struct tc_moment now = {.from_ns = 101 * second, .to_ns = 102 * second};
	looked.reading[0].value = NAN;
	looked.sampler->read(looked.state, &now, looked.reading);
	assert_true(isnan(looked.reading[0].value));
	assert_float_equal(looked.reading[0].total, 0.2, 1e-12);
	root_drop("proc/100");
	root_drop("proc/101");
	tc_tree_count(&looked.tree, 110 * second);
	now = (struct tc_moment){.from_ns = 110 * second, .to_ns = 110 * second, .last = true};
	looked.sampler->read(looked.state, &now, looked.reading);
	assert_float_equal(looked.reading[0].value, 0.2 / 10, 1e-12);
	assert_float_equal(looked.reading[1].value, 20 / 10.0, 1e-12);
	assert_float_equal(looked.reading[0].total, 0.2, 1e-12);
	look_close(&looked);
}

static void each_of_thousands_of_threads_counts(void **state)
{
	enum { FIRST = 1000, THREADS = 5000 };
	struct looked looked;
	(void)state;
	two_processes();
	for (int i = 0; i < THREADS; i++)
		put_schedstat(100, FIRST + i, 0, 1);
	look_open(&looked, &tc_sampler_proc_threads, recorded);
	for (int i = 0; i < THREADS; i++)
		put_schedstat(100, FIRST + i, 0, 2);
	look(&looked, 102 * second);
	assert_float_equal(looked.reading[1].total, THREADS, 0);
	look_close(&looked);
}

static void put_rollup(int pid, int pss, int clean, int dirty)
{
	char path[64];
	snprintf(path, sizeof path, "proc/%d/smaps_rollup", pid);
	root_put(path,
		"1000-2000 ---p 00000000 00:00 0   [rollup]\nRss: 999999 kB\nPss: %d kB\nPss_Dirty: 1 kB\n"
		"Shared_Clean: 5 kB\nPrivate_Clean: %d kB\nPrivate_Dirty: %d kB\n",
		pss, clean, dirty);
}

static void shared_pages_count_once(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	put_rollup(100, 300, 10, 20);
	put_rollup(101, 200, 1, 2);
	look_open(&looked, &tc_sampler_proc_memory, recorded);
	look(&looked, 101 * second);
	assert_float_equal(looked.reading[0].value, 500 * 1024, 0);
	assert_float_equal(looked.reading[1].value, 33 * 1024, 0);
	put_rollup(101, 0, 0, 0);
	root_put("proc/101/smaps_rollup", "Rss: 1 kB\n"); /* as no kernel writes it */
	look(&looked, 102 * second);
	assert_true(isnan(looked.reading[0].value)); /* half a sum is none */
	root_drop("proc/101/smaps_rollup");          /* one that has ended has nothing any more */
	look(&looked, 103 * second);
	assert_float_equal(looked.reading[0].value, 300 * 1024, 0);
	look_close(&looked);
}

static void open_files_are_counted(void **state)
{
	struct looked looked;
	(void)state;
	two_processes();
	root_put("proc/100/fd/0", " ");
	root_put("proc/100/fd/1", " ");
	root_put("proc/100/fd/255", " ");
	root_put("proc/101/fd/0", " ");
	look_open(&looked, &tc_sampler_proc_files, recorded);
	look(&looked, 101 * second);
	assert_float_equal(looked.reading[0].value, 4, 0);
	look_close(&looked);
}

static void what_is_missing_says_why(void **state)
{
	static const struct tc_sampler *const samplers[] = {
		&tc_sampler_proc_io, &tc_sampler_proc_threads, &tc_sampler_proc_memory, &tc_sampler_proc_files};
	(void)state;
	root_put("proc/loadavg", "0.1 0.1 0.1 1/99 102\n");
	put_process(100, 1, "", 1, 1);
	for (size_t i = 0; i < sizeof samplers / sizeof *samplers; i++) {
		struct looked looked;
		look_open(&looked, samplers[i], recorded);
		for (size_t k = 0; k < samplers[i]->series_count; k++)
			assert_true(looked.series[k].absent && strlen(looked.series[k].absent) > 20);
		look(&looked, 102 * second);
		assert_true(isnan(looked.reading[0].value));
		look_close(&looked);
	}
}

/* ---- on this machine ---- */

static uint64_t now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * second + (uint64_t)ts.tv_nsec;
}

/* Until it has begun to wait: from then on nothing switches to it. */
static void await_sleep(pid_t pid)
{
	char path[32], text[256], state = 0;
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	while (state != 'S') {
		FILE *file = fopen(path, "re");
		assert_non_null(file);
		const char *name_end = fgets(text, sizeof text, file) ? strrchr(text, ')') : NULL;
		fclose(file);
		assert_non_null(name_end);
		state = name_end[2];
	}
}

/* A child of ours that runs `body` and then waits to be killed; returns when it waits. */
static pid_t child_that(void (*body)(void))
{
	int done[2];
	char byte;
	assert_int_equal(pipe(done), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* where an assertion fails nobody kills it */
		close(done[0]);
		body();
		if (write(done[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(done[1]);
	assert_int_equal(read(done[0], &byte, 1), 1);
	close(done[0]);
	await_sleep(pid);
	return pid;
}

enum { SHARED_BYTES = 200 << 20, WORKERS = 8 };

static void share_with_workers(void)
{
	char *bytes = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ready[2];
	char byte;
	if (bytes == MAP_FAILED || pipe(ready))
		_exit(2);
	memset(bytes, 1, SHARED_BYTES);
	for (int i = 0; i < WORKERS; i++)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			char sum = 0;
			for (size_t k = 0; k < SHARED_BYTES; k += 4096)
				sum = (char)(sum + bytes[k]);
			if (write(ready[1], &sum, 1) == 1)
				for (;;)
					pause();
			_exit(2);
		}
	for (int i = 0; i < WORKERS; i++)
		if (read(ready[0], &byte, 1) != 1)
			_exit(2);
	setpgid(0, 0);
}

static void end_tree(pid_t pid, const struct tc_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		if (!tree->process[i].outside)
			kill((pid_t)tree->process[i].pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Resident sizes would make 9 times of it. */
static void workers_that_share_memory_have_it_once(void **state)
{
	struct looked looked;
	(void)state;
	pid_t pid = child_that(share_with_workers);
	look_open(&looked, &tc_sampler_proc_memory,
		(struct tc_sample_place){.root = "/", .now_ns = now_ns(), .pid = pid});
	if (looked.series[0].absent) {
		end_tree(pid, &looked.tree);
		look_close(&looked);
		print_message("skipped: %s\n", looked.series[0].absent);
		skip();
	}
	look(&looked, now_ns());
	assert_int_equal(looked.tree.count, 1 + WORKERS);
	assert_true(looked.reading[0].value >= SHARED_BYTES);
	assert_true(looked.reading[0].value < 2.0 * SHARED_BYTES);
	assert_true(
		looked.reading[1].value < 1.0 * SHARED_BYTES); /* each could go and the others would still have it */
	end_tree(pid, &looked.tree);
	look_close(&looked);
}

static void do_nothing(void)
{
}

/* What the kernel has counted for this process; where a file system charges blocks of its own to who calls fsync(), they are in it. */
static uint64_t counted_written(void)
{
	static const char key[] = "\nwrite_bytes: ";
	char text[512];
	int fd = open("/proc/self/io", O_RDONLY);
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	text[got > 0 ? got : 0] = 0;
	close(fd);
	const char *at = strstr(text, key);
	return at ? strtoull(at + sizeof key - 1, NULL, 10) : 0;
}

enum { WRITTEN_BYTES = 3 << 20 };

/* Writes when it is told to, and says what the kernel counted. */
static void write_when_told(int file, int go, int told)
{
	static char bytes[WRITTEN_BYTES];
	char byte;
	bool fine = read(go, &byte, 1) == 1 && write(file, bytes, WRITTEN_BYTES) == WRITTEN_BYTES && !fsync(file);
	uint64_t counted = counted_written();
	_exit(!fine || write(told, &counted, sizeof counted) != sizeof counted);
}

/* Not even the interpreter's start-up is between the readings: what is written is all there is. */
static void bytes_written_are_those_that_were_written(void **state)
{
	struct looked looked;
	char path[] = "tacho-written-XXXXXX";
	uint64_t counted = 0;
	(void)state;
	int fd = mkstemp(path), go[2], told[2];
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(told), 0);
	pid_t pid = fork();
	if (!pid)
		write_when_told(fd, go[0], told[1]);
	const struct tc_sample_place place = {
		.root = "/", .now_ns = now_ns(), .pid = pid, .started_ns = now_ns() - 1, .reaper = getpid()};
	look_open(&looked, &tc_sampler_proc_io, place);
	assert_int_equal(write(go[1], "", 1), 1);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(read(told[0], &counted, sizeof counted), sizeof counted);
	look(&looked, now_ns());
	double written = looked.reading[1].total;
	bool absent = looked.series[1].absent || written == 0;
	look_close(&looked);
	close(fd);
	for (int i = 0; i < 2; i++) {
		close(go[i]);
		close(told[i]);
	}
	print_message("written %.0f, the kernel counted %llu\n", written, (unsigned long long)counted);
	if (absent)
		skip(); /* no account, or the folder lies on a file system that goes to no disk */
	assert_true(counted >= WRITTEN_BYTES);
	assert_float_equal(written, (double)counted, 0);
}

static void a_waiting_thread_is_seen(void **state)
{
	struct looked looked;
	(void)state;
	pid_t pid = child_that(do_nothing);
	look_open(&looked, &tc_sampler_proc_threads,
		(struct tc_sample_place){.root = "/", .now_ns = now_ns(), .pid = pid});
	look(&looked, now_ns());
	if (!looked.series[0].absent) {
		assert_float_equal(looked.reading[0].total, 0, 1e-9); /* it pauses; for rates it is too short a time */
		assert_float_equal(looked.reading[1].total, 0, 1e-9);
	}
	end_tree(pid, &looked.tree);
	look(&looked, now_ns() + 3600 * second);
	assert_true(isnan(looked.reading[0].value));
	look_close(&looked);
}

/* The kernel sets the name before the arguments. */
static void a_command_that_is_met_in_the_midst_of_exec(void **state)
{
	struct tc_tree tree;
	(void)state;
	root_put("proc/loadavg", "0.1 0.1 0.1 1/99 102\n");
	put_process(100, 1, "", 0, 0);
	root_put("proc/100/cmdline", "%s", "");
	assert_int_equal(tc_tree_open(&tree, &recorded), 0);
	root_put("proc/100/cmdline", "p --token");
	tc_tree_count(&tree, 2 * second);
	assert_string_equal(tc_tree_process(&tree, 100)->command, "p --token");
	root_put("proc/100/cmdline", "%s", "");
	tc_tree_count(&tree, 3 * second);
	assert_string_equal(tc_tree_process(&tree, 100)->command, "p --token");
	tc_tree_close(&tree, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_a_child_read_stays_when_it_ends, root_make, root_remove),
		cmocka_unit_test_setup_teardown(
			what_nobody_waited_for_is_kept_as_far_as_it_was_seen, root_make, root_remove),
		cmocka_unit_test_setup_teardown(whose_children_nobody_waits_for_is_known, root_make, root_remove),
		cmocka_unit_test_setup_teardown(no_sum_is_less_than_what_was_seen, root_make, root_remove),
		cmocka_unit_test_setup_teardown(one_that_ends_has_no_memory_to_speak_of, root_make, root_remove),
		cmocka_unit_test_setup_teardown(faults_of_children_are_in_the_sum, root_make, root_remove),
		cmocka_unit_test_setup_teardown(threads_wait_and_are_switched_to, root_make, root_remove),
		cmocka_unit_test_setup_teardown(waiting_that_had_no_rate_has_one_at_the_end, root_make, root_remove),
		cmocka_unit_test_setup_teardown(each_of_thousands_of_threads_counts, root_make, root_remove),
		cmocka_unit_test_setup_teardown(shared_pages_count_once, root_make, root_remove),
		cmocka_unit_test_setup_teardown(open_files_are_counted, root_make, root_remove),
		cmocka_unit_test_setup_teardown(what_is_missing_says_why, root_make, root_remove),
		cmocka_unit_test_setup_teardown(a_command_that_is_met_in_the_midst_of_exec, root_make, root_remove),
		cmocka_unit_test(workers_that_share_memory_have_it_once),
		cmocka_unit_test(bytes_written_are_those_that_were_written),
		cmocka_unit_test(a_waiting_thread_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
