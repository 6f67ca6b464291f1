/* SPDX-License-Identifier: MIT */
#include "stats/weighted.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { FEW = 32 };

static double total(const struct tc_weighted *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i].weight;
	return sum;
}

static double weight(const struct tc_weighted *value, double sum)
{
	return sum > 0 ? value->weight : 1;
}

double tc_weighted_mean(const struct tc_weighted *values, size_t count)
{
	double sum = total(values, count), mean = 0, seen = 0;
	for (size_t i = 0; i < count; i++) {
		double w = weight(&values[i], sum);
		seen += w;
		if (w > 0)
			mean += (values[i].value - mean) * (w / seen);
	}
	return seen > 0 ? mean : NAN;
}

double tc_weighted_sd(const struct tc_weighted *values, size_t count)
{
	double sum = total(values, count), mean = tc_weighted_mean(values, count), squares = 0, seen = 0;
	for (size_t i = 0; i < count; i++) {
		double w = weight(&values[i], sum), off = values[i].value - mean;
		squares += w * off * off;
		seen += w;
	}
	return seen > 0 ? sqrt(squares / seen) : NAN;
}

static int ascending(const void *a, const void *b)
{
	const struct tc_weighted *x = a, *y = b;
	return (x->value > y->value) - (x->value < y->value);
}

/* Those below the pivot, or up to it, to the front; how many, and what they weigh. */
static size_t to_front(struct tc_weighted *values, size_t count, double pivot, bool equal, double sum, double *weighs)
{
	size_t front = 0;
	*weighs = 0;
	for (size_t i = 0; i < count; i++) {
		struct tc_weighted value = values[i];
		if (equal ? value.value > pivot : value.value >= pivot)
			continue;
		values[i] = values[front];
		values[front++] = value;
		*weighs += weight(&value, sum);
	}
	return front;
}

static double middle_of(double a, double b, double c)
{
	return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* The rest of it by sorting: the first that reaches what is wanted. */
static double first_that_reaches(struct tc_weighted *values, size_t count, double sum, double seen, double wanted)
{
	qsort(values, count, sizeof *values, ascending);
	for (size_t i = 0; i < count; i++) {
		seen += weight(&values[i], sum);
		if (seen >= wanted && weight(&values[i], sum) > 0)
			return values[i].value;
	}
	return NAN;
}

static double greatest(const struct tc_weighted *values, size_t count)
{
	double most = values[0].value;
	for (size_t i = 1; i < count; i++)
		most = fmax(most, values[i].value);
	return most;
}

double tc_weighted_quantile(struct tc_weighted *values, size_t count, double q)
{
	if (!count)
		return NAN;
	double sum = total(values, count), wanted = q * (sum > 0 ? sum : (double)count), seen = 0, weighs;
	size_t from = 0, to = count, rounds = 0;
	for (size_t left = count; left; left /= 2)
		rounds += 2;
	for (; to - from > FEW && rounds; rounds--) {
		double pivot =
			middle_of(values[from].value, values[from + (to - from) / 2].value, values[to - 1].value);
		size_t below = to_front(values + from, to - from, pivot, false, sum, &weighs);
		if (weighs > 0 && seen + weighs >= wanted) {
			to = from + below;
			continue;
		}
		seen += weighs;
		from += below;
		from += to_front(values + from, to - from, pivot, true, sum, &weighs);
		if (weighs > 0 && seen + weighs >= wanted)
			return pivot;
		seen += weighs;
	}
	double found = first_that_reaches(values + from, to - from, sum, seen, wanted);
	return isnan(found) ? greatest(values, count) : found;
}
