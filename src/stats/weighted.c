/* SPDX-License-Identifier: MIT */
#include "stats/weighted.h"

#include <math.h>
#include <stdlib.h>

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

double tc_weighted_quantile(struct tc_weighted *values, size_t count, double q)
{
	double sum = total(values, count), all = sum > 0 ? sum : (double)count, seen = 0;
	if (!count)
		return NAN;
	qsort(values, count, sizeof *values, ascending);
	for (size_t i = 0; i < count; i++) {
		seen += weight(&values[i], sum);
		if (seen >= q * all && weight(&values[i], sum) > 0)
			return values[i].value;
	}
	return values[count - 1].value;
}
