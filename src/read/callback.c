/* SPDX-License-Identifier: MIT
 *
 * callback.c - callbacks of the program that did not return in time, or in the midst of which their process ended: what they would have
 * read is missing, and this is why.
 */
#include <string.h>
#include "base/units.h"
#include "read/reader.h"

static void note_under_way(struct tc_reader *reader, const struct tc_part_copy *part,
	const struct tc_process_view *process, const struct tc_callback_entry *entry)
{
	tc_instant since = tc_instant_between(reader->begin_ns, entry->since_ns);
	tc_instant end = part->running ? reader->session->end : process->end;
	bool late = end - since > (tc_instant)TC_CALLBACK_PATIENCE_NS;
	const char *how = part->running                        ? "has been running for"
	                  : process->state == TC_PROCESS_ENDED ? "was running when the process ended, for"
	                                                       : "was running when the recording stopped, for";
	/* One that is met by chance is worth no word where nothing broke off, but where it never gave a value. */
	if (!late && process->state != TC_PROCESS_ENDED && (entry->calls || part->running))
		return;
	tc_reader_note(reader, "the callback \"%s\" of %s (pid %llu) %s %s: what it reads is missing from then on",
		entry->name, process->program, (unsigned long long)process->pid, how,
		tc_duration(end > since ? (double)(end - since) : 0).text);
}

static void note_late(
	struct tc_reader *reader, const struct tc_process_view *process, const struct tc_callback_entry *entry)
{
	if (!entry->late_ns)
		return;
	tc_reader_note(reader,
		"the callback \"%s\" of %s (pid %llu) took longer than %s at times, %s in all: what it reads is "
		"missing then",
		entry->name, process->program, (unsigned long long)process->pid,
		tc_duration((double)TC_CALLBACK_PATIENCE_NS).text, tc_duration((double)entry->late_ns).text);
}

/* Gauges of a sampler that never returned have no value. */
static void give_reason(struct tc_reader *reader, const struct tc_callback_entry *entry)
{
	for (size_t i = 0; i < reader->metrics; i++) {
		struct tc_metric_view *view = &reader->metric[i].view;
		if (view->kind == TACHO_METRIC_GAUGE && !strncmp(view->source, entry->name, sizeof entry->name - 1))
			view->missing = "the callback that reads it has not returned";
	}
}

void tc_reader_callbacks(struct tc_reader *reader, const struct tc_part_copy *part)
{
	const struct tc_part_header *header = tc_part_copy_header(part);
	const struct tc_process_view *process = &reader->session->process[reader->session->processes - 1];
	for (int i = 0; i < TC_CALLBACKS_TOLD; i++) {
		const struct tc_callback_entry *entry = &header->callback[i];
		note_late(reader, process, entry);
		if (!entry->since_ns)
			continue;
		note_under_way(reader, part, process, entry);
		give_reason(reader, entry);
	}
	if (header->callbacks_untold)
		tc_reader_note(reader,
			"%llu calls of further callbacks of %s (pid %llu) took too long: there is room for the names "
			"of %d",
			(unsigned long long)header->callbacks_untold, process->program,
			(unsigned long long)process->pid, TC_CALLBACKS_TOLD);
}
