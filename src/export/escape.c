/* SPDX-License-Identifier: MIT */
#include "export/escape.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

static void put(void *out, const char *text, size_t bytes)
{
	tc_out_add(out, text, bytes);
}

void tc_escape_json(struct tc_out *out, const char *text, size_t bytes)
{
	tc_json_escape(put, out, text, bytes);
}

/* Bytes of the character at text, or 0: it cannot stand in a text file. */
static size_t sound(const char *text, size_t bytes)
{
	uint32_t c;
	size_t n = tc_text_sound(text, bytes, &c);
	bool control = c < 0x20 ? c != '\t' && c != '\n' && c != '\r' : c == 0xfffe || c == 0xffff;
	return n && !control ? n : 0;
}

/* The character at text, or what stands for its first byte.  Returns how many bytes that was. */
static size_t put_sound(struct tc_out *out, const char *text, size_t bytes)
{
	size_t n = sound(text, bytes);
	if (n)
		tc_out_add(out, text, n);
	else
		tc_out_printf(out, TC_TEXT_LOST, (unsigned char)*text);
	return n ? n : 1;
}

/* From =, +, -, @ on a cell is a formula, which could run programs; from a tab or a line's end on some look behind it. */
static bool is_formula(const char *text, size_t bytes)
{
	return bytes && memchr("=+-@\t\r\n", *text, 7) != NULL;
}

/* Also what has a ' before that already, or the two would come to one. */
static bool is_to_guard(const char *text, size_t bytes)
{
	while (bytes && *text == '\'') {
		text++;
		bytes--;
	}
	return is_formula(text, bytes);
}

static bool is_plain_cell(const char *text, size_t bytes)
{
	if (!bytes || is_formula(text, bytes) || text[0] == ' ' || text[0] == '\'' || text[bytes - 1] == ' ')
		return false;
	for (size_t i = 0; i < bytes; i++)
		if (text[i] < ' ' || text[i] > '~' || text[i] == '"' || text[i] == ',')
			return false;
	return true;
}

void tc_escape_csv(struct tc_out *out, const char *text, size_t bytes)
{
	if (!bytes || is_plain_cell(text, bytes)) {
		tc_out_add(out, text, bytes);
		return;
	}
	tc_out_putc(out, '"');
	if (is_to_guard(text, bytes))
		tc_out_putc(out, '\'');
	for (size_t at = 0; at < bytes;) {
		if (text[at] == '"')
			tc_out_putc(out, '"');
		at += put_sound(out, text + at, bytes - at);
	}
	tc_out_putc(out, '"');
}

void tc_escape_text(struct tc_out *out, const char *text, size_t bytes)
{
	for (size_t at = 0; at < bytes;)
		at += put_sound(out, text + at, bytes - at);
}

static const char *entity(char c)
{
	return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : NULL;
}

void tc_escape_xml(struct tc_out *out, const char *text, size_t bytes)
{
	for (size_t at = 0, n; at < bytes; at += n) {
		const char *stands = entity(text[at]);
		n = stands ? 1 : put_sound(out, text + at, bytes - at);
		if (stands)
			tc_out_puts(out, stands);
	}
}

static void append(void *buf, const char *text, size_t bytes)
{
	tc_strbuf_add(buf, text, bytes);
}

static void append_value(struct tc_strbuf *out, const struct tc_attribute_view *a)
{
	char number[32];
	if (a->type == TACHO_ATTR_TEXT)
		tc_json_escape(append, out, a->text, a->text_bytes);
	else if (a->type == TACHO_ATTR_I64)
		tc_strbuf_printf(out, "%lld", (long long)a->i64);
	else if (a->type == TACHO_ATTR_F64 && isfinite(a->f64)) {
		tc_json_number(number, a->f64);
		tc_strbuf_puts(out, number);
	} else
		tc_strbuf_puts(out, a->type == TACHO_ATTR_F64 ? "null" : a->i64 ? "true" : "false");
}

void tc_attribute_json(struct tc_strbuf *out, const char *key, const struct tc_attribute_view *attribute)
{
	tc_json_escape(append, out, key, strlen(key));
	tc_strbuf_putc(out, ':');
	append_value(out, attribute);
}

void tc_attributes_json(struct tc_strbuf *out, const struct tc_span_view *span)
{
	tc_strbuf_putc(out, '{');
	for (size_t i = 0; i < span->attributes; i++) {
		if (i)
			tc_strbuf_putc(out, ',');
		tc_attribute_json(out, span->attribute[i].key, &span->attribute[i]);
	}
	tc_strbuf_putc(out, '}');
}

int tc_escaped_names(struct tc_escaped *names, const struct tc_session *session, tc_escape *escape)
{
	size_t bytes = 0, room = 1;
	struct tc_out *out = malloc(sizeof *out);
	for (size_t i = 0; i < session->names; i++)
		room += session->name[i].bytes * 8 + 8; /* of which none may become more */
	*names = (struct tc_escaped){malloc(room), calloc(session->names + 1, sizeof *names->end)};
	if (!out || !names->text || !names->end) {
		tc_escaped_release(names);
		free(out);
		return tc_error(TACHO_ENOMEM, "not enough memory for %zu names", session->names);
	}
	tc_out_init(out, -1);
	for (size_t i = 0; i < session->names; i++) {
		const struct tc_name_view *name = &session->name[i];
		escape(out, name->name, name->bytes); /* TC_NAME_BYTES_MAX: it fits into the buffer */
		memcpy(names->text + bytes, out->buffer, out->used);
		bytes += out->used;
		names->end[i] = bytes;
		out->used = 0;
	}
	free(out);
	return 0;
}

void tc_escaped_release(struct tc_escaped *names)
{
	free(names->text);
	free(names->end);
	*names = (struct tc_escaped){0};
}
