/* SPDX-License-Identifier: MIT
 *
 * out.h - a file that is written once, from begin to end, in constant memory and without locale.  Errors interrupt nobody: after the
 * first one nothing more is written, all is counted on, and what went wrong is asked once, at the end.  That way a full disk
 * can be told how much it lacks.  Formats write millions of small pieces, hence no stdio below.  One thread.
 */
#ifndef EXPORT_OUT_H
#define EXPORT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { TC_OUT_BYTES = 1 << 16, TC_OUT_PIECE = 64 };

struct tc_out {
	int fd;
	int error;                                       /* errno of the first write that failed; 0: none */
	size_t used;                                     /* of the buffer */
	uint64_t bytes;                                  /* that left the buffer, written or not */
	void (*progress)(void *context, uint64_t bytes); /* may be NULL */
	void *context;
	char buffer[TC_OUT_BYTES];
};

/* fd is the caller's. */
void tc_out_init(struct tc_out *out, int fd);

/* Empties the buffer.  0, or the errno of the first write that failed. */
int tc_out_flush(struct tc_out *out);

/* All that was put so far. */
static inline uint64_t tc_out_total(const struct tc_out *out)
{
	return out->bytes + out->used;
}

/* Room for TC_OUT_PIECE bytes in a row, of which `used` is to be raised by as many as were filled. */
static inline char *tc_out_room(struct tc_out *out)
{
	if (sizeof out->buffer - out->used < TC_OUT_PIECE)
		tc_out_flush(out);
	return out->buffer + out->used;
}

void tc_out_add(struct tc_out *out, const char *text, size_t bytes);
void tc_out_u64(struct tc_out *out, uint64_t value);
void tc_out_i64(struct tc_out *out, int64_t value);
void tc_out_hex(struct tc_out *out, uint64_t value); /* 16 digits */

/* value / 10^decimals with so many decimals, of which zeros at the end are left out: 1500 with 3 is 1.5.  decimals <= 18. */
void tc_out_fixed(struct tc_out *out, int64_t value, unsigned decimals);

/* The shortest text that reads back the same; nothing for what is no finite number. */
void tc_out_f64(struct tc_out *out, double value);

void tc_out_printf(struct tc_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void tc_out_putc(struct tc_out *out, char c)
{
	*tc_out_room(out) = c;
	out->used++;
}

static inline void tc_out_puts(struct tc_out *out, const char *text)
{
	tc_out_add(out, text, strlen(text));
}

/* A stream that writes into out, for what writes into streams; fclose(3) it before more is put.  NULL: out of memory. */
FILE *tc_out_stream(struct tc_out *out);

#endif
