/* SPDX-License-Identifier: MIT */
#include "stats/compare.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "base/test.h"
#include "stats/blocks.h"
#include "stats/drawn.h"
#include "stats/multiple.h"
#include "stats/order.h"
#include "stats/shift.h"

static double noise(uint32_t *random)
{
	*random = *random * 1664525 + 1013904223;
	return (double)(*random >> 8) / (1 << 24);
}

/* Against all differences laid out and sorted. */
static void test_shift_is_the_median_difference(void **state)
{
	(void)state;
	uint32_t random = 1;
	for (size_t n = 1; n < 24; n++)
		for (size_t m = 1; m < 24; m += 3) {
			double a[24], b[24], all[24 * 24];
			for (size_t i = 0; i < n; i++)
				a[i] = floor(noise(&random) * 40) / 7 - 2;
			for (size_t i = 0; i < m; i++)
				b[i] = n % 2 ? noise(&random) * 3 : floor(noise(&random) * 4);
			tc_order_real(a, n);
			tc_order_real(b, m);
			for (size_t i = 0; i < n; i++)
				for (size_t k = 0; k < m; k++)
					all[i * m + k] = b[k] - a[i];
			struct tc_order order = tc_order_real(all, n * m);
			struct tc_shift shift = tc_shift_of(a, n, b, m, 1);
			assert_true(fabs(shift.shift - tc_order_quantile(&order, 0.5L)) < 1e-14);
			double rank = n * m / 2.0 - 1.959963984540054 * sqrt(n * m * (n + m + 1) / 12.0);
			if (rank >= 1) {
				assert_true(shift.lo == all[(size_t)rank - 1]);
				assert_true(shift.hi == all[n * m - (size_t)rank]);
			}
		}
}

static void test_intervals_of_few(void **state)
{
	(void)state;
	double a[] = {1, 2, 3, 4, 5}, b[] = {11, 12, 13};
	struct tc_shift none = tc_shift_of(a, 3, b, 3, 1), some = tc_shift_of(a, 5, b, 3, 1);
	assert_true(isnan(none.lo) && isnan(none.hi) && none.shift == 10);
	assert_true(some.lo == 6 && some.hi == 12); /* P(U = 0) is 1 of 56 */
	some = tc_shift_of(a, 5, b, 3, 1.5);
	assert_true(isnan(some.lo) && isnan(some.hi) && some.shift == 9); /* they are not worth eight */
}

static void test_false_discoveries(void **state)
{
	(void)state;
	double p[] = {0.01, NAN, 0.04, 0.03, 0.5}, q[5], none;
	assert_int_equal(tc_false_discovery(p, q, 5), 0);
	assert_true(fabs(q[0] - 0.04) < 1e-15 && isnan(q[1]) && fabs(q[2] - 0.16 / 3) < 1e-15);
	assert_true(fabs(q[3] - 0.16 / 3) < 1e-15 && fabs(q[4] - 0.5) < 1e-15);
	assert_int_equal(tc_false_discovery(p, p, 5), 0);
	assert_true(p[3] == q[3]);
	assert_int_equal(tc_false_discovery(&none, &none, 0), 0);
}

enum { COMPARED_MOST = 400 };

static struct tc_comparison compared(double ratio, double spread, size_t n, enum tc_units units, bool single)
{
	double a[COMPARED_MOST], b[COMPARED_MOST];
	struct tc_comparison c;
	uint32_t random = 11;
	for (size_t i = 0; i < n; i++) {
		a[i] = 100 * (1 + spread * (noise(&random) - 0.5));
		b[i] = 100 * ratio * (1 + spread * (noise(&random) - 0.5));
	}
	assert_int_equal(tc_compare(&c, a, n, b, n, units, 1), 0);
	tc_decide(&c, TC_DELTA_LEAST, single);
	return c;
}

static void test_verdicts(void **state)
{
	(void)state;
	struct tc_comparison c = compared(1.3, 0.1, 20, TC_OF_BLOCKS, true);
	assert_true(
		c.verdict == TC_REGRESSION && fabs(c.ratio - 1.3) < 0.05 && c.u > 200 && !c.reason && isnan(c.needed));
	c = compared(1 / 1.3, 0.1, 20, TC_OF_BLOCKS, true);
	assert_true(c.verdict == TC_IMPROVEMENT && c.ratio_hi < 1);
	c = compared(1.01, 0.02, 20, TC_OF_BLOCKS, true);
	assert_true(c.verdict == TC_EQUIVALENT && c.q_value < 1);
	c = compared(1.03, 0.5, 20, TC_OF_BLOCKS, true);
	assert_true(c.verdict == TC_INCONCLUSIVE && c.needed > 20 && strstr(c.reason, "wide") && isnan(c.confidence));
	c = compared(3, 0.1, 4, TC_OF_SESSIONS, false);
	assert_true(c.verdict == TC_INCONCLUSIVE && c.needed == 5 && !c.at_least && strstr(c.reason, "few"));
	c = compared(3, 0.1, 3, TC_OF_SESSIONS, false);
	assert_true(c.verdict == TC_INCONCLUSIVE && c.needed == 5 && c.at_least);
	c = compared(3, 0.1, 5, TC_OF_SESSIONS, false);
	assert_true(c.verdict == TC_REGRESSION);
}

/* The evidence that is asked for does settle it: of the same noise, so much of it. */
/* Of many that were compared at once one must be the more certain: what is said to be needed then is enough. */
static void test_needed_beside_others(void **state)
{
	(void)state;
	enum { ASKED = 100 };
	double base[12], other[12];
	for (int i = 0; i < 12; i++) {
		base[i] = 100 + i;
		other[i] = 150 + i;
	}
	struct tc_comparison c;
	assert_int_equal(tc_compare(&c, base, 5, other, 5, TC_OF_SESSIONS, 1), 0);
	c.q_value = ASKED * c.p_value;
	tc_decide(&c, TC_DELTA_LEAST, false);
	assert_int_equal(c.verdict, TC_INCONCLUSIVE);
	assert_true(c.needed == tc_compare_least(ASKED) && strstr(c.reason, "at once"));
	size_t needed = (size_t)c.needed;
	assert_int_equal(tc_compare(&c, base, needed, other, needed, TC_OF_SESSIONS, 1), 0);
	c.q_value = ASKED * c.p_value;
	tc_decide(&c, TC_DELTA_LEAST, false);
	assert_int_equal(c.verdict, TC_REGRESSION);
}

static void test_what_is_needed_is_enough(void **state)
{
	(void)state;
	struct tc_comparison c = compared(1, 0.22, 24, TC_OF_SINGLES, true);
	assert_true(c.verdict == TC_INCONCLUSIVE && c.needed < COMPARED_MOST && !c.at_least);
	c = compared(1, 0.22, (size_t)c.needed, TC_OF_SINGLES, true);
	assert_true(c.verdict == TC_EQUIVALENT);
}

static void test_confidence_is_capped(void **state)
{
	(void)state;
	assert_true(compared(1.3, 0.1, 20, TC_OF_SESSIONS, false).confidence == 0.99);
	assert_true(compared(1.3, 0.1, 20, TC_OF_BLOCKS, true).confidence == 0.8);
	assert_true(compared(1.3, 0.1, 20, TC_OF_SINGLES, true).confidence == 0.7);
	assert_true(tc_confidence_of(0.5) == 0.5 && tc_confidence_of(0) == 0.99);
	assert_true(fabs(tc_confidence_of(0.01) - 1 / (1 + exp(1) * 0.01 * log(100))) < 1e-15);
}

static void test_no_ratio_without_positive_values(void **state)
{
	(void)state;
	double a[] = {0, 1, 2, 3, 4, 5}, b[] = {-5, -4, -3, -2, -1, -6}, same[] = {7, 7, 7, 7, 7, 7};
	struct tc_comparison c;
	assert_int_equal(tc_compare(&c, a, 6, b, 6, TC_OF_SINGLES, 1), 0);
	tc_decide(&c, TC_DELTA_LEAST, true);
	assert_true(isnan(c.ratio) && c.verdict == TC_INCONCLUSIVE && strstr(c.reason, "above 0") && c.p_value < 0.01);
	assert_int_equal(tc_compare(&c, same, 6, same, 6, TC_OF_SINGLES, 1), 0);
	tc_decide(&c, TC_DELTA_LEAST, true);
	assert_true(c.verdict == TC_EQUIVALENT && c.ratio == 1 && c.p_value == 1 && c.ratio_lo == 1);
	assert_int_equal(tc_compare(&c, same, 0, same, 6, TC_OF_SINGLES, 1), 0);
	tc_decide(&c, TC_DELTA_LEAST, true);
	assert_true(c.verdict == TC_INCONCLUSIVE && isnan(c.p_value) && c.reason);
}

/* Of 20 blocks that go up and come down only a few are worth anything; sessions have no order in time. */
static void test_units_that_are_alike(void **state)
{
	(void)state;
	double a[20], b[20];
	struct tc_comparison c;
	uint32_t random = 5;
	for (int i = 0; i < 20; i++) {
		a[i] = 100 + 10 * sin(i * M_PI / 10) + noise(&random);
		b[i] = 104 + 10 * sin(i * M_PI / 10) + noise(&random);
	}
	assert_int_equal(tc_compare(&c, a, 20, b, 20, TC_OF_SESSIONS, 1), 0);
	double lo = c.ratio_lo, p = c.p_value;
	assert_true(c.inflation == 1 && c.p_widened == p);
	assert_int_equal(tc_compare(&c, a, 20, b, 20, TC_OF_BLOCKS, 1), 0);
	assert_true(c.inflation > 4 && c.p_value == p && c.p_widened > p && c.q_value == c.p_widened &&
		    !(c.ratio_lo >= lo));
	tc_decide(&c, TC_DELTA_LEAST, true);
	assert_true(c.verdict == TC_INCONCLUSIVE && strstr(c.reason, "like the one before") && c.needed > 20);
}

/* Sessions of the same thing that differ by a tenth make a difference of a tenth not worth telling. */
static void test_what_is_worth_telling(void **state)
{
	(void)state;
	double steady[] = {100, 100.1, 99.9}, restless[] = {100, 110, 90}, zero[] = {1, 0, 1};
	assert_true(tc_worth_telling(steady, 3) == TC_DELTA_LEAST && tc_worth_telling(restless, 2) == TC_DELTA_LEAST);
	assert_true(tc_worth_telling(restless, 3) > 0.4 && tc_worth_telling(restless, 3) < 0.44);
	assert_true(tc_worth_telling(zero, 3) == TC_DELTA_LEAST);
}

static void test_blocks(void **state)
{
	(void)state;
	double series[] = {1, 2, 3, 10, 20, 30, 40}, out[7];
	assert_int_equal(tc_blocks(out, 2, series, 7, 0.5), 0);
	assert_true(out[0] == 2 && out[1] == 25);
	assert_int_equal(tc_blocks(out, 7, series, 7, 0.95), 0);
	assert_memory_equal(out, series, sizeof series);
	assert_true(tc_evidence_blocks(99, 5000, 0.5) == 0 && tc_evidence_blocks(100, 5000, 0.5) == 20);
	assert_true(tc_evidence_blocks(400, 399, 0.95) == 0 && tc_evidence_blocks(400, 400, 0.95) == 20);
}

enum { ASKED = 10, RUNS_MOST = 60 };

/* So many runs a side of ten things at once, of which some are slower; each run is off by its own. */
static void compare_all(struct tc_comparison out[ASKED], const double ratio[ASKED], double sd, size_t runs)
{
	double base[RUNS_MOST], other[RUNS_MOST], q[ASKED];
	for (int i = 0; i < ASKED; i++) {
		for (size_t k = 0; k < runs; k++) {
			base[k] = 1e6 * exp(sd * drawn_normal());
			other[k] = ratio[i] * 1e6 * exp(sd * drawn_normal());
		}
		assert_int_equal(tc_compare(&out[i], base, runs, other, runs, TC_OF_SESSIONS, 1), 0);
		q[i] = out[i].p_widened;
	}
	assert_int_equal(tc_false_discovery(q, q, ASKED), 0);
	for (int i = 0; i < ASKED; i++) {
		out[i].q_value = q[i];
		tc_decide(&out[i], TC_DELTA_LEAST, false);
	}
}

/* Counts those of the first runs that are undecided, and of these how many have a verdict with as many as are said to be needed. */
static void keep_promises(const double ratio[ASKED], size_t runs, size_t *promised, size_t *kept)
{
	struct tc_comparison first[ASKED], then[ASKED];
	compare_all(first, ratio, 0.02, runs);
	for (int i = 0; i < ASKED; i++) {
		if (first[i].verdict != TC_INCONCLUSIVE || !(first[i].needed <= RUNS_MOST))
			continue;
		size_t least = first[i].at_least ? tc_compare_least(ASKED) : 0, needed = (size_t)first[i].needed;
		compare_all(then, ratio, 0.02, needed > least ? needed : least);
		++*promised;
		*kept += then[i].verdict != TC_INCONCLUSIVE;
	}
}

/* New runs of the same programs, as many as are said to be needed, have a verdict, whether one of ten things differs or half of them. */
static void test_what_is_promised_holds(void **state)
{
	static const double ratio[3][ASKED] = {{1.3, 1, 1, 1, 1, 1, 1, 1, 1, 1},
		{1.4, 1.4, 1.3, 1.3, 1.3, 1, 1, 1, 1, 1}, {1.1, 1.12, 0.88, 0.9, 1, 1, 1, 1, 1, 1}};
	(void)state;
	drawn_seed = 511;
	for (size_t runs = 3; runs <= 5; runs++)
		for (int i = 0; i < 3; i++) {
			size_t promised = 0, kept = 0;
			for (int again = 0; again < 8; again++)
				keep_promises(ratio[i], runs, &promised, &kept);
			print_message("%zu runs a side: %zu of %zu promises kept\n", runs, kept, promised);
			assert_in_range(promised, 20, SIZE_MAX);
			assert_in_range(kept, (size_t)(0.9 * (double)promised), promised);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shift_is_the_median_difference),
		cmocka_unit_test(test_intervals_of_few),
		cmocka_unit_test(test_false_discoveries),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_needed_beside_others),
		cmocka_unit_test(test_what_is_needed_is_enough),
		cmocka_unit_test(test_what_is_promised_holds),
		cmocka_unit_test(test_confidence_is_capped),
		cmocka_unit_test(test_no_ratio_without_positive_values),
		cmocka_unit_test(test_units_that_are_alike),
		cmocka_unit_test(test_what_is_worth_telling),
		cmocka_unit_test(test_blocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
