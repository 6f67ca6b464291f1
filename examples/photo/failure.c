/* SPDX-License-Identifier: MIT */
#include "failure.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int failure_set(struct failure *failure, int code, const char *format, ...)
{
	va_list arguments;

	failure->code = code;
	va_start(arguments, format);
	vsnprintf(failure->text, sizeof(failure->text), format, arguments);
	va_end(arguments);
	return code;
}

int failure_errno(struct failure *failure, const char *what)
{
	int number = errno;
	char reason[128];

	return failure_set(failure, -number, "%s: %s", what, strerror_r(number, reason, sizeof(reason)));
}
