/* SPDX-License-Identifier: MIT
 *
 * On trees recorded at two instants (tests/data/machine), and on the processes of this machine.  With an argument it is
 * a tool for tests/sample_test.py and tests/machine_test.py: `watch PID` reads a line from stdin, takes a sample, prints it.
 */
#include "sample/proc_pid.h"
#include "sample/recorded_root.h"
#include "sample/sample.h"
#include "sample/tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const instants[] = {"tests/data/machine/first", "tests/data/machine/second"};
static void go_to_instant(int instant)
{
	root_copy(instants[instant]);
}

static void end_process(int pid)
{
	char path[32];
	snprintf(path, sizeof path, "proc/%d", pid);
	root_drop(path);
}

static struct tc_series_set set;

static int close_set(void **state)
{
	(void)state;
	tc_series_release(&set);
	return 0;
}

static int remove_root(void **state)
{
	close_set(state);
	return root_remove(state);
}

static double value_of(const char *name)
{
	for (size_t i = 0; i < set.count; i++)
		if (!strcmp(set.one[i].series.name, name))
			return set.one[i].value;
	fail_msg("no series %s", name);
	return NAN;
}

static struct tc_process_entry told[16];
static char told_command[16][TC_COMMAND_BYTES];
static size_t told_count;

static void on_process(void *context, const struct tc_process_entry *process)
{
	(void)context;
	assert_true(told_count < 16);
	told[told_count] = *process;
	strcpy(told_command[told_count++], process->command);
}

static const struct tc_process_entry *last_told(uint64_t pid)
{
	for (size_t i = told_count; i-- > 0;)
		if (told[i].pid == pid)
			return &told[i];
	return NULL;
}

static const uint64_t second = 1000000000;

static void two_instants(void)
{
	struct tc_sampling *sampling;
	told_count = 0;
	go_to_instant(0);
	const struct tc_sample_place place = {
		.root = root, .now_ns = 100 * second, .pid = 100, .series = &set, .process = on_process};
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	tc_sampling_read(sampling, 100 * second, 1u << TC_CHEAP);
	assert_true(isnan(value_of("system.cpu")));
	assert_true(isnan(value_of("process.cpu")));
	assert_float_equal(value_of("system.memory"), 4000000.0 * 1024, 0);
	assert_float_equal(value_of("system.memory_percent"), 25, 0);
	assert_float_equal(value_of("process.memory"), (1000 + 20000 + 500 + 700) * 4096.0, 0);
	assert_float_equal(value_of("process.count"), 4, 0);
	assert_float_equal(value_of("process.threads"), 5, 0);

	end_process(102);
	end_process(110); /* its pid is another's at the second instant */
	go_to_instant(1);
	tc_sampling_read(sampling, 102 * second, 1u << TC_CHEAP);
	/* user 40, of which 30 for guests, nice 5, system 15, softirq 5, steal 5; idle 130; iowait fell */
	assert_float_equal(value_of("system.cpu"), 35.0, 1e-9);
	assert_float_equal(value_of("process.count"), 2, 0);
	assert_float_equal(value_of("process.threads"), 3, 0);
	assert_float_equal(value_of("process.memory"), (1000 + 15000) * 4096.0, 0);
	/* make 5, cc1 100, waited 250 of which 50 were seen of ld, sh (a zombie) 6; 15 seen of as come back a reading later */
	assert_float_equal(value_of("process.cpu"), (5 + 100 + 250 - 50 - 15 + 6) * 0.01 / 2, 1e-9);
	tc_sampling_close(sampling, 103 * second);
}

static void check_told(void)
{
	const struct tc_process_entry *ld = last_told(102), *as = last_told(110), *cc1 = last_told(101),
				      *sh = last_told(103);
	assert_non_null(ld);
	assert_int_equal(ld->end_ns, 102 * second);
	assert_int_equal(ld->parent_pid, 100);
	assert_float_equal(ld->cpu_seconds, 0, 1e-9); /* it had taken all of it before it was observed */
	assert_int_equal(ld->peak_rss_bytes, 500 * 4096);
	assert_int_equal(as->end_ns, 102 * second);
	assert_int_equal(cc1->end_ns, 0);
	assert_float_equal(cc1->cpu_seconds, 1.0, 1e-9);
	assert_int_equal(cc1->peak_rss_bytes, 120000 * 1024);
	assert_string_equal(told_command[cc1 - told], "/usr/lib/cc1 postgres://joe:***@db.example/x?y a.c");
	assert_string_equal(told_command[sh - told], "sh");
	assert_string_equal(told_command[as - told] + TC_COMMAND_BYTES - 6, "xx…");
	assert_null(last_told(200));
	assert_null(last_told(1));
}

static void a_recorded_machine(void **state)
{
	(void)state;
	two_instants();
	check_told();
}

static void remove_children_files(void)
{
	static const int pids[] = {1, 100, 101, 102, 103, 110, 200};
	for (size_t i = 0; i < sizeof pids / sizeof pids[0]; i++) {
		char path[128];
		snprintf(path, sizeof path, "proc/%d/task", pids[i]);
		root_drop(path);
	}
}

static void without_children_files_parents_are_followed(void **state)
{
	(void)state;
	struct tc_tree tree;
	go_to_instant(0);
	remove_children_files();
	assert_int_equal(tc_tree_open(&tree, &(struct tc_sample_place){.root = root, .now_ns = 1, .pid = 100}), 0);
	assert_int_equal(tree.count, 4);
	assert_non_null(tc_tree_process(&tree, 110));
	assert_null(tc_tree_process(&tree, 200));
	end_process(102);
	end_process(110);
	go_to_instant(1);
	remove_children_files();
	tc_tree_count(&tree, second);
	assert_int_equal(tree.count, 3);
	assert_null(tc_tree_process(&tree, 110));
	assert_non_null(tc_tree_process(&tree, 103));
	tc_tree_close(&tree, second);
}

static void children_are_listed_to_the_end(void **state)
{
	(void)state;
	enum { ENDED = 700 }; /* so many that the list is longer than what is read of it at once */
	static char list[8 * ENDED + 16];
	struct tc_tree tree;
	size_t used = 0;
	go_to_instant(0);
	for (int i = 0; i < ENDED; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%d ", 900000 + i);
	snprintf(list + used, sizeof list - used, "101 102 ");
	root_put("proc/100/task/100/children", "%s", list);
	assert_int_equal(tc_tree_open(&tree, &(struct tc_sample_place){.root = root, .now_ns = 1, .pid = 100}), 0);
	assert_non_null(tc_tree_process(&tree, 101));
	assert_non_null(tc_tree_process(&tree, 102));
	tc_tree_close(&tree, second);
}

/* A process whose files are not kept open, for there are too many, is known again by when it began. */
static void a_number_that_another_process_has_now(void **state)
{
	(void)state;
	struct tc_tree tree;
	const struct tc_sample_place place = {.root = root, .now_ns = 1, .pid = 100, .process = on_process};
	told_count = 0;
	go_to_instant(0);
	assert_int_equal(tc_tree_open(&tree, &place), 0);
	const struct tc_tree_process *process = tc_tree_process(&tree, 101);
	assert_int_equal(process->start, 6000);
	root_put("proc/101/stat", "101 (cc1) R 100 100 100 0 -1 0 0 0 0 0 7 0 0 0 20 0 1 0 9000 4096 1\n");
	tc_tree_count(&tree, second);
	process = tc_tree_process(&tree, 101);
	assert_int_equal(process->start, 9000);
	assert_int_equal(process->account[TC_CPU_NS].own, 7 * tree.tick_ns);
	assert_int_equal(last_told(101)->end_ns, second);
	assert_float_equal(last_told(101)->cpu_seconds, 0, 1e-9);
	root_put("proc/101/stat", "101 (cc1) X 100 100 100 0 -1 0 0 0 0 0 8 0 0 0 20 0 1 0 9000 4096 1\n");
	tc_tree_count(&tree, 2 * second); /* dead: what is read of it is of a moment before it is gone */
	assert_null(tc_tree_process(&tree, 101));
	tc_tree_close(&tree, second);
}

static void what_is_absent_says_why(void **state)
{
	(void)state;
	struct tc_sampling *sampling;
	const struct tc_sample_place place = {.root = root, .pid = 100, .series = &set};
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	tc_sampling_read(sampling, second, 1u << TC_CHEAP);
	assert_true(set.count > 7);
	for (size_t i = 0; i < set.count; i++)
		if (strcmp(set.one[i].series.name, "tacho.observer") != 0) /* which is no file's */
			assert_true(set.one[i].series.absent && strlen(set.one[i].series.absent) > 20);
	tc_sampling_close(sampling, second);
}

static void odd_stat_lines(void **state)
{
	(void)state;
	static const char good[] = "7 (a) b) (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 0\n";
	struct tc_proc_pid stat;
	assert_true(tc_proc_pid_parse(good, strlen(good), &stat));
	assert_string_equal(stat.name, "a) b) (c");
	assert_int_equal(stat.state, 'S');
	assert_int_equal(stat.user, 11);
	assert_int_equal(stat.waited_system, 14);
	assert_int_equal(stat.threads, 17);
	assert_int_equal(stat.start, 19);
	assert_int_equal(stat.memory_bytes, 20);
	assert_int_equal(stat.rss_pages, 21);
	for (size_t cut = 0; cut < sizeof good - 8; cut++) {
		char text[sizeof good] = "";
		memcpy(text, good, cut);
		assert_false(tc_proc_pid_parse(text, cut, &stat));
	}
}

/* One that has ended before /proc told its arguments has those that it was started with, unless it is another program. */
static void what_was_started_is_known(void **state)
{
	(void)state;
	char program[] = "/usr/bin/sleep-a-long-while", address[] = "https://joe:pw@h/", none[] = "", many[2000] = "";
	char *const started[] = {program, address, NULL}, *const empty[] = {none, NULL}, *const unknown[] = {NULL},
		    *const long_one[] = {many, many, NULL};
	char command[TC_COMMAND_BYTES] = "tacho";
	tc_proc_pid_started(started, "tacho", command);
	tc_proc_pid_started(started, "sleep", command);
	tc_proc_pid_started(empty, "sleep", command);
	tc_proc_pid_started(unknown, "sleep", command);
	assert_string_equal(command, "tacho");
	tc_proc_pid_started(started, "sleep-a-long-wh", command); /* as much as the kernel keeps of a name */
	assert_string_equal(command, "/usr/bin/sleep-a-long-while https://joe:***@h/");
	memset(many, 'm', sizeof many - 1);
	tc_proc_pid_started(long_one, "mmmmmmmmmmmmmmm", command);
	assert_int_equal(strlen(command), TC_COMMAND_BYTES - 1);
	assert_string_equal(command + TC_COMMAND_BYTES - 6, "mm…");
}

static uint64_t now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * second + (uint64_t)ts.tv_nsec;
}

static void burn(long microseconds)
{
	struct timespec ts;
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	while (ts.tv_sec * 1000000 + ts.tv_nsec / 1000 < microseconds);
}

/* 100 children one after another, 3 ms of CPU time each, some with a child of their own; one lives long. */
static void many_short_children(void)
{
	for (int i = 0; i < 100; i++) {
		pid_t child = fork();
		if (!child) {
			if (i % 4 == 0 && !fork()) {
				burn(3000);
				_exit(0);
			}
			burn(i == 50 ? 200000 : 3000);
			while (wait(NULL) > 0)
				;
			_exit(0);
		}
		waitpid(child, NULL, 0);
	}
	_exit(0);
}

static double seconds_of(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static void short_children_are_all_counted(void **state)
{
	(void)state;
	struct tc_tree tree;
	struct rusage usage;
	siginfo_t info;
	int go[2];
	assert_int_equal(pipe(go), 0);
	pid_t child = fork();
	if (!child) {
		char byte;
		if (read(go[0], &byte, 1) == 1)
			many_short_children();
		_exit(1);
	}
	assert_int_equal(
		tc_tree_open(&tree, &(struct tc_sample_place){.root = "/", .now_ns = now_ns(), .pid = child}), 0);
	uint64_t begin_ns = tree.sum[TC_CPU_NS], last = 0;
	assert_int_equal(write(go[1], "", 1), 1);
	do {
		usleep(7000);
		tc_tree_count(&tree, now_ns());
		assert_true(tree.sum[TC_CPU_NS] >= last);
		last = tree.sum[TC_CPU_NS];
		info.si_pid = 0;
		assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT), 0);
	} while (!info.si_pid);
	tc_tree_count(&tree, now_ns());
	uint64_t seen_ns = tree.sum[TC_CPU_NS] - begin_ns;
	assert_int_equal(wait4(child, NULL, 0, &usage), child);
	tc_tree_count(&tree, now_ns());
	assert_int_equal(tree.count, 0);
	double truth = seconds_of(&usage);
	print_message("seen %.3f s, wait4 says %.3f s\n", (double)seen_ns / 1e9, truth);
	assert_true(fabs((double)seen_ns / 1e9 - truth) <
		    0.045); /* four ticks: user and system, of it and its last child */
	tc_tree_close(&tree, now_ns());
	close(go[0]);
	close(go[1]);
}

/* Far below a tick of /proc: all that a command took is known to the microsecond once it has ended, whatever it took before
 * it was observed. */
static void all_of_a_short_command_is_counted(void **state)
{
	(void)state;
	struct tc_sampling *sampling;
	struct rusage usage;
	double cores = NAN;
	uint64_t started_ns = now_ns(), ended_ns;
	pid_t child = fork();
	if (!child) {
		burn(3000);
		_exit(0);
	}
	usleep(1000);
	const struct tc_sample_place place = {.root = "/",
		.now_ns = now_ns(),
		.pid = child,
		.started_ns = started_ns,
		.reaper = getpid(),
		.series = &set};
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	assert_int_equal(wait4(child, NULL, 0, &usage), child);
	ended_ns = now_ns();
	tc_sampling_read(sampling, ended_ns, 1u << TC_CHEAP | TC_LAST); /* 3 ms are less than a rate takes otherwise */
	cores = value_of("process.cpu");
	assert_true(fabs(cores * (double)(ended_ns - started_ns) / 1e9 - seconds_of(&usage)) < 20e-6);
	tc_sampling_close(sampling, ended_ns);
}

static double total_of(const char *name)
{
	for (size_t i = 0; i < set.count; i++)
		if (!strcmp(set.one[i].series.name, name))
			return set.one[i].total;
	fail_msg("no series %s", name);
	return NAN;
}

/* What is told late is not more than the CPUs can give, and is not lost. */
static void no_more_than_all_cpus(void **state)
{
	TC_SKIP_IF_EMULATED("its /proc/self/stat has no times");
	struct tc_sampling *sampling;
	uint64_t begin_ns = now_ns(), short_ns = second / 100, long_ns = 1000 * second;
	double cpus = (double)sysconf(_SC_NPROCESSORS_CONF), first;
	struct timespec used;
	(void)state;
	const struct tc_sample_place place = {.root = "/", .now_ns = begin_ns, .pid = getpid(), .series = &set};
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	burn(used.tv_sec * 1000000 + used.tv_nsec / 1000 + 110000 + (long)cpus * 10000);
	tc_sampling_read(sampling, begin_ns + short_ns, 1u << TC_CHEAP);
	first = value_of("process.cpu");
	assert_float_equal(first, cpus, 1e-9);
	assert_true(total_of("process.cpu") >= 0.1);
	tc_sampling_read(sampling, begin_ns + short_ns + long_ns, 1u << TC_CHEAP);
	assert_float_equal(first * 1e-2 + value_of("process.cpu") * 1e3, total_of("process.cpu"), 1e-6);
	tc_sampling_close(sampling, begin_ns + short_ns + long_ns);
}

static int watch(const char *pid)
{
	struct tc_sampling *sampling;
	char line[16];
	const struct tc_sample_place place = {.root = "/", .now_ns = now_ns(), .pid = atoi(pid), .series = &set};
	if (tc_sampling_open(&sampling, &place))
		return 1;
	while (fgets(line, sizeof line, stdin)) {
		uint64_t begin_ns = now_ns();
		tc_sampling_read(sampling, begin_ns, 1u << TC_CHEAP);
		printf("cost %lu", now_ns() - begin_ns);
		tc_sampling_read(sampling, begin_ns, 1u << TC_DEAR);
		for (size_t i = 0; i < set.count; i++)
			if (!set.one[i].series.absent)
				printf(" %s %.17g %s.total %.17g", set.one[i].series.name, set.one[i].value,
					set.one[i].series.name, set.one[i].total);
		puts("");
		fflush(stdout);
	}
	tc_sampling_close(sampling, now_ns());
	tc_series_release(&set);
	return 0;
}

/* What could not be opened for want of descriptors is not called missing. */
static void without_descriptors_that_is_the_reason(void **state)
{
	static const char *const names[] = {"system.memory", "system.cpu_pressure", "process.cpu", "process.files"};
	struct rlimit before, few;
	struct tc_sampling *sampling;
	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	int next = dup(0);
	assert_true(next >= 0 && !close(next));
	few = (struct rlimit){(rlim_t)next, before.rlim_max};
	const struct tc_sample_place place = {.root = "/", .pid = getpid(), .series = &set};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	int code = tc_sampling_open(&sampling, &place);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_int_equal(code, 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t k = 0; k < set.count; k++)
			if (!strcmp(set.one[k].series.name, names[i]))
				assert_string_equal(set.one[k].series.absent, TC_NO_DESCRIPTOR);
	tc_sampling_close(sampling, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_recorded_machine, root_make, remove_root),
		cmocka_unit_test_setup_teardown(without_children_files_parents_are_followed, root_make, remove_root),
		cmocka_unit_test_setup_teardown(children_are_listed_to_the_end, root_make, root_remove),
		cmocka_unit_test_setup_teardown(a_number_that_another_process_has_now, root_make, remove_root),
		cmocka_unit_test_setup_teardown(what_is_absent_says_why, root_make, remove_root),
		cmocka_unit_test(odd_stat_lines),
		cmocka_unit_test(what_was_started_is_known),
		cmocka_unit_test(short_children_are_all_counted),
		cmocka_unit_test_teardown(all_of_a_short_command_is_counted, close_set),
		cmocka_unit_test_teardown(no_more_than_all_cpus, close_set),
		cmocka_unit_test_teardown(without_descriptors_that_is_the_reason, close_set),
	};
	if (argc == 3 && !strcmp(argv[1], "watch"))
		return watch(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
