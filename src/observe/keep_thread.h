/* SPDX-License-Identifier: MIT
 *
 * keep_thread.h - what keep.c and keep_attributes.c share: how far a thread's rings were taken.
 */
#ifndef OBSERVE_KEEP_THREAD_H
#define OBSERVE_KEEP_THREAD_H

#include "format/spans.h"
#include "observe/part_seen.h"

/* Attributes that were taken from the ring and whose spans have not ended yet. */
struct tc_waiting {
	struct tc_waiting_entry {
		uint64_t start_ns;
		uint64_t at; /* in bytes; that is also their order */
		uint32_t node, count;
	} * entry;
	size_t entries, entry_room;
	unsigned char *bytes;
	size_t used, room;
	uint64_t gap_ns; /* attributes of spans that began then or before may have been overwritten */
	bool gap;        /* some were, after the last entry that was taken */
};

struct tc_keep_thread {
	uint64_t epoch, next; /* the record to be taken next */
	uint64_t gap_end;     /* of those before this one some were overwritten before they were taken */
	uint64_t at_ns, written, attributes_written; /* at the last look */
	uint64_t attributes_next;
	uint64_t at;         /* of its block in the part */
	uint64_t text_bytes; /* attribute_text_bytes of its process */
	struct tc_waiting waiting;
};

/* Takes what was written to the ring of attributes since. */
void tc_keep_take_attributes(
	struct tc_part_reading *reading, struct tc_keep_thread *thread, const struct tacho_block *head);

/* The attributes of these spans, into bytes behind each other that *store holds; and whole durations. */
void tc_keep_join(struct tc_keep_thread *thread, struct tc_stored_span *span, size_t count, unsigned char **store,
	size_t *store_room);

/* Forgets those that found their span, and the oldest where there are too many. */
void tc_keep_clean(struct tc_keep_thread *thread);

#endif
