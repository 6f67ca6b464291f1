/* SPDX-License-Identifier: MIT
 *
 * write.h - the files of the session that is made: parts by the recorder, the rest by the observer, on the trace's own time.
 */
#ifndef IMPORT_WRITE_H
#define IMPORT_WRITE_H

#include "import/private.h"
#include "observe/replay.h"
#include "record/foreign.h"

struct tc_writing {
	struct tc_import *import;
	struct tc_replay *replay;
	struct tc_part **part; /* by process; NULL: it has no span yet */
	uint32_t *series;      /* by counter, + 1; 0: it has no reading yet */
	struct tc_calibration begin;
	int64_t first_ns;                            /* the begin on the trace's clock */
	uint64_t last_ns;                            /* the latest instant so far, on the session's */
	uint64_t ends, ends_most, bytes, bytes_most; /* since spans were stored, and how many may be */
	size_t threads;
	struct tc_foreign_attribute attribute[TC_IMPORT_ATTRIBUTES_MOST + 2];
	int error;
};

/* first_ns: where the session begins. */
int tc_writing_open(struct tc_writing *writing, struct tc_import *import, int64_t first_ns);

/* Closes all of it at the latest instant.  0, or the first error of all that was written. */
int tc_writing_close(struct tc_writing *writing, struct tc_calibration *end);

/* NULL: with writing->error set. */
struct tacho_block *tc_writing_thread(
	struct tc_writing *writing, uint32_t process, uint32_t tid, const char *name, int64_t at_ns);

uint64_t tc_writing_instant(const struct tc_writing *writing, int64_t ns);

struct tc_writing_span {
	struct tacho_block *block;
	uint32_t node;
	uint64_t top;    /* what tc_foreign_begin() returned */
	uint64_t parent; /* identity of the span it lies in, unless that is below it on the stack; 0: of none */
	const struct tc_item *item;
};
void tc_writing_end(struct tc_writing *writing, const struct tc_writing_span *span);
void tc_writing_leave_open(struct tc_writing *writing, const struct tc_writing_span *span); /* at last, by begin */
void tc_writing_event(struct tc_writing *writing, struct tacho_block *block, const struct tc_item *item);
void tc_writing_reading(struct tc_writing *writing, const struct tc_item *item);

#endif
