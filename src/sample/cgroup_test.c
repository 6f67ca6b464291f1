/* SPDX-License-Identifier: MIT
 *
 * cgroup_test.c - R3.1, R11.5: control groups as recorded (tests/data/cgroup): version 2, version 1 as docker mounts it,
 * hybrid, a container that sees another root; and one of this machine, where it lets one be made.
 */
#include "sample/cgroup.h"
#include "sample/looked.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

extern const struct tc_sampler tc_sampler_cgroup;

static const uint64_t second = 1000000000;

static void look_at(struct looked *looked, const char *machine)
{
	char tree[64];
	snprintf(tree, sizeof tree, "tests/data/cgroup/%s/first", machine);
	root_copy(tree);
	look_open(looked, &tc_sampler_cgroup, 100 * second);
	look(looked, 100 * second);
}

static void look_again(struct looked *looked, const char *machine)
{
	char tree[64];
	snprintf(tree, sizeof tree, "tests/data/cgroup/%s/second", machine);
	root_copy(tree);
	look(looked, 102 * second);
}

static void assert_value(const struct looked *looked, const char *name, double value)
{
	if (!(fabs(value_of(looked, name) - value) <= 1e-9 * fabs(value)))
		fail_msg("%s is %.12g, not %.12g", name, value_of(looked, name), value);
}

static void assert_total(const struct looked *looked, const char *name, double total)
{
	if (!(fabs(total_of(looked, name) - total) <= 1e-9 * fabs(total)))
		fail_msg("the total of %s is %.12g, not %.12g", name, total_of(looked, name), total);
}

static const char *source_of(const struct looked *looked, const char *name)
{
	return looked->series[look_up(looked, name)].source;
}

/* The slice above allows 1.5 cores and the service 2: it is the slice that is throttled. */
static void version_2(void **state)
{
	(void)state;
	struct looked looked;
	look_at(&looked, "v2");
	assert_value(&looked, "cgroup.cpu_limit", 1.5);
	assert_value(&looked, "cgroup.cpus", 5);
	assert_value(&looked, "cgroup.memory_limit", 1 << 30);
	assert_value(&looked, "cgroup.memory_percent", 25);
	assert_value(&looked, "cgroup.memory_anon", 100000000);
	assert_string_equal(source_of(&looked, "cgroup.cpu"), "/sys/fs/cgroup/app.slice/web.service/cpu.stat");
	assert_string_equal(source_of(&looked, "cgroup.throttled"), "/sys/fs/cgroup/app.slice/cpu.stat");
	look_again(&looked, "v2");
	assert_value(&looked, "cgroup.cpu", 1);
	assert_total(&looked, "cgroup.cpu", 2);
	assert_value(&looked, "cgroup.throttled", 50);
	assert_total(&looked, "cgroup.throttled", 1);
	assert_value(&looked, "cgroup.throttled_percent", 25);
	assert_total(&looked, "cgroup.throttled_periods", 5);
	assert_value(&looked, "cgroup.memory", 1 << 29);
	assert_value(&looked, "cgroup.memory_percent", 50);
	assert_total(&looked, "cgroup.oom_kills", 1);
	assert_value(&looked, "cgroup.cpu_pressure", 50);
	assert_value(&looked, "cgroup.memory_pressure_full", 25);
	assert_total(&looked, "cgroup.io_pressure", 1);
	look_close(&looked);
}

/* Readings of 20 ms, a quota's period of 100 ms: its 90 ms are told at once, and belong to five readings. */
static void a_stand_still_is_told_late(void **state)
{
	(void)state;
	struct looked looked;
	char text[128];
	double sum = 0;
	look_at(&looked, "v2");
	for (uint64_t i = 1; i <= 10; i++) {
		snprintf(text, sizeof text, "nr_periods 1\nnr_throttled 1\nthrottled_usec %d\n",
			i < 3   ? 7000000
			: i < 8 ? 7090000
				: 7180000);
		root_put("sys/fs/cgroup/app.slice/cpu.stat", "%s", text);
		look(&looked, 100 * second + i * second / 50);
		sum += value_of(&looked, "cgroup.throttled");
		assert_true(value_of(&looked, "cgroup.throttled") <= 100);
	}
	assert_true(fabs(sum - 7.5 * 100) < 1e-6); /* of the second 90 ms, 60 ms so far */
	assert_total(&looked, "cgroup.throttled", 0.18);
	look_close(&looked);
}

/* A limit that is changed while the process runs is the limit from then on, 10 s later at most. */
static void limits_that_change_are_seen(void **state)
{
	(void)state;
	struct looked looked;
	look_at(&looked, "v2");
	root_put("sys/fs/cgroup/app.slice/web.service/memory.max", "536870912\n");
	root_put("sys/fs/cgroup/app.slice/cpu.max", "max 100000\n");
	look(&looked, 105 * second);
	assert_value(&looked, "cgroup.memory_percent", 25);
	assert_value(&looked, "cgroup.cpu_limit", 1.5); /* as it was read last */
	look(&looked, 110 * second);
	assert_value(&looked, "cgroup.memory_percent", 50);
	assert_value(&looked, "cgroup.cpu_limit", 2);
	look_close(&looked);
}

/* The job's own group has no limits, the container's has: 2.5 cores, 512 MiB. */
static void version_1_in_docker(void **state)
{
	(void)state;
	struct looked looked;
	look_at(&looked, "v1");
	assert_value(&looked, "cgroup.cpu_limit", 2.5);
	assert_value(&looked, "cgroup.cpus", 3);
	assert_value(&looked, "cgroup.memory_limit", 1 << 29);
	assert_value(&looked, "cgroup.memory_anon", 1000000);
	look_again(&looked, "v1");
	assert_value(&looked, "cgroup.cpu", 2.5);
	assert_value(&looked, "cgroup.throttled", 50);
	assert_value(&looked, "cgroup.throttled_percent", 50);
	assert_value(&looked, "cgroup.memory_percent", 50);
	assert_total(&looked, "cgroup.oom_kills", 1);
	assert_non_null(strstr(absent_of(&looked, "cgroup.cpu_pressure"), "version 2"));
	look_close(&looked);
}

/* Version 1 has a number where there is no limit. */
static void no_limit_is_no_number(void **state)
{
	(void)state;
	struct looked looked;
	root_copy("tests/data/cgroup/v1/first");
	root_put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	root_put("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "9223372036854771712\n");
	look_open(&looked, &tc_sampler_cgroup, second);
	look(&looked, second);
	assert_non_null(strstr(absent_of(&looked, "cgroup.memory_limit"), "nothing limits the memory"));
	assert_non_null(strstr(absent_of(&looked, "cgroup.memory_percent"), "nothing limits the memory"));
	look_close(&looked);
}

static void hybrid(void **state)
{
	(void)state;
	struct looked looked;
	look_at(&looked, "hybrid");
	assert_value(&looked, "cgroup.cpu_limit", 0.5);
	look_again(&looked, "hybrid");
	assert_value(&looked, "cgroup.cpu", 0.5);
	assert_value(&looked, "cgroup.throttled", 25);
	assert_true(isnan(value_of(&looked, "cgroup.throttled_percent"))); /* no period passed */
	assert_value(&looked, "cgroup.cpu_pressure", 25);
	/* Memory: in the group of the whole machine, whose figure would be the host's. */
	assert_non_null(strstr(absent_of(&looked, "cgroup.memory"), "whole machine"));
	assert_non_null(strstr(absent_of(&looked, "cgroup.memory_limit"), "whole machine"));
	assert_non_null(absent_of(&looked, "cgroup.cpus"));
	look_close(&looked);
}

/* Where version 1 has the process in the group of the machine, version 2 may have it in one of its own. */
static void cpu_time_of_version_2_alone(void **state)
{
	(void)state;
	struct looked looked;
	root_copy("tests/data/cgroup/hybrid/first");
	root_put("proc/100/cgroup", "2:cpuacct:/\n0::/user.slice\n");
	root_put("sys/fs/cgroup/cpuacct/cgroup.procs", "100\n");
	root_put("sys/fs/cgroup/cpuacct/release_agent", "\n");
	root_put("sys/fs/cgroup/unified/user.slice/cpu.stat", "usage_usec 1000000\n");
	look_open(&looked, &tc_sampler_cgroup, 100 * second);
	root_put("sys/fs/cgroup/unified/user.slice/cpu.stat", "usage_usec 4000000\n");
	look(&looked, 102 * second);
	assert_value(&looked, "cgroup.cpu", 1.5);
	assert_string_equal(
		source_of(&looked, "cgroup.cpu_pressure"), "/sys/fs/cgroup/unified/user.slice/cpu.pressure");
	look_close(&looked);
}

/* Its own group is "/" there; the mount of the host's groups beside it says nothing of where in it the process is. */
static void a_container_with_another_root(void **state)
{
	(void)state;
	struct looked looked;
	look_at(&looked, "container");
	assert_value(&looked, "cgroup.cpu_limit", 0.5);
	assert_value(&looked, "cgroup.cpus", 1);
	assert_value(&looked, "cgroup.memory_percent", 50);
	assert_string_equal(source_of(&looked, "cgroup.cpu"), "/sys/fs/my groups/cpu.stat");
	look_again(&looked, "container");
	assert_value(&looked, "cgroup.cpu", 0.25);
	look_close(&looked);
}

static void assert_all_absent(const char *why)
{
	struct looked looked;
	look_open(&looked, &tc_sampler_cgroup, second);
	look(&looked, 2 * second);
	for (size_t i = 0; i < tc_sampler_cgroup.series_count; i++)
		if (!looked.series[i].absent || !strstr(looked.series[i].absent, why))
			fail_msg("%s: absent for '%s'", looked.series[i].name, looked.series[i].absent);
	look_close(&looked);
}

static void what_is_absent_says_why(void **state)
{
	(void)state;
	static const char *const unread[] = {"", "garbage", "::\n0::\n"};
	static const char *const cgroups[] = {"0::/../elsewhere\n", "0::/gone\n", "0::/app.slicer\n"};
	static const char *const mounts[] = {
		"", "garbage - cgroup2", "1 2 3 / / rw - cgroup2\n", " - \n", "1 2 3 /\\999 /\\04 rw - cgroup2 x rw\n"};
	assert_all_absent("/proc/PID/cgroup does not tell");
	root_put("sys/fs/elsewhere/cgroup.procs", "100\n"); /* outside of the mount, however its path may lead there */
	for (size_t i = 0; i < sizeof unread / sizeof unread[0]; i++) {
		root_copy("tests/data/cgroup/v2/first");
		root_put("proc/100/cgroup", "%s", unread[i]);
		assert_all_absent("/proc/PID/cgroup does not tell");
	}
	for (size_t i = 0; i < sizeof cgroups / sizeof cgroups[0]; i++) {
		root_copy("tests/data/cgroup/v2/first");
		root_put("proc/100/cgroup", "%s", cgroups[i]);
		assert_all_absent("not to be seen");
	}
	for (size_t i = 0; i < sizeof mounts / sizeof mounts[0]; i++) {
		root_copy("tests/data/cgroup/v2/first");
		root_put("proc/self/mountinfo", "%s", mounts[i]);
		assert_all_absent("not to be seen");
	}
	root_copy("tests/data/cgroup/v2/first");
	root_put("proc/100/cgroup", "0::/\n");
	assert_all_absent("whole machine");
}

/* Where the name of the group leads nowhere but the process is in what is mounted, that is its group. */
static void a_mount_that_has_the_process_is_its_group(void **state)
{
	(void)state;
	struct looked looked;
	root_copy("tests/data/cgroup/container/first");
	root_put("proc/100/cgroup", "0::/kubepods/pod7/c9\n");
	look_open(&looked, &tc_sampler_cgroup, second);
	look(&looked, second);
	assert_value(&looked, "cgroup.cpu_limit", 0.5);
	look_close(&looked);
}

/* ---- on this machine ---- */

static bool write_file(const char *directory, const char *file, const char *text)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", directory, file);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	return done;
}

enum { CPU, CPUACCT, MEMORY, HIERARCHIES };
static const char *const hierarchies[] = {"cpu", "cpuacct", "memory"};

/* Burns CPU time in the groups once it is told to, until it is killed. */
static pid_t start_burner(int *go, char group[HIERARCHIES][128])
{
	int pipes[2];
	char byte, pid[16];
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pipes[1]);
		while (read(pipes[0], &byte, 1) == 1)
			for (;;)
				;
		_exit(0);
	}
	close(pipes[0]);
	*go = pipes[1];
	snprintf(pid, sizeof pid, "%d", (int)child);
	for (int i = 0; i < HIERARCHIES; i++)
		assert_true(write_file(group[i], "cgroup.procs", pid));
	return child;
}

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * second + (uint64_t)now.tv_nsec;
}

static void watch_burner(pid_t child, int go)
{
	struct looked looked;
	strcpy(root, "/");
	looked_pid = child;
	look_open(&looked, &tc_sampler_cgroup, now_ns());
	look(&looked, now_ns());
	assert_value(&looked, "cgroup.cpu_limit", 0.1);
	assert_value(&looked, "cgroup.memory_limit", 64 << 20);
	assert_int_equal(write(go, "", 1), 1);
	do { /* it takes 10 ms of each 100 ms, then it has to stand still */
		usleep(10000);
		look(&looked, now_ns());
	} while (total_of(&looked, "cgroup.throttled") < 0.3 || total_of(&looked, "cgroup.throttled_periods") < 3);
	double used = total_of(&looked, "cgroup.cpu"), throttled = total_of(&looked, "cgroup.throttled");
	print_message("used %.3f s, throttled for %.3f s\n", used, throttled);
	assert_true(used > 0 && used < throttled);
	assert_true(value_of(&looked, "cgroup.memory") <= 64 << 20);
	look_close(&looked);
}

static bool make_groups(char group[HIERARCHIES][128])
{
	bool sound = true;
	for (int i = 0; i < HIERARCHIES; i++) {
		snprintf(group[i], 128, "/sys/fs/cgroup/%s/tacho-test-%d", hierarchies[i], (int)getpid());
		sound &= !mkdir(group[i], 0700);
	}
	return sound && write_file(group[CPU], "cpu.cfs_quota_us", "10000") &&
	       write_file(group[MEMORY], "memory.limit_in_bytes", "67108864");
}

/* The kernel lets go of an ended process a moment later. */
static void remove_groups(char group[HIERARCHIES][128])
{
	for (int i = 0; i < HIERARCHIES; i++)
		while (rmdir(group[i]) && errno == EBUSY)
			sched_yield();
}

static void a_group_of_this_machine(void **state)
{
	(void)state;
	char group[HIERARCHIES][128];
	int go;
	bool sound = make_groups(group);
	if (sound) {
		pid_t child = start_burner(&go, group);
		watch_burner(child, go);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		close(go);
	}
	remove_groups(group);
	if (!sound) {
		print_message("left out: control groups of version 1 cannot be made here\n");
		skip();
	}
}

int main(void)
{
#define ON_A_ROOT(test) cmocka_unit_test_setup_teardown(test, root_make, root_remove)
	const struct CMUnitTest tests[] = {
		ON_A_ROOT(version_2),
		ON_A_ROOT(a_stand_still_is_told_late),
		ON_A_ROOT(limits_that_change_are_seen),
		ON_A_ROOT(version_1_in_docker),
		ON_A_ROOT(no_limit_is_no_number),
		ON_A_ROOT(hybrid),
		ON_A_ROOT(cpu_time_of_version_2_alone),
		ON_A_ROOT(a_container_with_another_root),
		ON_A_ROOT(what_is_absent_says_why),
		ON_A_ROOT(a_mount_that_has_the_process_is_its_group),
		cmocka_unit_test(a_group_of_this_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
