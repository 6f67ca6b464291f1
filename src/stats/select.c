/* SPDX-License-Identifier: MIT */
#include "stats/select.h"

#include <stdlib.h>

enum { SHORT = 32, SAMPLE = 11 };

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void sort_few(double *values, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		double value = values[i];
		size_t at = i;
		for (; at && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

/* One that lies about where number k does. */
static double pivot_for(const double *values, size_t n, size_t k)
{
	double sample[SAMPLE];
	for (size_t i = 0; i < SAMPLE; i++)
		sample[i] = values[n / SAMPLE * i + n / SAMPLE / 2];
	sort_few(sample, SAMPLE);
	return sample[k / (n / SAMPLE + 1)];
}

/* Smaller ones to the front; how many.  Without a branch that would be guessed wrong each other time. */
static size_t smaller_first(double *values, size_t n, double pivot)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		double value = values[i];
		values[i] = values[count];
		values[count] = value;
		count += value < pivot;
	}
	return count;
}

static size_t equal_first(double *values, size_t n, double pivot)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		double value = values[i];
		values[i] = values[count];
		values[count] = value;
		count += value <= pivot;
	}
	return count;
}

double tc_select(double *values, size_t n, size_t k)
{
	size_t from = 0, to = n, rounds = 0;
	for (size_t left = n; left; left /= 2)
		rounds += 2;
	for (; to - from > SHORT && rounds; rounds--) {
		double pivot = pivot_for(values + from, to - from, k - from);
		size_t at = from + smaller_first(values + from, to - from, pivot);
		if (k < at) {
			to = at;
			continue;
		}
		from = at + equal_first(values + at, to - at, pivot);
		if (k < from)
			return values[k];
	}
	if (to - from > SHORT)
		qsort(values + from, to - from, sizeof *values, ascending);
	else
		sort_few(values + from, to - from);
	return values[k];
}
