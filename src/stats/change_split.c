/* SPDX-License-Identifier: MIT */
#include "stats/change_split.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/rank.h"

/* A Fenwick tree over the values in ascending order: how many of those up to a place were added, and their sum. */
struct node {
	double count, sum;
};

struct split {
	size_t n;
	struct tc_ranked *sorted;
	size_t *place;     /* in sorted, of each value */
	struct node *tree; /* n + 1 */
	struct node all;   /* of what was added */
	double *cost;      /* also the scratch for the ranks */
};

static void add(struct split *split, size_t place)
{
	double value = split->sorted[place].value;
	for (size_t i = place + 1; i <= split->n; i += i & -i) {
		split->tree[i].count++;
		split->tree[i].sum += value;
	}
	split->all.count++;
	split->all.sum += value;
}

/* The place of the lower median of what was added, and what lies below it. */
static size_t find_median(const struct split *split, struct node *below)
{
	size_t place = 0, bit = 1;
	double wanted = split->all.count / 2;
	while (bit * 2 <= split->n)
		bit *= 2;
	for (*below = (struct node){0, 0}; bit; bit /= 2) {
		if (place + bit > split->n || below->count + split->tree[place + bit].count >= wanted)
			continue;
		place += bit;
		below->count += split->tree[place].count;
		below->sum += split->tree[place].sum;
	}
	return place;
}

static double add_and_cost(struct split *split, size_t value)
{
	struct node below;
	add(split, split->place[value]);
	double median = split->sorted[find_median(split, &below)].value;
	double above = split->all.sum - below.sum - (split->all.count - below.count) * median;
	return below.count * median - below.sum + above;
}

static void begin(struct split *split)
{
	memset(split->tree, 0, (split->n + 1) * sizeof *split->tree);
	split->all = (struct node){0, 0};
}

/* cost[k]: of values before k; then of those from k on too. */
static size_t cheapest(struct split *split, size_t low, size_t high)
{
	size_t best = high;
	begin(split);
	for (size_t k = 0; k < split->n; k++)
		split->cost[k + 1] = add_and_cost(split, k);
	begin(split);
	for (size_t k = split->n; k-- > low;)
		split->cost[k] += add_and_cost(split, k);
	for (size_t k = high + 1; k-- > low;)
		best = split->cost[k] <= split->cost[best] ? k : best;
	return best;
}

int tc_change_split(size_t *out, const double *values, size_t n, size_t low, size_t high)
{
	struct split split = {.n = n,
		.sorted = calloc(n, sizeof *split.sorted),
		.place = calloc(n, sizeof *split.place),
		.tree = calloc(n + 1, sizeof *split.tree),
		.cost = calloc(n + 1, sizeof *split.cost)};
	int rc = 0;
	if (!split.sorted || !split.place || !split.tree || !split.cost) {
		rc = tc_error(TACHO_ENOMEM, "no memory to part %zu values", n);
		goto out;
	}
	tc_mid_ranks(values, n, split.cost, split.sorted);
	for (size_t i = 0; i < n; i++)
		split.place[split.sorted[i].index] = i;
	*out = cheapest(&split, low, high);
out:
	free(split.sorted);
	free(split.place);
	free(split.tree);
	free(split.cost);
	return rc;
}
