/* SPDX-License-Identifier: MIT
 *
 * host_test.c - R3.1: what the sources say of the machine, on a tree recorded at two instants (tests/data/host): a CPU that
 * goes offline and comes back, disks and interfaces that come and go, counters that wrap and begin anew, lines longer
 * and with more fields than today's; and files that are missing, empty or not what they should be.
 */
#include "sample/looked.h"
#include "sample/procfile.h"

#include <sys/mman.h>

extern const struct tc_sampler tc_sampler_proc_stat, tc_sampler_cpu_frequency, tc_sampler_loadavg, tc_sampler_psi,
	tc_sampler_meminfo, tc_sampler_vmstat, tc_sampler_diskstats, tc_sampler_netdev, tc_sampler_hwmon;

static const uint64_t second = 1000000000;

/* Looks at the first instant, and 2 s later at the second. */
static void look_twice(struct looked *looked, const struct tc_sampler *sampler)
{
	root_copy("tests/data/host/first");
	look_open(looked, sampler, 100 * second);
	look(looked, 100 * second);
	root_copy("tests/data/host/second");
	look(looked, 102 * second);
}

static void assert_value(const struct looked *looked, const char *name, double value)
{
	if (fabs(value_of(looked, name) - value) > 1e-9 * fabs(value) + 1e-12 || isnan(value_of(looked, name)))
		fail_msg("%s is %.12g, not %.12g", name, value_of(looked, name), value);
}

static void assert_total(const struct looked *looked, const char *name, double total)
{
	if (fabs(total_of(looked, name) - total) > 1e-9 * fabs(total) || isnan(total_of(looked, name)))
		fail_msg("the total of %s is %.12g, not %.12g", name, total_of(looked, name), total);
}

static void cpu_time_is_told_apart(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_proc_stat);
	/* user 160 and nice 20, of which 140 for guests; system 60, softirq 20, steal 20, idle 520; iowait fell */
	assert_value(&looked, "system.cpu", 100.0 * 280 / 800);
	assert_value(&looked, "system.cpu_user", 100.0 * 40 / 800);
	assert_value(&looked, "system.cpu_guest", 100.0 * 140 / 800);
	assert_value(&looked, "system.cpu_system", 100.0 * 80 / 800);
	assert_value(&looked, "system.cpu_steal", 100.0 * 20 / 800);
	assert_value(&looked, "system.cpu_idle", 100.0 * 520 / 800);
	assert_value(&looked, "system.cpu_iowait", 0);
	assert_value(&looked, "system.cpu.0", 100.0 * 135 / 200);
	assert_value(&looked, "system.cpu.3", 0);
	look_close(&looked);
}

static void a_cpu_goes_offline_and_comes_back(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_proc_stat);
	assert_true(isnan(value_of(&looked, "system.cpu.2")));
	/* What it counted while it was away is no time that passed since the last reading. */
	root_put("proc/stat",
		"cpu  50000 0 0 400000\ncpu2 90000 0 0 90000\ncpu3 10000 200 3000 80490 500 10 20 30 4000 100\n");
	look(&looked, 103 * second);
	assert_true(isnan(value_of(&looked, "system.cpu.2")));
	assert_true(isnan(value_of(&looked, "system.cpu.0")));
	assert_value(&looked, "system.cpu.3", 0);
	root_put("proc/stat", "cpu  50100 0 0 400000\ncpu2 90060 0 0 90040\n");
	look(&looked, 104 * second);
	assert_value(&looked, "system.cpu.2", 60);
	look_close(&looked);
}

/* Between two ticks of the kernel nothing is told; the next reading has it all. */
static void close_readings_wait_for_ticks(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_proc_stat);
	root_put("proc/stat", "cpu  40165 820 12060 320525 1800 40 100 140 16120 420\n");
	look(&looked, 102 * second + second / 20);
	assert_true(isnan(value_of(&looked, "system.cpu")));
	root_put("proc/stat", "cpu  40170 820 12060 320610 1800 40 100 140 16120 420\n");
	look(&looked, 103 * second);
	assert_value(&looked, "system.cpu", 10);
	look_close(&looked);
}

/* 300 CPUs, 14 fields, and a line of interrupts beyond every buffer. */
static void lines_are_longer_and_have_more_fields(void **state)
{
	(void)state;
	struct looked looked;
	static char text[1 << 18];
	for (uint64_t tick = 0; tick < 2; tick++) {
		size_t used = 0;
		for (int cpu = -1; cpu < 300; cpu++)
			used += (size_t)snprintf(text + used, sizeof text - used,
				"cpu%.0d%s %lu 0 0 %lu 0 0 0 0 0 0 99 98 97 96\n", cpu < 0 ? 0 : cpu,
				cpu == 0  ? "0"
				: cpu < 0 ? " "
					  : "",
				1000 + 25 * tick, 1000 + 75 * tick);
		used += (size_t)snprintf(text + used, sizeof text - used, "intr 5");
		while (used < sizeof text - 64)
			used += (size_t)snprintf(text + used, sizeof text - used, " %d", (int)used);
		root_put("proc/stat", "%s", text);
		if (!tick)
			look_open(&looked, &tc_sampler_proc_stat, second);
		look(&looked, (1 + tick) * second);
	}
	assert_value(&looked, "system.cpu", 25);
	assert_value(&looked, "system.cpu.0", 25);
	assert_value(&looked, "system.cpu.63", 25);
	assert_int_equal(looked.set.count, 64);
	look_close(&looked);
}

/* The kernel gives a list by the page; of one that is longer than the room, what is there is whole lines. */
static void lists_are_read_to_their_end(void **state)
{
	(void)state;
	enum { PIECES = 400 };
	static char text[1 << 20];
	const long page = sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, PIECES * (size_t)page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(at != MAP_FAILED);
	for (long i = 0; i < PIECES; i += 2)
		assert_int_equal(mprotect(at + i * page, (size_t)page, PROT_READ), 0);
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	tc_procfile_lines(fd, text, sizeof text);
	close(fd);
	int found = 0;
	for (const char *line = text; line; line = tc_parse_line(line)) {
		char *begin = (char *)strtoul(line, NULL, 16);
		found += begin >= at && begin < at + PIECES * page;
	}
	munmap(at, PIECES * (size_t)page);
	assert_in_range(found, PIECES - 1, PIECES); /* the last may be one with what lies behind it */
	root_put("list", "one 1\ntwo 22\nthree 333\n");
	fd = tc_procfile_open(root, "list");
	assert_int_equal(tc_procfile_lines(fd, text, sizeof "one 1\ntwo 2"), 6);
	assert_string_equal(text, "one 1\n");
	close(fd);
}

static void load_and_pressure(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_loadavg);
	assert_value(&looked, "system.load_1m", 12.5);
	assert_value(&looked, "system.load_5m", 2.3);
	assert_value(&looked, "system.load_15m", 3.07);
	look_close(&looked);
	look_twice(&looked, &tc_sampler_psi);
	assert_value(&looked, "system.cpu_pressure", 50);
	assert_total(&looked, "system.cpu_pressure", 1);
	assert_value(&looked, "system.memory_pressure", 0);
	assert_value(&looked, "system.io_pressure", 50);
	assert_value(&looked, "system.io_pressure_full", 12.5);
	look_close(&looked);
}

static uint64_t clock_now_ns,
	clock_late_ns; /* a clock that a test sets; so late is what is read last of the machine's pressure */
static int clock_looks;

/* Pressure is read from three files, each between two looks at the clock; half of the time some task waits. */
static uint64_t clock_of_test(void)
{
	if (++clock_looks == 5) {
		clock_now_ns += clock_late_ns;
		root_put("proc/pressure/io", "some avg10=0 avg60=0 avg300=0 total=%lu\n", clock_now_ns / 2000);
	}
	return clock_now_ns;
}

static double io_pressure_at(struct looked *looked, uint64_t now_ns, uint64_t late_ns)
{
	clock_now_ns = now_ns;
	clock_late_ns = late_ns;
	clock_looks = 0;
	look_when(looked, (struct tc_moment){.clock = clock_of_test});
	return value_of(looked, "system.io_pressure");
}

/* R11.5: what of a tick is read late, and on time in the next, has the rate of the time in between, not of that between ticks. */
static void what_is_read_late_has_the_right_rate(void **state)
{
	(void)state;
	static const uint64_t ms = 1000000;
	struct looked looked;
	root_copy("tests/data/host/first");
	root_put("proc/pressure/io", "some avg10=0 avg60=0 avg300=0 total=%lu\n", second / 2000);
	look_open(&looked, &tc_sampler_psi, second);
	assert_float_equal(io_pressure_at(&looked, second + 20 * ms, 12 * ms), 50, 1e-6); /* over 32 ms; of ticks: 80 */
	assert_float_equal(io_pressure_at(&looked, second + 40 * ms, 0), 50, 1e-6);       /* over 8; of ticks: 20 */
	assert_float_equal(io_pressure_at(&looked, second + 60 * ms, 17 * ms), 50, 1e-6);
	assert_true(isnan(io_pressure_at(&looked, second + 80 * ms, 0))); /* 3 ms are too few */
	assert_float_equal(io_pressure_at(&looked, second + 100 * ms, 0), 50, 1e-6);
	look_close(&looked);
}

static void memory_and_swap(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_meminfo);
	assert_value(&looked, "system.memory", 8000000.0 * 1024);
	assert_value(&looked, "system.memory_percent", 50);
	assert_value(&looked, "system.memory_total", 16000000.0 * 1024);
	assert_value(&looked, "system.memory_available", 8000000.0 * 1024);
	assert_value(&looked, "system.memory_cached", 4000000.0 * 1024);
	assert_value(&looked, "system.swap", 500000.0 * 1024);
	assert_value(&looked, "system.swap_total", 2000000.0 * 1024);
	look_close(&looked);
	look_twice(&looked, &tc_sampler_vmstat);
	assert_value(&looked, "system.swap_in", 5.0 * (double)getpagesize());
	assert_total(&looked, "system.swap_out", 600.0 * (double)getpagesize());
	assert_total(&looked, "system.oom_kills", 1);
	look_close(&looked);
	root_put("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
	look_open(&looked, &tc_sampler_meminfo, second);
	assert_non_null(strstr(absent_of(&looked, "system.memory"), "3.14"));
	assert_non_null(strstr(absent_of(&looked, "system.swap"), "no swap"));
	look(&looked, second);
	assert_value(&looked, "system.memory_total", 1000 * 1024);
	look_close(&looked);
}

/* sda 4000 sectors read, 2000 written; nvme0n1 800 and 400, and its busy time wraps at 32 bits of ms: 500 ms in 2 s.  Partitions,
 * dm, md, loop, zram, ram and paths of NVMe have moved as well.  sdb has come, and counts from then on. */
static void whole_disks_alone_count(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_diskstats);
	assert_value(&looked, "system.disk_read", 4800.0 * 512 / 2);
	assert_total(&looked, "system.disk_read", 4800.0 * 512);
	assert_total(&looked, "system.disk_written", 2400.0 * 512);
	assert_total(&looked, "system.disk_reads", 210);
	assert_total(&looked, "system.disk_writes", 120);
	assert_value(&looked, "system.disk_busy.sda", 50);
	assert_value(&looked, "system.disk_busy.nvme0n1", 25);
	assert_value(&looked, "system.disk_busy", 50);
	assert_total(&looked, "system.disk_read.nvme0n1", 800 * 512);
	assert_total(&looked, "system.disk_read.cciss/c0d0", 0);
	assert_total(&looked, "system.disk_read.sdb", 0);
	assert_int_equal(looked.set.count, 4 * 3);
	look_close(&looked);
}

static void a_disk_goes_and_comes_back(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_diskstats);
	root_put("proc/diskstats", "259 0 nvme0n1 110 0 8900 0 70 0 4400 0 0 204 0\n");
	look(&looked, 104 * second);
	assert_value(&looked, "system.disk_read", 100 * 512 / 2.0);
	assert_total(&looked, "system.disk_read", 4900.0 * 512);
	assert_true(isnan(value_of(&looked, "system.disk_read.sda")));
	root_put("proc/diskstats",
		"259 0 nvme0n1 110 0 8900 0 70 0 4400 0 0 204 0\n8 0 sda 10 0 999999 0 10 0 200 0 0 100 0\n");
	look(&looked, 106 * second);
	assert_total(&looked, "system.disk_read", 4900.0 * 512);
	root_put("proc/diskstats",
		"259 0 nvme0n1 10 0 50 0 7 0 40 0 0 4 0\n8 0 sda 10 0 1000000 0 10 0 200 0 0 100 0\n");
	look(&looked, 108 * second); /* nvme0n1 began anew: what it missed is left out */
	assert_value(&looked, "system.disk_read", 512 / 2.0);
	assert_total(&looked, "system.disk_read", 4901.0 * 512);
	look_close(&looked);
}

static void no_disk_says_why(void **state)
{
	(void)state;
	struct looked looked;
	root_copy("tests/data/host/first");
	root_drop("sys/block");
	look_open(&looked, &tc_sampler_diskstats, second);
	assert_non_null(strstr(absent_of(&looked, "system.disk_read"), "/sys/block"));
	look_close(&looked);
	root_put("proc/diskstats", "7 0 loop0 1 2 3 4 5 6 7 8 9 10 11\n");
	root_put("sys/block/loop0/size", "1\n");
	look_open(&looked, &tc_sampler_diskstats, second);
	assert_non_null(strstr(absent_of(&looked, "system.disk_read"), "no disk"));
	look_close(&looked);
}

/* More disks than are told apart: those that are count, and nothing is written beyond. */
static void very_many_disks(void **state)
{
	(void)state;
	struct looked looked;
	static char text[1 << 16];
	for (int tick = 0; tick < 2; tick++) {
		size_t used = 0;
		for (int i = 0; i < 300; i++) {
			char path[64];
			snprintf(path, sizeof path, "sys/block/sd%d/device/x", i);
			if (!tick)
				root_put(path, "%s", "");
			used += (size_t)snprintf(
				text + used, sizeof text - used, "8 %d sd%d 0 0 %d 0 0 0 0 0 0 0 0\n", i, i, 10 * tick);
		}
		root_put("proc/diskstats", "%s", text);
		if (!tick)
			look_open(&looked, &tc_sampler_diskstats, second);
		look(&looked, (1 + (uint64_t)tick) * second);
	}
	assert_value(&looked, "system.disk_read", 256 * 10 * 512);
	assert_int_equal(looked.set.count, 16 * 3);
	look_close(&looked);
}

/* eth0 2000 bytes in and 600 out; wlan0 began anew; lo and docker0 carried other or the same packets. */
static void hardware_alone_counts(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_netdev);
	assert_value(&looked, "system.net_received", 1000);
	assert_total(&looked, "system.net_sent", 600);
	assert_total(&looked, "system.net_packets_received", 20);
	assert_total(&looked, "system.net_packets_sent", 6);
	assert_total(&looked, "system.net_errors", 1);
	assert_total(&looked, "system.net_drops", 2);
	assert_total(&looked, "system.net_received.eth0", 2000);
	assert_total(&looked, "system.net_received.wlan0", 0);
	assert_int_equal(looked.set.count, 4);
	look_close(&looked);
}

static void in_a_container_all_but_loopback_counts(void **state)
{
	(void)state;
	struct looked looked;
	root_copy("tests/data/host/first");
	root_drop("sys/class/net");
	look_open(&looked, &tc_sampler_netdev, 100 * second);
	root_copy("tests/data/host/second");
	look(&looked, 102 * second);
	assert_total(&looked, "system.net_received", 2000 + 9000);
	assert_total(&looked, "system.net_sent", 600 + 9000);
	look_close(&looked);
	root_put("proc/100/net/dev", "Inter-| Receive\n face |bytes\n    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
	look_open(&looked, &tc_sampler_netdev, second);
	assert_non_null(strstr(absent_of(&looked, "system.net_sent"), "loopback alone"));
	look_close(&looked);
}

static void frequency_and_temperatures(void **state)
{
	(void)state;
	struct looked looked;
	look_twice(&looked, &tc_sampler_cpu_frequency); /* cpu2 went offline */
	assert_value(&looked, "system.cpu_frequency", 3.5e9);
	look_close(&looked);
	look_twice(&looked, &tc_sampler_hwmon);
	assert_value(&looked, "system.temperature", 61.5);
	assert_value(&looked, "system.temperature.coretemp_package_id_0", 61.5);
	assert_value(&looked, "system.temperature.coretemp_core_0", 60);
	assert_value(&looked, "system.temperature.nvme_composite", 39.85);
	assert_true(isnan(value_of(&looked, "system.temperature.nvme_composite_hwmon2")));
	assert_value(&looked, "system.temperature.acpitz_1", 27.9);
	look_close(&looked);
	root_copy("tests/data/host/first");
	look_open(&looked, &tc_sampler_hwmon, second);
	look(&looked, second);
	assert_value(&looked, "system.temperature.nvme_composite_hwmon2", -2.5);
	look_close(&looked);
}

static const struct tc_sampler *const all[] = {&tc_sampler_proc_stat, &tc_sampler_cpu_frequency, &tc_sampler_loadavg,
	&tc_sampler_psi, &tc_sampler_meminfo, &tc_sampler_vmstat, &tc_sampler_diskstats, &tc_sampler_netdev,
	&tc_sampler_hwmon};
enum { ALL = sizeof all / sizeof all[0] };

static void all_absent(void)
{
	for (size_t i = 0; i < ALL; i++) {
		struct looked looked;
		look_open(&looked, all[i], second);
		look(&looked, 2 * second);
		for (size_t k = 0; k < all[i]->series_count; k++) {
			if (!looked.series[k].absent || strlen(looked.series[k].absent) < 40)
				fail_msg("%s does not say why it is absent", looked.series[k].name);
			assert_true(isnan(looked.reading[k].value) && isnan(looked.reading[k].total));
			assert_null(strchr(looked.series[k].absent, '\n'));
		}
		look_close(&looked);
	}
}

/* As under hidepid, or where a sandbox masks /proc. */
static void what_is_not_for_us_says_why(void **state)
{
	(void)state;
	root_copy("tests/data/host/first");
	assert_int_equal(chmod(root, 0), 0);
	bool privileged = !seteuid(65534);
	all_absent();
	assert_true(!privileged || !seteuid(0));
	assert_int_equal(chmod(root, 0700), 0);
}

static void what_is_absent_says_why(void **state)
{
	(void)state;
	static const char *const files[] = {"proc/stat", "proc/loadavg", "proc/pressure/cpu", "proc/pressure/memory",
		"proc/pressure/io", "proc/meminfo", "proc/vmstat", "proc/diskstats", "proc/net/dev",
		"proc/100/net/dev"};
	static const char *const texts[] = {
		"", "\n", "garbage\n", "cpu  1 2", "-", ": : :\n|\n", "some full\n", "8 0 sda\n"};
	all_absent();
	for (size_t text = 0; text < sizeof texts / sizeof texts[0]; text++) {
		for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
			root_put(files[i], "%s", texts[text]);
		all_absent();
	}
}

/* What was readable at first is not any more: nothing is told, not 0. */
static void files_that_end_are_missing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ALL; i++) {
		struct looked looked;
		root_copy("tests/data/host/first");
		look_open(&looked, all[i], 100 * second);
		look(&looked, 101 * second);
		root_drop("proc");
		root_drop("sys");
		look(&looked, 102 * second);
		for (size_t k = 0; k < all[i]->series_count; k++)
			assert_true(isnan(looked.reading[k].value));
		look_close(&looked);
	}
}

int main(void)
{
#define ON_A_ROOT(test) cmocka_unit_test_setup_teardown(test, root_make, root_remove)
	const struct CMUnitTest tests[] = {
		ON_A_ROOT(cpu_time_is_told_apart),
		ON_A_ROOT(a_cpu_goes_offline_and_comes_back),
		ON_A_ROOT(close_readings_wait_for_ticks),
		ON_A_ROOT(lines_are_longer_and_have_more_fields),
		ON_A_ROOT(lists_are_read_to_their_end),
		ON_A_ROOT(load_and_pressure),
		ON_A_ROOT(what_is_read_late_has_the_right_rate),
		ON_A_ROOT(memory_and_swap),
		ON_A_ROOT(whole_disks_alone_count),
		ON_A_ROOT(a_disk_goes_and_comes_back),
		ON_A_ROOT(no_disk_says_why),
		ON_A_ROOT(very_many_disks),
		ON_A_ROOT(hardware_alone_counts),
		ON_A_ROOT(in_a_container_all_but_loopback_counts),
		ON_A_ROOT(frequency_and_temperatures),
		ON_A_ROOT(what_is_not_for_us_says_why),
		ON_A_ROOT(what_is_absent_says_why),
		ON_A_ROOT(files_that_end_are_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
