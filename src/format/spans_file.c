/* SPDX-License-Identifier: MIT */
#include "format/spans_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>
#include "base/error.h"
#include "base/read_at.h"
#include "format/crc32.h"
#include "format/spans.h"

_Static_assert(sizeof(struct tc_spans_frame) == 80, "frames have no padding");
enum { FRAME_CRC_BYTES = offsetof(struct tc_spans_frame, crc) };

struct tc_spans_writer {
	char path[PATH_MAX];
	const struct tc_packer *packer;
	int fd;      /* -1: not made yet */
	bool lent;   /* it is somebody else's */
	int stopped; /* the code after which nothing is written any more */
	uint64_t bytes;
	unsigned char *packed;
	size_t room;
	struct tc_crc32 crc;
};

static size_t padding(uint64_t bytes)
{
	return -bytes & 7;
}

int tc_spans_writer_new(struct tc_spans_writer **out, const char *path, const struct tc_packer *packer)
{
	struct tc_spans_writer *writer = calloc(1, sizeof *writer);
	*out = NULL;
	if (!writer)
		return tc_error(TACHO_ENOMEM, "no memory to store spans");
	writer->fd = -1;
	writer->packer = packer;
	tc_crc32_init(&writer->crc);
	if (snprintf(writer->path, sizeof writer->path, "%s", path) >= (int)sizeof writer->path) {
		free(writer);
		return tc_error(TACHO_EINVAL, "the session's directory has too long a name");
	}
	*out = writer;
	return 0;
}

int tc_spans_writer_at(struct tc_spans_writer **out, int fd, const struct tc_packer *packer)
{
	int code = tc_spans_writer_new(out, "memory", packer);
	if (!code) {
		(*out)->fd = fd;
		(*out)->lent = true;
	}
	return code;
}

/* Past the limit on file sizes the kernel would not only refuse but send SIGXFSZ. */
static bool write_all(struct tc_spans_writer *writer, const struct iovec *piece, int pieces, size_t bytes)
{
	struct rlimit limit;
	if (!getrlimit(RLIMIT_FSIZE, &limit) && writer->bytes + bytes > limit.rlim_cur) {
		errno = EFBIG;
		return false;
	}
	ssize_t done;
	do
		done = pwritev(writer->fd, piece, pieces, (off_t)writer->bytes);
	while (done < 0 && errno == EINTR);
	if (done >= 0 && (size_t)done < bytes)
		errno = ENOSPC;
	return done == (ssize_t)bytes;
}

static int stop(struct tc_spans_writer *writer)
{
	writer->stopped = tc_error_errno(errno, "spans are no longer stored in %.400s", writer->path);
	/* Where even that fails, the torn tail is what readers stop at anyway. */
	if (writer->fd >= 0 && ftruncate(writer->fd, (off_t)writer->bytes))
		return writer->stopped;
	return writer->stopped;
}

static int begin(struct tc_spans_writer *writer)
{
	struct tc_spans_header header = {.magic = TC_SPANS_MAGIC, .version = TC_SPANS_VERSION};
	const struct iovec piece = {&header, sizeof header};
	if (!writer->lent)
		writer->fd = open(writer->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (writer->fd < 0 || !write_all(writer, &piece, 1, sizeof header))
		return stop(writer);
	writer->bytes = sizeof header;
	return 0;
}

/* *payload and *bytes become those of the packed form, if there is one and it is smaller. */
static bool pack(struct tc_spans_writer *writer, const void **payload, size_t *bytes)
{
	size_t room = writer->packer ? writer->packer->room(*bytes) : 0;
	if (!room)
		return false;
	if (room > writer->room) {
		unsigned char *packed = realloc(writer->packed, room);
		if (!packed)
			return false;
		writer->packed = packed;
		writer->room = room;
	}
	size_t done = writer->packer->pack(writer->packed, room, *payload, *bytes);
	if (!done || done >= *bytes)
		return false;
	*payload = writer->packed;
	*bytes = done;
	return true;
}

int tc_spans_append(struct tc_spans_writer *writer, struct tc_spans_frame *frame, const void *payload, size_t bytes)
{
	static unsigned char zeros[8];
	if (!writer->stopped && !writer->bytes)
		begin(writer);
	if (writer->stopped)
		return writer->stopped;
	frame->raw_bytes = (uint32_t)bytes;
	frame->flags = pack(writer, &payload, &bytes) ? TC_SPANS_PACKED : 0;
	frame->packed_bytes = (uint32_t)bytes;
	frame->payload_crc = tc_crc32_of(&writer->crc, 0, payload, bytes);
	frame->crc = tc_crc32_of(&writer->crc, 0, frame, FRAME_CRC_BYTES);
	union {
		const void *from;
		void *base;
	} place = {.from = payload};
	const struct iovec piece[] = {{frame, sizeof *frame}, {place.base, bytes}, {zeros, padding(bytes)}};
	size_t all = sizeof *frame + bytes + padding(bytes);
	if (!write_all(writer, piece, 3, all))
		return stop(writer);
	writer->bytes += all;
	return 0;
}

uint64_t tc_spans_writer_bytes(const struct tc_spans_writer *writer)
{
	return writer->bytes;
}

void tc_spans_writer_close(struct tc_spans_writer *writer)
{
	if (!writer)
		return;
	if (writer->fd >= 0 && !writer->lent)
		close(writer->fd);
	free(writer->packed);
	free(writer);
}

int tc_spans_open(int fd, uint64_t *at)
{
	struct tc_spans_header header;
	if (!tc_read_at(fd, &header, sizeof header, 0))
		return tc_error(TACHO_ENOENT, TC_SPANS_FILE " has no header yet");
	if (memcmp(header.magic, TC_SPANS_MAGIC, sizeof header.magic))
		return tc_error(TACHO_EFORMAT, TC_SPANS_FILE " holds no spans of tacho");
	if (header.version != TC_SPANS_VERSION)
		return tc_error(TACHO_EVERSION, TC_SPANS_FILE " is of version %u, this tacho reads version %d",
			header.version, TC_SPANS_VERSION);
	*at = sizeof header;
	return 0;
}

bool tc_spans_next(int fd, uint64_t size, uint64_t *at, struct tc_spans_frame *frame)
{
	if (*at > size || size - *at < sizeof *frame || !tc_read_at(fd, frame, sizeof *frame, *at) ||
		tc_crc32(frame, FRAME_CRC_BYTES) != frame->crc)
		return false;
	uint64_t left = size - *at - sizeof *frame, padded = frame->packed_bytes + padding(frame->packed_bytes);
	if (padded > left || frame->raw_bytes > TC_SPANS_BLOCK_BYTES || frame->packed_bytes > TC_SPANS_BLOCK_BYTES ||
		!frame->count || frame->count > TC_SPANS_IN_BLOCK || frame->first > UINT64_MAX - frame->count ||
		(!(frame->flags & TC_SPANS_PACKED) && frame->raw_bytes != frame->packed_bytes))
		return false;
	*at += sizeof *frame + padded;
	return true;
}

int tc_spans_payload(int fd, uint64_t at, const struct tc_spans_frame *frame, void *to)
{
	if (!tc_read_at(fd, to, frame->packed_bytes, at + sizeof *frame))
		return tc_error(TACHO_EIO, "cannot read a block of stored spans");
	if (tc_crc32(to, frame->packed_bytes) != frame->payload_crc)
		return tc_error(TACHO_EFORMAT, "a block of stored spans is damaged");
	return 0;
}
