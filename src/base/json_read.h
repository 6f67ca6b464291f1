/* SPDX-License-Identifier: MIT
 *
 * json_read.h - reads JSON of any length a token at a time (RFC 8259), or one text after another as in JSON lines.  Memory is that of the
 * longest key and text, of which no more than TC_JSON_TEXT_MOST bytes are kept.  Bytes that are no UTF-8 are taken as they are.
 */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/strbuf.h"

enum { TC_JSON_TEXT_MOST = 1 << 20, TC_JSON_NESTED_MOST = 512 };

enum tc_json_token {
	TC_JSON_NOTHING, /* no more */
	TC_JSON_OBJECT,
	TC_JSON_ARRAY,
	TC_JSON_CLOSE, /* of the innermost of these that is open */
	TC_JSON_TEXT,
	TC_JSON_NUMBER,
	TC_JSON_TRUE,
	TC_JSON_FALSE,
	TC_JSON_NULL,
	TC_JSON_ERROR
};

struct tc_json_reader { /* release it */
	/* Gives the next bytes; false: there are none. */
	bool (*fill)(void *context, const unsigned char **at, const unsigned char **end);
	void *context;
	const unsigned char *at, *end, *begin;
	uint64_t before, line; /* bytes before `begin`; number of the line, from 1 */
	int depth;
	bool is_object[TC_JSON_NESTED_MOST];
	bool filled;           /* the innermost has a value already */
	struct tc_strbuf key;  /* of the token, where it is a member of an object */
	struct tc_strbuf text; /* of a text, without escapes; of a number, as it stands there */
	bool has_key;
	bool cut_off;      /* the error is that it ends too soon */
	const char *error; /* what is wrong: "there is no comma"; NULL: nothing */
};

void tc_json_read(struct tc_json_reader *reader,
	bool (*fill)(void *context, const unsigned char **at, const unsigned char **end), void *context);
/* Of bytes that stay there. */
void tc_json_read_bytes(struct tc_json_reader *reader, const char *bytes, size_t count);
void tc_json_read_end(struct tc_json_reader *reader);

enum tc_json_token tc_json_next(struct tc_json_reader *reader);

/* Passes over the rest of what TC_JSON_OBJECT or TC_JSON_ARRAY began; of another token nothing.  false: an error. */
bool tc_json_skip(struct tc_json_reader *reader, enum tc_json_token token);

bool tc_json_key_is(const struct tc_json_reader *reader, const char *key);

/* How many bytes have been read. */
uint64_t tc_json_offset(const struct tc_json_reader *reader);

#endif
