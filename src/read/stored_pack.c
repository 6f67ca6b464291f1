/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "format/spans.h"
#include "read/stored.h"
#include "read/zstd.h"

/* Whether it begins as libtacho leaves it; then there is a compressor to be asked. */
static const struct tc_packer *packer_for(int fd, uint64_t size, uint64_t at)
{
	struct tc_spans_frame frame;
	if (!tc_spans_next(fd, size, &at, &frame) || frame.flags & TC_SPANS_PACKED || frame.raw_bytes < 64)
		return NULL; /* so small a one may be as small as it can be */
	return tc_zstd_packer();
}

static bool copy_block(
	struct tc_spans_writer *to, int fd, uint64_t at, const struct tc_spans_frame *from, void *payload)
{
	struct tc_spans_frame frame = *from;
	return !tc_spans_payload(fd, at, from, payload) && !tc_spans_append(to, &frame, payload, from->packed_bytes);
}

/* Every block, or none: a file that is damaged stays for a reader to make the best of. */
static bool copy(struct tc_spans_writer *to, int fd, uint64_t size, uint64_t at)
{
	struct tc_spans_frame frame;
	unsigned char *payload = malloc(TC_SPANS_BLOCK_BYTES);
	uint64_t here = at;
	bool sound = payload;
	for (; sound && tc_spans_next(fd, size, &at, &frame); here = at)
		sound = !(frame.flags & TC_SPANS_PACKED) && copy_block(to, fd, here, &frame, payload);
	free(payload);
	return sound && at == size;
}

void tc_stored_pack(const char *path)
{
	char other[PATH_MAX];
	struct tc_spans_writer *to = NULL;
	struct stat st;
	uint64_t at;
	const struct tc_packer *packer = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || tc_spans_open(fd, &at))
		goto out;
	packer = packer_for(fd, (uint64_t)st.st_size, at);
	if (!packer || snprintf(other, sizeof other, "%s.%d", path, (int)getpid()) >= (int)sizeof other ||
		tc_spans_writer_new(&to, other, packer))
		goto out;
	if (!copy(to, fd, (uint64_t)st.st_size, at) || rename(other, path))
		unlink(other);
out:
	tc_spans_writer_close(to);
	close(fd);
}
