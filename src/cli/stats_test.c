/* SPDX-License-Identifier: MIT */
#include "cli/stats.h"

#include <math.h>
#include <string.h>
#include "base/test.h"
#include "cli/figure.h"
#include "stats/drawn.h"

enum { MOST = 2000 };

struct made {
	double value[MOST];
	struct tc_stats_series series;
};

/* Around `level`, sd a tenth of it, each value so much like the one before. */
static void make(struct made *out, size_t n, double level, double like)
{
	double last = drawn_normal();
	for (size_t i = 0; i < n; i++) {
		out->value[i] = level * exp(0.1 * last);
		last = like * last + sqrt(1 - like * like) * drawn_normal();
	}
	out->series = (struct tc_stats_series){.series = {.value = out->value, .count = n}};
}

struct seen {
	int regressions, improvements, equivalents, widened;
};

static struct seen compared(size_t n, double like, double ratio, int cases)
{
	static struct made base, other;
	struct tc_stats_pair pair;
	struct seen seen = {0};
	for (int i = 0; i < cases; i++) {
		drawn_seed = 7000000 + 1000 * (uint64_t)(100 * like) + n + 7 * (uint64_t)i;
		make(&base, n, 100, like);
		make(&other, n, 100 * ratio, like);
		assert_int_equal(tc_stats_compare(&pair, &base.series, &other.series), 0);
		const struct tc_comparison *c = &pair.comparison[TC_STATS_MEDIAN],
					   *tail = &pair.comparison[TC_STATS_TAIL];
		seen.regressions += c->verdict == TC_REGRESSION || tail->verdict == TC_REGRESSION;
		seen.improvements += c->verdict == TC_IMPROVEMENT || tail->verdict == TC_IMPROVEMENT;
		seen.equivalents += c->verdict == TC_EQUIVALENT;
		seen.widened += c->inflation > 1;
		assert_true(c->verdict != TC_INCONCLUSIVE || c->inflation <= 1 || strstr(c->reason, "the one before") ||
			    strstr(c->reason, "very edge"));
	}
	print_message(
		"%zu values, %g alike, %g times: %d regressions, %d improvements, %d equivalent of %d; %d widened\n", n,
		like, ratio, seen.regressions, seen.improvements, seen.equivalents, cases, seen.widened);
	return seen;
}

/* R5: two series of the same thing differ in at most 5 of 100 cases, however like the one before each value is. */
static void what_is_the_same_does_not_differ(void **state)
{
	static const double likes[] = {0, 0.5, 0.9, 0.95, 0.98};
	(void)state;
	for (size_t k = 0; k < sizeof likes / sizeof *likes; k++) {
		int false_verdicts = 0, cases = 60;
		for (size_t n = 100; n <= MOST; n = n < 500 ? 500 : 2 * n) {
			struct seen seen = compared(n, likes[k], 1, cases);
			false_verdicts += seen.regressions + seen.improvements;
		}
		assert_in_range(false_verdicts, 0, 4 * cases * 5 / 100);
	}
}

static void what_differs_is_seen(void **state)
{
	(void)state;
	assert_in_range(compared(100, 0, 1.2, 40).regressions, 39, 40);
	assert_in_range(compared(1000, 0.9, 1.2, 40).regressions, 38, 40);
	assert_in_range(compared(2000, 0.98, 1.4, 40).regressions, 36, 40);
	assert_in_range(compared(2000, 0.9, 1, 40).equivalents, 20, 40);
}

static void what_is_enormous_is_not_made_less(void **state)
{
	(void)state;
	assert_string_equal(tc_unit_figure(1e300, "ms").text, "1.00e+297 s");
	assert_string_equal(tc_unit_figure(-1e308, "h").text, "-1.00e+308 h");
	assert_string_equal(tc_unit_figure(1e308, "GiB").text, "1.00e+308 GiB");
	assert_string_equal(tc_unit_figure(90, "s").text, "1m 30s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_the_same_does_not_differ),
		cmocka_unit_test(what_differs_is_seen),
		cmocka_unit_test(what_is_enormous_is_not_made_less),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
