/* SPDX-License-Identifier: MIT
 *
 * keep.h - every span to disk (setting `keep`): what ended on a thread is taken out of its ring before it is overwritten, and
 * goes to the session's file of stored spans a block at a time.
 *
 * The ring is the buffer: a span stays in it until there are enough of them for a block, so that a kill of the observer loses
 * nothing that a reader does not find in the ring.  How soon a thread is looked at again follows from how fast its ring filled.
 */
#ifndef OBSERVE_KEEP_H
#define OBSERVE_KEEP_H

#include <stdbool.h>
#include "format/spans_file.h"
#include "observe/part_seen.h"

struct tc_keeper;

/* Into directory/spans.tacho; packer NULL: not compressed. */
int tc_keeper_open(struct tc_keeper **out, const char *directory, const struct tc_packer *packer);
void tc_keeper_close(struct tc_keeper *keeper);

/* Before blocks are looked at: what time it is.  Until then nothing is due. */
void tc_keep_begin(struct tc_keeper *keeper, uint64_t now_ns);

/* When tc_keep_block() wants to be called again for the first of the blocks of this round, in CLOCK_MONOTONIC ns. */
uint64_t tc_keep_due(const struct tc_keeper *keeper);

/* Takes what ended in a block, if it is enough for a block of the file or the reading is the last. */
void tc_keep_block(struct tc_part_reading *reading, struct tc_block_seen *block);

/* Of a part that was read for the last time: takes those spans from its file that lie in the file of spans. */
void tc_keep_shrink(const struct tc_keeper *keeper, const struct tc_part_seen *part, const char *path);

/* How many spans were overwritten before they were taken; a sentence on why no more are stored, or NULL. */
uint64_t tc_keep_lost(const struct tc_keeper *keeper);
const char *tc_keep_stopped(const struct tc_keeper *keeper);

void tc_keep_release(struct tc_keep_thread *thread);

#endif
