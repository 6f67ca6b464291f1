/* SPDX-License-Identifier: MIT */
#include <string.h>
#include "read/reader.h"

/* The node that the process's root spans hang below: the spans its parent was in when it started it. */
static void graft(struct tc_thread *thread, const struct tc_part_header *header, tc_instant begin)
{
	struct tc_reader *reader = thread->reader;
	struct tc_merged_node *node = reader->root;
	const char *at = header->parent_path, *end = at + header->parent_path_bytes;
	while (at < end && node) {
		const char *stop = memchr(at, 0x1f, (size_t)(end - at));
		stop = stop ? stop : end;
		uint32_t name = stop > at ? tc_reader_name(reader, at, (size_t)(stop - at), begin) : TC_LEFT_OUT;
		if (name != TC_LEFT_OUT)
			node = tc_reader_child(reader, node, name, TACHO_KIND_SCOPE, begin);
		thread->grafted = name != TC_LEFT_OUT;
		at = stop + 1;
	}
	thread->graft = node ? node : reader->root;
}

/* When a process that did not close its part was last seen by the observer. */
static tc_instant seen_last(const struct tc_reader *reader, const struct tc_process_view *process)
{
	tc_instant end = process->end;
	for (size_t i = 0; i < reader->session->tree_processes; i++) {
		const struct tc_process_entry *entry = &reader->session->tree_process[i];
		tc_instant ended = tc_instant_between(reader->begin_ns, entry->end_ns);
		if (entry->pid == process->pid && entry->end_ns && ended >= end && ended - end < INT64_C(3600000000000))
			return ended;
	}
	return end;
}

static const char *damage_text(struct tc_reader *reader, const struct tc_part_damage *d)
{
	if (d->bytes)
		return tc_arena_printf(reader->arena, "it ends %llu bytes early", (unsigned long long)d->bytes);
	if (d->chains)
		return "its list of threads leads nowhere";
	return tc_arena_printf(reader->arena,
		"%llu nodes, %llu pages of histograms, %llu rings, %llu names, %llu others are not sound",
		(unsigned long long)d->nodes, (unsigned long long)d->pages, (unsigned long long)d->rings,
		(unsigned long long)d->names, (unsigned long long)(d->kept + d->attributes + d->metrics));
}

/* The same complaint of many processes is said once. */
static bool is_said(const struct tc_reader *reader, const char *text, size_t bytes)
{
	for (size_t i = 0; i < reader->session->notes; i++)
		if (!strncmp(reader->session->note[i], text, bytes) && !reader->session->note[i][bytes])
			return true;
	return false;
}

static void note_complaints(struct tc_reader *reader, const struct tc_part_header *header)
{
	const char *text = header->complaints, *end = text + strnlen(text, sizeof header->complaints);
	while (text < end && !reader->error) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t bytes = (size_t)((newline ? newline : end) - text);
		if (bytes && !is_said(reader, text, bytes))
			tc_reader_note(reader, "%.*s", (int)bytes, text);
		text += bytes + 1;
	}
}

static void note_losses(
	struct tc_reader *reader, const struct tc_part_copy *part, const struct tc_process_view *process)
{
	if (tc_part_is_damaged(&part->damage)) {
		const char *text = damage_text(reader, &part->damage);
		tc_reader_damage(reader, "%s is torn: %s; what is sound is shown", process->file, text ? text : "");
	}
	if (process->space_lost)
		tc_reader_note(reader,
			"%s (pid %llu) was refused space %llu times: some spans are not in the figures or lie under "
			"\"(other)\"",
			process->program, (unsigned long long)process->pid, (unsigned long long)process->space_lost);
	if (process->threads_lost)
		tc_reader_note(reader, "%llu threads of %s (pid %llu) found no space and recorded nothing",
			(unsigned long long)process->threads_lost, process->program, (unsigned long long)process->pid);
	const struct tc_part_header *header = tc_part_copy_header(part);
	if (header->epoch)
		tc_reader_note(reader, "the figures of %s (pid %llu) begin with its tacho_reset() at %.3f s",
			process->program, (unsigned long long)process->pid,
			(double)tc_instant_between(reader->begin_ns, header->epoch_begin.monotonic_ns) / 1e9);
	if (process->names_lost)
		tc_reader_note(reader, "%llu names of %s (pid %llu) were too many: their spans lie under \"(other)\"",
			(unsigned long long)process->names_lost, process->program, (unsigned long long)process->pid);
	if (process->spans_that_lost_attributes)
		tc_reader_note(reader,
			"%llu kept %s of %s (pid %llu) %s attributes: later ones overwrote them "
			"(attribute_ring_bytes makes more room)",
			(unsigned long long)process->spans_that_lost_attributes,
			process->spans_that_lost_attributes == 1 ? "span" : "spans", process->program,
			(unsigned long long)process->pid, process->spans_that_lost_attributes == 1 ? "lacks" : "lack");
	if (process->attributes_lost)
		tc_reader_note(reader, "%llu %s of %s (pid %llu) found no space",
			(unsigned long long)process->attributes_lost,
			process->attributes_lost == 1 ? "attribute" : "attributes", process->program,
			(unsigned long long)process->pid);
	if (process->signal_lost)
		tc_reader_note(reader,
			"%llu spans begun by signal handlers of %s (pid %llu) in the midst of another's end were not "
			"recorded",
			(unsigned long long)process->signal_lost, process->program, (unsigned long long)process->pid);
}

static void describe(
	struct tc_reader *reader, struct tc_process_view *process, const struct tc_part_copy *part, const char *file)
{
	const struct tc_part_header *header = tc_part_copy_header(part);
	*process = (struct tc_process_view){
		.file = tc_arena_text(reader->arena, file, strlen(file)),
		.program = tc_arena_text(reader->arena, header->program, strlen(header->program)),
		.pid = header->pid,
		.parent_pid = header->parent_pid,
		.begin = tc_instant_between(reader->begin_ns, header->begin.monotonic_ns),
		.state = part->running       ? TC_PROCESS_RUNNING
	                 : header->end.ticks ? TC_PROCESS_CLOSED
	                                     : TC_PROCESS_ENDED,
		.names_lost = header->names_lost,
		.threads_lost = header->threads_lost,
		.space_lost = header->space_lost,
		.signal_lost = header->signal_lost,
		.waits = header->waits,
	};
	process->end = process->begin;
	if (!process->file || !process->program)
		tc_reader_no_memory(reader);
}

static void set_end(struct tc_reader *reader, struct tc_process_view *process, const struct tc_part_header *header)
{
	if (process->state == TC_PROCESS_RUNNING)
		process->end = reader->session->end;
	else if (process->state == TC_PROCESS_CLOSED)
		process->end = tc_instant_between(reader->begin_ns, header->end.monotonic_ns);
	else
		process->end = seen_last(reader, process);
}

void tc_reader_part(struct tc_merging *merging, struct tc_reader *reader, const char *file)
{
	struct tc_session *session = reader->session;
	struct tc_part_header *header = tc_part_copy_header(&merging->part);
	if (!tc_reader_grow(
		    reader, &session->process, session->processes, &reader->process_room, sizeof *session->process))
		return;
	if (tc_clock_map_init(&merging->clock, header, reader->begin_ns, reader->calibration, reader->calibrations)) {
		tc_reader_no_memory(reader);
		return;
	}
	uint32_t process = (uint32_t)session->processes++;
	describe(reader, &session->process[process], &merging->part, file);
	merging->thread = (struct tc_thread){
		.reader = reader, .part = &merging->part, .clock = &merging->clock, .process = process};
	merging->block_at = header->first_block;
	if (!reader->error)
		graft(&merging->thread, header, session->process[process].begin);
}

static void finish(struct tc_reader *reader, struct tc_merging *merging, struct tc_process_view *process)
{
	const struct tc_part_header *header = tc_part_copy_header(&merging->part);
	if (!reader->error)
		tc_reader_metrics(reader, &merging->part, &merging->clock);
	set_end(reader, process, header);
	if (!reader->error)
		tc_reader_callbacks(reader, &merging->part);
	if (!reader->error)
		note_losses(reader, &merging->part, process);
	if (!reader->error)
		note_complaints(reader, header);
}

/* A thread of it; then the rest. */
bool tc_reader_merge(struct tc_merging *merging)
{
	struct tc_thread *thread = &merging->thread;
	struct tc_process_view *process = &thread->reader->session->process[thread->process];
	if (!merging->block_at || thread->reader->error) {
		finish(thread->reader, merging, process);
		return false;
	}
	thread->block = tc_part_block(merging->part.bytes, merging->block_at);
	process->attributes_lost += thread->block->attributes_lost;
	tc_reader_thread(thread);
	merging->block_at = thread->block->next;
	return true;
}

void tc_reader_let_go(struct tc_merging *merging)
{
	tc_clock_map_release(&merging->clock);
	tc_part_release(&merging->part);
}
