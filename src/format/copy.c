/* SPDX-License-Identifier: MIT */
#include "format/directory.h"

#include <errno.h>
#include <sys/sendfile.h>
#include <unistd.h>

enum { SENT_AT_ONCE = 1 << 30 };

/* Where sendfile does not work between two filesystems. */
static int copy_plainly(int out, int in, off_t at, off_t end)
{
	char buffer[8192];
	while (at < end) {
		size_t wanted = (size_t)(end - at) < sizeof buffer ? (size_t)(end - at) : sizeof buffer;
		ssize_t n = pread(in, buffer, wanted, at);
		if (n > 0)
			n = pwrite(out, buffer, (size_t)n, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : 0;
		at += n;
	}
	return 0;
}

static int copy_range(int out, int in, off_t at, off_t end)
{
	if (lseek(out, at, SEEK_SET) < 0)
		return errno;
	while (at < end) {
		size_t wanted = end - at < SENT_AT_ONCE ? (size_t)(end - at) : SENT_AT_ONCE;
		ssize_t n = sendfile(out, in, &at, wanted);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EINVAL || errno == ENOSYS))
			return copy_plainly(out, in, at, end);
		if (n <= 0)
			return n ? errno : 0;
	}
	return 0;
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
