/* SPDX-License-Identifier: MIT
 *
 * json.h - writes JSON as it goes, without holding a document.  What it writes is always valid: text that is no UTF-8
 * stands as tc_text_sound() says, a number that is none is null.  Errors of the stream are the stream's: see ferror(3).
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/wide.h"

enum { TC_JSON_DEPTH = 32 };

struct tc_json {
	FILE *out;
	bool lines; /* true: indented, a member to the line; false: all on one line */
	int depth;
	char closing[TC_JSON_DEPTH];
	bool filled[TC_JSON_DEPTH + 1];
};

/* Text as JSON has it, with its quotes, a piece at a time to `put`; for those who write JSON without a struct tc_json. */
void tc_json_escape(
	void (*put)(void *sink, const char *text, size_t bytes), void *sink, const char *text, size_t bytes);

/* The shortest text that reads back as the same number; value is finite. */
void tc_json_number(char out[32], double value);

void tc_json_init(struct tc_json *json, FILE *out, bool lines);

/* key: of a member of an object; NULL in arrays and for the outermost value. */
void tc_json_object(struct tc_json *json, const char *key);
void tc_json_array(struct tc_json *json, const char *key);
void tc_json_end(struct tc_json *json); /* of the innermost object or array; after the outermost a newline follows */

void tc_json_text(struct tc_json *json, const char *key, const char *text); /* NULL: null */
void tc_json_bytes(struct tc_json *json, const char *key, const char *text, size_t bytes);
void tc_json_u64(struct tc_json *json, const char *key, uint64_t value);
void tc_json_i64(struct tc_json *json, const char *key, int64_t value);
void tc_json_f64(struct tc_json *json, const char *key, double value); /* the shortest text that reads back the same */
void tc_json_bool(struct tc_json *json, const char *key, bool value);
void tc_json_null(struct tc_json *json, const char *key);
void tc_json_wide(struct tc_json *json, const char *key, struct tc_wide value); /* all its digits */

#endif
