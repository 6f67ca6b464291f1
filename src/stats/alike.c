/* SPDX-License-Identifier: MIT */
#include "stats/alike.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/rank.h"

static const double most_alike = 0.995;

struct moments { /* of ranks around their mean */
	double squares, products;
};

static void add(struct moments *out, const double *rank, size_t n)
{
	double mean = ((double)n + 1) / 2;
	for (size_t i = 0; i < n; i++) {
		out->squares += (rank[i] - mean) * (rank[i] - mean);
		if (i)
			out->products += (rank[i] - mean) * (rank[i - 1] - mean);
	}
}

/* Of figures of blocks: what the mean of all varies by what blocks that are independent would make it. */
static double of_side(double like, size_t n, size_t blocks)
{
	return tc_inflation_of(like, n) / (blocks ? tc_inflation_of(like, n / blocks) : 1);
}

/* Correlation is taken for too low in short series (tc_inflation()).  Each side weighs as what it adds to the variance of a difference. */
static double inflation_of(double r1, size_t n, size_t m, size_t blocks)
{
	double few = (double)(n < m ? n : m), a = (double)n, b = (double)m;
	if (!(r1 > 1.645 / sqrt(a + b)))
		return 1;
	double like = fmin(most_alike, r1 + (1 + 4 * r1) / few);
	return fmax(1, (of_side(like, n, blocks) * b + of_side(like, m, blocks) * a) / (a + b));
}

int tc_alike(double *inflation, const double *base, size_t n, const double *other, size_t m, size_t blocks)
{
	size_t more = n > m ? n : m;
	*inflation = 1;
	if (n < TC_ALIKE_LEAST || m < TC_ALIKE_LEAST)
		return 0;
	double *rank = calloc(more, sizeof *rank);
	struct tc_ranked *scratch = calloc(more, sizeof *scratch);
	int code = rank && scratch ? 0 : tc_error(TACHO_ENOMEM, "no memory to compare %zu values", n + m);
	if (!code) {
		struct moments all = {0, 0};
		tc_mid_ranks(base, n, rank, scratch);
		add(&all, rank, n);
		tc_mid_ranks(other, m, rank, scratch);
		add(&all, rank, m);
		*inflation = all.squares > 0 ? inflation_of(all.products / all.squares, n, m, blocks) : 1;
	}
	free(rank);
	free(scratch);
	return code;
}
