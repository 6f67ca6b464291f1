/* SPDX-License-Identifier: MIT
 *
 * doctor_checks.c - what recording depends on besides the sources: a function to the check, a line in the table.
 */
#include "cli/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <tacho/error.h>
#include <unistd.h>
#include "base/error.h"
#include "base/units.h"
#include "format/clock.h"
#include "format/settings.h"
#include "format/store.h"
#include "observe/describe.h"
#include "sample/own_group.h"
#include "sample/procfile.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static void say(struct tc_doctor_check *check, bool fine, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void say(struct tc_doctor_check *check, bool fine, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	vsnprintf(check->text, sizeof check->text, format, list);
	va_end(list);
	check->fine = fine;
}

static void mend(struct tc_doctor_check *check, const char *remedy)
{
	snprintf(check->remedy, sizeof check->remedy, "%s", remedy);
}

static double reading_ns(enum tc_clock clock)
{
	enum { READS = 10000 };
	uint64_t begin_ns = tc_monotonic_ns(), sum = 0;
	for (int i = 0; i < READS; i++)
		sum += tc_clock_ticks(clock);
	__asm__ volatile("" : : "r"(sum)); /* the readings are wanted */
	return (double)(tc_monotonic_ns() - begin_ns) / READS;
}

static void check_clock(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	enum tc_clock clock = tc_clock_source();
	char source[64] = "", set[TC_SETTING_TEXT_BYTES];
	(void)doctor;
	tc_procfile_slurp("/", source, sizeof source,
		"sys/devices/system/clocksource/clocksource0/current_clocksource%.0lu", 0ul);
	source[strcspn(source, "\n")] = '\0';
	if (clock == TC_CLOCK_COUNTER) {
		say(check, true, "the processor's counter, %.1f ns to read", reading_ns(clock));
		return;
	}
	say(check, false, "CLOCK_MONOTONIC, %.1f ns to read: every span costs two of them", reading_ns(clock));
	if (tc_setting_get(TC_SET_CLOCK, set) && !strcmp(set, "monotonic"))
		mend(check,
			"The setting `clock` asks for it: auto takes the processor's counter where it can be trusted.");
	else
		snprintf(check->remedy, sizeof check->remedy,
			"The kernel does not trust the processor's counter and keeps time by \"%.40s\"; on a virtual "
			"machine its host "
			"decides that.",
			source);
}

static double free_bytes(const char *path)
{
	struct statvfs fs;
	return statvfs(path, &fs) ? 0 : (double)fs.f_bavail * (double)fs.f_frsize;
}

static void check_live(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	char place[4096];
	(void)doctor;
	if (tc_live_place(place)) {
		say(check, true, "recordings lie on %.400s, a tmpfs with %s free, while they run", place,
			tc_bytes(free_bytes(place)).text);
		return;
	}
	say(check, false, "%.400s is no tmpfs with room: a first touch of a page may wait for the disk", place);
	mend(check, "Mount a tmpfs of 64 MiB or more there, or name another with TACHO_LIVE.");
}

/* By doing it: making a file and locking it. */
static bool can_record(const char *store)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(store, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char path[4200];
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		snprintf(path, sizeof path, "%s/.doctor-XXXXXX", store);
		fd = mkostemp(path, O_CLOEXEC);
		if (fd >= 0)
			unlink(path);
	}
	bool able = fd >= 0 && write(fd, "", 1) == 1 && fcntl(fd, F_OFD_SETLK, &lock) == 0;
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return able;
}

static void check_store(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	char store[4096];
	(void)doctor;
	if (tc_store_path(store) != 0) {
		say(check, false, "%s", tacho_last_error());
		return;
	}
	if (can_record(store)) {
		say(check, true, "%.400s can be written, %s free", store, tc_bytes(free_bytes(store)).text);
		return;
	}
	say(check, false, "in %.400s no file can be written and locked: %s", store, strerror(errno));
	mend(check, "Set TACHO_STORE to a directory of your own, or use tacho run -o DIR.");
}

static void check_settings(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	struct tc_settings *settings = malloc(sizeof *settings);
	size_t changed = 0;
	if (!settings)
		return;
	tc_settings_load(settings);
	doctor->interval_ns[TC_CHEAP] = tc_settings_number(settings, TC_SET_INTERVAL);
	doctor->interval_ns[TC_DEAR] = tc_settings_number(settings, TC_SET_DEAR_INTERVAL);
	for (int id = 0; id < TC_SETTINGS; id++)
		changed += settings->value[id].origin != TC_FROM_DEFAULT;
	if (settings->complaints) {
		say(check, false, "%.500s", settings->complaint[0]);
		mend(check, "tacho config shows all settings and where they come from.");
	} else if (changed)
		say(check, true, "%zu of %d are set (tacho config)", changed, TC_SETTINGS);
	else
		say(check, true, "as usual");
	free(settings);
}

static void check_limits(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	const struct tc_manifest *machine = &doctor->machine;
	struct tc_figure memory = tc_bytes(
		(double)(machine->memory_limit_bytes ? machine->memory_limit_bytes : machine->memory_total_bytes));
	say(check, true, "%.3g of %s, %s of %s memory may be used",
		machine->cpu_limit > 0 ? machine->cpu_limit : (double)machine->cpus,
		tc_counted(machine->cpus, "CPU").text, machine->memory_limit_bytes ? memory.text : "all",
		tc_bytes((double)machine->memory_total_bytes).text);
}

static void check_group(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	struct tc_own_group group;
	(void)doctor;
	if (tc_own_group_make(&group)) {
		say(check, true, "a run has a control group of its own: its CPU time misses nobody");
		tc_own_group_remove(&group);
		return;
	}
	say(check, false,
		"a run has no control group of its own: children that nobody waits for may miss in its CPU time");
	mend(check, "It takes cgroup version 2 and the right to make a group: run as root, or below systemd-run --user "
		    "--scope "
		    "-p Delegate=yes.");
}

static void check_others(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	struct stat st;
	(void)doctor;
	bool seen = stat("/proc/1", &st) == 0;
	if (seen && geteuid() == 0)
		say(check, true, "can be attached to, with all there is to read");
	else if (seen)
		say(check, true, "can be attached to; what they read and write, share and have open is for root");
	else {
		say(check, false, "are hidden: /proc is mounted with hidepid, or is not there");
		mend(check, "Run as root, or as a member of the group that its option gid= names.");
	}
}

static void check_children(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	char path[64];
	(void)doctor;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	if (access(path, R_OK) == 0) {
		say(check, true, "are found by their parents' lists, at some microseconds");
		return;
	}
	say(check, false, "are found by looking at all processes of the machine");
	mend(check, "It takes a kernel with CONFIG_PROC_CHILDREN.");
}

static void check_room(struct tc_doctor_check *check, struct tc_doctor *doctor)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	(void)doctor;
	bool able = page != MAP_FAILED && madvise(page, 4096, MADV_POPULATE_WRITE) == 0;
	if (page != MAP_FAILED)
		munmap(page, 4096);
	if (able) {
		say(check, true, "is made sure of before it is used: a full disk cannot harm a program");
		return;
	}
	say(check, false, "is reserved, but its pages come when they are first written");
	mend(check, "It takes Linux 5.14 (MADV_POPULATE_WRITE).");
}

static const struct {
	const char *name;
	void (*look)(struct tc_doctor_check *check, struct tc_doctor *doctor);
} checks[] = {
	{"clock", check_clock},
	{"tmpfs", check_live},
	{"store", check_store},
	{"settings", check_settings},
	{"limits", check_limits},
	{"control group", check_group},
	{"other processes", check_others},
	{"children", check_children},
	{"room", check_room},
};

int tc_doctor_checks(struct tc_doctor *doctor)
{
	char *const nothing[] = {NULL};
	tc_describe(&doctor->machine, "doctor", nothing);
	doctor->check = calloc(sizeof checks / sizeof *checks, sizeof *doctor->check);
	if (!doctor->check)
		return tc_error(TACHO_ENOMEM, "out of memory");
	for (; doctor->checks < sizeof checks / sizeof *checks; doctor->checks++) {
		doctor->check[doctor->checks].name = checks[doctor->checks].name;
		checks[doctor->checks].look(&doctor->check[doctor->checks], doctor);
	}
	return 0;
}
