/* SPDX-License-Identifier: MIT */
#include "stats/mann_kendall.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/normal.h"
#include "stats/pair_slopes.h"

struct tc_mann_kendall tc_mann_kendall(const double *values, size_t n, double *rank, struct tc_ranked *scratch)
{
	struct tc_mann_kendall out = {.ties = tc_mid_ranks(values, n, rank, scratch)};
	double count = (double)n, pairs = count * (count - 1) / 2, apart = pairs - out.ties.pairs;
	out.s = apart - 2 * tc_falling_pairs(scratch, n, rank);
	out.variance = (count * (count - 1) * (2 * count + 5) - out.ties.kendall) / 18;
	if (out.variance > 0 && out.s != 0)
		out.z = (out.s - copysign(1, out.s)) / sqrt(out.variance);
	out.tau = apart > 0 ? out.s / sqrt(apart * pairs) : NAN;
	return out;
}

enum { INVERSIONS = TC_KENDALL_EXACT_MAX * (TC_KENDALL_EXACT_MAX - 1) / 2 + 1 };

/* Of a series in q, up to q^(INVERSIONS - 1): times 1 - q^power, and divided by it. */
static void multiply(double *series, size_t power)
{
	for (size_t i = INVERSIONS - 1; i >= power; i--)
		series[i] -= series[i - power];
}

static void divide(double *series, size_t power)
{
	for (size_t i = power; i < INVERSIONS; i++)
		series[i] += series[i - power];
}

/* How many orders have how many inversions: the q-multinomial coefficient, a product over the groups of equal values of Gaussian
 * binomials (MacMahon 1915).  12! and all that leads to it are whole in a double. */
static void count_inversions(const struct tc_ranked *sorted, size_t n, double *orders)
{
	size_t equal = 0;
	for (size_t i = 0; i < INVERSIONS; i++)
		orders[i] = i == 0;
	for (size_t i = 0; i < n; i++) {
		equal = i && sorted[i].value == sorted[i - 1].value ? equal + 1 : 1;
		multiply(orders, i + 1);
		divide(orders, equal);
	}
}

static double tied_pairs(const struct tc_ranked *sorted, size_t n)
{
	double pairs = 0;
	for (size_t i = 1, equal = 0; i < n; i++) {
		equal = sorted[i].value == sorted[i - 1].value ? equal + 1 : 0;
		pairs += (double)equal;
	}
	return pairs;
}

double tc_kendall_exact(const struct tc_ranked *sorted, size_t n, double s, bool two_sided)
{
	double orders[INVERSIONS], all = 0, extreme = 0;
	double pairs = (double)n * ((double)n - 1) / 2 - tied_pairs(sorted, n);
	count_inversions(sorted, n, orders);
	for (size_t i = 0; i < INVERSIONS; i++) {
		double here = pairs - 2 * (double)i;
		all += orders[i];
		extreme += (two_sided ? fabs(here) >= fabs(s) : here >= s) ? orders[i] : 0;
	}
	return extreme / all;
}

int tc_theil_sen(struct tc_slope *out, const double *values, size_t n, double variance)
{
	size_t pairs = n * (n ? n - 1 : 0) / 2, middle = pairs / 2;
	*out = (struct tc_slope){NAN, NAN, NAN};
	if (!pairs)
		return 0;
	double count = (double)pairs, wide = tc_normal_quantile(0.975) * sqrt(variance);
	double low = rint((count - wide) / 2), high = rint((count + wide) / 2) + 1; /* ranks from 1 */
	size_t first = low < 1 ? 0 : (size_t)low - 1, last = high > count ? pairs - 1 : (size_t)high - 1;
	size_t rank[] = {first < middle ? first : middle, pairs % 2 ? middle : middle - 1, middle, last};
	double slope[4];
	int code = tc_pair_slopes(slope, rank, 4, values, n);
	if (code)
		return code;
	*out = (struct tc_slope){slope[2], slope[0], slope[3]};
	if (pairs % 2 == 0)
		out->slope -= 0.5 * (slope[2] - slope[1]);
	return 0;
}
