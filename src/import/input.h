/* SPDX-License-Identifier: MIT
 *
 * input.h - the file that is imported, read once from its begin in pieces, so that a pipe will do.
 */
#ifndef IMPORT_INPUT_H
#define IMPORT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TC_INPUT_PIECE = 1 << 16 };

struct tc_input {
	int fd;
	bool owned;
	const char *name;   /* for errors */
	uint64_t bytes;     /* of the whole file; 0: nobody knows */
	int64_t changed_ns; /* when the file was last changed, since 1970; 0: nobody knows */
	uint64_t before;    /* bytes of the file before this piece */
	size_t at, filled;  /* what is there and not taken: piece[at] to piece[filled - 1] */
	unsigned char piece[TC_INPUT_PIECE];
	int error; /* of reading */
	bool (*progress)(
		void *context, uint64_t done, uint64_t all); /* after each piece; false: no more; may be NULL */
	void *context;
};

/* path "-": standard input.  The first piece is read.  0 or a negative code with the sentence set. */
int tc_input_open(struct tc_input *input, const char *path);
void tc_input_close(struct tc_input *input);

/* The next piece, when all of this one is taken; false: there is no more, or `error` is set with its sentence. */
bool tc_input_fill(struct tc_input *input);

/* The next byte; -1: there is none. */
static inline int tc_input_get(struct tc_input *input)
{
	if (input->at == input->filled && !tc_input_fill(input))
		return -1;
	return input->piece[input->at++];
}

/* The one that tc_input_get() would return. */
static inline int tc_input_peek(struct tc_input *input)
{
	if (input->at == input->filled && !tc_input_fill(input))
		return -1;
	return input->piece[input->at];
}

static inline uint64_t tc_input_offset(const struct tc_input *input)
{
	return input->before + input->at;
}

/* For errors and tests: bytes in memory. */
void tc_input_of(struct tc_input *input, const void *bytes, size_t count, const char *name);

#endif
