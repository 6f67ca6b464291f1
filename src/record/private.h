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

struct tc_recorder {
	uint64_t generation; /* of the open part; one more at each opening; at least 2 */
	pid_t pid;           /* who opened it, stored atomically: free_inherited_lock() has no lock */
	bool decided;        /* TACHO_SESSION was looked at */
	bool paused;
	bool waits;
	enum tc_clock clock;
	uint32_t ring_records;
	struct tc_settings settings; /* in force in the open part; kept over forks */
	struct tc_part *part;        /* NULL: not recording */
	struct tc_part *closed;      /* with threads still attached */
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
uint32_t tc_name_id(const char *name);    /* registers it if it is new; TC_NAME_OTHER when there is no room */
int tc_names_write(struct tc_part *part); /* all names known so far, into a new part */

/* thread.c; the lock is held */
struct tacho_block *tc_thread_attach(void); /* this thread's block in the open part; NULL: no room */
void tc_thread_detach(void);                /* gives it back */
void tc_threads_init(void);

/* node.c; the lock is held */
struct tacho_node *tc_node_first(
	struct tc_part *part, struct tacho_block *block); /* root and "(other)"; NULL: no room */
struct tacho_node *tc_node_find(struct tacho_block *block, uint32_t parent, uint32_t site);
struct tacho_node *tc_node_at(const struct tacho_block *block, uint32_t id);
void tc_node_forget_children(struct tacho_block *block); /* frees the private table */
struct tc_part *tc_part_of(const struct tacho_block *block);

/* start.c; the lock is held.  Opens what TACHO_SESSION names, reopens after a fork. */
void tc_recorder_decide(void);

/* attribute.c */
void tc_attribute_add(struct tacho_span *span, int type, const char *key, const void *value, size_t bytes, size_t cut);
/* Copies what lies in the ring of this span; returns bytes, sets *cut when some did not fit or is gone. */
uint32_t tc_attributes_copy(const struct tacho_span *span, unsigned char *out, uint32_t room, uint32_t *cut);

#endif
