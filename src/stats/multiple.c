/* SPDX-License-Identifier: MIT */
#include "stats/multiple.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"

struct question {
	double p;
	size_t place;
};

static int ascending(const void *a, const void *b)
{
	const struct question *x = a, *y = b;
	return (x->p > y->p) - (x->p < y->p);
}

int tc_false_discovery(const double *p, double *q, size_t count)
{
	struct question *question = calloc(count ? count : 1, sizeof *question);
	size_t asked = 0;
	if (!question)
		return tc_error(TACHO_ENOMEM, "no memory for %zu comparisons", count);
	for (size_t i = 0; i < count; i++)
		if (!isnan(p[i]))
			question[asked++] = (struct question){p[i], i};
		else
			q[i] = NAN;
	qsort(question, asked, sizeof *question, ascending);
	double least = 1;
	for (size_t i = asked; i-- > 0;) {
		least = fmin(least, question[i].p * (double)asked / (double)(i + 1));
		q[question[i].place] = least;
	}
	free(question);
	return 0;
}
