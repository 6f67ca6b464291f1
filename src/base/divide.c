/* SPDX-License-Identifier: MIT */
#include "base/divide.h"

enum { HALVINGS = 64 };

struct tc_range tc_overlap(double part, double whole, double amount)
{
	double least = part + amount - whole;
	return (struct tc_range){least > 0 ? least : 0, part < amount ? part : amount};
}

static double bound(double value, struct tc_range in)
{
	value = value < in.high ? value : in.high;
	return value > in.low ? value : in.low;
}

/* The sum of all pieces when the odds are multiplied with weight / (1 - weight). */
static double spread(struct tc_division *part, size_t count, double weight)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++) {
		double yes = weight * part[i].prior, no = (1 - weight) * (1 - part[i].prior);
		double share = yes + no > 0 ? yes / (yes + no) : weight;
		part[i].out = bound(part[i].size * share, part[i].in);
		sum += part[i].out;
	}
	return sum;
}

double tc_divide(struct tc_division *part, size_t count, double amount)
{
	double low = 0, high = 1;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;
		if (spread(part, count, middle) < amount)
			low = middle;
		else
			high = middle;
	}
	return amount - spread(part, count, high);
}
