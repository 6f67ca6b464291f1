/* SPDX-License-Identifier: MIT
 *
 * stored.h - the session's file of stored spans (format/spans_file.h): which blocks it has, and what is needed of parts to tell
 * what their spans are.  Blocks are read when they are asked for, one at a time.
 */
#ifndef READ_STORED_H
#define READ_STORED_H

#include "format/spans.h"
#include "format/spans_file.h"
#include "read/arena.h"
#include "read/clockmap.h"
#include "read/session.h"

struct tc_stored_block {
	uint64_t at; /* in the file */
	struct tc_spans_frame frame;
	bool overlaps; /* it begins with what a block before it holds: no writer does that, and it is passed over */
};

struct tc_stored_node {
	const struct tc_node_view *node; /* NULL: left out */
	uint16_t site;
};

/* A thread's block of a part, of which spans are stored. */
struct tc_stored_thread {
	uint64_t part, at, epoch;
	uint64_t before;  /* records from here on come from the ring */
	uint64_t shown;   /* records from here on are in the session */
	uint64_t lost;    /* of those that the ring no longer has, how many are not stored */
	uint64_t lacking; /* of those that are stored, how many lack attributes */
	uint64_t sound;   /* from this record on none is missing */
	uint32_t process; /* index */
	uint32_t nodes;
	struct tc_stored_node *node;
	const struct tc_clock_map *clock;
};

struct tc_stored {
	int fd;
	uint64_t at, bytes; /* scanned so far; of the file */
	bool torn, damaged;
	bool of_rings;       /* nobody stored them: they were put aside from rings that were read (spool.h) */
	uint64_t spans;      /* of all threads, those that no ring has any more */
	uint64_t unread;     /* of these, in blocks that could not be read when a stream came to them */
	bool left_out;       /* only the last spans of each name are of interest, which are in the session */
	bool has_window;     /* of the session, */
	tc_instant from, to; /* that what ended in it is of interest */
	size_t blocks, block_room;
	struct tc_stored_block
		*block; /* as they lie in the file, until tc_stored_sort(): by thread, epoch and number */
	bool sorted;
	size_t threads, thread_room;
	struct tc_stored_thread **thread; /* in order of the parts, until tc_stored_sort() */
	size_t clocks, clock_room;
	struct tc_clock_map **clock;
};

/* Takes the descriptor of the file.  0, or a negative code with the sentence set. */
int tc_stored_open(struct tc_stored **out, int fd);
void tc_stored_release(struct tc_stored *stored);

/* What of it is of interest. */
void tc_stored_ask(struct tc_stored *stored, const struct tc_session_options *options);

/* Compresses what a program's own observer stored, which could not, once nobody writes it any more.  Where that is not possible
 * the file stays as it is. */
void tc_stored_pack(const char *path);

/* Blocks that came since.  false: out of memory. */
bool tc_stored_refresh(struct tc_stored *stored);

/* The blocks of a thread, in order; *count of them. */
const struct tc_stored_block *tc_stored_blocks(
	struct tc_stored *stored, uint64_t part, uint64_t at, uint64_t epoch, size_t *count);

/* ---- one block at a time ---- */
struct tc_stored_reader {
	const struct tc_stored *stored;
	unsigned char *packed, *raw;
	size_t packed_room, raw_room;
	struct tc_stored_span *span; /* of the block that was read last */
};

/* false: out of memory. */
bool tc_stored_reader_init(struct tc_stored_reader *reader, const struct tc_stored *stored);
int tc_stored_read(struct tc_stored_reader *reader, const struct tc_stored_block *block);
void tc_stored_reader_release(struct tc_stored_reader *reader);

/* What a stored span is; false: nothing that the session shows.  Its attributes lie in the arena. */
bool tc_stored_view(const struct tc_stored_thread *thread, const struct tc_stored_span *span, uint32_t tid,
	struct tc_span_view *out, struct tc_arena *arena);

/* The thread that a block is of; NULL: none that the session knows. */
const struct tc_stored_thread *tc_stored_thread_of(const struct tc_stored *stored, const struct tc_spans_frame *frame);
void tc_stored_sort(struct tc_stored *stored);

#endif
