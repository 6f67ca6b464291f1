/* SPDX-License-Identifier: MIT */
#include "base/json_read.h"

#include <string.h>
#include "base/text.h"

void tc_json_read(struct tc_json_reader *reader,
	bool (*fill)(void *context, const unsigned char **at, const unsigned char **end), void *context)
{
	*reader = (struct tc_json_reader){.fill = fill, .context = context, .line = 1};
}

void tc_json_read_bytes(struct tc_json_reader *reader, const char *bytes, size_t count)
{
	const unsigned char *at = (const unsigned char *)bytes;
	*reader = (struct tc_json_reader){.line = 1, .at = at, .begin = at, .end = at + count};
}

void tc_json_read_end(struct tc_json_reader *reader)
{
	tc_strbuf_release(&reader->key);
	tc_strbuf_release(&reader->text);
}

uint64_t tc_json_offset(const struct tc_json_reader *reader)
{
	return reader->before + (uint64_t)(reader->at - reader->begin);
}

static enum tc_json_token fail(struct tc_json_reader *reader, const char *error)
{
	if (!reader->error)
		reader->error = error;
	return TC_JSON_ERROR;
}

static bool refill(struct tc_json_reader *reader)
{
	reader->before += (uint64_t)(reader->end - reader->begin);
	reader->begin = reader->at = reader->end;
	if (!reader->fill || !reader->fill(reader->context, &reader->at, &reader->end))
		return false;
	reader->begin = reader->at;
	return reader->at < reader->end;
}

static int peek(struct tc_json_reader *reader)
{
	return reader->at < reader->end || refill(reader) ? *reader->at : -1;
}

static int get(struct tc_json_reader *reader)
{
	int c = peek(reader);
	reader->at += c >= 0;
	return c;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static int next_sign(struct tc_json_reader *reader)
{
	int c;
	while (is_blank(c = peek(reader))) {
		reader->line += c == '\n';
		reader->at++;
	}
	return c;
}

/* ---- texts ---- */

static void keep(struct tc_strbuf *to, const void *bytes, size_t count)
{
	size_t room = to->bytes < TC_JSON_TEXT_MOST ? TC_JSON_TEXT_MOST - to->bytes : 0;
	tc_strbuf_add(to, bytes, count < room ? count : room);
}

static bool read_hex(struct tc_json_reader *reader, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		int c = get(reader);
		const char *digit = c > 0 ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
		if (!digit)
			return false;
		*out = *out << 4 | (uint32_t)(digit - digits);
	}
	return true;
}

static void keep_character(struct tc_strbuf *to, uint32_t c)
{
	unsigned char bytes[4];
	size_t count = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = count; i-- > 1; c >>= 6)
		bytes[i] = (unsigned char)(0x80 | (c & 0x3f));
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	bytes[0] = (unsigned char)(lead[count] | c);
	keep(to, bytes, count);
}

static bool read_escape(struct tc_json_reader *reader, struct tc_strbuf *to);

static bool is_high(uint32_t c)
{
	return c >= 0xd800 && c < 0xdc00;
}

/* Half of a pair that lacks the other is no character, nor is 0 one that names may have here. */
static bool read_unicode(struct tc_json_reader *reader, struct tc_strbuf *to)
{
	uint32_t c, low;
	if (!read_hex(reader, &c))
		return false;
	if (is_high(c) && peek(reader) == '\\') {
		reader->at++;
		if (peek(reader) != 'u') {
			keep_character(to, 0xfffd);
			return read_escape(reader, to);
		}
		reader->at++;
		if (!read_hex(reader, &low))
			return false;
		bool pair = low >= 0xdc00 && low < 0xe000;
		if (!pair)
			keep_character(to, 0xfffd);
		c = pair ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : low;
	}
	keep_character(to, !c || (c >= 0xd800 && c < 0xe000) ? 0xfffd : c);
	return true;
}

static bool read_escape(struct tc_json_reader *reader, struct tc_strbuf *to)
{
	static const char signs[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	int c = get(reader);
	if (c == 'u')
		return read_unicode(reader, to);
	const char *sign = c > 0 ? strchr(signs, c) : NULL;
	if (sign)
		keep(to, &meant[sign - signs], 1);
	return sign;
}

/* Behind the first quote. */
static bool read_text(struct tc_json_reader *reader, struct tc_strbuf *to)
{
	tc_strbuf_clear(to);
	for (int c; (c = peek(reader)) >= 0;) {
		const unsigned char *from = reader->at;
		while (reader->at < reader->end && *reader->at >= ' ' && *reader->at != '"' && *reader->at != '\\')
			reader->at++;
		keep(to, from, (size_t)(reader->at - from));
		if (reader->at == reader->end)
			continue;
		c = *reader->at++;
		if (c == '"') {
			tc_strbuf_cut(to, tc_text_recorded(to->text, to->bytes));
			return true;
		}
		if (c == '\\' ? !read_escape(reader, to) : c < ' ') {
			reader->cut_off = peek(reader) < 0;
			fail(reader, c == '\\' ? "a text has a \\ before what it cannot stand before"
					       : "a text has a line's end or another control character in it");
			return false;
		}
	}
	reader->cut_off = true;
	fail(reader, "it ends in the midst of a text");
	return false;
}

/* ---- values ---- */

static enum tc_json_token read_number(struct tc_json_reader *reader)
{
	tc_strbuf_clear(&reader->text);
	for (int c; (c = peek(reader)) > 0 && strchr("+-.0123456789eE", c) && reader->text.bytes < 512; reader->at++)
		tc_strbuf_putc(&reader->text, (char)c);
	return TC_JSON_NUMBER;
}

static enum tc_json_token read_word(struct tc_json_reader *reader)
{
	static const struct {
		const char *word;
		enum tc_json_token token;
	} words[] = {{"true", TC_JSON_TRUE}, {"false", TC_JSON_FALSE}, {"null", TC_JSON_NULL}};
	char word[8] = "";
	for (size_t bytes = 0; bytes < sizeof word - 1; bytes++) {
		int c = peek(reader);
		if ((c | 32) < 'a' || (c | 32) > 'z')
			break;
		word[bytes] = (char)c;
		reader->at++;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(word, words[i].word))
			return words[i].token;
	reader->cut_off = peek(reader) < 0;
	return fail(reader, reader->cut_off
				    ? "it ends too soon"
				    : "here must be a value: an object, an array, a text in quotes, a number, true, "
				      "false or null");
}

static enum tc_json_token open(struct tc_json_reader *reader, bool is_object)
{
	if (reader->depth == TC_JSON_NESTED_MOST)
		return fail(reader, "it is nested deeper than 512 levels");
	reader->is_object[reader->depth++] = is_object;
	reader->filled = false;
	return is_object ? TC_JSON_OBJECT : TC_JSON_ARRAY;
}

static enum tc_json_token read_value(struct tc_json_reader *reader)
{
	int c = next_sign(reader);
	if (c == '{' || c == '[') {
		reader->at++;
		return open(reader, c == '{');
	}
	reader->filled = true;
	if (c == '"') {
		reader->at++;
		return read_text(reader, &reader->text) ? TC_JSON_TEXT : TC_JSON_ERROR;
	}
	return c == '-' || (c >= '0' && c <= '9') ? read_number(reader) : read_word(reader);
}

static bool read_key(struct tc_json_reader *reader)
{
	if (next_sign(reader) != '"') {
		reader->cut_off = peek(reader) < 0;
		fail(reader, reader->cut_off ? "it ends in the midst of an object" : "here must be a key in quotes");
		return false;
	}
	reader->at++;
	if (!read_text(reader, &reader->key))
		return false;
	if (next_sign(reader) == ':') {
		reader->at++;
		return true;
	}
	reader->cut_off = peek(reader) < 0;
	fail(reader, reader->cut_off ? "it ends behind a key" : "there is no colon behind a key");
	return false;
}

/* What comes before a value inside an object or an array; false: there is none. */
static bool pass_comma(struct tc_json_reader *reader)
{
	int c = next_sign(reader);
	bool in_object = reader->is_object[reader->depth - 1];
	if (c == (in_object ? '}' : ']'))
		return true;
	if (reader->filled ? c == ',' : c != ',') {
		reader->at += c == ',';
		if (c == ',' && next_sign(reader) == (in_object ? '}' : ']'))
			fail(reader, "there is a comma with nothing behind it");
		if (peek(reader) < 0) {
			reader->cut_off = true;
			fail(reader,
				in_object ? "it ends in the midst of an object" : "it ends in the midst of an array");
		}
		return !reader->error;
	}
	reader->cut_off = c < 0;
	fail(reader, c >= 0      ? "there is no comma before the next value"
		     : in_object ? "it ends in the midst of an object"
				 : "it ends in the midst of an array");
	return false;
}

enum tc_json_token tc_json_next(struct tc_json_reader *reader)
{
	reader->has_key = false;
	if (reader->error)
		return TC_JSON_ERROR;
	if (!reader->depth)
		return next_sign(reader) < 0 ? TC_JSON_NOTHING : read_value(reader);
	if (!pass_comma(reader))
		return TC_JSON_ERROR;
	bool in_object = reader->is_object[reader->depth - 1];
	if (peek(reader) == (in_object ? '}' : ']')) {
		reader->at++;
		reader->depth--;
		reader->filled = true;
		return TC_JSON_CLOSE;
	}
	if (in_object && !read_key(reader))
		return TC_JSON_ERROR;
	reader->has_key = in_object;
	return read_value(reader);
}

bool tc_json_skip(struct tc_json_reader *reader, enum tc_json_token token)
{
	int depth = reader->depth;
	if (token != TC_JSON_OBJECT && token != TC_JSON_ARRAY)
		return token != TC_JSON_ERROR;
	while (token != TC_JSON_ERROR && reader->depth >= depth)
		token = tc_json_next(reader);
	return token != TC_JSON_ERROR;
}

bool tc_json_key_is(const struct tc_json_reader *reader, const char *key)
{
	return reader->has_key && !strcmp(tc_strbuf_text(&reader->key), key);
}
