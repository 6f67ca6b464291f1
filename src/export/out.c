/* SPDX-License-Identifier: MIT */
#include "export/out.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/json.h"

static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
			    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
			    "8081828384858687888990919293949596979899";

void tc_out_init(struct tc_out *out, int fd)
{
	out->fd = fd;
	out->error = 0;
	out->used = 0;
	out->bytes = 0;
	out->progress = NULL;
	out->context = NULL;
}

int tc_out_flush(struct tc_out *out)
{
	for (size_t done = 0; done < out->used && !out->error;) {
		ssize_t written = write(out->fd, out->buffer + done, out->used - done);
		if (written > 0)
			done += (size_t)written;
		else if (written == 0 || errno != EINTR)
			out->error = written ? errno : ENOSPC;
	}
	out->bytes += out->used;
	out->used = 0;
	if (out->progress)
		out->progress(out->context, out->bytes);
	return out->error;
}

void tc_out_add(struct tc_out *out, const char *text, size_t bytes)
{
	while (bytes > sizeof out->buffer - out->used) {
		size_t part = sizeof out->buffer - out->used;
		memcpy(out->buffer + out->used, text, part);
		out->used += part;
		text += part;
		bytes -= part;
		tc_out_flush(out);
	}
	memcpy(out->buffer + out->used, text, bytes);
	out->used += bytes;
}

/* The digits end at `end`; where they begin. */
static char *digits(char *end, uint64_t value)
{
	while (value >= 100) {
		end -= 2;
		memcpy(end, pairs + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10) {
		end -= 2;
		memcpy(end, pairs + value * 2, 2);
	} else
		*--end = (char)('0' + value);
	return end;
}

void tc_out_u64(struct tc_out *out, uint64_t value)
{
	char text[20], *begin = digits(text + sizeof text, value);
	size_t bytes = (size_t)(text + sizeof text - begin);
	memcpy(tc_out_room(out), begin, bytes);
	out->used += bytes;
}

void tc_out_i64(struct tc_out *out, int64_t value)
{
	if (value < 0)
		tc_out_putc(out, '-');
	tc_out_u64(out, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void tc_out_hex(struct tc_out *out, uint64_t value)
{
	char *room = tc_out_room(out);
	for (int i = 15; i >= 0; i--, value >>= 4)
		room[i] = "0123456789abcdef"[value & 15];
	out->used += 16;
}

void tc_out_fixed(struct tc_out *out, int64_t value, unsigned decimals)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value, one = 1;
	for (unsigned i = 0; i < decimals; i++)
		one *= 10;
	if (value < 0)
		tc_out_putc(out, '-');
	tc_out_u64(out, rest / one);
	rest %= one;
	if (!rest)
		return;
	char text[20], *end = text + sizeof text, *begin = digits(end, rest + one); /* a 1 stands before the zeros */
	while (end[-1] == '0')
		end--;
	*begin = '.';
	tc_out_add(out, begin, (size_t)(end - begin));
}

void tc_out_f64(struct tc_out *out, double value)
{
	char text[32];
	if (!isfinite(value))
		return;
	if (value == trunc(value) && fabs(value) < 1e15) {
		tc_out_i64(out, (int64_t)value);
		return;
	}
	tc_json_number(text, value);
	tc_out_puts(out, text);
}

void tc_out_printf(struct tc_out *out, const char *format, ...)
{
	char text[1024], *longer = NULL;
	va_list values;
	va_start(values, format);
	int bytes = vsnprintf(text, sizeof text, format, values);
	va_end(values);
	if (bytes >= (int)sizeof text) {
		va_start(values, format);
		bytes = vasprintf(&longer, format, values);
		va_end(values);
	}
	if (bytes < 0)
		out->error = out->error ? out->error : ENOMEM;
	else
		tc_out_add(out, longer ? longer : text, (size_t)bytes);
	free(longer);
}

static ssize_t cookie_write(void *cookie, const char *text, size_t bytes)
{
	tc_out_add(cookie, text, bytes);
	return (ssize_t)bytes;
}

FILE *tc_out_stream(struct tc_out *out)
{
	return fopencookie(out, "w", (cookie_io_functions_t){.write = cookie_write});
}
