/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>
#include <wchar.h>

size_t tc_utf8_next(const char *text, size_t count, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)text;
	if (!count)
		return 0;
	if (s[0] < 0x80) {
		*character = s[0];
		return 1;
	}
	size_t bytes = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || bytes > count)
		return 0;
	uint32_t c = s[0] & (0x7fu >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[bytes] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return bytes;
}

static bool is_hexadecimal(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

size_t tc_text_sound(const char *text, size_t bytes, uint32_t *character)
{
	size_t n = tc_utf8_next(text, bytes, character);
	bool is_like_lost =
		n && *character == 0xfffd && bytes >= n + 2 && is_hexadecimal(text[n]) && is_hexadecimal(text[n + 1]);
	return is_like_lost ? 0 : n;
}

static char byte_of(const char *digits)
{
	unsigned high = (unsigned char)digits[0], low = (unsigned char)digits[1];
	return (char)((high <= '9' ? high - '0' : high - 'a' + 10) << 4 | (low <= '9' ? low - '0' : low - 'a' + 10));
}

size_t tc_text_recorded(char *text, size_t bytes)
{
	size_t kept = 0;
	const char *first = bytes ? memchr(text, 0xef, bytes) : NULL;
	for (size_t at = kept = first ? (size_t)(first - text) : bytes; at < bytes; at++) {
		bool lost = bytes - at >= 5 && !memcmp(text + at, "\xef\xbf\xbd", 3) && is_hexadecimal(text[at + 3]) &&
		            is_hexadecimal(text[at + 4]);
		char byte = lost ? byte_of(text + at + 3) : 0;
		text[kept++] = byte ? byte : text[at]; /* no text has a 0 */
		at += byte ? 4 : 0;
	}
	return kept;
}

/* Characters that show nothing themselves but change how others show. */
static bool is_tricky(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xe0000 || (c & 0xfffe) == 0xfffe;
}

static void escape_character(struct tc_strbuf *out, uint32_t c)
{
	if (c == '\n')
		tc_strbuf_puts(out, "\\n");
	else if (c == '\t')
		tc_strbuf_puts(out, "\\t");
	else if (c == '\r')
		tc_strbuf_puts(out, "\\r");
	else if (c < 0x80)
		tc_strbuf_printf(out, "\\x%02x", c);
	else if (c < 0x10000)
		tc_strbuf_printf(out, "\\u%04x", c);
	else
		tc_strbuf_printf(out, "\\U%08x", c);
}

void tc_text_escape(struct tc_strbuf *out, const char *text, size_t bytes, bool ascii_only)
{
	for (size_t at = 0; at < bytes;) {
		uint32_t c;
		size_t n = tc_utf8_next(text + at, bytes - at, &c);
		if (!n) {
			tc_strbuf_printf(out, "\\x%02x", (unsigned char)text[at++]);
			continue;
		}
		if (is_tricky(c) || (ascii_only && c >= 0x80))
			escape_character(out, c);
		else
			tc_strbuf_add(out, text + at, n);
		at += n;
	}
}

/* A locale that does not know a character gives no width: take one column, as for the characters tacho draws with. */
static size_t columns_of(uint32_t c)
{
	int columns = c < 0x80 ? 1 : wcwidth((wchar_t)c);
	return columns < 0 ? 1 : (size_t)columns;
}

/* Bytes of the longest beginning of text that takes at most `limit` columns, which go to *columns. */
static size_t fitting(const char *text, size_t limit, size_t *columns)
{
	size_t bytes = strlen(text), at = 0;
	*columns = 0;
	while (at < bytes) {
		uint32_t c = 0xfffd;
		size_t n = tc_utf8_next(text + at, bytes - at, &c), wide = columns_of(c);
		if (*columns + wide > limit)
			break;
		*columns += wide;
		at += n ? n : 1;
	}
	return at;
}

size_t tc_text_columns(const char *text)
{
	size_t columns;
	fitting(text, SIZE_MAX / 2, &columns);
	return columns;
}

size_t tc_text_cut(struct tc_strbuf *out, const char *text, size_t limit)
{
	size_t columns, at = fitting(text, limit, &columns);
	if (text[at] && limit) {
		at = fitting(text, limit - 1, &columns);
		tc_strbuf_add(out, text, at);
		tc_strbuf_puts(out, "…");
		return columns + 1;
	}
	tc_strbuf_add(out, text, at);
	return columns;
}

size_t tc_text_cut_begin(struct tc_strbuf *out, const char *text, size_t limit)
{
	size_t columns = tc_text_columns(text), dropped;
	if (columns <= limit || !limit)
		return tc_text_cut(out, text, limit);
	text += fitting(text, columns - limit + 1, &dropped);
	if (columns - dropped > limit - 1) { /* a character of two columns was left before the cut */
		uint32_t c = 0;
		size_t n = tc_utf8_next(text, strlen(text), &c);
		text += n ? n : 1;
	}
	tc_strbuf_puts(out, "…");
	tc_strbuf_puts(out, text);
	return 1 + tc_text_columns(text);
}
