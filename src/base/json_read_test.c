/* SPDX-License-Identifier: MIT */
#include "base/json_read.h"
#include "base/test.h"

#include <string.h>

/* A text a byte at a time, which is the hardest way to get it. */
struct drip {
	const unsigned char *at, *end;
};

static bool drip(void *context, const unsigned char **at, const unsigned char **end)
{
	struct drip *left = context;
	if (left->at == left->end)
		return false;
	*at = left->at++;
	*end = left->at;
	return true;
}

/* Tokens as letters, with keys and texts: "{k=t(text)n(1)}". */
static void shown(struct tc_strbuf *out, struct tc_json_reader *reader)
{
	enum tc_json_token token;
	do {
		token = tc_json_next(reader);
		if (reader->has_key)
			tc_strbuf_printf(out, "%s=", tc_strbuf_text(&reader->key));
		tc_strbuf_putc(out, ".{[)sn+-0!"[token]);
		if (token == TC_JSON_TEXT || token == TC_JSON_NUMBER)
			tc_strbuf_printf(out, "<%s>", tc_strbuf_text(&reader->text));
	} while (token != TC_JSON_NOTHING && token != TC_JSON_ERROR);
	tc_json_read_end(reader);
}

static void gives(const char *text, const char *wanted)
{
	struct tc_strbuf whole = {0}, dripped = {0};
	struct tc_json_reader reader;
	tc_json_read_bytes(&reader, text, strlen(text));
	shown(&whole, &reader);
	struct drip left = {(const unsigned char *)text, (const unsigned char *)text + strlen(text)};
	tc_json_read(&reader, drip, &left);
	shown(&dripped, &reader);
	assert_string_equal(tc_strbuf_text(&whole), wanted);
	assert_string_equal(tc_strbuf_text(&dripped), wanted);
	tc_strbuf_release(&whole);
	tc_strbuf_release(&dripped);
}

static void tokens(void **state)
{
	(void)state;
	gives("", ".");
	gives(" {} \n", "{).");
	gives("{\"a\":1,\"b\":[true,false,null,-1.5e3]}", "{a=n<1>b=[+-0n<-1.5e3>)).");
	gives("{\"a\":{}}\n{\"b\":[]}\n", "{a={)){b=[)).");
	gives("\"x\"", "s<x>.");
}

static void texts(void **state)
{
	(void)state;
	gives("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s<\"\\/\b\f\n\r\t>.");
	gives("\"\\u20ac\\ud83d\\ude00\"", "s<\xe2\x82\xac\xf0\x9f\x98\x80>.");
	gives("\"\\ud83d\\n\\ud83d\\u0041\\ude00\\u0000\"", "s<\xef\xbf\xbd\n\xef\xbf\xbd"
							    "A\xef\xbf\xbd\xef\xbf\xbd>.");
	gives("\"\xff\"", "s<\xff>.");
}

static void what_is_wrong_is_an_error(void **state)
{
	(void)state;
	gives("{", "{!");
	gives("[1,]", "[n<1>!");
	gives("[,1]", "[!");
	gives("[1 2]", "[n<1>!");
	gives("{\"a\" 1}", "{!");
	gives("{1:1}", "{!");
	gives("[\"a", "[!");
	gives("[\"\\x\"]", "[!");
	gives("[\"\\u12g4\"]", "[!");
	gives("[\"a\nb\"]", "[!");
	gives("[NaN]", "[!");
	gives("[tru]", "[!");
}

static bool is_cut_off(const char *text)
{
	struct tc_json_reader reader;
	tc_json_read_bytes(&reader, text, strlen(text));
	while (tc_json_next(&reader) != TC_JSON_ERROR)
		;
	bool cut_off = reader.cut_off;
	assert_non_null(reader.error);
	tc_json_read_end(&reader);
	return cut_off;
}

static void an_end_in_the_midst_is_told_from_other_errors(void **state)
{
	(void)state;
	const char *const cut[] = {
		"[", "[1,", "[1", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"", "[tr", "[\"\\u00", "[{}"};
	for (size_t i = 0; i < sizeof cut / sizeof *cut; i++)
		assert_true(is_cut_off(cut[i]));
	assert_false(is_cut_off("[1,]"));
	assert_false(is_cut_off("[nix]"));
}

static void depth_is_bounded_and_parts_are_passed_over(void **state)
{
	(void)state;
	char deep[TC_JSON_NESTED_MOST + 8];
	struct tc_json_reader reader;
	memset(deep, '[', sizeof deep);
	tc_json_read_bytes(&reader, deep, sizeof deep);
	assert_false(tc_json_skip(&reader, tc_json_next(&reader)));
	assert_int_equal(reader.depth, TC_JSON_NESTED_MOST);
	tc_json_read_end(&reader);
	const char *text = "{\"a\":[1,{\"b\":2}],\n\"c\":3}";
	tc_json_read_bytes(&reader, text, strlen(text));
	tc_json_next(&reader);
	assert_true(tc_json_skip(&reader, tc_json_next(&reader)));
	assert_int_equal(tc_json_next(&reader), TC_JSON_NUMBER);
	assert_true(tc_json_key_is(&reader, "c"));
	assert_int_equal(reader.line, 2);
	assert_int_equal(tc_json_offset(&reader), strlen(text) - 1);
	tc_json_read_end(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(texts),
		cmocka_unit_test(what_is_wrong_is_an_error),
		cmocka_unit_test(an_end_in_the_midst_is_told_from_other_errors),
		cmocka_unit_test(depth_is_bounded_and_parts_are_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
