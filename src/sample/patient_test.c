/* SPDX-License-Identifier: MIT
 *
 * patient_test.c - files that make their reader wait: pipes without a writer in a recorded root.  They answer when one comes.
 * runs in: release clang asan tsan
 */
#include "sample/looked.h"
#include "sample/patient.h"
#include "sample/proc_pid.h"

#include <errno.h>
#include <sched.h>
#include <sys/wait.h>

extern const struct tc_sampler tc_sampler_hwmon, tc_sampler_proc_tree, tc_sampler_proc_memory, tc_sampler_meminfo;

static const uint64_t second = 1000000000;

/* ThreadSanitizer asks it: a forked child may start threads. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "die_after_fork=0";
}

static const char *whole_path(const char *path)
{
	static char whole[512];
	snprintf(whole, sizeof whole, "%s/%s", root, path);
	return whole;
}

static void make_wait(const char *path)
{
	root_put(path, " "); /* with the folders above it */
	assert_int_equal(unlink(whole_path(path)), 0);
	assert_int_equal(mkfifo(whole_path(path), 0600), 0);
}

static void wait_for_threads_out(unsigned count)
{
	while (tc_patient_counts().out != count)
		sched_yield();
}

/* Who waits for it comes back, and the next one finds text there. */
static void answer(const char *path, const char *text)
{
	unsigned before = tc_patient_counts().out;
	int fd = open(whole_path(path), O_WRONLY | O_CLOEXEC); /* waits for the reader */
	assert_true(fd >= 0);
	assert_int_equal(unlink(whole_path(path)), 0);
	root_put(path, "%s", text);
	close(fd);
	wait_for_threads_out(before - 1);
}

static size_t slurp(const char *path, char text[256])
{
	return tc_patient_slurp(root, text, 256, "%s", path);
}

static void assert_late(const char *path)
{
	char text[256];
	errno = 0;
	assert_int_equal(slurp(path, text), 0);
	assert_int_equal(errno, ETIMEDOUT);
	assert_string_equal(text, "");
}

static void assert_reads(const char *path, const char *expected)
{
	char text[256];
	errno = EINTR;
	assert_int_equal(slurp(path, text), strlen(expected));
	assert_int_equal(errno, 0);
	assert_string_equal(text, expected);
}

static void a_file_is_read_as_ever(void **state)
{
	(void)state;
	char text[256], small[4];
	root_put("a", "some text\n");
	assert_reads("a", "some text\n");
	assert_int_equal(tc_patient_slurp(root, small, sizeof small, "a"), 3);
	assert_string_equal(small, "som");
	assert_int_equal(slurp("nowhere", text), 0);
	assert_int_equal(errno, ENOENT);
	uint64_t before_ns = tc_worked_ns();
	assert_reads("a", "some text\n");
	assert_true(tc_worked_ns() > before_ns);
	tc_patient_end();
	assert_reads("a", "some text\n"); /* by another thread */
}

/* It is asked once; when it has answered it is read again. */
static void one_that_does_not_answer_is_left(void **state)
{
	(void)state;
	char path[TC_PATIENT_PATH_BYTES];
	struct tc_patient_counts before = tc_patient_counts();
	uint64_t seen = before.late;
	root_put("a", "1");
	make_wait("waits");
	assert_late("waits");
	assert_late("waits");
	assert_reads("a", "1");
	assert_int_equal(tc_patient_counts().late, before.late + 1);
	assert_int_equal(tc_patient_counts().missed, before.missed + 2);
	assert_true(tc_patient_late(&seen, path));
	assert_string_equal(path, whole_path("waits"));
	assert_false(tc_patient_late(&seen, path));
	answer("waits", "2");
	assert_reads("waits", "2");
}

static void there_is_an_end_to_threads_that_wait(void **state)
{
	(void)state;
	static const char *const names[] = {"w0", "w1", "w2", "w3"};
	uint64_t seen = tc_patient_counts().late;
	char path[TC_PATIENT_PATH_BYTES];
	int told = 0;
	root_put("a", "1");
	for (int i = 0; i < 4; i++) {
		make_wait(names[i]);
		assert_late(names[i]);
	}
	assert_late("a");
	while (tc_patient_late(&seen, path))
		assert_string_equal(path, whole_path(names[told++]));
	assert_int_equal(told, 4);
	answer("w2", "2");
	assert_reads("a", "1");
	assert_reads("w2", "2");
	assert_late("w1");
	answer("w0", "");
	answer("w1", "");
	answer("w3", "");
}

/* It has none of its parent's threads, and need not wait for what they wait for. */
static void a_forked_child_begins_anew(void **state)
{
	(void)state;
	int status;
	root_put("a", "1");
	make_wait("waits");
	assert_late("waits");
	pid_t child = fork();
	if (!child) {
		char text[256];
		bool sound = !tc_patient_counts().out && slurp("a", text) == 1 && text[0] == '1';
		tc_patient_end();
		_exit(sound ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_reads("a", "1");
	answer("waits", "");
}

static const char rollup[] =
	"100-200 ---p 0 00:00 0 [rollup]\nRss: 9 kB\nPss: 5 kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: 2 kB\n";

static const struct tc_series_one *series_of(const struct tc_series_set *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (!strcmp(set->one[i].series.name, name))
			return &set->one[i];
	fail_msg("no series %s", name);
	return NULL;
}

static char arguments_of_100[TC_COMMAND_BYTES];

static void on_process(void *context, const struct tc_process_entry *process)
{
	(void)context;
	if (process->pid == 100)
		strcpy(arguments_of_100, process->command);
}

/* R3.1: of the sources each is missing by itself. */
static void sources_go_on_without_it(void **state)
{
	(void)state;
	static const struct tc_sampler *const samplers[] = {
		&tc_sampler_meminfo, &tc_sampler_hwmon, &tc_sampler_proc_tree, &tc_sampler_proc_memory};
	struct tc_series_set set = {.count = 0};
	struct tc_sampling *sampling;
	const struct tc_sample_place place = {.root = root,
		.now_ns = 100 * second,
		.pid = 100,
		.series = &set,
		.samplers = samplers,
		.sampler_count = 4,
		.process = on_process};
	root_copy("tests/data/host/first");
	root_put("proc/100/stat", "100 (make) S 1 100 100 0 -1 0 9 0 3 0 1 2 3 1 20 0 1 0 5000 9015296 1000 0\n");
	make_wait("proc/100/smaps_rollup");
	make_wait("proc/100/cmdline");
	make_wait("sys/class/hwmon/hwmon0/temp1_input");
	uint64_t late = tc_patient_counts().late;
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	for (uint64_t i = 101; i < 104; i++)
		tc_sampling_read(sampling, i * second, 1u << TC_CHEAP | 1u << TC_DEAR);
	assert_int_equal(tc_patient_counts().late, late + 3);
	assert_false(isnan(series_of(&set, "system.memory")->value));
	assert_false(isnan(series_of(&set, "system.temperature.nvme_composite")->value));
	assert_float_equal(series_of(&set, "process.count")->value, 1, 0);
	assert_true(isnan(series_of(&set, "system.temperature.coretemp_package_id_0")->value));
	assert_string_equal(
		series_of(&set, "system.temperature.coretemp_package_id_0")->series.absent, TC_PATIENT_REASON);
	assert_true(isnan(series_of(&set, "process.memory_proportional")->value));
	assert_string_equal(series_of(&set, "process.memory_proportional")->series.absent, TC_PATIENT_REASON);
	answer("proc/100/smaps_rollup", rollup);
	answer("sys/class/hwmon/hwmon0/temp1_input", "50000\n");
	tc_sampling_read(sampling, 110 * second, 1u << TC_CHEAP | 1u << TC_DEAR);
	assert_float_equal(series_of(&set, "process.memory_proportional")->value, 5 * 1024, 0);
	assert_float_equal(series_of(&set, "system.temperature.coretemp_package_id_0")->value, 50, 0);
	tc_sampling_close(sampling, 111 * second);
	assert_string_equal(arguments_of_100, "make");
	answer("proc/100/cmdline", "");
	tc_series_release(&set);
}

/* Only of a process that waits in the kernel itself it may not be told for long. */
static void what_a_waiting_process_reads_and_writes(void **state)
{
	(void)state;
	static const char stat[] = "100 (make) %c 1 100 100 0 -1 0 9 0 3 0 1 2 3 1 20 0 1 0 5000 9015296 1000 0\n";
	struct tc_series_set set = {.count = 0};
	struct tc_sampling *sampling;
	const struct tc_sample_place place = {.root = root, .now_ns = 100 * second, .pid = 100, .series = &set};
	root_put("proc/100/stat", stat, 'D');
	root_put("proc/100/cmdline", "make");
	root_put("proc/100/io", "read_bytes: 0\nwrite_bytes: 0\n");
	uint64_t late = tc_patient_counts().late;
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	assert_int_equal(tc_patient_counts().late, late);
	assert_int_equal(unlink(whole_path("proc/100/io")), 0);
	make_wait("proc/100/io"); /* the descriptor that is kept is not asked */
	tc_sampling_read(sampling, 101 * second, 1u << TC_CHEAP);
	assert_int_equal(tc_patient_counts().late, late + 1);
	assert_float_equal(series_of(&set, "process.count")->value, 1, 0);
	tc_sampling_close(sampling, 111 * second);
	answer("proc/100/io", "");
	tc_series_release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_read_as_ever, root_make, root_remove),
		cmocka_unit_test_setup_teardown(one_that_does_not_answer_is_left, root_make, root_remove),
		cmocka_unit_test_setup_teardown(there_is_an_end_to_threads_that_wait, root_make, root_remove),
		cmocka_unit_test_setup_teardown(a_forked_child_begins_anew, root_make, root_remove),
		cmocka_unit_test_setup_teardown(sources_go_on_without_it, root_make, root_remove),
		cmocka_unit_test_setup_teardown(what_a_waiting_process_reads_and_writes, root_make, root_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
