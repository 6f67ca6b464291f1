/* SPDX-License-Identifier: MIT */
#include "format/clock.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <tacho/hot.h>
#include <time.h>
#include <unistd.h>
#include "base/slurp.h"
#include "base/wide.h"
#include "format/settings.h"

#if defined(__x86_64__)
#define COUNTER "tsc\n"
#elif defined(__aarch64__)
#define COUNTER "arch_sys_counter\n"
#else
#define COUNTER "none\n"
#endif

static uint64_t clock_ns(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t tc_monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* Out of line: its text is large, and a first span may be on a small stack. */
static __attribute__((noinline)) bool is_monotonic_asked(void)
{
	char asked[TC_SETTING_TEXT_BYTES];
	tc_setting_get(TC_SET_CLOCK, asked);
	return !strcmp(asked, "monotonic");
}

/* The kernel moves away from a counter that it found to drift or to differ between cores. */
enum tc_clock tc_clock_source(void)
{
	char source[32];
	if (is_monotonic_asked())
		return TC_CLOCK_MONOTONIC;
	tc_slurp("/sys/devices/system/clocksource/clocksource0/current_clocksource", source, sizeof source);
	return strcmp(source, COUNTER) ? TC_CLOCK_MONOTONIC : TC_CLOCK_COUNTER;
}

enum tc_clock tc_clock_kind(void)
{
	static int kind;
	int known = __atomic_load_n(&kind, __ATOMIC_RELAXED);
	if (!known) {
		known = tc_clock_source();
		if (known == TC_CLOCK_COUNTER && !tc_clock_mult(TC_CLOCK_COUNTER))
			known = TC_CLOCK_MONOTONIC;
		__atomic_store_n(&kind, known, __ATOMIC_RELAXED);
	}
	return (enum tc_clock)known;
}

uint64_t tc_clock_ticks(enum tc_clock clock)
{
	return clock == TC_CLOCK_COUNTER ? tacho_ticks() : tc_monotonic_ns();
}

#if defined(__x86_64__)
/* What the kernel multiplies the counter with, from the page it shows to perf's users; 0 where that is closed. */
static uint64_t mult_of_perf(void)
{
	struct perf_event_attr attr;
	memset(&attr, 0, sizeof attr);
	attr.type = PERF_TYPE_SOFTWARE;
	attr.size = sizeof attr;
	attr.config = PERF_COUNT_SW_DUMMY;
	attr.exclude_kernel = attr.exclude_hv = attr.disabled = 1;
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return 0;
	uint64_t mult = 0;
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	struct perf_event_mmap_page *page = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (page != MAP_FAILED) {
		/* ns = ticks * time_mult >> time_shift; a rate at or above 1 GHz leaves the product below 2^64 */
		if (page->cap_user_time && page->time_shift <= 63 && page->time_mult < UINT64_C(1) << page->time_shift)
			mult = (uint64_t)page->time_mult << (64 - page->time_shift);
		munmap(page, bytes);
	}
	close(fd);
	return mult;
}
#endif

#if !defined(__aarch64__)
/* Ticks and CLOCK_MONOTONIC_RAW at nearly one instant: of five readings the one whose two ticks are closest. */
static void bracket(uint64_t *ticks, uint64_t *ns)
{
	uint64_t best = UINT64_MAX;
	for (int i = 0; i < 5; i++) {
		uint64_t before = tacho_ticks(), raw = clock_ns(CLOCK_MONOTONIC_RAW), after = tacho_ticks();
		if (after - before < best) {
			best = after - before;
			*ticks = before + (after - before) / 2;
			*ns = raw;
		}
	}
}

/* Where the first process since boot leaves its reading, so that the next ones need not wait and measure over longer. */
struct reading {
	uint64_t ticks, ns;
};

static int open_readings(int flags)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof path, "/dev/shm/tacho-%u/clock", (unsigned)geteuid());
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && (fstat(fd, &st) || st.st_uid != geteuid() || !S_ISREG(st.st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool recall(struct reading *first)
{
	int fd = open_readings(O_RDONLY);
	if (fd < 0)
		return false;
	bool whole = read(fd, first, sizeof *first) == (ssize_t)sizeof *first;
	close(fd);
	return whole;
}

static void leave(const struct reading *first)
{
	int fd = open_readings(O_WRONLY | O_CREAT);
	if (fd < 0)
		return; /* there is no such directory yet */
	ssize_t written = pwrite(fd, first, sizeof *first, 0);
	(void)written; /* a short one is not believed by recall() */
	close(fd);
}

static uint64_t mult_between(const struct reading *first, const struct reading *now)
{
	if (now->ticks - first->ticks <= now->ns - first->ns)
		return 0; /* below 1 GHz: the product would not fit; CLOCK_MONOTONIC serves */
	return tc_wide_divide((struct tc_wide){0, now->ns - first->ns}, now->ticks - first->ticks, NULL).low;
}

/* The older reading counts if it is of this minute - a machine may have been suspended since - and 200 us of our own
 * agree with it to a thousandth. */
static uint64_t mult_measured(void)
{
	struct reading older = {0, 0}, first, now;
	bracket(&first.ticks, &first.ns);
	bool have = recall(&older) && older.ns < first.ns && first.ns - older.ns < 60000000000u;
	uint64_t wait_ns = have ? 200000 : 2000000;
	do
		bracket(&now.ticks, &now.ns);
	while (now.ns - first.ns < wait_ns);
	uint64_t mult = mult_between(&first, &now), longer = have ? mult_between(&older, &now) : 0;
	if (longer && (longer > mult ? longer - mult : mult - longer) < mult / 1000)
		return longer;
	leave(&first);
	return mult;
}
#endif

static uint64_t find_mult(enum tc_clock clock)
{
	if (clock == TC_CLOCK_MONOTONIC) /* one to one; with no shift it is one too little, everywhere alike */
		return TACHO_TICK_SHIFT ? UINT64_C(1) << (64 - TACHO_TICK_SHIFT) : UINT64_MAX;
#if defined(__aarch64__)
	uint64_t hz;
	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	return (uint64_t)(((tacho_u128)1000000000 << (64 - TACHO_TICK_SHIFT)) / hz);
#elif defined(__x86_64__)
	uint64_t mult = mult_of_perf();
	return mult ? mult : mult_measured();
#else
	return mult_measured();
#endif
}

uint64_t tc_clock_mult(enum tc_clock clock)
{
	static uint64_t mults[3];
	uint64_t mult = __atomic_load_n(&mults[clock], __ATOMIC_RELAXED);
	if (!mult) {
		mult = find_mult(clock);
		__atomic_store_n(&mults[clock], mult, __ATOMIC_RELAXED);
	}
	return mult;
}

void tc_clock_calibrate(enum tc_clock clock, struct tc_calibration *out)
{
	uint64_t best = UINT64_MAX;
	for (int i = 0; i < 5; i++) {
		uint64_t before = tc_clock_ticks(clock);
		uint64_t monotonic_ns = tc_monotonic_ns(), realtime_ns = clock_ns(CLOCK_REALTIME);
		uint64_t after = tc_clock_ticks(clock);
		if (after - before < best) {
			best = after - before;
			out->ticks = before + best / 2;
			out->monotonic_ns = monotonic_ns;
			out->realtime_ns = realtime_ns;
		}
	}
}
