/* SPDX-License-Identifier: MIT */
#include "base/slurp.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

size_t tc_slurp(const char *path, char *text, size_t room)
{
	int error = errno, fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, text, room - 1);
	size_t count = got > 0 ? (size_t)got : 0;
	if (fd >= 0)
		close(fd);
	errno = error;
	text[count] = 0;
	return count;
}
