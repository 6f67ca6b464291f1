/* SPDX-License-Identifier: MIT */
#include "stats/select.h"

#include <stdlib.h>

enum { SHORT = 32 };

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double middle_of(double a, double b, double c)
{
	if (a > b) {
		double t = a;
		a = b;
		b = t;
	}
	return c < a ? a : c > b ? b : c;
}

/* The place from which on none is smaller than the pivot, and before which none is larger; both parts are shorter than the whole. */
static size_t part(double *values, size_t n)
{
	double pivot = middle_of(values[0], values[n / 2], values[n - 1]);
	size_t low = 0, high = n - 1;
	for (;;) {
		while (values[low] < pivot)
			low++;
		while (values[high] > pivot)
			high--;
		if (low >= high)
			return low ? low : 1;
		double t = values[low];
		values[low++] = values[high];
		values[high--] = t;
	}
}

double tc_select(double *values, size_t n, size_t k)
{
	size_t from = 0, to = n, rounds = 0;
	for (size_t left = n; left; left /= 2)
		rounds += 2;
	for (; to - from > SHORT && rounds; rounds--) {
		size_t at = from + part(values + from, to - from);
		if (k < at)
			to = at;
		else
			from = at;
	}
	qsort(values + from, to - from, sizeof *values, ascending);
	return values[k];
}
