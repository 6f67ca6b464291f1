/* SPDX-License-Identifier: MIT */
#include "stats/leak.h"

#include <math.h>
#include <string.h>
#include "stats/mann_kendall.h"
#include "stats/normal.h"
#include "stats/rank.h"
#include "stats/slowing.h"
#include "stats/values.h"

static const double likely = 0.5;
enum { BLOCKS_MAX = 24, BLOCK_MIN = 5, WINDOWS = 3, CUTS = 3 };

struct window { /* the end of the series, cut into blocks */
	size_t begin, blocks;
	double least[BLOCKS_MAX]; /* in each block */
	double since_seconds, block_seconds, p;
	double least_growth;   /* in bytes, that matters at all */
	double inflation;      /* by autocorrelation */
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
	window->since_seconds = seconds[window->begin];
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
	window->inflation = rc ? 1 : inflation(window, rank, scratch);
	window->p = exact && window->inflation == 1 ? p : tc_normal_cdf(-m.z / sqrt(window->inflation));
	return rc || window->inflation == 1
	               ? rc
	               : tc_theil_sen(&window->slope, window->least, n, m.variance * window->inflation);
}

static double median(const double *values, size_t n)
{
	double copy[BLOCKS_MAX];
	memcpy(copy, values, n * sizeof *copy);
	return tc_values_select(copy, n, 0.5);
}

/* Twice what blocks lie off the line. */
static double noise(const struct window *window)
{
	double rest[BLOCKS_MAX];
	for (size_t i = 0; i < window->blocks; i++)
		rest[i] = window->least[i] - window->slope.slope * (double)i;
	double middle = median(rest, window->blocks);
	for (size_t i = 0; i < window->blocks; i++)
		rest[i] = fabs(rest[i] - middle);
	return 2 * 1.4826 * median(rest, window->blocks);
}

static double growth(const struct window *window)
{
	return window->slope.slope * (double)window->blocks;
}

static double adjusted(const struct window *window)
{
	return fmin(1, WINDOWS * CUTS * window->p);
}

static const char *no_growth(const struct window *window)
{
	double most = growth(window);
	if (!(adjusted(window) < TC_LEAK_P && window->slope.slope > 0))
		return "its lowest values rise no more than chance makes them";
	if (most < window->least_growth)
		return "it grows too little to matter: by less than 1 MiB";
	if (most < 0.02 * median(window->least, window->blocks))
		return "it grows too little to matter: by less than 2 % of what is in use";
	return most < noise(window) ? "it grows too little to matter: by less than twice what it varies by" : NULL;
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
static int classify(enum tc_leak_status *out, const struct window *window)
{
	double middle, last, all = window->slope.slope;
	int rc = slope_of_third(&middle, window, 1);
	if (!rc)
		rc = slope_of_third(&last, window, 2);
	if (rc)
		return rc;
	*out = TC_LEAK_LEAK;
	if (largest_step(window) > growth(window) / 2)
		*out = TC_LEAK_ONE_OFF_STEP;
	else if (last < 0.25 * all)
		*out = TC_LEAK_SATURATED;
	else if (last < 0.65 * middle)
		*out = TC_LEAK_GROWTH_SLOWING;
	return 0;
}

/* The windows of the last 2/3, 1/2 and 1/3, in 24, 12 and 8 blocks, those that begin first and are cut finest before the others. */
static int make_windows(struct window *windows, size_t *count, const double *seconds, const double *bytes, size_t n,
	double least_growth)
{
	const size_t begin[WINDOWS] = {n - n * 2 / 3, n - n / 2, n - n / 3}, blocks[CUTS] = {BLOCKS_MAX, 12, 8};
	*count = 0;
	for (int i = 0; i < WINDOWS * CUTS; i++) {
		struct window *window = &windows[*count];
		*window = (struct window){
			.begin = begin[i / CUTS], .blocks = blocks[i % CUTS], .least_growth = least_growth};
		if ((n - window->begin) / window->blocks < BLOCK_MIN)
			continue;
		cut(window, seconds, bytes, n);
		int rc = test(window);
		if (rc)
			return rc;
		++*count;
	}
	return 0;
}

/* The one that shows growth best; where none does, the one that all but does. */
static const struct window *best_window(const struct window *windows, size_t count)
{
	const struct window *best = windows;
	for (const struct window *one = windows; one < windows + count; one++) {
		bool grows = !no_growth(one), best_grows = !no_growth(best);
		if (grows == best_grows ? one->p < best->p : grows)
			best = one;
	}
	return best;
}

/* Whether all cuts from there on do: of what only wanders one cut or the other shows growth by chance. */
static bool shows_growth(const struct window *windows, size_t count, size_t begin)
{
	for (const struct window *one = windows; one < windows + count; one++)
		if (one->begin == begin && no_growth(one))
			return false;
	return true;
}

/* What came at once says nothing of the time after it: a window that begins later may show growth that goes on. */
static int find_kind(
	enum tc_leak_status *status, const struct window **best, const struct window *windows, size_t count)
{
	enum tc_leak_status kind;
	int rc = classify(status, *best);
	for (const struct window *one = *best; !rc && *status == TC_LEAK_ONE_OFF_STEP && one < windows + count; one++) {
		if (one->begin == (*best)->begin || !shows_growth(windows, count, one->begin))
			continue;
		rc = classify(&kind, one);
		if (!rc && kind != TC_LEAK_ONE_OFF_STEP) {
			*status = kind;
			*best = one;
		}
	}
	return rc;
}

static double unsure_per_second(const struct window *window)
{
	return (window->slope.high - window->slope.low) / window->block_seconds;
}

/* Of the cuts from there on that show growth the one whose slope is least sure: the best is the one that saw least of how much each block is
 * like the one before, and looks surer than it is. */
static const struct window *least_sure(const struct window *best, const struct window *windows, size_t count)
{
	const struct window *out = best;
	for (const struct window *one = windows; one < windows + count; one++)
		if (one->begin == best->begin && !no_growth(one) && unsure_per_second(one) > unsure_per_second(out))
			out = one;
	return out;
}

/* What slows down by the whole of it is no leak, whatever the thirds of a window say. */
static int look_for_slowing(struct tc_leak *out, const double *bytes, size_t n)
{
	struct tc_slowing all;
	int rc = out->status == TC_LEAK_LEAK ? tc_slowing(&all, bytes, n) : 0;
	if (rc || out->status != TC_LEAK_LEAK || all.slows < likely)
		return rc;
	out->status = all.ceases > all.slows / 2 ? TC_LEAK_SATURATED : TC_LEAK_GROWTH_SLOWING;
	return 0;
}

static int judge(struct tc_leak *out, const struct window *windows, size_t count)
{
	const struct window *best = best_window(windows, count);
	out->reason = no_growth(best);
	out->status = TC_LEAK_NONE;
	int rc = out->reason ? 0 : find_kind(&out->status, &best, windows, count);
	out->p = adjusted(best);
	best = out->reason ? best : least_sure(best, windows, count);
	out->bytes_per_second = best->slope.slope / best->block_seconds;
	out->low = best->slope.low / best->block_seconds;
	out->high = best->slope.high / best->block_seconds;
	out->growth_bytes = growth(best);
	out->since_seconds = best->since_seconds;
	return rc;
}

int tc_leak(struct tc_leak *out, const double *seconds, const double *bytes, size_t n, double least_growth,
	double limit_bytes)
{
	struct window windows[WINDOWS * CUTS];
	size_t count;
	*out = (struct tc_leak){.n = n, .bytes_per_second = NAN, .low = NAN, .high = NAN, .growth_bytes = NAN};
	out->since_seconds = out->seconds_to_limit = out->p = NAN;
	if (n < TC_LEAK_SAMPLES_MIN)
		out->reason = "fewer than 60 samples";
	else if (!(seconds[n - 1] - seconds[0] >= TC_LEAK_SECONDS_MIN))
		out->reason = "less than 30 s";
	if (out->reason)
		return 0;
	int rc = make_windows(windows, &count, seconds, bytes, n, least_growth);
	if (!rc)
		rc = judge(out, windows, count);
	if (!rc)
		rc = look_for_slowing(out, bytes, n);
	if (!rc && out->status >= TC_LEAK_GROWTH_SLOWING && limit_bytes > 0)
		out->seconds_to_limit = fmax(0, limit_bytes - bytes[n - 1]) / out->bytes_per_second;
	return rc;
}
