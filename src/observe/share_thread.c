/* SPDX-License-Identifier: MIT
 *
 * share_thread.c - one thread between two readings: its spans and its CPU time, put together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include <unistd.h>

#include "format/clock.h"
#include "observe/share.h"
#include "sample/proc_pid.h"
#include "sample/procfile.h"

enum {
	OPEN_FILES_MAX = 64,   /* kept open; a program that observes itself wants its own */
	LAG_JIFFIES = 2,       /* by which the CPU time of a piece may be off: one at each end */
	PIECE_JIFFIES = 25,    /* a piece of several names is so long, that the lag matters little */
	TICKS_PER_SECOND = 100 /* of times in /proc, whatever the kernel's own tick is */
};

static double ns_between(uint64_t from, uint64_t to, uint64_t mult)
{
	return to > from ? (double)tacho_ticks_to_ns(to - from, mult) : 0;
}

/* ---- the scheduler's account ---- */

static void close_thread(struct tc_shares *shares, struct tc_thread_share *thread)
{
	if (thread->fd >= 0) {
		close(thread->fd);
		shares->open_files--;
	}
	thread->fd = -1;
	thread->alive = false;
}

static bool read_sched(
	const struct tc_process_share *process, const struct tc_thread_share *thread, struct tc_sched *out)
{
	char text[96];
	size_t bytes = thread->fd >= 0 ? tc_procfile_read(thread->fd, text, sizeof text)
	                               : tc_procfile_slurp("/", text, sizeof text, "proc/%lu/task/%lu/schedstat",
						 (unsigned long)process->pid, (unsigned long)thread->tid);
	uint64_t run_ns;
	if (!bytes || !tc_sched_parse(text, out))
		return false;
	if (process->own && tc_thread_clock(thread->tid, &run_ns) && run_ns > out->run_ns)
		out->run_ns = run_ns;
	return true;
}

static bool open_thread(
	struct tc_shares *shares, const struct tc_process_share *process, struct tc_thread_share *thread)
{
	thread->fd = -1;
	if (shares->open_files < OPEN_FILES_MAX) {
		thread->fd = tc_procfile_open(
			"/", "proc/%lu/task/%lu/schedstat", (unsigned long)process->pid, (unsigned long)thread->tid);
		shares->open_files += thread->fd >= 0;
	}
	thread->alive = read_sched(process, thread, &thread->sched);
	if (!thread->alive)
		close_thread(shares, thread);
	return thread->alive;
}

/* CLOCK_MONOTONIC at which it was made, at the latest. */
static uint64_t made_at(const struct tc_shares *shares, const struct tc_proc_pid *stat)
{
	return (stat->start + 1) * (1000000000u / TICKS_PER_SECOND) - (uint64_t)shares->boot_ns;
}

/* ---- pieces ---- */

static void book(struct tc_part_reading *reading, struct tc_thread_share *thread, const struct tc_piece *piece)
{
	bool clear = tc_piece_is_clear(piece);
	uint32_t owner = clear ? tc_piece_owner(piece) : UINT32_MAX;
	/* From one piece of the same owner to the next, the lag at the end of the one is that at the begin of the other. */
	bool lags = !reading->part->process->own && piece->run_ns > 0 && !(clear && owner == thread->owner);
	double lag = lags ? LAG_JIFFIES * (double)reading->shares->jiffy_ns : 0;
	struct tc_range run = {piece->run_ns > lag ? piece->run_ns - lag : 0, piece->run_ns + lag};
	tc_piece_book(reading, piece, run);
	thread->owner = owner;
}

static void close_pending(struct tc_part_reading *reading, struct tc_thread_share *thread)
{
	if (thread->pending.count)
		book(reading, thread, &thread->pending);
	tc_piece_empty(&thread->pending);
}

static void settle(struct tc_part_reading *reading, struct tc_thread_share *thread, struct tc_piece *tick)
{
	struct tc_shares *shares = reading->shares;
	reading->part->process->threads_ns += tick->run_ns;
	bool clear = tc_piece_is_clear(tick);
	if (clear) {
		close_pending(reading, thread);
		book(reading, thread, tick);
	} else {
		tc_piece_merge(shares, &thread->pending, tick);
	}
	thread->mixed = !clear;
	if (thread->pending.length_ns >= PIECE_JIFFIES * (double)shares->jiffy_ns)
		close_pending(reading, thread);
}

static void grew(struct tc_part_reading *reading, struct tc_thread_share *thread, const struct tc_sched *before)
{
	struct tc_piece *tick = &reading->shares->tick;
	tick->run_ns = (double)(thread->sched.run_ns - before->run_ns);
	tick->wait_ns = (double)(thread->sched.wait_ns - before->wait_ns);
	tick->before = thread->innermost;
	tick->early_ns = thread->untold_ns;
	thread->untold_ns = tick->length_ns - tick->run_ns - tick->wait_ns;
	thread->untold_ns = thread->untold_ns > 0 ? thread->untold_ns : 0;
	if (thread->sched.slices != before->slices || tick->run_ns > 0)
		tc_grown_thread(reading, thread, tick);
	settle(reading, thread, tick);
}

static void lost(struct tc_part_reading *reading, double run_ns)
{
	struct tc_piece *gone = &reading->part->process->gone;
	reading->shares->tick.run_ns = run_ns;
	reading->part->process->threads_ns += run_ns;
	tc_piece_merge(reading->shares, gone, &reading->shares->tick);
}

/* ---- who has the block ---- */

/* A thread that is new here.  What it ran is known if it was made since the last reading, and nobody had the block meanwhile. */
static void begin_thread(struct tc_part_reading *reading, struct tc_thread_share *thread, bool first, bool ended)
{
	struct tc_process_share *process = reading->part->process;
	struct tc_piece *tick = &reading->shares->tick;
	static const struct tc_sched nothing;
	bool opened = !ended && open_thread(reading->shares, process, thread);
	struct tc_proc_pid stat;
	bool known = opened && tc_share_stat(process, thread->tid, &stat);
	uint64_t made_ns = known ? made_at(reading->shares, &stat) : 0;
	bool is_new = made_ns > process->at_ns;
	thread->faults = known && !(is_new && first) ? stat.minor_faults + stat.major_faults : 0;
	tick->slack_ns += 1e9 / TICKS_PER_SECOND; /* in which it may have begun earlier than it seems */
	if (process->baseline)
		return;
	if (!is_new || !first) {
		lost(reading, is_new ? (double)thread->sched.run_ns : 0);
		return;
	}
	uint64_t now_ns = tc_monotonic_ns();
	double age_ns = now_ns > made_ns ? (double)(now_ns - made_ns) : 0;
	double did_ns = (double)(thread->sched.run_ns + thread->sched.wait_ns); /* so old it is at least */
	age_ns = age_ns > did_ns ? age_ns : did_ns;
	if (age_ns > tick->length_ns) { /* it ran before its first span */
		tc_piece_begin(reading->shares, tick);
		tc_piece_put(reading->shares, tick, reading->shares->no_span, age_ns - tick->length_ns);
		tc_piece_end(reading->shares, tick);
		tick->length_ns = age_ns;
	}
	grew(reading, thread, &nothing);
}

static void go_on(struct tc_part_reading *reading, struct tc_thread_share *thread)
{
	struct tc_sched before = thread->sched;
	if (!thread->alive)
		return;
	if (read_sched(reading->part->process, thread, &thread->sched) && thread->sched.run_ns >= before.run_ns &&
		thread->sched.wait_ns >= before.wait_ns) {
		grew(reading, thread, &before);
		return;
	}
	close_pending(reading, thread);
	close_thread(reading->shares, thread);
	lost(reading, 0);
}

static const struct tacho_occupant *newest(const struct tacho_block *block)
{
	return &block->occupant[(block->occupants - 1) % TACHO_OCCUPANTS];
}

static void fill_up(struct tc_part_reading *reading, uint64_t since, const struct tc_own *own)
{
	struct tc_shares *shares = reading->shares;
	struct tc_piece *tick = &shares->tick;
	double length = ns_between(since, own->now_ticks, shares->after.mult), named = 0;
	for (size_t i = 0; i < tick->count; i++)
		named += tick->name[i].wall_ns;
	if (length > named) {
		tc_piece_begin(shares, tick);
		tc_piece_put(shares, tick, shares->no_span, length - named);
		tc_piece_end(shares, tick);
	}
	tick->length_ns = length > named ? length : named;
	tick->slack_ns = own->slack_ns;
}

static struct tc_thread_share *thread_of(struct tc_block_seen *block)
{
	if (!block->thread) {
		block->thread = calloc(1, sizeof *block->thread);
		if (block->thread)
			*block->thread = (struct tc_thread_share){.fd = -1, .owner = UINT32_MAX};
	}
	return block->thread;
}

bool tc_share_before(struct tc_part_reading *reading, const struct tc_block_seen *block)
{
	struct tc_shares *shares = reading->shares;
	shares->before_ticks = tc_clock_ticks((enum tc_clock)reading->part->process->clock);
	return tc_seen_pread(reading, block->at, &shares->before, sizeof shares->before);
}

void tc_share_thread(struct tc_part_reading *reading, struct tc_block_seen *block)
{
	struct tc_shares *shares = reading->shares;
	struct tacho_block *after = &shares->after;
	struct tc_thread_share *thread = thread_of(block);
	struct tc_own own;
	tc_piece_empty(&shares->tick);
	if (!thread || !tc_seen_pread(reading, block->at, after, sizeof *after) || after->epoch != block->epoch ||
		(after->occupants && !tc_share_own(reading, block, &shares->tick, &own))) {
		reading->part->process->incomplete = true;
		return;
	}
	if (!after->occupants)
		return;
	bool same = thread->occupants == after->occupants, first = !thread->occupants && after->occupants == 1;
	uint64_t since = thread->occupants ? thread->at_ticks : newest(after)->start;
	fill_up(reading, since, &own);
	if (!same) {
		close_pending(reading, thread);
		close_thread(shares, thread);
		thread->occupants = after->occupants;
		thread->tid = newest(after)->tid;
		thread->innermost = UINT32_MAX;
		thread->untold_ns = 0;
		begin_thread(reading, thread, first, newest(after)->ended || after->retired);
	} else {
		go_on(reading, thread);
	}
	thread->at_ticks = own.now_ticks;
	thread->innermost = own.innermost;
	reading->part->process->alive += thread->alive;
	shares->mixed |= thread->mixed && thread->alive;
	if (reading->last || !thread->alive)
		close_pending(reading, thread);
}

void tc_share_release_thread(struct tc_shares *shares, struct tc_thread_share *thread)
{
	if (!thread)
		return;
	close_thread(shares, thread);
	tc_piece_release(&thread->pending);
	free(thread);
}
