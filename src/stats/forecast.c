/* SPDX-License-Identifier: MIT */
#include "stats/forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/blocks.h"
#include "stats/forecast_ways.h"
#include "stats/values.h"

static const double least_p = 0.01;
enum { FAR_SECONDS = 10 * 365 * 86400 }; /* nobody plans for that */

struct view { /* the series as the model has it: time in lengths of the series, 0 at its end; values by their size, 0 in the middle */
	const double *seconds, *values;
	size_t n, blocks;
	double lasted, middle, size;
	double x[TC_MODEL_BLOCKS], y[TC_MODEL_BLOCKS];
	struct tc_ways ways;
};

/* A block that lies far from the five around it is one of outliers: it is as these are (F. Hampel, JASA 69, 1974). */
static void clean(double *y, size_t n)
{
	double step[TC_MODEL_BLOCKS], middle[TC_MODEL_BLOCKS], usual[TC_MODEL_BLOCKS], copy[TC_MODEL_BLOCKS];
	for (size_t i = 1; i < n; i++)
		step[i - 1] = copy[i - 1] = fabs(y[i] - y[i - 1]);
	double everywhere = tc_values_select(copy, n - 1, 0.5);
	for (size_t i = 0; i < n; i++) {
		size_t begin = i < 2 ? 0 : i + 3 > n ? n - 5 : i - 2;
		memcpy(copy, y + begin, 5 * sizeof *copy);
		middle[i] = tc_values_select(copy, 5, 0.5);
		memcpy(copy, step + begin, 4 * sizeof *copy);
		usual[i] = fmax(everywhere, tc_values_select(copy, 4, 1.0 / 3));
	}
	for (size_t i = 0; i < n; i++)
		y[i] = fabs(y[i] - middle[i]) > 3 * 1.4826 * usual[i] ? middle[i] : y[i];
}

static void scale(struct view *view)
{
	double copy[TC_MODEL_BLOCKS];
	memcpy(copy, view->y, sizeof copy);
	view->middle = tc_values_select(copy, view->blocks, 0.5);
	view->size = 0;
	for (size_t i = 0; i < view->blocks; i++)
		view->size = fmax(view->size, fabs(view->y[i] - view->middle));
	for (size_t i = 0; i < view->blocks; i++)
		view->y[i] = view->size > 0 ? (view->y[i] - view->middle) / view->size : 0;
}

static double time_of(const struct view *view, double sample)
{
	return sample / (double)(view->n - 1) - 1;
}

static int look(struct view *view)
{
	size_t n = view->n;
	view->blocks = n < TC_MODEL_BLOCKS ? n : TC_MODEL_BLOCKS;
	int code = tc_blocks(view->y, view->blocks, view->values, n, 0.5);
	if (code)
		return code;
	for (size_t i = 0; i < view->blocks; i++) {
		size_t begin = tc_block_begin(i, view->blocks, n), end = tc_block_begin(i + 1, view->blocks, n);
		view->x[i] = time_of(view, (double)(begin + end - 1) / 2);
	}
	clean(view->y, view->blocks);
	scale(view);
	view->ways.count = 0;
	if (isfinite(view->size))
		tc_forecast_model(&view->ways, view->x, view->y, view->blocks);
	return 0;
}

/* Of values near the end of what a double holds. */
static double known(double value)
{
	return isfinite(value) ? value : NAN;
}

/* From the middle of a quantile of both the way that bends and the straight one to the further of the outer ones: how it bends says less of the
 * time to come the longer that is. */
struct span {
	double low, middle, high;
};

static struct span levels_at(const struct tc_ways *ways, double x)
{
	const struct tc_aim straight = {TC_AIM_STRAIGHT, x}, bent = {TC_AIM_BENT, x};
	return (struct span){
		.low = fmin(tc_ways_quantile(ways, &straight, 0.025), tc_ways_quantile(ways, &bent, 0.025)),
		.middle = (tc_ways_quantile(ways, &straight, 0.5) + tc_ways_quantile(ways, &bent, 0.5)) / 2,
		.high = fmax(tc_ways_quantile(ways, &straight, 0.975), tc_ways_quantile(ways, &bent, 0.975)),
	};
}

static double both_known(double a, double b, double out)
{
	return isnan(a) || isnan(b) ? NAN : out;
}

static struct span times_to(const struct tc_ways *ways, double level, int way, double far)
{
	double straight[3], bent[3];
	const double probability[3] = {0.025, 0.5, 0.975};
	for (int i = 0; i < 3; i++) {
		straight[i] = tc_ways_reach(ways, TC_AIM_STRAIGHT, level, way, probability[i], far);
		bent[i] = tc_ways_reach(ways, TC_AIM_BENT, level, way, probability[i], far);
	}
	return (struct span){
		.low = fmin(straight[0], bent[0]),
		.middle = both_known(straight[1], bent[1], (straight[1] + bent[1]) / 2),
		.high = both_known(straight[2], bent[2], fmax(straight[2], bent[2])),
	};
}

/* What a single sample will be: as far off as others were, of a level that is not sure itself. */
static int look_ahead(struct tc_forecast *out, const struct view *view, const struct tc_way *likeliest)
{
	size_t n = out->n, begin = view->n - n;
	double *rest = malloc(n * sizeof *rest), error;
	if (!rest)
		return tc_error(TACHO_ENOMEM, "not enough memory for %zu samples", n);
	for (size_t i = 0; i < n; i++) {
		struct tc_aim then = {TC_AIM_BENT, time_of(view, (double)(begin + i))};
		rest[i] = view->values[begin + i] - view->middle - view->size * tc_way_mean(&error, likeliest, &then);
	}
	double below = fmin(tc_values_exact(rest, n, 0.025), 0), above = fmax(tc_values_exact(rest, n, 0.975), 0);
	struct span level = levels_at(&view->ways, (out->at_seconds - view->seconds[view->n - 1]) / view->lasted);
	double value = view->middle + view->size * level.middle;
	out->value = known(value);
	out->value_low = known(value - hypot(below, view->size * (level.middle - level.low)));
	out->value_high = known(value + hypot(above, view->size * (level.high - level.middle)));
	free(rest);
	return 0;
}

/* Why no limit lies ahead; left, first: how far it is to it now, and was. */
static const char *no_limit(const struct tc_forecast *out, double left, double first)
{
	if (isnan(left))
		return "no limit is known";
	if (!out->heading)
		return "where it is heading is not sure enough to tell when";
	if (left * out->per_second < 0)
		return first * out->per_second < 0 ? "it moves away from the limit" : "the limit was passed";
	return left / out->per_second > FAR_SECONDS ? "the limit is more than ten years away" : NULL;
}

static void reach(struct tc_forecast *out, const struct view *view, const struct tc_way *likeliest, double limit)
{
	const struct tc_aim now = {TC_AIM_STRAIGHT, 0},
			    first = {TC_AIM_BENT, time_of(view, (double)(view->n - out->n))};
	double level = limit - view->middle, error;
	double left = level - view->size * tc_ways_quantile(&view->ways, &now, 0.5);
	out->limit_reason = no_limit(out, left, level - view->size * tc_way_mean(&error, likeliest, &first));
	if (out->limit_reason)
		return;
	int way = out->per_second < 0 ? -1 : 1;
	struct span time = times_to(&view->ways, level / view->size, way, FAR_SECONDS / view->lasted);
	if (isnan(time.middle))
		out->limit_reason = "it slows down, and so it may end before it is there";
	else
		out->seconds_to_limit = time.middle * view->lasted;
	out->soonest = isnan(time.middle) ? NAN : time.low * view->lasted;
	out->latest = isnan(time.middle) ? NAN : time.high * view->lasted;
}

static int tell(struct tc_forecast *out, const struct view *view, double ahead_seconds, double limit)
{
	const struct tc_aim slope = {.of = TC_AIM_SLOPE};
	const struct tc_way *likeliest = tc_likeliest(&view->ways);
	if (!likeliest) {
		out->reason = out->limit_reason = "its values are too far apart to reckon with";
		return 0;
	}
	double each = view->size / view->lasted, rises = tc_ways_above(&view->ways, &slope, 0);
	size_t begin = tc_block_begin(likeliest->begin, view->blocks, view->n);
	double now = view->seconds[view->n - 1];
	out->n = view->n - begin;
	out->since_seconds = view->seconds[begin];
	out->p = fmin(1, 2 * fmin(rises, 1 - rises));
	out->per_second = known(tc_ways_quantile(&view->ways, &slope, 0.5) * each);
	out->low = known(tc_ways_quantile(&view->ways, &slope, 0.025) * each);
	out->high = known(tc_ways_quantile(&view->ways, &slope, 0.975) * each);
	double moved = fabs(out->per_second) * (now - out->since_seconds); /* what has ended still bends a little */
	out->heading = out->p <= least_p && moved > likeliest->spread * view->size;
	out->at_seconds = now + fmin(ahead_seconds, (now - out->since_seconds) / 2);
	reach(out, view, likeliest, limit);
	return look_ahead(out, view, likeliest);
}

int tc_forecast(struct tc_forecast *out, const double *seconds, const double *values, size_t n, double ahead_seconds,
	double limit)
{
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
	struct view *view = malloc(sizeof *view);
	if (!view)
		return tc_error(TACHO_ENOMEM, "not enough memory to look ahead");
	*view = (struct view){.seconds = seconds, .values = values, .n = n, .lasted = seconds[n - 1] - seconds[0]};
	int code = look(view);
	if (!code)
		code = tell(out, view, ahead_seconds, limit);
	free(view);
	return code;
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
