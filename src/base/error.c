/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Exported, so that a program with both libraries has one sentence per thread, whichever of them failed. */
__thread char tacho_error_sentence[1024];

const char *tacho_last_error(void)
{
	return tacho_error_sentence;
}

int tc_error(int code, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	vsnprintf(tacho_error_sentence, sizeof tacho_error_sentence, format, list);
	va_end(list);
	return code;
}

static int code_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return TACHO_ENOENT;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return TACHO_ENOSPC;
	case EACCES:
	case EPERM:
	case EROFS:
		return TACHO_EACCES;
	case ENOMEM:
		return TACHO_ENOMEM;
	case EBUSY:
	case EEXIST:
		return TACHO_EBUSY;
	case EINVAL:
	case ENAMETOOLONG:
		return TACHO_EINVAL;
	case ENOSYS:
	case EOPNOTSUPP:
		return TACHO_ENOTSUP;
	default:
		return TACHO_EIO;
	}
}

/* strerror_r() is glibc's own where that is, else that of POSIX. */
static const char *reason_of(int error, char *room, size_t bytes)
{
#ifdef __GLIBC__
	return strerror_r(error, room, bytes);
#else
	return strerror_r(error, room, bytes) ? "unknown error" : room;
#endif
}

int tc_error_errno(int error, const char *format, ...)
{
	char text[768], reason[128];
	va_list list;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	return tc_error(code_of(error), "%s: %s", text, reason_of(error, reason, sizeof reason));
}
