/* SPDX-License-Identifier: MIT */
#include "import/json_attributes.h"

#include <stdio.h>
#include <string.h>
#include "base/decimal.h"
#include "import/importer.h"

enum { KEY_MOST = 256 };

bool tc_import_json_fill(void *context, const unsigned char **at, const unsigned char **end)
{
	struct tc_input *input = context;
	if (input->at == input->filled && !tc_input_fill(input))
		return false;
	*at = input->piece + input->at;
	*end = input->piece + input->filled;
	input->at = input->filled;
	return true;
}

void tc_import_skip_mark(struct tc_input *input)
{
	if (input->filled >= 3 && !memcmp(input->piece, "\xef\xbb\xbf", 3))
		input->at = 3;
}

void tc_import_json_keep(struct tc_strbuf *to, const struct tc_json_reader *json, enum tc_json_token token)
{
	tc_strbuf_clear(to);
	if (token == TC_JSON_TEXT || token == TC_JSON_NUMBER)
		tc_strbuf_add(to, tc_strbuf_text(&json->text), json->text.bytes);
}

bool tc_import_json_decimal(const struct tc_json_reader *json, enum tc_json_token token, int scale, int64_t *out)
{
	return (token == TC_JSON_NUMBER || token == TC_JSON_TEXT) &&
	       tc_decimal_scaled(tc_strbuf_text(&json->text), json->text.bytes, scale, out);
}

static void number(struct tc_import *import, const struct tc_strbuf *text, const char *key, size_t key_bytes)
{
	const char *digits = tc_strbuf_text(text);
	int64_t whole;
	double real;
	if (tc_decimal_is_whole(digits, text->bytes) && tc_decimal_scaled(digits, text->bytes, 0, &whole))
		tc_import_word(import, TACHO_ATTR_I64, key, key_bytes, (uint64_t)whole);
	else if (tc_decimal_real(digits, text->bytes, &real))
		tc_import_real(import, key, key_bytes, real);
	else
		tc_import_text(import, TACHO_ATTR_TEXT, key, key_bytes, digits, text->bytes);
}

static bool nested(struct tc_import *import, struct tc_json_reader *json, const char *prefix, size_t bytes)
{
	int depth = json->depth;
	for (unsigned i = 0;; i++) {
		char place[16];
		enum tc_json_token token = tc_json_next(json);
		if (token == TC_JSON_ERROR || (token == TC_JSON_CLOSE && json->depth < depth))
			return token == TC_JSON_CLOSE;
		if (!json->has_key) { /* a member of an array is called by its place */
			tc_strbuf_clear(&json->key);
			tc_strbuf_add(&json->key, place, (size_t)snprintf(place, sizeof place, "%u", i));
		}
		if (!tc_import_json_member(import, json, token, prefix, bytes))
			return false;
	}
}

bool tc_import_json_member(struct tc_import *import, struct tc_json_reader *json, enum tc_json_token token,
	const char *prefix, size_t prefix_bytes)
{
	char key[2 * KEY_MOST + 2];
	size_t own = json->key.bytes < KEY_MOST ? json->key.bytes : KEY_MOST, bytes = 0;
	if (prefix) {
		bytes = prefix_bytes < KEY_MOST ? prefix_bytes : KEY_MOST;
		memcpy(key, prefix, bytes);
		key[bytes++] = '.';
	}
	memcpy(key + bytes, tc_strbuf_text(&json->key), own);
	bytes += own;
	if (token == TC_JSON_OBJECT || token == TC_JSON_ARRAY)
		return nested(import, json, key, bytes);
	if (token == TC_JSON_TEXT)
		tc_import_text(import, TACHO_ATTR_TEXT, key, bytes, tc_strbuf_text(&json->text), json->text.bytes);
	else if (token == TC_JSON_NUMBER)
		number(import, &json->text, key, bytes);
	else if (token == TC_JSON_TRUE || token == TC_JSON_FALSE)
		tc_import_word(import, TACHO_ATTR_BOOL, key, bytes, token == TC_JSON_TRUE);
	return token != TC_JSON_ERROR; /* null is no attribute */
}

const char *tc_import_json_attributes(struct tc_import *import, const char *text, size_t bytes)
{
	struct tc_json_reader json;
	tc_json_read_bytes(&json, text, bytes);
	enum tc_json_token token = tc_json_next(&json);
	const char *wrong = token == TC_JSON_OBJECT ? NULL : "it begins with something else";
	while (!wrong && (token = tc_json_next(&json)) != TC_JSON_CLOSE)
		if (!tc_import_json_member(import, &json, token, NULL, 0))
			wrong = json.error;
	wrong = json.error ? json.error : wrong;
	tc_json_read_end(&json);
	return wrong;
}
