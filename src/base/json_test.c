/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include "base/test.h"

static void document(struct tc_json *json)
{
	tc_json_object(json, NULL);
	tc_json_text(json, "text", "a\"b\\c\n\x1b é");
	tc_json_bytes(json, "bad", "x\xff\0y\xc2", 5);
	tc_json_text(json, "none", NULL);
	tc_json_array(json, "numbers");
	tc_json_u64(json, NULL, UINT64_MAX);
	tc_json_i64(json, NULL, INT64_MIN);
	tc_json_f64(json, NULL, 0.1);
	tc_json_f64(json, NULL, 1.0 / 3);
	tc_json_f64(json, NULL, NAN);
	tc_json_f64(json, NULL, -INFINITY);
	tc_json_wide(json, NULL, (struct tc_wide){UINT64_MAX, UINT64_MAX});
	tc_json_end(json);
	tc_json_object(json, "empty");
	tc_json_end(json);
	tc_json_bool(json, "yes", true);
	tc_json_end(json);
}

static void check(bool lines, const char *expected)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	struct tc_json json;
	tc_json_init(&json, out, lines);
	document(&json);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void test_one_line(void **state)
{
	(void)state;
	check(false, "{\"text\":\"a\\\"b\\\\c\\u000a\\u001b é\",\"bad\":\"x\\ufffdff\\u0000y\\ufffdc2\",\"none\":null,"
		     "\"numbers\":[18446744073709551615,-9223372036854775808,0.1,0.3333333333333333,null,null,"
		     "340282366920938463463374607431768211455],\"empty\":{},\"yes\":true}\n");
}

static void test_lines(void **state)
{
	(void)state;
	check(true, "{\n  \"text\": \"a\\\"b\\\\c\\u000a\\u001b é\",\n  \"bad\": \"x\\ufffdff\\u0000y\\ufffdc2\",\n  "
		    "\"none\": null,\n"
		    "  \"numbers\": [\n    18446744073709551615,\n    -9223372036854775808,\n    0.1,\n    "
		    "0.3333333333333333,\n"
		    "    null,\n    null,\n    340282366920938463463374607431768211455\n  ],\n  \"empty\": {},\n  "
		    "\"yes\": true\n}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_line), cmocka_unit_test(test_lines)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
