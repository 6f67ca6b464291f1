/* SPDX-License-Identifier: MIT */
#include "base/glob.h"

#include <string.h>
#include "base/test.h"

static void like_the_shell_but_for_case(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "abc", true}, {"a*c", "abbbc", true},
		{"a*c", "abbb", false}, {"*token*", "authTOKENvalue", true}, {"*token", "tokens", false},
		{"?", "", false}, {"?b", "xB", true}, {"[a-c]x", "Bx", true}, {"[a-c]x", "dx", false},
		{"[!a-c]x", "dx", true}, {"[^a]", "a", false}, {"[]]", "]", true}, {"[a-]", "-", true},
		{"[ab", "[ab", true}, {"\\*", "*", true}, {"\\*", "x", false}, {"a\\", "a\\", true},
		{"*a*b*c*", "xxaxxbxxcxx", true}, {"*a*b*c*", "xxcxxbxxaxx", false}, {"**", "x", true},
		{"*ab", "aab", true}, {"*[0-9][0-9]", "card 4242", true}, {"*[0-9][0-9]", "card 424x", false}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (tc_glob(cases[i].pattern, strlen(cases[i].pattern), cases[i].text, strlen(cases[i].text)) !=
			cases[i].matches)
			fail_msg("\"%s\" over \"%s\"", cases[i].pattern, cases[i].text);
}

static bool any(const char *patterns, const char *text)
{
	return tc_glob_any(patterns, text, strlen(text));
}

static void lists_have_commas(void **state)
{
	(void)state;
	assert_true(any("*token*, password", "Password"));
	assert_true(any("*token*, password", "my_token"));
	assert_false(any("*token*, password", "pass"));
	assert_false(any("", "x"));
	assert_false(any("", ""));
	assert_false(any(" , ,", "x"));
	assert_true(any("a\\,b, c", "a,b"));
	assert_true(any("a\\,b, c", "c"));
	assert_true(any("x ,c\t", "c"));
}

/* Never exponential. */
static void hostile_patterns_end(void **state)
{
	char text[4096], pattern[64] = "";
	(void)state;
	memset(text, 'a', sizeof text);
	for (int i = 0; i < 30; i++)
		strcat(pattern, "*a");
	strcat(pattern, "*b");
	assert_false(tc_glob(pattern, strlen(pattern), text, sizeof text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(like_the_shell_but_for_case),
		cmocka_unit_test(lists_have_commas),
		cmocka_unit_test(hostile_patterns_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
