/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <locale.h>
#include <string.h>
#include "base/test.h"

static void escaped(const char *given, size_t bytes, bool ascii_only, const char *expected)
{
	struct tc_strbuf out = {0};
	tc_text_escape(&out, given, bytes, ascii_only);
	assert_string_equal(tc_strbuf_text(&out), expected);
	tc_strbuf_release(&out);
}
#define ESCAPED(given, expected) escaped(given, sizeof(given) - 1, false, expected)

static void test_escape(void **state)
{
	(void)state;
	ESCAPED("plain › décoder 写真", "plain › décoder 写真");
	ESCAPED("\x1b[31mred\x1b[0m\a", "\\x1b[31mred\\x1b[0m\\x07");
	ESCAPED("a\nb\tc\rd\0e\x7f", "a\\nb\\tc\\rd\\x00e\\x7f");
	ESCAPED("\xc2\x9b"
		"31m",
		"\\u009b31m"); /* CSI as one character */
	ESCAPED("a\xe2\x80\xae"
		"b\xe2\x81\xa6",
		"a\\u202eb\\u2066"); /* turn the direction of writing */
	ESCAPED("\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82",
		"\\xff\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80\\xe2\\x82");
	ESCAPED("\xf3\xa0\x80\x81", "\\U000e0001");
	escaped("é\xff", 3, true, "\\u00e9\\xff");
}

static void sound(const char *text, const char *expected)
{
	const char *given = text;
	struct tc_strbuf out = {0};
	uint32_t c;
	for (size_t n, bytes = strlen(given); bytes; given += n, bytes -= n) {
		n = tc_text_sound(given, bytes, &c);
		if (n)
			tc_strbuf_add(&out, given, n);
		else
			tc_strbuf_printf(&out, TC_TEXT_LOST, (unsigned char)given[n++]);
	}
	assert_string_equal(tc_strbuf_text(&out), expected);
	size_t bytes = tc_text_recorded(out.text, out.bytes);
	assert_int_equal(bytes, strlen(text));
	assert_memory_equal(out.text, text, bytes);
	tc_strbuf_release(&out);
}

/* No two texts become the same, and each can be had back. */
static void test_sound(void **state)
{
	(void)state;
	sound("décoder 写真\\xff", "décoder 写真\\xff");
	sound("\xff\xfe\xc3", "\xef\xbf\xbd"
			      "ff"
			      "\xef\xbf\xbd"
			      "fe"
			      "\xef\xbf\xbd"
			      "c3");
	sound("\xef\xbf\xbd"
	      "f\xef\xbf\xbd",
		"\xef\xbf\xbd"
		"f\xef\xbf\xbd");
	sound("\xef\xbf\xbd"
	      "FF",
		"\xef\xbf\xbd"
		"FF");
	sound("\xef\xbf\xbd"
	      "ff",
		"\xef\xbf\xbd"
		"ef\xef\xbf\xbd"
		"bf\xef\xbf\xbd"
		"bdff");
}

static void test_columns(void **state)
{
	(void)state;
	assert_int_equal(tc_text_columns(""), 0);
	assert_int_equal(tc_text_columns("abc"), 3);
	assert_int_equal(tc_text_columns("décoder"), 7);
	assert_int_equal(tc_text_columns("e\xcc\x81"), 1);
	assert_int_equal(tc_text_columns("写真"), 4);
	assert_int_equal(tc_text_columns("├ █▏"), 4);
}

static void cut(const char *given, size_t columns, const char *end_cut, const char *begin_cut)
{
	struct tc_strbuf out = {0};
	size_t n = tc_text_cut(&out, given, columns);
	assert_string_equal(tc_strbuf_text(&out), end_cut);
	assert_int_equal(n, tc_text_columns(end_cut));
	assert_true(n <= columns);
	tc_strbuf_clear(&out);
	n = tc_text_cut_begin(&out, given, columns);
	assert_string_equal(tc_strbuf_text(&out), begin_cut);
	assert_int_equal(n, tc_text_columns(begin_cut));
	assert_true(n <= columns);
	tc_strbuf_release(&out);
}

static void test_cut(void **state)
{
	(void)state;
	cut("abcdef", 6, "abcdef", "abcdef");
	cut("abcdef", 5, "abcd…", "…cdef");
	cut("abcdef", 1, "…", "…");
	cut("abcdef", 0, "", "");
	cut("写真機", 6, "写真機", "写真機");
	cut("写真機", 5, "写真…", "…真機");
	cut("写真機", 4, "写…", "…機");
	cut("e\xcc\x81"
	    "ab",
		3,
		"e\xcc\x81"
		"ab",
		"e\xcc\x81"
		"ab");
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8"); /* wcwidth() */
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_escape), cmocka_unit_test(test_sound),
		cmocka_unit_test(test_columns), cmocka_unit_test(test_cut)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
