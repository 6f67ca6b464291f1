/* SPDX-License-Identifier: MIT */
#include "format/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, PIECE = 8 * PAGE };

static size_t page_of(size_t bytes)
{
	return bytes < PAGE ? bytes : PAGE;
}

static bool is_empty(const char *piece, size_t bytes)
{
	static const char nothing[PAGE];
	return memcmp(piece, nothing, page_of(bytes)) == 0;
}

/* The pages from the first on that are empty, or are not, as it is. */
static size_t run_of(const char *piece, size_t bytes, bool empty)
{
	size_t end = 0;
	while (end < bytes && is_empty(piece + end, bytes - end) == empty)
		end += page_of(bytes - end);
	return end;
}

static int write_all(int out, const char *piece, size_t bytes, off_t at)
{
	while (bytes) {
		ssize_t n = pwrite(out, piece, bytes, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : ENOSPC;
		piece += n;
		bytes -= (size_t)n;
		at += n;
	}
	return 0;
}

/* Where out is the file itself what is empty becomes a hole; else it is left one. */
static int put_piece(int out, int in, const char *piece, size_t bytes, off_t at)
{
	int error = 0;
	for (size_t from = 0, run; from < bytes && error == 0; from += run) {
		const off_t to = at + (off_t)from;
		const bool empty = is_empty(piece + from, bytes - from);
		run = run_of(piece + from, bytes - from, empty);
		if (out != in && !empty)
			error = write_all(out, piece + from, run, to);
		if (out == in && empty && fallocate(out, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, to, (off_t)run))
			error = errno;
	}
	return error;
}

static int copy_range(int out, int in, off_t at, off_t end)
{
	char piece[PIECE];
	int error = 0;
	while (at < end && error == 0) {
		size_t room = PIECE - (size_t)(at % PAGE), left = (size_t)(end - at);
		ssize_t n = pread(in, piece, left < room ? left : room, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : 0;
		error = put_piece(out, in, piece, (size_t)n, at);
		at += n;
	}
	return error;
}

int tc_copy_file(int out, int in, off_t bytes)
{
	int error = ftruncate(out, bytes) == 0 ? 0 : errno;
	for (off_t at = 0; error == 0 && at < bytes;) {
		off_t data = lseek(in, at, SEEK_DATA);
		if (data < 0)
			return errno == ENXIO ? 0 : copy_range(out, in, at, bytes);
		off_t hole = lseek(in, data, SEEK_HOLE);
		if (hole < 0)
			hole = bytes;
		error = copy_range(out, in, data, hole);
		at = hole;
	}
	return error;
}

int tc_thin_file(int fd, off_t bytes)
{
	return copy_range(fd, fd, 0, bytes);
}
