/* SPDX-License-Identifier: MIT */
#include "stats/shift.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include "stats/mann_whitney.h"
#include "stats/normal.h"

/* Doubles in their order as whole numbers in theirs, and back. */
static int64_t place_of(double value)
{
	int64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double value_at(int64_t place)
{
	double value;
	int64_t bits = place < 0 ? INT64_MIN - place : place;
	memcpy(&value, &bits, sizeof value);
	return value;
}

/* How many differences are at most `most`.  They grow with b and fall with a, rounded as they are. */
static uint64_t count_to(const double *a, size_t n, const double *b, size_t m, double most)
{
	uint64_t count = 0;
	for (size_t i = 0, k = 0; i < n; i++) {
		while (k < m && b[k] - a[i] <= most)
			k++;
		count += k;
	}
	return count;
}

/* Number rank, from 0, of the differences in ascending order: the least double with more than that many up to it. */
static double difference(const double *a, size_t n, const double *b, size_t m, uint64_t rank)
{
	int64_t low = place_of(b[0] - a[n - 1]), high = place_of(b[m - 1] - a[0]);
	while (low < high) {
		int64_t middle = (low & high) + ((low ^ high) >> 1);
		if (count_to(a, n, b, m, value_at(middle)) > rank)
			high = middle;
		else
			low = middle + 1;
	}
	return value_at(low);
}

/* The interval is from the difference of this number, from 1, to the one of the same number from above; 0: there is none. */
static uint64_t interval_rank(double n, double m, double inflation)
{
	double rank = n * m / 2 - tc_normal_quantile(0.975) * sqrt(n * m * (n + m + 1) / 12 * inflation);
	if (rank >= 1)
		return (uint64_t)rank;
	return inflation <= 1 && tc_mann_whitney_least((size_t)n, (size_t)m) <= 0.05;
}

struct tc_shift tc_shift_of(const double *a, size_t n, const double *b, size_t m, double inflation)
{
	uint64_t pairs = (uint64_t)n * m, rank = interval_rank((double)n, (double)m, inflation);
	struct tc_shift out = {difference(a, n, b, m, (pairs - 1) / 2), NAN, NAN};
	if (pairs % 2 == 0)
		out.shift += (difference(a, n, b, m, pairs / 2) - out.shift) / 2;
	if (rank) {
		out.lo = difference(a, n, b, m, rank - 1);
		out.hi = difference(a, n, b, m, pairs - rank);
	}
	return out;
}
