/* SPDX-License-Identifier: MIT
 *
 * tree_test.c - R3.2: nobody of the tree is missed, on processes of this machine: thousands of short children, daemons,
 * zombies, thousands of threads, the kernel's own, those that are not for us to see.
 *
 * runs in: release clang asan (its threads share nothing, and ThreadSanitizer makes none in a child in any time)
 */
#include "base/test.h"
#include "sample/sample.h"
#include "sample/tree.h"

#include <errno.h>
#include <linux/sched.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const uint64_t second = 1000000000;

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;
	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * second + (uint64_t)ts.tv_nsec;
}

static uint64_t now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static void burn_until(uint64_t cpu_ns)
{
	while (clock_ns(CLOCK_PROCESS_CPUTIME_ID) < cpu_ns)
		;
}

/* A child that runs body(fd) and tells of its progress on fd. */
static pid_t start(void (*body)(int tell), int *told)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(ends[0]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		body(ends[1]);
		_exit(0);
	}
	close(ends[1]);
	*told = ends[0];
	return pid;
}

static void tell(int fd, const void *bytes, size_t count)
{
	if (write(fd, bytes, count) != (ssize_t)count)
		_exit(3);
}

static void hear(int fd, void *bytes, size_t count)
{
	assert_int_equal(read(fd, bytes, count), (ssize_t)count);
}

static struct tc_sample_place place_of(pid_t pid)
{
	return (struct tc_sample_place){
		.root = "/", .now_ns = now_ns(), .pid = pid, .started_ns = now_ns(), .reaper = getpid()};
}

static double children_seconds(void)
{
	struct rusage usage;
	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* ---- 2,000 children ---- */

static void many_children(int fd)
{
	tell(fd, "", 1);
	for (int i = 0; i < 2000; i++) {
		pid_t child = fork();
		if (!child) {
			burn_until(1000000);
			_exit(0);
		}
		waitpid(child, NULL, 0);
	}
}

static void two_thousand_short_children(void **state)
{
	struct tc_tree tree;
	struct tc_counter counter;
	siginfo_t info;
	int told;
	char byte;
	(void)state;
	double before = children_seconds();
	pid_t pid = start(many_children, &told);
	const struct tc_sample_place place = place_of(pid);
	assert_int_equal(tc_tree_open(&tree, &place), 0);
	tc_tree_begin(&tree, TC_CPU_NS, &counter);
	hear(told, &byte, 1);
	do {
		tc_tree_count(&tree, now_ns());
		info.si_pid = 0;
		assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT), 0);
		usleep(20000); /* as a tick would */
	} while (!info.si_pid);
	tc_tree_count(&tree, now_ns());
	double living = (double)(tree.sum[TC_CPU_NS] - counter.last) / 1e9; /* by /proc, before anybody waited for it */
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	tc_tree_count(&tree, now_ns());
	double seen = (double)(tree.sum[TC_CPU_NS] - counter.last) / 1e9, truth = children_seconds() - before;
	print_message("seen %.3f s, then %.3f s, wait4 says %.3f s\n", living, seen, truth);
	assert_true(truth > 2);
	assert_true(fabs(seen / truth - 1) < 0.02);
	assert_true(fabs(living / truth - 1) < 0.02);
	tc_tree_close(&tree, 0);
	close(told);
}

/* ---- a pid that is another's by now ---- */

static int let_go[2]; /* a byte for each process that may end */

/* A child, of this pid where it is not 0; -1: it cannot be had. */
static pid_t fork_as(pid_t wanted)
{
	struct clone_args how = {.exit_signal = SIGCHLD,
		.set_tid = wanted ? (uint64_t)(uintptr_t)&wanted : 0,
		.set_tid_size = wanted != 0};
	return (pid_t)syscall(SYS_clone3, &how, sizeof how);
}

static void two_of_one_pid(int fd)
{
	pid_t pid = 0;
	for (int i = 0; i < 2; i++) {
		pid = fork_as(pid);
		if (!pid) {
			char byte;
			pid_t own = getpid();
			burn_until(i ? 150000000 : 300000000);
			tell(fd, &own, sizeof own);
			_exit(read(let_go[0], &byte, 1) != 1);
		}
		if (pid < 0) {
			pid = -errno;
			tell(fd, &pid, sizeof pid);
			return;
		}
		waitpid(pid, NULL, 0);
	}
	tell(fd, &pid, sizeof pid);
	for (;;)
		pause();
}

struct lives { /* of one pid, as the table of processes is told of them: of one that lasts more than once */
	uint64_t pid, begin_ns;
	size_t count;
	double cpu_seconds[3];
};

static void on_process(void *context, const struct tc_process_entry *process)
{
	struct lives *lives = context;
	if (process->pid != lives->pid)
		return;
	lives->count += process->begin_ns != lives->begin_ns;
	lives->begin_ns = process->begin_ns;
	assert_in_range(lives->count, 1, 2);
	lives->cpu_seconds[lives->count] = process->cpu_seconds;
}

/* Each has what it took itself, and the sum has both. */
static void a_pid_that_comes_again_is_another_process(void **state)
{
	struct tc_tree tree;
	struct tc_counter counter;
	struct lives lives = {0};
	pid_t pids[3] = {0};
	int told, error = 0;
	(void)state;
	assert_int_equal(pipe(let_go), 0);
	pid_t root = start(two_of_one_pid, &told);
	struct tc_sample_place place = place_of(root);
	place.context = &lives;
	place.process = on_process;
	assert_int_equal(tc_tree_open(&tree, &place), 0);
	tc_tree_begin(&tree, TC_CPU_NS, &counter);
	for (int i = 0; i < 3 && !error; i++) {
		hear(told, &pids[i], sizeof *pids);
		error = pids[i] < 0 ? -pids[i] : 0;
		lives.pid = (uint64_t)pids[0];
		tc_tree_count(&tree, now_ns());
		if (i < 2 && !error)
			assert_int_equal(write(let_go[1], "", 1), 1);
	}
	kill(root, SIGKILL);
	waitpid(root, NULL, 0);
	double seen = (double)(tree.sum[TC_CPU_NS] - counter.last) / 1e9;
	tc_tree_close(&tree, now_ns());
	close(told);
	close(let_go[0]);
	close(let_go[1]);
	if (error) {
		print_message("skipped: the kernel gives no pid that is asked for here: %s\n", strerror(error));
		skip();
	}
	assert_int_equal(pids[1], pids[0]);
	assert_int_equal(lives.count, 2);
	assert_in_range((uint64_t)(lives.cpu_seconds[1] * 1000), 290, 330);
	assert_in_range((uint64_t)(lives.cpu_seconds[2] * 1000), 140, 180);
	assert_in_range((uint64_t)(seen * 1000), 400, 540); /* the kernel cuts what children took to its ticks */
}

/* ---- a daemon ---- */

static void make_daemon(int fd)
{
	if (!fork()) {
		setsid();
		pid_t daemon = fork();
		if (daemon) {
			tell(fd, &daemon, sizeof daemon);
			_exit(0);
		}
		prctl(PR_SET_PDEATHSIG, 0);
		burn_until(100000000);
		for (;;)
			pause();
	}
	wait(NULL);
	for (;;)
		pause();
}

static void a_daemon_is_of_the_tree_while_it_lives(void **state)
{
	struct tc_tree tree;
	pid_t daemon;
	int told;
	(void)state;
	TC_SKIP_IF_EMULATED("it knows no PR_SET_CHILD_SUBREAPER");
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid_t pid = start(make_daemon, &told);
	const struct tc_sample_place place = place_of(pid);
	assert_int_equal(tc_tree_open(&tree, &place), 0);
	hear(told, &daemon, sizeof daemon);
	/* It is found although its parent has ended, for it is the reaper's child now; a dear search is not done at once. */
	uint64_t seen_ns = 0;
	while (seen_ns < 100000000) {
		tc_tree_count(&tree, now_ns());
		const struct tc_tree_process *process = tc_tree_process(&tree, (uint64_t)daemon);
		assert_true(process || !seen_ns); /* once it is of the tree it stays while it lives */
		seen_ns = process ? process->account[TC_CPU_NS].own : 0;
	}
	assert_true(tree.sum[TC_CPU_NS] >= seen_ns);
	kill(daemon, SIGKILL);
	kill(pid, SIGKILL);
	while (wait(NULL) > 0)
		;
	tc_tree_count(&tree, now_ns());
	assert_int_equal(tree.count, 1); /* ourselves */
	tc_tree_close(&tree, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(told);
}

/* ---- zombies ---- */

static void leave_a_zombie(int fd)
{
	pid_t zombie = fork();
	if (!zombie) {
		burn_until(50000000);
		_exit(0);
	}
	siginfo_t info;
	waitid(P_PID, (id_t)zombie, &info, WEXITED | WNOWAIT);
	tell(fd, &zombie, sizeof zombie);
	for (;;)
		pause();
}

static void a_zombie_has_time_and_no_memory(void **state)
{
	struct tc_tree tree;
	pid_t zombie;
	int told;
	(void)state;
	pid_t pid = start(leave_a_zombie, &told);
	hear(told, &zombie, sizeof zombie);
	const struct tc_sample_place place = place_of(pid);
	assert_int_equal(tc_tree_open(&tree, &place), 0);
	const struct tc_tree_process *process = tc_tree_process(&tree, (uint64_t)zombie);
	assert_non_null(process);
	assert_true(process->zombie);
	assert_int_equal(process->rss_bytes, 0);
	assert_true(tree.sum[TC_CPU_NS] >= 49000000);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	tc_tree_close(&tree, 0);
	close(told);
}

static const struct tc_series_one *series_of(const struct tc_series_set *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (!strcmp(set->one[i].series.name, name))
			return &set->one[i];
	fail_msg("no series %s", name);
	return NULL;
}

/* ---- thousands of threads ---- */

enum { THREADS = 5000 };

static void *sleep_on(void *context)
{
	for (;;)
		pause();
	return context;
}

static void make_threads(int fd)
{
	pthread_attr_t small;
	int made = 0;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 32768);
	for (pthread_t thread; made < THREADS - 1 && !pthread_create(&thread, &small, sleep_on, NULL);)
		made++;
	tell(fd, &made, sizeof made);
	sleep_on(NULL);
}

static void thousands_of_threads_are_counted(void **state)
{
	TC_SKIP_IF_EMULATED("it has a thread of its own, which is counted");
	struct tc_series_set set = {0};
	struct tc_sampling *sampling;
	int told, made;
	(void)state;
	pid_t pid = start(make_threads, &told);
	hear(told, &made, sizeof made);
	assert_int_equal(made, THREADS - 1);
	struct tc_sample_place place = place_of(pid);
	place.series = &set;
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	tc_sampling_read(sampling, now_ns(), 1u << TC_CHEAP | 1u << TC_DEAR);
	assert_float_equal(series_of(&set, "process.threads")->value, made + 1, 0);
	const struct tc_series_one *switches = series_of(&set, "process.switches");
	assert_true(switches->series.absent || switches->total >= made); /* each ran once at least */
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	tc_sampling_close(sampling, 0);
	tc_series_release(&set);
	close(told);
}

/* ---- those that are gone between one look and the next ---- */

static void come_and_go(int fd)
{
	tell(fd, "", 1);
	for (;;) {
		for (int i = 0; i < 4; i++)
			if (!fork())
				_exit(0);
		while (wait(NULL) > 0)
			;
	}
}

static void processes_that_vanish_disturb_nobody(void **state)
{
	struct tc_series_set set = {0};
	struct tc_sampling *sampling;
	int told;
	char byte;
	(void)state;
	pid_t pid = start(come_and_go, &told);
	hear(told, &byte, 1);
	struct tc_sample_place place = place_of(pid);
	place.series = &set;
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	for (int i = 0; i < 300; i++) {
		tc_sampling_read(sampling, now_ns(), 1u << TC_CHEAP | 1u << TC_DEAR);
		for (size_t k = 0; k < set.count; k++)
			if (!strncmp(set.one[k].series.name, "process.cpu", 11))
				assert_true(isnan(set.one[k].value) || set.one[k].value >= 0);
	}
	kill(pid, SIGKILL);
	while (wait(NULL) > 0)
		;
	tc_sampling_read(sampling, now_ns(), 1u << TC_CHEAP | 1u << TC_DEAR);
	tc_sampling_close(sampling, 0);
	tc_series_release(&set);
	close(told);
}

/* ---- those that are not for us ---- */

static void look_at(pid_t pid, struct tc_series_set *set)
{
	struct tc_sampling *sampling;
	const struct tc_sample_place place = {.root = "/", .now_ns = now_ns(), .pid = pid, .series = set};
	assert_int_equal(tc_sampling_open(&sampling, &place), 0);
	tc_sampling_read(sampling, now_ns() + second, 1u << TC_CHEAP | 1u << TC_DEAR);
	tc_sampling_close(sampling, 0);
}

static void a_thread_of_the_kernel_has_no_memory(void **state)
{
	struct tc_series_set set = {0};
	char name[64] = "";
	FILE *comm = fopen("/proc/2/comm", "r");
	(void)state;
	if (!comm || !fgets(name, sizeof name, comm) || strcmp(name, "kthreadd\n")) {
		if (comm)
			fclose(comm);
		print_message("skipped: process 2 is not the kernel's here\n");
		skip();
	}
	fclose(comm);
	look_at(2, &set);
	assert_true(series_of(&set, "process.count")->value >= 1);
	assert_float_equal(series_of(&set, "process.memory")->value, 0, 0);
	tc_series_release(&set);
}

/* Pages, files and disk bytes of others are not for a user without rights; what anybody may know still is there. */
static void of_others_processes_what_may_be_known(void **state)
{
	static const char *const denied[] = {"process.memory_proportional", "process.files", "process.read"};
	(void)state;
	if (getuid()) {
		print_message("skipped: only root can become somebody else\n");
		skip();
	}
	fflush(NULL);
	pid_t ours = getpid(), pid = fork();
	if (!pid) {
		struct tc_series_set set = {0};
		if (setgid(65534) || setuid(65534))
			_exit(2);
		look_at(ours, &set);
		bool fine =
			series_of(&set, "process.memory")->value > 0 && !series_of(&set, "process.cpu")->series.absent;
		for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
			const char *absent = series_of(&set, denied[i])->series.absent;
			fine &= absent && strstr(absent, "user of the process");
		}
		_exit(!fine);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_thousand_short_children),
		cmocka_unit_test(a_pid_that_comes_again_is_another_process),
		cmocka_unit_test(a_daemon_is_of_the_tree_while_it_lives),
		cmocka_unit_test(a_zombie_has_time_and_no_memory),
		cmocka_unit_test(thousands_of_threads_are_counted),
		cmocka_unit_test(processes_that_vanish_disturb_nobody),
		cmocka_unit_test(a_thread_of_the_kernel_has_no_memory),
		cmocka_unit_test(of_others_processes_what_may_be_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
