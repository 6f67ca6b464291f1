/* SPDX-License-Identifier: MIT
 *
 * share_part.c - a process that records: what its threads took that cannot be asked any more, what those took that mark no
 * spans, and its memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "format/clock.h"
#include "observe/share.h"
#include "sample/patient.h"
#include "sample/proc_pid.h"
#include "sample/procfile.h"

enum { REST_FACTOR = 100 }; /* looking at the threads of a process may take 1/100 of the time */
static const uint64_t proc_tick_ns = 10000000;

static uint64_t clock_now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void tc_shares_init(struct tc_shares *shares, struct tc_names *names, uint64_t begin_ns)
{
	struct timespec jiffy;
	struct stat st;
	*shares = (struct tc_shares){.names = names, .begin_ns = begin_ns, .no_span = UINT32_MAX};
	clock_getres(CLOCK_MONOTONIC_COARSE, &jiffy);
	shares->jiffy_ns = (uint64_t)jiffy.tv_nsec;
	shares->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	shares->boot_ns = (int64_t)(clock_now(CLOCK_BOOTTIME) - clock_now(CLOCK_MONOTONIC));
	if (!stat("/proc/self/ns/pid", &st))
		shares->pid_namespace = st.st_ino;
	tc_grown_init(shares);
}

void tc_shares_release(struct tc_shares *shares)
{
	tc_quotas_release(shares);
	free(shares->learned);
	free(shares->place);
	free(shares->division);
	free(shares->waiting);
	tc_piece_release(&shares->tick);
}

/* Whether /proc/PID is the very process that wrote the part. */
static bool is_here(const struct tc_shares *shares, const struct tc_part_header *header, uint64_t *made_ns)
{
	char text[1024];
	struct tc_proc_pid stat;
	size_t bytes = tc_procfile_slurp("/", text, sizeof text, "proc/%lu/stat", (unsigned long)header->pid);
	if (header->pid_namespace != shares->pid_namespace || header->waits || !tc_proc_pid_parse(text, bytes, &stat) ||
		stat.start != header->process_start)
		return false;
	*made_ns = (stat.start + 1) * proc_tick_ns - (uint64_t)shares->boot_ns;
	return true;
}

/* A process that was there before the observer has done what is nobody's business: it counts from now on. */
static void begin_process(struct tc_part_reading *reading, struct tc_process_share *process)
{
	struct tc_shares *shares = reading->shares;
	struct tc_part_header header;
	uint64_t made_ns;
	process->known = true;
	process->absent = true;
	if (!tc_seen_pread(reading, 0, &header, sizeof header))
		return;
	if (header.pid_namespace != shares->pid_namespace && !header.waits)
		shares->elsewhere++;
	if (!is_here(shares, &header, &made_ns))
		return;
	process->absent = false;
	process->own = header.pid == (uint64_t)getpid();
	process->pid = header.pid;
	process->clock = header.clock;
	process->at_ns = process->begun_ns = shares->begin_ns;
	tc_quota_find(shares, process);
	process->statm_fd = tc_procfile_open("/", "proc/%lu/statm", (unsigned long)header.pid);
	process->baseline = made_ns <= shares->begin_ns;
	process->observer = reading->last ? 0 : gettid(); /* a part that is made after it began has no baseline */
}

static bool know_rows(struct tc_part_reading *reading)
{
	struct tc_shares *shares = reading->shares;
	if (shares->no_span != UINT32_MAX)
		return true;
	shares->other_threads = tc_names_number(
		shares->names, reading->target->log, TC_SHARE_OTHER_THREADS, sizeof TC_SHARE_OTHER_THREADS - 1);
	shares->observer =
		tc_names_number(shares->names, reading->target->log, TC_SHARE_OBSERVER, sizeof TC_SHARE_OBSERVER - 1);
	shares->no_span =
		tc_names_number(shares->names, reading->target->log, TC_SHARE_NO_SPAN, sizeof TC_SHARE_NO_SPAN - 1);
	return shares->no_span != UINT32_MAX && shares->other_threads != UINT32_MAX && shares->observer != UINT32_MAX;
}

static bool read_memory(const struct tc_shares *shares, struct tc_process_share *process, uint64_t *bytes)
{
	char text[128];
	uint64_t pages = 0;
	if (!tc_procfile_read(process->statm_fd, text, sizeof text) || !tc_parse_number(tc_parse_skip(text, 1), &pages))
		return false;
	*bytes = pages * shares->page_bytes;
	return true;
}

bool tc_share_begin(struct tc_part_reading *reading)
{
	struct tc_part_seen *part = reading->part;
	struct tc_shares *shares = reading->shares;
	if (!part->process) {
		part->process = calloc(1, sizeof *part->process);
		if (!part->process)
			return false;
		part->process->statm_fd = -1;
	}
	struct tc_process_share *process = part->process;
	process->pass_ns = tc_monotonic_ns();
	process->pass_cpu_ns = tc_worked_ns();
	if (!process->known && know_rows(reading))
		begin_process(reading, process);
	if (!process->known || process->absent ||
		(process->pass_ns < process->due_ns && !reading->last && !shares->urgent))
		return false;
	/* First the process, then its threads: what they ran in between is not taken for others'. */
	process->absent = !tc_process_clock(process->pid, &process->cpu_ns);
	process->alive = 0;
	tc_quota_begin(reading);
	process->incomplete = false;
	tc_grown_begin(process);
	tc_piece_empty(&process->gone);
	return true;
}

/* Threads that ended had what the process has more than those that live; so had threads that mark no spans.  Where there are
 * none of those it is all theirs, else no more is known than that they had no more than their wall time.  Whether they waited
 * or were blocked while they did not run nothing tells. */
static void book_gone(struct tc_part_reading *reading, double left_ns)
{
	struct tc_process_share *process = reading->part->process;
	struct tc_piece *gone = &process->gone;
	if (!gone->count)
		return;
	struct tc_range run = {gone->run_ns, gone->run_ns + left_ns};
	double room = gone->length_ns - gone->run_ns, mine = left_ns < room ? left_ns : room;
	mine = mine > 0 ? mine : 0;
	gone->run_ns += mine;
	gone->unseen_ns = gone->length_ns - run.low;
	process->threads_ns += mine;
	tc_piece_book(reading, gone, run);
}

static double left_of_process(const struct tc_process_share *process)
{
	double all = (double)(process->cpu_ns - process->first_cpu_ns);
	double left = all - process->threads_ns - process->others_ns;
	return left > 0 ? left : 0;
}

/* CPU time of threads that mark no spans. */
static void book_threads(struct tc_part_reading *reading, uint32_t row, double ns)
{
	int64_t whole = (int64_t)ns;
	if (!whole)
		return;
	const struct tc_share share = {.running_ns = whole, .running_low_ns = whole, .running_high_ns = whole};
	reading->part->process->others_ns += (double)whole;
	tc_share_tell(reading, row, &share);
}

/* The last reading is another thread's: what the observer's had run since its own last one is not known any more. */
static void book_observer(struct tc_part_reading *reading, double left_ns)
{
	struct tc_process_share *process = reading->part->process;
	if (!process->own)
		return;
	if (process->observer == gettid())
		process->observer_ran_ns = tc_worked_ns();
	/* Threads are read after their process, so that little may be left of it now: the next reading has the rest. */
	uint64_t ns = process->observer_ran_ns - process->observer_ns;
	ns = (double)ns < left_ns ? ns : (uint64_t)left_ns;
	process->observer_ns += ns;
	book_threads(reading, reading->shares->observer, (double)ns);
	tc_grown_observer(reading, (double)ns);
}

static void book_others(struct tc_part_reading *reading)
{
	struct tc_process_share *process = reading->part->process;
	book_observer(reading, left_of_process(process));
	double left_ns = left_of_process(process);
	book_threads(reading, reading->shares->other_threads, left_ns);
	tc_grown_others(reading, left_ns);
}

/* Of a process that was there before, all that its threads had taken by now is left out. */
static void end_baseline(struct tc_process_share *process)
{
	process->baseline = false;
	process->threads_ns = 0;
	process->first_cpu_ns = process->cpu_ns;
	process->observer = gettid();
	tc_grown_baseline(process);
	process->observer_ns = process->observer_ran_ns = tc_worked_ns();
}

void tc_share_end(struct tc_part_reading *reading)
{
	struct tc_process_share *process = reading->part->process;
	if (process->baseline)
		end_baseline(process);
	else if (!process->absent && !process->incomplete) {
		book_gone(reading, left_of_process(process));
		book_others(reading);
	}
	uint64_t bytes;
	if (!process->incomplete && read_memory(reading->shares, process, &bytes) && bytes)
		tc_grown_book(reading, bytes);
	if (reading->last)
		tc_quota_end(reading);
	process->at_ns = process->pass_ns;
	/* What it worked: on a busy machine most of the time that passes is others'. */
	process->due_ns = process->pass_ns + (tc_worked_ns() - process->pass_cpu_ns) * REST_FACTOR;
}

void tc_share_release_part(struct tc_shares *shares, struct tc_part_seen *part)
{
	struct tc_process_share *process = part->process;
	for (size_t i = 0; shares && i < part->blocks; i++) {
		tc_share_release_thread(shares, part->block[i].thread);
		part->block[i].thread = NULL;
	}
	if (!process)
		return;
	if (process->statm_fd >= 0)
		close(process->statm_fd);
	tc_piece_release(&process->gone);
	tc_grown_release(&process->grown);
	free(process);
	part->process = NULL;
}
