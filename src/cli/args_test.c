/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "cli/command.h"
#include "cli/help.h"

enum { OUTPUT, QUIET, ATTRIBUTE };
static const struct tc_option options[] = {
	{'o', "output", "DIR", "Where."},
	{'q', "quiet", NULL, "Say less."},
	{'a', "attribute", "K=V", "More."},
	{0},
};
static const struct tc_command command = {
	.name = "try", .summary = "s", .synopsis = "", .description = "", .options = options};

/* Walks `words` and writes what was found as "o=x q | operands". */
static const char *walk(bool stop, int argc, const char *const *words)
{
	char *argv[16];
	memcpy(argv, words, ((size_t)argc + 1) * sizeof *argv);
	static char text[256];
	const char *value;
	int at = 1, option;
	text[0] = 0;
	while ((option = tc_args_next(&command, argc, argv, &at, &value, stop)) >= 0)
		snprintf(text + strlen(text), sizeof text - strlen(text), value ? "%c=%s " : "%c ",
			options[option].letter, value);
	if (option != TC_ARGS_END)
		return "error";
	strcat(text, "|");
	for (; at < argc; at++)
		snprintf(text + strlen(text), sizeof text - strlen(text), " %s", argv[at]);
	return text;
}
#define WORDS(...) \
	(const char *const[]) \
	{ \
		"try", __VA_ARGS__, NULL \
	}
#define WALK(stop, ...) walk(stop, (int)(sizeof(WORDS(__VA_ARGS__)) / sizeof(char *)) - 1, WORDS(__VA_ARGS__))

static void test_every_form_of_an_option(void **state)
{
	(void)state;
	assert_string_equal(
		WALK(false, "-oA", "-o", "B", "--output=C", "--output", "D", "-q", "--quiet"), "o=A o=B o=C o=D q q |");
	assert_string_equal(WALK(false, "-a", "k=v=w", "--attribute=k="), "a=k=v=w a=k= |");
}

static void test_operands_between_options(void **state)
{
	(void)state;
	assert_string_equal(WALK(false, "x", "-q", "y", "-o", "A", "z"), "q o=A | x y z");
	assert_string_equal(WALK(false, "x", "-q", "--", "-o", "z"), "q | x -o z");
	assert_string_equal(WALK(false, "-", "-q"), "q | -");
}

static void test_stop_at_operand(void **state)
{
	(void)state;
	assert_string_equal(WALK(true, "-q", "make", "-o", "A"), "q | make -o A");
	assert_string_equal(WALK(true, "-q", "--", "-x"), "q | -x");
}

static void test_mistakes(void **state)
{
	(void)state;
	assert_string_equal(WALK(false, "--outptu=x"), "error");
	assert_string_equal(WALK(false, "-z"), "error");
	assert_string_equal(WALK(false, "-o"), "error");
	assert_string_equal(WALK(false, "--quiet=1"), "error");
	assert_string_equal(WALK(false, "--"), "|");
}

static void test_nearest(void **state)
{
	(void)state;
	static const char *const names[] = {"run", "span", "report", "list", "dump"};
	assert_string_equal(tc_nearest("rpeort", names, 5, sizeof *names), "report");
	assert_string_equal(tc_nearest("rep", names, 5, sizeof *names), "report");
	assert_string_equal(tc_nearest("lst", names, 5, sizeof *names), "list");
	assert_null(tc_nearest("frobnicate", names, 5, sizeof *names));
	assert_null(tc_nearest("", names, 5, sizeof *names));
}

static void test_durations(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned long long ns;
	} good[] = {{"500ms", 500000000}, {"2s", 2000000000}, {"5m", 300000000000}, {"1h", 3600000000000},
		{"1d", 86400000000000}, {"3", 3000000000}, {"0", 0}, {"1.5s", 1500000000}, {"2m30s", 150000000000},
		{"10us", 10000}, {"7ns", 7}};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		unsigned long long ns = 1;
		assert_true(tc_parse_duration(good[i].text, &ns));
		assert_int_equal(ns, good[i].ns);
	}
	static const char *const bad[] = {
		"", "s", "-1s", "1x", "1s ", " 1s", "1e3", "nan", ".5s", "99999999999d", "1.s.2"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		unsigned long long ns = 1;
		assert_false(tc_parse_duration(bad[i], &ns));
		assert_int_equal(ns, 1);
	}
}

static void test_percent(void **state)
{
	(void)state;
	static const struct {
		const char *text, *shown;
		uint64_t thousandths;
	} good[] = {{"1%", "1%", 1000}, {"0.5 %", "0.5%", 500}, {"12", "12%", 12000}, {"0.125%", "0.125%", 125},
		{"10.05%", "10.05%", 10050}, {"0", "0%", 0}};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		uint64_t thousandths = 1;
		char shown[32];
		assert_true(tc_parse_percent(good[i].text, &thousandths));
		assert_int_equal(thousandths, good[i].thousandths);
		tc_show_percent(shown, sizeof shown, thousandths);
		assert_string_equal(shown, good[i].shown);
	}
	static const char *const bad[] = {"", "%", "-1%", ".5%", "1.%", "1.2345%", "1%%", "1% ", "1e2", "nan", "1,5%"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint64_t thousandths = 1;
		assert_false(tc_parse_percent(bad[i], &thousandths));
		assert_int_equal(thousandths, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_form_of_an_option),
		cmocka_unit_test(test_operands_between_options),
		cmocka_unit_test(test_stop_at_operand),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_percent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
