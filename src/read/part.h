/* SPDX-License-Identifier: MIT
 *
 * part.h - a part's bytes in private memory, checked.  Read with pread, never mapped: a file that is truncated meanwhile must
 * not end the reader with SIGBUS.
 */
#ifndef READ_PART_H
#define READ_PART_H

#include <stdbool.h>
#include <stddef.h>
#include "format/check.h"

struct tc_part_copy {
	unsigned char *bytes; /* aligned to a page */
	size_t size, mapped;
	bool running; /* its process held the lock when it was read */
	struct tc_part_damage damage;
};

/* Reads a part.  0, or the negative code of what keeps it from being read; the sentence begins with the file's name.  Of a
 * running process each thread is copied until it stood still for that long; see tc_part_is_settled(). */
int tc_part_read(struct tc_part_copy *out, const char *path, const char *name);

/* A finished part from the fold (format/fold.h) that is open at `fold`, whose entry lies at `at`. */
int tc_part_read_folded(struct tc_part_copy *out, int fold, uint64_t at, const char *name);

/* The same from memory, for tests and fuzzing: bytes are copied. */
int tc_part_copy(struct tc_part_copy *out, const void *bytes, size_t count, const char *name);

void tc_part_release(struct tc_part_copy *part);

static inline struct tc_part_header *tc_part_copy_header(const struct tc_part_copy *part)
{
	return (struct tc_part_header *)(void *)part->bytes;
}

/* Whether nothing changed in this block while it was copied, so that it can be mended to the last span.  Else its figures
 * are each sound but not of one instant. */
static inline bool tc_part_is_settled(const struct tacho_block *block)
{
	return !block->owner; /* a private pointer of the writer's in the file; here it is our mark */
}

#endif
