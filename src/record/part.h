/* SPDX-License-Identifier: MIT
 *
 * part.h - the part this process writes: a shared mapping of a file that grows.  All calls need the recorder's lock.
 */
#ifndef RECORD_PART_H
#define RECORD_PART_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "format/part.h"

struct tc_part {
	char *base; /* the header, and what offsets count from */
	size_t reserved;
	uint64_t sound; /* bytes of the file that exist and are populated */
	int fd;         /* holds the lock that says this process lives; -1 when closed */
	dev_t device;
	ino_t inode;
	uint64_t attached; /* threads whose block lies here */
	struct tc_part *next;
};

static inline struct tc_part_header *tc_part_header(const struct tc_part *part)
{
	return (struct tc_part_header *)(void *)part->base;
}

/* Makes a part of a random name in the directory, its header complete but for what the caller knows better. */
int tc_part_create(struct tc_part **out, const char *directory);

/* Gives it its magic, without which a file is no part yet: all that was written before is seen by whoever sees that. */
void tc_part_publish(struct tc_part *part);

/* Room for `bytes` zero bytes at a multiple of 64, populated, so that touching it can raise no signal: its file offset,
 * or 0 when there is none (counted in the header). */
uint64_t tc_part_alloc(struct tc_part *part, uint64_t bytes);

/* Gives the lock up; the mapping stays for threads that may still be inside. */
void tc_part_finish(struct tc_part *part);

/* Closes the descriptor only: in a forked child, where the lock is the parent's. */
void tc_part_close(struct tc_part *part);

/* Unmaps a closed part that no thread is attached to. */
void tc_part_free(struct tc_part *part);

#endif
