/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"

#include <string.h>
#include "base/test.h"

static void test_grows(void **state)
{
	(void)state;
	struct tc_strbuf buf = {0};
	assert_string_equal(tc_strbuf_text(&buf), "");
	for (int i = 0; i < 1000; i++)
		tc_strbuf_printf(&buf, "%03d", i);
	assert_int_equal(buf.bytes, 3000);
	assert_int_equal(strlen(tc_strbuf_text(&buf)), 3000);
	assert_memory_equal(buf.text + 2997, "999", 3);
	tc_strbuf_cut(&buf, 3000);
	assert_int_equal(buf.bytes, 3000);
	tc_strbuf_cut(&buf, 4);
	assert_string_equal(tc_strbuf_text(&buf), "0000");
	tc_strbuf_clear(&buf);
	assert_string_equal(tc_strbuf_text(&buf), "");
	tc_strbuf_repeat(&buf, "ab", 3);
	tc_strbuf_putc(&buf, 0);
	tc_strbuf_puts(&buf, "c");
	assert_int_equal(buf.bytes, 8);
	assert_memory_equal(buf.text, "ababab\0c", 9);
	assert_false(buf.failed);
	tc_strbuf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_grows)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
