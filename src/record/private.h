/* SPDX-License-Identifier: MIT
 *
 * private.h - what the files of this room share: the recorder's one state and its lock.
 *
 * Everything here is the slow side: first use of a name, a thread or a page.  A signal handler that marks spans while
 * its thread is in here is turned away (tc_slow_enter), since the lock is not recursive and must not be.
 */
#ifndef RECORD_PRIVATE_H
#define RECORD_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <tacho/hot.h>
#include "format/settings.h"
#include "record/part.h"

/* Set in block->ready where CLOCK_MONOTONIC is used: never equal to the generation, so that every begin and end comes
 * out of line, where that clock is read. */
#define TC_READY_MONOTONIC (UINT64_C(1) << 63)
/* The same where there is a threshold, which only the ends out of line know. */
#define TC_READY_THRESHOLD (UINT64_C(1) << 62)
#define TC_READY_FLAGS (TC_READY_MONOTONIC | TC_READY_THRESHOLD)

/* A generation is the number of the opening and, above it, how often settings have changed since: every thread then
 * comes out of line once and takes them over. */
#define TC_GENERATION_CHANGE (UINT64_C(1) << 32)
static inline bool tc_same_opening(uint64_t ready, uint64_t generation)
{
	return (uint32_t)ready == (uint32_t)generation;
}

struct tc_recorder {
	uint64_t generation; /* of the open part; its number is at least 2 */
	uint64_t threshold_ns;
	pid_t pid;    /* who opened it, stored atomically: who takes the lock does not have it yet */
	bool decided; /* TACHO_SESSION was looked at */
	bool paused;
	bool waits;
	enum tc_clock clock;
	uint32_t ring_records;
	struct tc_wish wish;         /* kept over forks */
	struct tc_settings settings; /* in force in the open part; kept over forks */
	struct tc_part *part;        /* NULL: not recording */
	struct tc_part *closed;      /* with threads still attached */
	struct tc_part *inherited;   /* the parent's, in a forked child */
	char live[4096], fallback[4096];
};
extern struct tc_recorder tc_recorder;

/* Stands in for a thread that has no block; its `ready` never equals a generation. */
extern struct tacho_block tc_nobody;

/* false: this thread is in here already (a signal handler): do nothing.  true: the lock is held; call tc_slow_leave().
 */
bool tc_slow_enter(void);
void tc_slow_leave(void);

/* Memory of this process alone, from mmap: malloc may be what a signal interrupted.  Zeroed; NULL when there is none.
 */
void *tc_private_alloc(size_t bytes);
void tc_private_free(void *memory, size_t bytes);

static inline void *tc_at(const struct tc_part *part, uint64_t offset)
{
	return part->base + offset;
}

/* name.c; the lock is held */
uint32_t tc_name_id(const char *name, uint32_t kind); /* registers it if it is new; TC_NAME_OTHER: no room */
bool tc_name_is(uint32_t id, const char *name);
const char *tc_name_text(uint32_t id, size_t *count); /* never freed */
uint32_t tc_name_kind(uint32_t id);
int tc_names_write(struct tc_part *part); /* all names known so far that the part lacks */

/* Needs no lock. */
uint64_t tc_name_hash(const char *bytes, size_t count);
/* metric.c; the lock is held */
int tc_metrics_write(struct tc_part *part); /* all metrics known so far that it does not have */

/* metric_cell.c: what the block of this thread has counted */
void tc_metrics_attach(struct tacho_block *block, uint64_t ready);
void tc_metrics_detach(void);

/* thread.c; the lock is held */
struct tacho_block *tc_block_new(struct tc_part *part); /* nobody's yet; NULL: no room */
struct tacho_block *tc_thread_attach(void);             /* this thread's block in the open part; NULL: no room */
void tc_thread_detach(void);                            /* gives it back */
void tc_thread_refresh(struct tacho_block *block);      /* takes settings and the epoch over; needs no lock */
struct tacho_block *tc_thread_block(void);              /* this thread's, attached if need be; NULL: not recording */
void tc_threads_init(void);

/* node.c; the lock is held */
struct tacho_node *tc_node_first(
	struct tc_part *part, struct tacho_block *block); /* root and "(other)"; NULL: no room */
struct tacho_node *tc_node_find(struct tacho_block *block, uint32_t parent, uint32_t site);
/* The table that begins look into; before the block is ready. */
bool tc_node_prepare(struct tacho_block *block);
/* The same where it is known already, NULL: it isn't.  Needs no lock on the block's own thread. */
struct tacho_node *tc_node_known(const struct tacho_block *block, uint32_t parent, uint32_t site);
struct tacho_node *tc_node_at(const struct tacho_block *block, uint32_t id);
void tc_node_forget_children(struct tacho_block *block); /* frees the private table */
struct tc_part *tc_part_of(const struct tacho_block *block);

/* reset.c: the block's own thread only, or the block is nobody's */
void tc_block_reset(struct tacho_block *block, uint64_t epoch);

/* beside.c: the end of a span that is complete but for its end; its top is where the stack goes back to.  Runs on the
 * block's own thread.  A span under the threshold is counted only. */
void tc_span_finish(struct tacho_span *span, uint64_t start_ns, uint64_t ns, uint64_t ready);

/* async.c: the node of a site below a context (NULL: what is current), made if need be; NULL: it is not recorded. */
struct tacho_context;
/* async.c: a place among the open ones beside the stack; where there is none, that is counted */
uint32_t tc_beside_take(struct tacho_block *block, uint64_t start, uint64_t tag);
struct tacho_node *tc_beside_node(struct tacho_site *site, enum tacho_kind kind, const struct tacho_context *parent);
uint32_t tc_site_beside(struct tacho_site *site, enum tacho_kind kind); /* the lock is held */

/* context.c; the lock is held: the number of the context's node in a block of this thread; 0: at the root. */
uint32_t tc_context_node(struct tacho_block *to, const struct tacho_context *context);

/* sampling.c; the lock is held */
void tc_wish_write(struct tc_part *part);
bool tc_wish_is_off(void); /* takes the lock */

/* start.c: for threads that have no block yet, also while the part is being made.  Needs no lock. */
void tc_count_signal_lost(void);

/* span.c, phase.c */
void tc_count_turned_away(void);
bool tc_was_ended_early(const struct tacho_span *span); /* by name: its own end has nothing to do, once */

/* keep.c: the node's histogram cell of a duration, an offset from the block */
uint64_t tc_cell_place(struct tacho_block *block, struct tacho_node *node, uint64_t ns);

/* start.c; the lock is held.  Opens what TACHO_SESSION names, reopens after a fork. */
void tc_recorder_decide(void);

/* start.c: what is in force in the part that is opened next; settings NULL: those of the environment and the file */
void tc_recorder_take_settings(const struct tc_settings *settings, uint32_t ring_records);

/* attribute.c */
struct tc_attribute_limits {
	size_t key_bytes; /* a key of so many, or any when there are rules of redaction, goes the long way */
	size_t text_bytes, ring_bytes;
};
extern struct tc_attribute_limits tc_attribute_limits;

void tc_attributes_configure(void); /* from tc_recorder.settings */

/* Inside an end of the span, or with the block's ready at 0. */
void tc_attribute_add(struct tacho_span *span, int type, const char *key, const void *value, size_t bytes, size_t cut);

/* The long way of attribute_hot.c: whatever the keys, texts and rules are, also from threads that may not. */
void tc_attribute_add_word(struct tacho_span *span, const char *key, size_t key_bytes, int type, uint64_t value);
void tc_attribute_add_text(
	struct tacho_span *span, int type, const char *key, size_t key_bytes, const char *text, size_t bytes);

/* Readers see there what an open span has, and ends by name find it. */
static inline void tc_note_on_stack(const struct tacho_span *span)
{
	uint32_t depth = (uint32_t)span->top;
	if (depth < TACHO_STACK_DEPTH && span->block->stack[depth + 1].start == span->start)
		span->block->stack[depth + 1].tag |= span->tag;
}

/* After an entry of the span was written at `at`. */
static inline void tc_attribute_note(struct tacho_span *span, uint64_t at)
{
	if (span->tag & TACHO_TAG_ATTRIBUTES)
		return;
	span->tag |= TACHO_TAG_ATTRIBUTES;
	span->attributes = at;
	tc_note_on_stack(span);
}

/* Of this process, now; 0: not known.  Leaves errno alone. */
uint64_t tc_resident_bytes(void);

/* The position of the oldest entry in the ring that is whole. */
uint64_t tc_attributes_first(const struct tacho_block *block);

/* Copies what lies in the ring of this span; returns bytes, sets *cut when some did not fit or is gone. */
uint32_t tc_attributes_copy(const struct tacho_span *span, unsigned char *out, uint32_t room, uint32_t *cut);

#endif
