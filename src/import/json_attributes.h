/* SPDX-License-Identifier: MIT
 *
 * json_attributes.h - an object of JSON as the attributes of the span under way.
 */
#ifndef IMPORT_JSON_ATTRIBUTES_H
#define IMPORT_JSON_ATTRIBUTES_H

#include "base/json_read.h"
#include "import/importer.h"

/* A member, whose token was read; of one that is an object or an array its members, with the keys in a row: "a.b", "a.0".  prefix: of
 * the key; NULL: none.  false: an error of the reader. */
bool tc_import_json_member(struct tc_import *import, struct tc_json_reader *json, enum tc_json_token token,
	const char *prefix, size_t prefix_bytes);

/* A text or number as it stands there, in place of what `to` had; of other tokens nothing. */
void tc_import_json_keep(struct tc_strbuf *to, const struct tc_json_reader *json, enum tc_json_token token);

/* A number, or a text that is one, times 10^scale; false: it is none, or is beyond 64 bits. */
bool tc_import_json_decimal(const struct tc_json_reader *json, enum tc_json_token token, int scale, int64_t *out);

/* All of a text; NULL, or what is wrong with it. */
const char *tc_import_json_attributes(struct tc_import *import, const char *text, size_t bytes);

/* Reads the input. */
bool tc_import_json_fill(void *input, const unsigned char **at, const unsigned char **end);

/* The mark of UTF-8 that some programs begin a file with. */
void tc_import_skip_mark(struct tc_input *input);

#endif
