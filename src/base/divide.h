/* SPDX-License-Identifier: MIT
 *
 * divide.h - how an amount can lie in parts of which only the sizes are known.
 */
#ifndef BASE_DIVIDE_H
#define BASE_DIVIDE_H

#include <stddef.h>

struct tc_range {
	double low, high;
};

/* Of a whole, `amount` is of some kind.  How much of a part of it can be: the Fréchet bounds. */
struct tc_range tc_overlap(double part, double whole, double amount);

struct tc_division {
	double size;        /* of this part */
	double prior;       /* what share of it is thought to be of the kind, 0 to 1 */
	struct tc_range in; /* what is sure of it */
	double out;         /* the answer */
};

/* Gives each part its piece of the amount.  The odds of all parts are changed by the same factor until the pieces add up:
 * proportional fitting of the table of parts by kinds to its sums.  Where the ranges do not let them add up, each is at its
 * bound; returns what is left of the amount, negative: what it lacks. */
double tc_divide(struct tc_division *part, size_t count, double amount);

#endif
