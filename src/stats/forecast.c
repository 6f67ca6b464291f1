/* SPDX-License-Identifier: MIT */
#include "stats/forecast.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/blocks.h"
#include "stats/forecast_look.h"
#include "stats/forecast_ways.h"
#include "stats/values.h"

static const double least_p = 0.01;
enum { FAR_SECONDS = 10 * 365 * 86400 }; /* nobody plans for that */

struct view {
	const double *seconds, *values;
	double lasted;
	struct tc_look look;
};

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
	size_t n = out->n, begin = view->look.n - n;
	double *rest = malloc(n * sizeof *rest), error;
	if (!rest)
		return tc_error(TACHO_ENOMEM, "not enough memory for %zu samples", n);
	for (size_t i = 0; i < n; i++) {
		struct tc_aim then = {TC_AIM_BENT, tc_look_time(&view->look, (double)(begin + i))};
		rest[i] = view->values[begin + i] - view->look.middle -
		          view->look.size * tc_way_mean(&error, likeliest, &then);
	}
	double below = fmin(tc_values_exact(rest, n, 0.025), 0), above = fmax(tc_values_exact(rest, n, 0.975), 0);
	struct span level =
		levels_at(&view->look.ways, (out->at_seconds - view->seconds[view->look.n - 1]) / view->lasted);
	double value = view->look.middle + view->look.size * level.middle;
	out->value = known(value);
	out->value_low = known(value - hypot(below, view->look.size * (level.middle - level.low)));
	out->value_high = known(value + hypot(above, view->look.size * (level.high - level.middle)));
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
			    first = {TC_AIM_BENT, tc_look_time(&view->look, (double)(view->look.n - out->n))};
	double level = limit - view->look.middle, error;
	double left = level - view->look.size * tc_ways_quantile(&view->look.ways, &now, 0.5);
	out->limit_reason = no_limit(out, left, level - view->look.size * tc_way_mean(&error, likeliest, &first));
	if (out->limit_reason)
		return;
	int way = out->per_second < 0 ? -1 : 1;
	struct span time = times_to(&view->look.ways, level / view->look.size, way, FAR_SECONDS / view->lasted);
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
	const struct tc_way *likeliest = tc_likeliest(&view->look.ways);
	if (!likeliest) {
		out->reason = out->limit_reason = "its values are too far apart to reckon with";
		return 0;
	}
	double each = view->look.size / view->lasted, rises = tc_ways_above(&view->look.ways, &slope, 0);
	size_t begin = tc_block_begin(likeliest->begin, view->look.blocks, view->look.n);
	double now = view->seconds[view->look.n - 1];
	out->n = view->look.n - begin;
	out->since_seconds = view->seconds[begin];
	out->p = fmin(1, fmax(0, 2 * fmin(rises, 1 - rises))); /* weights add up to 1 but for rounding */
	out->per_second = known(tc_ways_quantile(&view->look.ways, &slope, 0.5) * each);
	out->low = known(tc_ways_quantile(&view->look.ways, &slope, 0.025) * each);
	out->high = known(tc_ways_quantile(&view->look.ways, &slope, 0.975) * each);
	double moved = fabs(out->per_second) * (now - out->since_seconds); /* what has ended still bends a little */
	out->heading = out->p <= least_p && moved > likeliest->spread * view->look.size;
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
	*view = (struct view){.seconds = seconds, .values = values, .lasted = seconds[n - 1] - seconds[0]};
	int code = tc_look(&view->look, values, n, 0.5);
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
