/* SPDX-License-Identifier: MIT */
#include "stats/leak.h"

#include <math.h>
#include <string.h>
#include "stats/mann_kendall.h"
#include "stats/normal.h"
#include "stats/rank.h"
#include "stats/values.h"

enum { BLOCKS_MAX = 24, BLOCK_MIN = 5, WINDOWS = 3, CUTS = 3 };

struct window { /* the end of the series, cut into blocks */
	size_t begin, blocks;
	double least[BLOCKS_MAX]; /* in each block */
	double block_seconds, p;
	struct tc_slope slope; /* bytes per block */
};

const char *tc_leak_name(enum tc_leak_status status)
{
	static const char *const name[] = {
		"insufficient_data", "none", "one_off_step", "saturated", "growth_slowing", "leak"};
	return name[status];
}

static void cut(struct window *window, const double *seconds, const double *bytes, size_t n)
{
	size_t samples = n - window->begin;
	for (size_t i = 0; i < window->blocks; i++) {
		size_t k = window->begin + i * samples / window->blocks;
		size_t end = window->begin + (i + 1) * samples / window->blocks;
		for (window->least[i] = bytes[k]; k < end; k++)
			window->least[i] = fmin(window->least[i], bytes[k]);
	}
	double step = (seconds[n - 1] - seconds[window->begin]) / (double)(samples - 1);
	window->block_seconds = step * (double)samples / (double)window->blocks;
}

static double inflation(const struct window *window, double *rank, struct tc_ranked *scratch)
{
	double rest[BLOCKS_MAX];
	for (size_t i = 0; i < window->blocks; i++)
		rest[i] = window->least[i] - window->slope.slope * (double)i;
	return tc_residual_inflation(rest, window->blocks, rank, scratch);
}

/* How likely chance alone makes it rise so. */
static int test(struct window *window)
{
	double rank[BLOCKS_MAX];
	struct tc_ranked scratch[BLOCKS_MAX];
	size_t n = window->blocks;
	struct tc_mann_kendall m = tc_mann_kendall(window->least, n, rank, scratch);
	bool exact = n <= TC_KENDALL_EXACT_MAX && m.ties.pairs == 0;
	double p = exact ? tc_kendall_exact(scratch, n, m.s, false) : NAN;
	int rc = tc_theil_sen(&window->slope, window->least, n, m.variance);
	double f = rc ? 1 : inflation(window, rank, scratch);
	window->p = exact && f == 1 ? p : tc_normal_cdf(-m.z / sqrt(f));
	return rc;
}

static double median(const double *values, size_t n)
{
	double copy[BLOCKS_MAX];
	memcpy(copy, values, n * sizeof *copy);
	return tc_values_select(copy, n, 0.5);
}

/* Growth below this is what memory does anyway: 1 MiB, 2 % of what is in use, or twice what blocks lie off the line. */
static double least_growth(const struct window *window)
{
	double rest[BLOCKS_MAX], in_use = median(window->least, window->blocks);
	for (size_t i = 0; i < window->blocks; i++)
		rest[i] = window->least[i] - window->slope.slope * (double)i;
	double middle = median(rest, window->blocks);
	for (size_t i = 0; i < window->blocks; i++)
		rest[i] = fabs(rest[i] - middle);
	double spread = 1.4826 * median(rest, window->blocks);
	return fmax(1048576, fmax(0.02 * in_use, 2 * spread));
}

static double largest_step(const struct window *window)
{
	double step = 0;
	for (size_t i = 1; i < window->blocks; i++)
		step = fmax(step, window->least[i] - window->least[i - 1]);
	return step;
}

static int slope_of_third(double *out, const struct window *window, size_t third)
{
	size_t begin = third * window->blocks / 3, end = (third + 1) * window->blocks / 3;
	struct tc_slope slope;
	int rc = tc_theil_sen(&slope, window->least + begin, end - begin, 0);
	*out = slope.slope;
	return rc;
}

/* What kind of growth it is. */
static int classify(struct tc_leak *out, const struct window *window)
{
	double middle, last, all = window->slope.slope;
	int rc = slope_of_third(&middle, window, 1);
	if (!rc)
		rc = slope_of_third(&last, window, 2);
	if (rc)
		return rc;
	out->status = TC_LEAK_LEAK;
	if (largest_step(window) > out->growth_bytes / 2)
		out->status = TC_LEAK_ONE_OFF_STEP;
	else if (last < 0.25 * all)
		out->status = TC_LEAK_SATURATED;
	else if (last < 0.65 * middle)
		out->status = TC_LEAK_GROWTH_SLOWING;
	return 0;
}

static int judge(struct tc_leak *out, const struct window *window, double last_bytes, double limit_bytes)
{
	double per_second = window->slope.slope / window->block_seconds;
	out->p = fmin(1, WINDOWS * CUTS * window->p);
	out->bytes_per_second = per_second;
	out->low = window->slope.low / window->block_seconds;
	out->high = window->slope.high / window->block_seconds;
	out->growth_bytes = window->slope.slope * (double)window->blocks;
	if (!(out->p < TC_LEAK_P && per_second > 0))
		out->reason = "its lowest values rise no more than chance makes them";
	else if (out->growth_bytes < least_growth(window))
		out->reason = "it grows too little to matter: by less than 1 MiB, than 2 % of what is in use, or than "
			      "twice what it varies by";
	if (out->reason) {
		out->status = TC_LEAK_NONE;
		return 0;
	}
	int rc = classify(out, window);
	if (!rc && out->status >= TC_LEAK_GROWTH_SLOWING && limit_bytes > 0)
		out->seconds_to_limit = fmax(0, limit_bytes - last_bytes) / per_second;
	return rc;
}

/* Of the windows of the last 2/3, 1/2 and 1/3, in 24, 12 and 8 blocks, the one that shows growth best. */
static int best_window(struct window *best, const double *seconds, const double *bytes, size_t n)
{
	const size_t begin[WINDOWS] = {n - n * 2 / 3, n - n / 2, n - n / 3}, blocks[CUTS] = {BLOCKS_MAX, 12, 8};
	best->p = INFINITY;
	for (int i = 0; i < WINDOWS * CUTS; i++) {
		struct window window = {.begin = begin[i / CUTS], .blocks = blocks[i % CUTS]};
		if ((n - window.begin) / window.blocks < BLOCK_MIN)
			continue;
		cut(&window, seconds, bytes, n);
		int rc = test(&window);
		if (rc)
			return rc;
		if (window.p < best->p)
			*best = window;
	}
	return 0;
}

int tc_leak(struct tc_leak *out, const double *seconds, const double *bytes, size_t n, double limit_bytes)
{
	struct window best;
	*out = (struct tc_leak){.n = n, .bytes_per_second = NAN, .low = NAN, .high = NAN, .growth_bytes = NAN};
	out->since_seconds = out->seconds_to_limit = out->p = NAN;
	if (n < TC_LEAK_SAMPLES_MIN)
		out->reason = "fewer than 60 samples";
	else if (!(seconds[n - 1] - seconds[0] >= TC_LEAK_SECONDS_MIN))
		out->reason = "less than 30 s";
	if (out->reason)
		return 0;
	int rc = best_window(&best, seconds, bytes, n);
	if (rc)
		return rc;
	out->since_seconds = seconds[best.begin];
	return judge(out, &best, bytes[n - 1], limit_bytes);
}
