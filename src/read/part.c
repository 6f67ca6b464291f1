/* SPDX-License-Identifier: MIT */
#include "read/part.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "format/fold.h"
#include "format/snapshot.h"
#include "read/settle.h"

enum { GROWN_TRIES = 20 };

static int make_room(struct tc_part_copy *part, uint64_t size, const char *name)
{
	if (size > SIZE_MAX)
		return tc_error(TACHO_ENOMEM,
			"%s takes %" PRIu64 " bytes, more than a program of 32 bits can hold: "
			"read it with one of 64 bits",
			name, size);
	part->mapped = size ? (size_t)size : 1;
	part->size = (size_t)size;
	part->bytes =
		mmap(NULL, part->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (part->bytes != MAP_FAILED)
		return 0;
	part->bytes = NULL;
	return tc_error(TACHO_ENOMEM, "%s takes %" PRIu64 " bytes: there is not that much memory", name, size);
}

/* What is there of [at, end); the rest stays zero. */
static int read_range(struct tc_part_copy *part, int fd, off_t at, off_t end, const char *name)
{
	madvise(part->bytes + at, (size_t)(end - at),
		MADV_POPULATE_WRITE); /* at once; older kernels do it page by page */
	while (at < end) {
		ssize_t got = pread(fd, part->bytes + at, (size_t)(end - at), at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tc_error_errno(errno, "cannot read %s", name);
		if (!got)
			break;
		at += got;
	}
	return 0;
}

/* Holes are passed over: a part is sparse. */
static int read_all(struct tc_part_copy *part, int fd, const char *name)
{
	off_t end = (off_t)part->size, at = 0;
	while (at < end) {
		off_t data = lseek(fd, at, SEEK_DATA);
		if (data < 0 && errno == ENXIO)
			return 0;
		off_t hole = data < 0 ? -1 : lseek(fd, data, SEEK_HOLE);
		if (data < at || hole <= data)
			return read_range(part, fd, at, end, name);
		int code = read_range(part, fd, data, hole < end ? hole : end, name);
		if (code)
			return code;
		at = hole;
	}
	return 0;
}

static int size_of(int fd, const char *name, uint64_t *size)
{
	struct stat st;
	if (fstat(fd, &st))
		return tc_error_errno(errno, "cannot read %s", name);
	if (!S_ISREG(st.st_mode))
		return tc_error(TACHO_EFORMAT, "%s is no regular file", name);
	*size = (uint64_t)st.st_size;
	return 0;
}

/* Whether it was a part before the rest is read: within one read the magic may be newer than what it stands for. */
static int look_for_magic(int fd, char *magic, size_t bytes, const char *name)
{
	ssize_t got;
	do
		got = pread(fd, magic, bytes, 0);
	while (got < 0 && errno == EINTR);
	tc_look_again();
	return got < 0 ? tc_error_errno(errno, "cannot read %s", name) : 0;
}

static bool is_locked(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	return !fcntl(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
}

/* The whole file, as long as it was when its last byte was read: a running writer lengthens it. */
static int read_grown(struct tc_part_copy *out, int fd, const char *name)
{
	char magic[sizeof((struct tc_part_header *)0)->magic] = "";
	uint64_t size = 0;
	int code = size_of(fd, name, &size);
	if (!code)
		code = look_for_magic(fd, magic, sizeof magic, name);
	for (int tries = 0; !code && tries < GROWN_TRIES && (!out->bytes || size > out->size); tries++) {
		bool running = out->running;
		tc_part_release(out);
		out->running = running;
		code = make_room(out, size, name);
		if (!code)
			code = read_all(out, fd, name);
		if (!code)
			code = size_of(fd, name, &size);
	}
	if (!code && out->size >= sizeof magic)
		memcpy(out->bytes, magic, sizeof magic);
	return code;
}

int tc_part_read(struct tc_part_copy *out, const char *path, const char *name)
{
	*out = (struct tc_part_copy){0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return tc_error_errno(errno, "cannot open %s", name);
	out->running = is_locked(fd); /* before it is read: what ends meanwhile is then settled by looking again */
	int code = read_grown(out, fd, name);
	if (!code)
		code = tc_part_check(out->bytes, out->size, name, &out->damage);
	if (!code)
		tc_part_settle(out, out->running ? fd : -1);
	close(fd);
	if (code)
		tc_part_release(out);
	return code;
}

int tc_part_read_folded(struct tc_part_copy *out, int fold, uint64_t at, const char *name)
{
	struct tc_fold_entry entry;
	uint64_t next = at;
	*out = (struct tc_part_copy){0};
	if (!tc_fold_next(fold, &next, &entry))
		return tc_error(TACHO_EFORMAT, "%s: its place in the fold is not sound", name);
	int code = make_room(out, entry.raw_bytes, name);
	if (!code)
		code = tc_fold_unpack(fold, at, &entry, out->bytes);
	if (!code)
		code = tc_part_check(out->bytes, out->size, name, &out->damage);
	if (code)
		tc_part_release(out);
	else
		tc_part_settle(out, -1);
	return code;
}

int tc_part_copy(struct tc_part_copy *out, const void *bytes, size_t count, const char *name)
{
	*out = (struct tc_part_copy){0};
	int code = make_room(out, count, name);
	if (code)
		return code;
	memcpy(out->bytes, bytes, count);
	code = tc_part_check(out->bytes, count, name, &out->damage);
	if (code)
		tc_part_release(out);
	else
		tc_part_settle(out, -1);
	return code;
}

void tc_part_release(struct tc_part_copy *part)
{
	if (part->bytes)
		munmap(part->bytes, part->mapped);
	*part = (struct tc_part_copy){0};
}
