/* SPDX-License-Identifier: MIT */
#include "observe/states.h"
#include "format/clock.h"
#include "observe/parts.h"
#include "observe/share.h"
#include "sample/patient.h"
#include "sample/proc_pid.h"
#include "sample/procfile.h"

#include <stdio.h>
#include <string.h>

enum {
	THREADS_AT_ONCE = 16,
	REST_FACTOR = 200,
	MOVES_BYTES = offsetof(struct tacho_block, children) /* of a block, what ends and begins write */
};

void tc_states_init(struct tc_states *states, uint64_t interval_ns)
{
	*states = (struct tc_states){.interval_ns = interval_ns, .due_ns = UINT64_MAX, .random = interval_ns | 1};
}

/* ---- one thread ---- */

/* 0: it is gone. */
static char state_of(uint64_t pid, uint32_t tid)
{
	char text[1024];
	struct tc_proc_pid stat;
	size_t bytes = tc_procfile_slurp(
		"/", text, sizeof text, "proc/%lu/task/%lu/stat", (unsigned long)pid, (unsigned long)tid);
	return tc_proc_pid_parse(text, bytes, &stat) ? stat.state : 0;
}

/* Of the innermost open span; UINT32_MAX: a span that no reading has met yet. */
static uint32_t name_of(
	struct tc_part_reading *reading, const struct tc_block_seen *block, const struct tacho_open *open)
{
	uint32_t id = (uint16_t)(open->tag >> TACHO_TAG_NODE_SHIFT);
	return id && id < block->nodes ? tc_seen_name(reading, block->node[id].site) : UINT32_MAX;
}

static void count(struct tc_shares *shares, struct tc_thread_share *thread, uint32_t name, const struct tc_looks *looks)
{
	tc_piece_begin(shares, &thread->pending);
	struct tc_piece_name *place = tc_piece_put(shares, &thread->pending, name, 0);
	if (place) {
		place->looks.all++;
		place->looks.runnable += looks->runnable;
		place->looks.io += looks->io;
		place->looks.unclear += looks->unclear;
		place->looks.apart += looks->apart;
	}
	tc_piece_end(shares, &thread->pending);
}

static void look(struct tc_part_reading *reading, const struct tc_block_seen *block)
{
	struct tc_shares *shares = reading->shares;
	struct tc_thread_share *thread = block->thread;
	struct tacho_block *before = &shares->before, *after = &shares->after; /* of this one its first bytes */
	if (!tc_seen_pread(reading, block->at, before, sizeof *before) || before->occupants != thread->occupants)
		return;
	char state = state_of(reading->part->process->pid, thread->tid);
	if (!state || !tc_seen_pread(reading, block->at, after, MOVES_BYTES))
		return;
	uint32_t open = tc_open_spans(before);
	uint32_t name = open ? name_of(reading, block, &before->stack[open]) : shares->no_span;
	uint64_t start = open ? before->stack[open].start : 0;
	bool clear = before->finished == after->finished && before->top == after->top;
	const struct tc_looks looks = {
		.runnable = clear && state == 'R',
		.io = clear && state == 'D',
		.unclear = !clear,
		.apart = before->finished != thread->looked_finished || start != thread->looked_start,
	};
	thread->looked_finished = before->finished;
	thread->looked_start = start;
	if (name != UINT32_MAX)
		count(shares, thread, name, &looks);
}

void tc_states_look(struct tc_part_reading *reading, struct tc_states_round *round)
{
	const struct tc_part_seen *part = reading->part;
	if (!part->process || part->process->absent || !tc_seen_size(reading))
		return;
	for (size_t i = 0; i < part->blocks; i++) {
		const struct tc_thread_share *thread = part->block[i].thread;
		if (!thread || !thread->alive || !thread->mixed)
			continue;
		if (round->seen++ < round->skip || !round->left)
			continue;
		round->left--;
		look(reading, &part->block[i]);
	}
}

/* ---- when ---- */

/* From half of the interval to one and a half, so that what a program does at a beat of its own is met everywhere. */
static uint64_t next_interval(struct tc_states *states)
{
	states->random = states->random * 6364136223846793005u + 1442695040888963407u;
	return states->interval_ns / 2 + (states->random >> 33) % states->interval_ns;
}

static void make_round(struct tc_states *states, struct tc_parts *parts)
{
	struct tc_states_round round = {.skip = states->turn, .left = THREADS_AT_ONCE};
	tc_parts_look(parts, &round);
	parts->shares->mixed = round.seen > 0;
	states->turn = round.seen > states->turn + THREADS_AT_ONCE ? states->turn + THREADS_AT_ONCE : 0;
}

void tc_states_tick(struct tc_states *states, struct tc_parts *parts, struct tc_log *log, uint64_t now_ns)
{
	if (!states->interval_ns || !parts->shares->mixed) {
		states->due_ns = UINT64_MAX;
		return;
	}
	if (states->due_ns != UINT64_MAX && now_ns >= states->due_ns) {
		uint64_t before_ns = tc_worked_ns();
		make_round(states, parts);
		uint64_t rest_ns = (tc_worked_ns() - before_ns) * REST_FACTOR, interval_ns = next_interval(states);
		states->due_ns = now_ns + (rest_ns > interval_ns ? rest_ns : interval_ns);
		if (!states->slow && rest_ns > 4 * states->interval_ns) {
			states->slow = true;
			tc_log_note(log, "So many threads take turns between spans that their state is looked at more "
					 "seldom than state_interval says.");
		}
	} else if (states->due_ns == UINT64_MAX) {
		states->due_ns = now_ns + next_interval(states);
	}
}
