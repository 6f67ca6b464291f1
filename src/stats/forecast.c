/* SPDX-License-Identifier: MIT */
#include "stats/forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/blocks.h"
#include "stats/change_points.h"
#include "stats/mann_kendall.h"
#include "stats/normal.h"
#include "stats/rank.h"
#include "stats/values.h"

enum { BLOCKS_LEAST = 10, RESTARTS = 4 };
static const double least_p = 0.01;
static const double least_bend =
	0.05; /* of the way that the line has come: a line that bends less tells what comes well enough */

struct line {
	size_t begin, n, blocks; /* samples begin .. begin + n - 1 */
	double median[TC_FORECAST_BLOCKS], rest[TC_FORECAST_BLOCKS];
	double step_seconds, middle_seconds; /* of a block; of all of them */
	struct tc_slope slope;               /* per block */
	bool flattened;                      /* it is what came after a warm-up */
	double level, level_error;           /* in the middle; half of its 95 % interval */
	double p, inflation;
};

static double median_of(const double *values, size_t n)
{
	double copy[TC_FORECAST_BLOCKS];
	memcpy(copy, values, n * sizeof *copy);
	return tc_values_select(copy, n, 0.5);
}

/* The sum of distances from the median. */
static double distances(const double *values, size_t n)
{
	double middle = median_of(values, n), sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += fabs(values[i] - middle);
	return sum;
}

/* What bends leaves much that is alike behind a line, but little of it: of series whose values are the one before and chance, a line leaves so
 * little in 1 of 100, of 20 as of 60 of them (by simulation). */
static double sure_by_little_left(const struct line *line)
{
	bool little = distances(line->rest, line->blocks) < 0.2 * distances(line->median, line->blocks);
	return little ? fmin(line->p, least_p) : line->p;
}

static int test(struct line *line)
{
	double rank[TC_FORECAST_BLOCKS];
	struct tc_ranked scratch[TC_FORECAST_BLOCKS];
	struct tc_mann_kendall m = tc_mann_kendall(line->median, line->blocks, rank, scratch);
	int code = tc_theil_sen(&line->slope, line->median, line->blocks, m.variance);
	if (code)
		return code;
	for (size_t i = 0; i < line->blocks; i++)
		line->rest[i] = line->median[i] - line->slope.slope * (double)i;
	line->inflation = tc_residual_inflation(line->rest, line->blocks, rank, scratch);
	line->p = tc_normal_two_sided(m.z / sqrt(line->inflation));
	line->p = sure_by_little_left(line);
	return tc_theil_sen(&line->slope, line->median, line->blocks, m.variance * line->inflation);
}

/* Of a line by least squares the slope varies n^2/12 times less than the level in its middle; a median varies pi/2 times as much as a mean. */
static double level_error(const struct line *line)
{
	double blocks = (double)line->blocks;
	return (line->slope.high - line->slope.low) / 2 * blocks * sqrt(acos(0) / 12);
}

/* Through all samples from line->begin on. */
static int fit(struct line *line, const double *seconds, const double *values, size_t n)
{
	line->n = n - line->begin;
	line->blocks = line->n < TC_FORECAST_BLOCKS ? line->n : TC_FORECAST_BLOCKS;
	int code = tc_blocks(line->median, line->blocks, values + line->begin, line->n, 0.5);
	if (!code)
		code = test(line);
	double lasted = seconds[n - 1] - seconds[line->begin];
	line->step_seconds = lasted * (double)line->n / (double)(line->n - 1) / (double)line->blocks;
	line->middle_seconds = seconds[line->begin] + lasted / 2;
	line->level = median_of(line->rest, line->blocks) + line->slope.slope * ((double)line->blocks - 1) / 2;
	line->level_error = level_error(line);
	return code;
}

/* The first block behind the largest of the steps, where levels explain the blocks better than the line does; else 0. */
static size_t largest_step(const struct line *line, const struct tc_change_points *levels)
{
	double from_levels = 0, most = 0;
	size_t begin = 0, index = 0;
	for (size_t i = 0; i <= levels->count; i++) {
		size_t end = i < levels->count ? levels->at[i].index : line->blocks;
		double shift = i < levels->count ? fabs(levels->at[i].after - levels->at[i].before) : 0;
		from_levels += distances(line->median + begin, end - begin);
		index = shift > most ? end : index;
		most = fmax(most, shift);
		begin = end;
	}
	return from_levels < distances(line->rest, line->blocks) ? index : 0;
}

/* Behind that step, if enough comes after it; whether there is such. */
static int restart(bool *moved, struct line *line)
{
	struct tc_change_points levels;
	int code = tc_change_points(&levels, line->median, line->blocks, 0);
	if (code)
		return code;
	size_t index = largest_step(line, &levels), begin = tc_block_begin(index, line->blocks, line->n);
	*moved = index && line->blocks - index >= BLOCKS_LEAST && line->n - begin >= TC_FORECAST_LEAST;
	line->begin += *moved ? begin : 0;
	tc_change_points_release(&levels);
	return 0;
}

static double at(const struct line *line, double seconds)
{
	return line->level + line->slope.slope * (seconds - line->middle_seconds) / line->step_seconds;
}

/* How far the line itself may be off, by its slope and by its level. */
static double doubt(const struct line *line, double seconds)
{
	double blocks_off = (seconds - line->middle_seconds) / line->step_seconds;
	return hypot((line->slope.high - line->slope.low) / 2 * blocks_off, line->level_error);
}

/* Whether the line has come from further away than the later half of it tells: a warm-up that levels off.  What turned back has not. */
static bool flattens(const struct line *line, const struct line *later, const double *seconds)
{
	size_t early = line->blocks / 6, last = line->begin + tc_block_begin(early, line->blocks, line->n) - 1;
	double when = (seconds[line->begin] + seconds[last]) / 2;
	double first = median_of(line->median, early), told = at(later, when), spread[TC_FORECAST_BLOCKS];
	double middle = median_of(later->rest, later->blocks);
	for (size_t i = 0; i < later->blocks; i++)
		spread[i] = fabs(later->rest[i] - middle);
	double off = hypot(doubt(later, when), tc_values_exact(spread, later->blocks, 0.95));
	off = fmax(off, least_bend * fabs(first - later->level));
	bool below = first<told - off, above = first> told + off;
	return (below && first < later->level && later->slope.high >= 0) ||
	       (above && first > later->level && later->slope.low <= 0);
}

/* Of what levels off the later half tells more of what comes than all of it. */
static int leave_warm_up(
	bool *moved, bool *too_few, struct line *line, const double *seconds, const double *values, size_t n)
{
	struct line later = {.begin = line->begin + line->n / 2};
	int code = fit(&later, seconds, values, n);
	if (code || !flattens(line, &later, seconds))
		return code;
	*too_few = later.n < TC_FORECAST_LEAST;
	*moved = !*too_few;
	later.flattened = true;
	if (*moved)
		*line = later;
	return 0;
}

/* Of values near the end of what a double holds. */
static double known(double value)
{
	return isfinite(value) ? value : NAN;
}

static double last_level(const struct line *line)
{
	size_t late = line->blocks / 6;
	return median_of(line->median + line->blocks - late, late);
}

/* What a single sample will be: as far off the line as others are, and the line itself is not sure. */
static int look_ahead(struct tc_forecast *out, const struct line *line, const double *seconds, const double *values)
{
	double *rest = malloc(line->n * sizeof *rest);
	if (!rest)
		return tc_error(TACHO_ENOMEM, "not enough memory for %zu samples", line->n);
	for (size_t i = 0; i < line->n; i++)
		rest[i] = values[line->begin + i] - at(line, seconds[line->begin + i]);
	double below = tc_values_exact(rest, line->n, 0.025), above = tc_values_exact(rest, line->n, 0.975);
	double sure = doubt(line, out->at_seconds), value = at(line, out->at_seconds);
	double last = line->flattened ? last_level(line) : value; /* where it levels off at once */
	out->value = known(value);
	out->value_low = known(fmin(value, last) - hypot(fmin(below, 0), sure));
	out->value_high = known(fmax(value, last) + hypot(fmax(above, 0), sure));
	free(rest);
	return 0;
}

enum { FAR_SECONDS = 10 * 365 * 86400 }; /* nobody plans for that */

static const char *no_limit(const struct tc_forecast *out, const struct line *line, double now_seconds, double limit)
{
	double left = limit - at(line, now_seconds), first = limit - at(line, out->since_seconds);
	if (isnan(limit))
		return "no limit is known";
	if (!out->heading)
		return "no straight line through it is sure enough to tell when";
	if (left * out->per_second < 0)
		return first * out->per_second < 0 ? "it moves away from the limit" : "the limit was passed";
	return left / out->per_second > FAR_SECONDS ? "the limit is more than ten years away" : NULL;
}

/* How far from the middle a line that rises by `slope`, sure within `turn`, comes to a level that lies `left` above the middle, sure within
 * `shift`: the two ends of what Fieller's theorem allows (Journal of the Royal Statistical Society B 16, 1954).  Late: NAN where it may be never. */
static double early(double left, double slope, double turn, double shift)
{
	double root = left * left * turn * turn + shift * shift * (slope * slope - turn * turn);
	return (left * left - shift * shift) / (left * slope + sqrt(fmax(root, 0)));
}

static double late(double left, double slope, double turn, double shift)
{
	double root = left * left * turn * turn + shift * shift * (slope * slope - turn * turn);
	return turn < slope ? (left * slope + sqrt(root)) / (slope * slope - turn * turn) : NAN;
}

/* The line is turned about its middle, where its level is known best, and shifted by what that is unsure of. */
static void reach(struct tc_forecast *out, const struct line *line, double now_seconds, double limit)
{
	double now = now_seconds - line->middle_seconds, way = out->per_second < 0 ? -1 : 1;
	out->limit_reason = no_limit(out, line, now_seconds, limit);
	if (out->limit_reason)
		return;
	double left = way * (limit - line->level), slope = fabs(out->per_second);
	if (line->flattened && left / slope - now > now_seconds - out->since_seconds) {
		out->limit_reason = "its later half is another line than its first, and the limit is further ahead "
				    "than it has gone on like this";
		return;
	}
	double faster = way * ((way < 0 ? out->low : out->high) - out->per_second);
	double slower = way * (out->per_second - (way < 0 ? out->high : out->low));
	out->seconds_to_limit = known(left / slope - now);
	out->soonest = known(fmax(0, early(left, slope, faster, line->level_error) - now));
	out->latest = known(late(left, slope, slower, line->level_error) - now);
}

static int tell(struct tc_forecast *out, const struct line *line, const double *seconds, const double *values, size_t n,
	double ahead_seconds, double limit)
{
	double lasted = seconds[n - 1] - seconds[line->begin];
	out->n = line->n;
	out->since_seconds = seconds[line->begin];
	out->p = line->p;
	out->heading = line->p <= least_p && fabs(line->slope.slope) > 0 && isfinite(line->slope.slope);
	out->per_second = known(line->slope.slope / line->step_seconds);
	out->low = known(line->slope.low / line->step_seconds);
	out->high = known(line->slope.high / line->step_seconds);
	out->at_seconds = seconds[n - 1] + fmin(ahead_seconds, lasted / 2);
	reach(out, line, seconds[n - 1], limit);
	return look_ahead(out, line, seconds, values);
}

/* Through what tells of the time to come. */
static int place(struct line *line, bool *too_few, const double *seconds, const double *values, size_t n)
{
	bool moved = true;
	int code = fit(line, seconds, values, n);
	*too_few = false;
	for (int i = 0; !code && moved && i < RESTARTS; i++) {
		code = restart(&moved, line);
		if (!code && moved)
			code = fit(line, seconds, values, n);
		else if (!code)
			code = leave_warm_up(&moved, too_few, line, seconds, values, n);
	}
	return code;
}

int tc_forecast(struct tc_forecast *out, const double *seconds, const double *values, size_t n, double ahead_seconds,
	double limit)
{
	struct line line = {.begin = 0};
	*out = (struct tc_forecast){.n = n, .since_seconds = NAN, .per_second = NAN, .low = NAN, .high = NAN, .p = NAN};
	out->at_seconds = out->value = out->value_low = out->value_high = NAN;
	out->seconds_to_limit = out->soonest = out->latest = NAN;
	if (n < TC_FORECAST_LEAST)
		out->reason = "fewer than 20 samples";
	else if (!(seconds[n - 1] > seconds[0]))
		out->reason = "no time passes between the samples";
	out->limit_reason = out->reason;
	if (out->reason)
		return 0;
	bool too_few;
	int code = place(&line, &too_few, seconds, values, n);
	if (!code && too_few)
		out->reason = out->limit_reason = "it flattens, and fewer than 20 samples tell how it goes on";
	return code || too_few ? code : tell(out, &line, seconds, values, n, ahead_seconds, limit);
}

static void raise_to(double *value, double least)
{
	*value = *value < least ? least : *value; /* what is not known stays so */
}

void tc_forecast_bound(struct tc_forecast *forecast, double least)
{
	raise_to(&forecast->value, least);
	raise_to(&forecast->value_low, least);
	raise_to(&forecast->value_high, least);
}
