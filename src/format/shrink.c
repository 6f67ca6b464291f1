/* SPDX-License-Identifier: MIT */
#include "format/shrink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "base/read_at.h"
#include "format/directory.h"
#include "format/part.h"

enum { LEFT = 16, RING_MOST = 1 << 24 };

static bool put(int fd, uint64_t at, const void *from, size_t bytes)
{
	return pwrite(fd, from, bytes, (off_t)at) == (ssize_t)bytes;
}

/* The newest records, and the place of the one that may have been under way, to where a ring of so many has them. */
static bool move_records(int fd, uint64_t ring, uint64_t mask, uint64_t written)
{
	struct tacho_record left[LEFT];
	memset(left, 0, sizeof left);
	for (uint64_t i = written > LEFT - 1 ? written - (LEFT - 1) : 0; i <= written; i++)
		if (!tc_read_at(fd, &left[i % LEFT], sizeof *left, ring + (i & mask) * sizeof *left))
			return false;
	return put(fd, ring, left, sizeof left);
}

/* Whether all that the smaller ring has no room for is stored. */
static bool is_stored(const struct tc_shrunk_ring *stored, const struct tacho_block *head, uint64_t written)
{
	uint64_t oldest = written > head->ring_records ? written - head->ring_records : 0;
	uint64_t kept = written > LEFT - 1 ? written - (LEFT - 1) : 0;
	return stored->from <= oldest && stored->end >= kept && stored->end <= written;
}

/* Whether spans are open, whose attributes lie nowhere else. */
static bool has_open(const struct tacho_block *head)
{
	return (uint32_t)head->top || head->beside_at;
}

/* The attributes of what is stored are stored with it. */
static bool drop_attributes(int fd, uint64_t size, uint64_t thread, const struct tacho_block *head)
{
	const uint64_t none = 0;
	uint64_t at = head->attributes_at, bytes = head->attributes_size;
	if (!at || at > size || bytes > size - at || has_open(head))
		return true;
	return put(fd, thread + offsetof(struct tacho_block, attributes_at), &none, sizeof none) &&
	       put(fd, thread + offsetof(struct tacho_block, attributes_size), &none, sizeof none) &&
	       !fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, (off_t)bytes);
}

/* false: the file could not be changed. */
static bool shrink_ring(int fd, uint64_t size, const struct tc_shrunk_ring *stored)
{
	struct tacho_block head;
	const uint32_t left = LEFT;
	const uint64_t mask = LEFT - 1;
	if (stored->thread > size || size - stored->thread < sizeof head ||
		!tc_read_at(fd, &head, sizeof head, stored->thread))
		return false;
	uint64_t records = head.ring_records, ring = stored->thread + sizeof head;
	uint64_t written = head.finished > head.skipped ? head.finished - head.skipped : 0;
	if (records <= LEFT || records > RING_MOST || head.ring_mask != records - 1 || head.epoch != stored->epoch ||
		(size - ring) / sizeof(struct tacho_record) < records || !is_stored(stored, &head, written))
		return true;
	if (stored->end == written && !drop_attributes(fd, size, stored->thread, &head))
		return false;
	return move_records(fd, ring, head.ring_mask, written) &&
	       !fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		       (off_t)(ring + LEFT * sizeof(struct tacho_record)),
		       (off_t)((records - LEFT) * sizeof(struct tacho_record))) &&
	       put(fd, stored->thread + offsetof(struct tacho_block, ring_records), &left, sizeof left) &&
	       put(fd, stored->thread + offsetof(struct tacho_block, ring_mask), &mask, sizeof mask);
}

/* Beside it under a name that nobody reads. */
static int make_copy(int in, const char *path, char *copy, uint64_t *size)
{
	const char *name = strrchr(path, '/');
	struct stat st;
	if (!name || fstat(in, &st))
		return -1;
	*size = (uint64_t)st.st_size;
	if (tc_path(copy, "%.*s/.shrunk-%s", (int)(name - path), path, name + 1))
		return -1;
	int out = open(copy, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int error = out < 0 ? 0 : tc_copy_file(out, in, st.st_size);
	if (!error)
		return out;
	close(out);
	unlink(copy);
	errno = error;
	return -1;
}

int tc_part_shrink(const char *path, const struct tc_shrunk_ring *ring, size_t count)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char copy[TC_PATH_BYTES];
	uint64_t size;
	int out = -1, code = 0;
	bool sound = true;
	int in = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (in >= 0 && !fcntl(in, F_OFD_SETLK, &whole))
		out = make_copy(in, path, copy, &size);
	if (out < 0) {
		code = tc_error_errno(errno, "cannot make %s smaller", path);
		goto done;
	}
	for (size_t i = 0; i < count && sound; i++)
		sound = shrink_ring(out, size, &ring[i]);
	if (!sound || rename(copy, path)) {
		code = tc_error_errno(errno, "cannot make %s smaller", path);
		unlink(copy);
	}
done:
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return code;
}
