/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for so many bytes more and the NUL. */
static bool reserve(struct tc_strbuf *buf, size_t more)
{
	if (buf->room - buf->bytes > more)
		return true;
	size_t room = buf->room ? buf->room * 2 : 128;
	while (room - buf->bytes <= more)
		room *= 2;
	char *text = realloc(buf->text, room);
	if (!text) {
		buf->failed = true;
		return false;
	}
	buf->text = text;
	buf->room = room;
	return true;
}

void tc_strbuf_add(struct tc_strbuf *buf, const char *text, size_t bytes)
{
	if (!reserve(buf, bytes))
		return;
	memcpy(buf->text + buf->bytes, text, bytes);
	buf->bytes += bytes;
	buf->text[buf->bytes] = 0;
}

void tc_strbuf_puts(struct tc_strbuf *buf, const char *text)
{
	tc_strbuf_add(buf, text, strlen(text));
}

void tc_strbuf_putc(struct tc_strbuf *buf, char c)
{
	tc_strbuf_add(buf, &c, 1);
}

void tc_strbuf_repeat(struct tc_strbuf *buf, const char *text, size_t times)
{
	while (times--)
		tc_strbuf_puts(buf, text);
}

void tc_strbuf_printf(struct tc_strbuf *buf, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	int bytes = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (bytes < 0 || !reserve(buf, (size_t)bytes))
		return;
	va_start(list, format);
	vsnprintf(buf->text + buf->bytes, (size_t)bytes + 1, format, list);
	va_end(list);
	buf->bytes += (size_t)bytes;
}

const char *tc_strbuf_text(const struct tc_strbuf *buf)
{
	return buf->text ? buf->text : "";
}

void tc_strbuf_cut(struct tc_strbuf *buf, size_t bytes)
{
	if (bytes >= buf->bytes)
		return;
	buf->bytes = bytes;
	buf->text[bytes] = 0;
}

void tc_strbuf_clear(struct tc_strbuf *buf)
{
	buf->bytes = 0;
	if (buf->text)
		buf->text[0] = 0;
}

void tc_strbuf_release(struct tc_strbuf *buf)
{
	free(buf->text);
	*buf = (struct tc_strbuf){0};
}
