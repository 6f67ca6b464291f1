/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

void tc_json_init(struct tc_json *json, FILE *out, bool lines)
{
	*json = (struct tc_json){.out = out, .lines = lines};
}

static void new_line(struct tc_json *json)
{
	if (json->lines)
		fprintf(json->out, "\n%*s", 2 * json->depth, "");
}

enum { ESCAPED = 12 };

/* Bytes at text that need no escape, or 0 and what stands for the next `*taken` ones. */
static size_t plain(const char *text, size_t bytes, size_t *taken, char escaped[ESCAPED])
{
	size_t at = 0;
	while (at < bytes) {
		uint32_t c = (unsigned char)text[at];
		size_t n = c >= 0x80 ? tc_text_sound(text + at, bytes - at, &c) : 1;
		bool quoted = c == '"' || c == '\\';
		if (n && !quoted && c >= 0x20 && (c < 0x7f || (c >= 0xa0 && c != 0x2028 && c != 0x2029))) {
			at += n;
			continue;
		}
		if (!at && !n)
			snprintf(escaped, ESCAPED, "\\ufffd%02x", (unsigned char)*text);
		else if (!at)
			snprintf(escaped, ESCAPED, quoted ? "\\%c" : "\\u%04x", c);
		*taken = n ? n : 1;
		return at;
	}
	return at;
}

void tc_json_escape(void (*put)(void *sink, const char *text, size_t bytes), void *sink, const char *text, size_t bytes)
{
	char escaped[ESCAPED];
	put(sink, "\"", 1);
	for (size_t at = 0, n, taken = 0; at < bytes; at += n) {
		n = plain(text + at, bytes - at, &taken, escaped);
		put(sink, n ? text + at : escaped, n ? n : strlen(escaped));
		n = n ? n : taken;
	}
	put(sink, "\"", 1);
}

static void put_stream(void *out, const char *text, size_t bytes)
{
	fwrite(text, 1, bytes, out);
}

static void escape(FILE *out, const char *text, size_t bytes)
{
	tc_json_escape(put_stream, out, text, bytes);
}

/* What stands before every value. */
static void begin(struct tc_json *json, const char *key)
{
	if (json->filled[json->depth])
		fputc(',', json->out);
	json->filled[json->depth] = true;
	if (json->depth)
		new_line(json);
	if (!key)
		return;
	escape(json->out, key, strlen(key));
	fputs(json->lines ? ": " : ":", json->out);
}

static void open_bracket(struct tc_json *json, const char *key, char opening, char closing)
{
	begin(json, key);
	assert(json->depth < TC_JSON_DEPTH);
	fputc(opening, json->out);
	json->closing[json->depth++] = closing;
	json->filled[json->depth] = false;
}

void tc_json_object(struct tc_json *json, const char *key)
{
	open_bracket(json, key, '{', '}');
}

void tc_json_array(struct tc_json *json, const char *key)
{
	open_bracket(json, key, '[', ']');
}

void tc_json_end(struct tc_json *json)
{
	assert(json->depth > 0);
	bool filled = json->filled[json->depth--];
	if (filled)
		new_line(json);
	fputc(json->closing[json->depth], json->out);
	if (!json->depth) {
		fputc('\n', json->out);
		json->filled[0] = false;
	}
}

void tc_json_bytes(struct tc_json *json, const char *key, const char *text, size_t bytes)
{
	begin(json, key);
	escape(json->out, text, bytes);
}

void tc_json_text(struct tc_json *json, const char *key, const char *text)
{
	if (text)
		tc_json_bytes(json, key, text, strlen(text));
	else
		tc_json_null(json, key);
}

void tc_json_u64(struct tc_json *json, const char *key, uint64_t value)
{
	begin(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void tc_json_i64(struct tc_json *json, const char *key, int64_t value)
{
	begin(json, key);
	fprintf(json->out, "%" PRId64, value);
}

void tc_json_number(char out[32], double value)
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, 32, "%.*g", digits, value);
		if (strtod(out, NULL) == value)
			break;
	}
}

void tc_json_f64(struct tc_json *json, const char *key, double value)
{
	if (!isfinite(value)) {
		tc_json_null(json, key);
		return;
	}
	char text[32];
	tc_json_number(text, value);
	begin(json, key);
	fputs(text, json->out);
}

void tc_json_bool(struct tc_json *json, const char *key, bool value)
{
	begin(json, key);
	fputs(value ? "true" : "false", json->out);
}

void tc_json_null(struct tc_json *json, const char *key)
{
	begin(json, key);
	fputs("null", json->out);
}

void tc_json_wide(struct tc_json *json, const char *key, struct tc_wide value)
{
	char digits[TC_WIDE_DIGITS];
	begin(json, key);
	fputs(tc_wide_digits(value, digits), json->out);
}
