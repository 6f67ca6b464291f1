/* SPDX-License-Identifier: MIT */
#include "stats/forecast_model.h"

#include <math.h>
#include "stats/forecast_stretch.h"

enum {
	LINE_LEAST = 8,
	BENT_LEAST = 12,
	BENT_EVERY = 5,
	FAMILIES = 4,
	TRIED = 5,
	NODES = 7,
	GOLDEN_STEPS = 9,
	EDGE_STEPS = 6
};

static const double least_squares = 1e-12; /* what a double tells of values about 1 */
static const double too_little = 12;       /* by so much a criterion is worse of what weighs nothing beside the best */
static const double may_deepen = 30;       /* by so much at most it gets better between two bends that were tried */

static const struct family {
	enum tc_bent kind;
	double bend[TRIED]; /* by the length of the stretch */
} families[FAMILIES] = {
	{TC_BENT_EXPONENTIAL, {-24, -10, -5, -2.3, -0.7}},
	{TC_BENT_LOGARITHM, {0.3, 0.6, 0.85, 0.95, 0.99}},
	{TC_BENT_PARABOLA, {0.25, 0.5, 0.75, 1, 1.4}},
	{TC_BENT_EXPONENTIAL, {0.7, 1.6, 3, 5, 9}},
};

struct model {
	const double *x, *y;
	size_t n;
	struct tc_left before[TC_LIKES][TC_STRETCHES + 1][TC_STRETCH_BLOCKS];
	double best; /* criterion */
};

/* way->weight: the criterion, with as many stretches before it as make it best. */
static void judge(struct tc_way *way, const struct model *model, int k, const struct tc_stretch *s)
{
	double blocks = (double)model->n, det = s->s11 * s->sgg - s->s1g * s->s1g, variance = 0;
	struct tc_left own = tc_stretch_left(s, tc_like[k]);
	way->weight = INFINITY;
	for (int m = 0; m <= TC_STRETCHES; m++) {
		const struct tc_left *before = &model->before[k][m][way->begin];
		double parameters = 2 * (m + 1) + (way->kind != TC_BENT_NOT);
		double squares = before->squares + own.squares + least_squares;
		double c = blocks * log(squares) + before->logs + own.logs + log(blocks) * (parameters + 2 * m);
		if (!(c < way->weight))
			continue;
		way->weight = c;
		way->freedom = blocks - parameters;
		variance = squares / way->freedom;
	}
	way->level = (s->sgg * s->s1y - s->s1g * s->sgy) / det;
	way->slope = (s->s11 * s->sgy - s->s1g * s->s1y) / det;
	way->spread = sqrt(variance);
	way->level2 = variance * s->sgg / det;
	way->slope2 = variance * s->s11 / det;
	way->both = -variance * s->s1g / det;
}

/* One way for each likeness.  The least criterion of these. */
static double try_way(
	struct tc_way out[TC_LIKES], const struct model *model, size_t begin, enum tc_bent kind, double bend)
{
	struct tc_stretch stretch[TC_LIKES] = {0};
	double least = INFINITY;
	for (size_t i = begin; i < model->n; i++) {
		double g = tc_bent(model->x[i], kind, bend);
		for (int k = 0; k < TC_LIKES; k++)
			tc_stretch_add(&stretch[k], g, model->y[i], tc_like[k]);
	}
	for (int k = 0; k < TC_LIKES; k++) {
		out[k] = (struct tc_way){.begin = begin, .kind = kind, .bend = bend};
		judge(&out[k], model, k, &stretch[k]);
		least = fmin(least, out[k].weight);
	}
	return least;
}

struct dip { /* of the criterion over the bends of a family */
	size_t begin;
	const struct family *family;
	double least, bend, low, high; /* where it is least; what was tried beside that */
};

static double least_of(const struct model *model, const struct dip *dip, double bend)
{
	struct tc_way way[TC_LIKES];
	return try_way(way, model, dip->begin, dip->family->kind, bend);
}

static double tried(const struct model *model, const struct dip *dip, int i)
{
	return dip->family->bend[i < 0 ? 0 : i < TRIED ? i : TRIED - 1] / -model->x[dip->begin];
}

static struct dip find_dip(const struct model *model, size_t begin, const struct family *family)
{
	struct dip dip = {.begin = begin, .family = family, .least = INFINITY};
	int best = 0;
	for (int i = 0; i < TRIED; i++) {
		double c = least_of(model, &dip, tried(model, &dip, i));
		best = c < dip.least ? i : best;
		dip.least = fmin(dip.least, c);
	}
	dip.bend = tried(model, &dip, best);
	dip.low = tried(model, &dip, best - 1);
	dip.high = tried(model, &dip, best + 1);
	return dip;
}

/* By golden sections. */
static void deepen(struct dip *dip, const struct model *model)
{
	double golden = (sqrt(5) - 1) / 2, low = dip->low, high = dip->high, a = high - golden * (high - low);
	double at_a = least_of(model, dip, a);
	for (int i = 0; i < GOLDEN_STEPS; i++) {
		double b = low + high - a, at_b = least_of(model, dip, b);
		double nearer = at_a < at_b ? a : b;
		*((at_a < at_b) == (a < b) ? &high : &low) = at_a < at_b ? b : a;
		a = nearer;
		at_a = fmin(at_a, at_b);
	}
	dip->bend = at_a < dip->least ? a : dip->bend;
	dip->least = fmin(at_a, dip->least);
}

/* How far from the dip towards `end` the criterion is too_little worse. */
static double edge(const struct model *model, const struct dip *dip, double end)
{
	double in = dip->bend, out = end, most = dip->least + too_little * 2 / 3;
	if (least_of(model, dip, end) < most)
		return end;
	for (int i = 0; i < EDGE_STEPS; i++) {
		double middle = (in + out) / 2;
		*(least_of(model, dip, middle) < most ? &in : &out) = middle;
	}
	return (in + out) / 2;
}

static void keep(struct tc_ways *out, const struct model *model, const struct tc_way way[TC_LIKES], double share)
{
	for (int k = 0; k < TC_LIKES; k++) {
		if (!(way[k].weight < model->best + too_little))
			continue;
		out->way[out->count] = way[k];
		out->way[out->count++].weight = share * exp((model->best - way[k].weight) / 2);
	}
}

/* All bends together weigh what the best of them does. */
static void keep_bent(struct tc_ways *out, const struct model *model, const struct dip *dip)
{
	double low = edge(model, dip, tried(model, dip, 0)), high = edge(model, dip, tried(model, dip, TRIED)), sum = 0;
	struct tc_way way[NODES][TC_LIKES];
	for (int i = 0; i < NODES; i++) {
		double bend = low + (high - low) * (i + 0.5) / NODES;
		sum += exp((dip->least - try_way(way[i], model, dip->begin, dip->family->kind, bend)) / 2);
	}
	for (int i = 0; i < NODES; i++)
		keep(out, model, way[i], 1 / sum);
}

static void keep_lines(struct tc_ways *out, const struct model *model)
{
	struct tc_way way[TC_LIKES];
	for (size_t i = 0; i + LINE_LEAST <= model->n; i++)
		if (try_way(way, model, i, TC_BENT_NOT, 0) < model->best + too_little)
			keep(out, model, way, 1);
}

/* Only what may become as good as the best is looked at closely. */
static size_t find_dips(struct dip *dip, struct model *model)
{
	size_t dips = 0;
	double coarse = model->best;
	for (size_t i = 0; i + BENT_LEAST <= model->n; i += BENT_EVERY)
		for (int k = 0; k < FAMILIES; k++) {
			dip[dips] = find_dip(model, i, &families[k]);
			coarse = fmin(coarse, dip[dips++].least);
		}
	for (size_t i = 0; i < dips; i++) {
		if (dip[i].least < fmin(coarse, model->best) + may_deepen)
			deepen(&dip[i], model);
		model->best = fmin(model->best, dip[i].least);
	}
	return dips;
}

static void weigh(struct tc_ways *ways)
{
	double sum = 0, kept = 0;
	size_t count = 0;
	for (size_t i = 0; i < ways->count; i++)
		sum += ways->way[i].weight;
	for (size_t i = 0; i < ways->count; i++)
		if (ways->way[i].weight > 1e-4 * sum) {
			kept += ways->way[i].weight;
			ways->way[count++] = ways->way[i];
		}
	ways->count = count;
	for (size_t i = 0; i < count; i++)
		ways->way[i].weight /= kept;
}

void tc_forecast_model(struct tc_ways *out, const double *x, const double *y, size_t n)
{
	struct model model = {.x = x, .y = y, .n = n, .best = INFINITY};
	struct tc_way way[TC_LIKES];
	struct dip dip[TC_MODEL_BLOCKS / BENT_EVERY * FAMILIES];
	for (int k = 0; k < TC_LIKES; k++)
		tc_stretches(model.before[k], x, y, n - LINE_LEAST, tc_like[k]);
	for (size_t i = 0; i + LINE_LEAST <= n; i++)
		model.best = fmin(model.best, try_way(way, &model, i, TC_BENT_NOT, 0));
	size_t dips = find_dips(dip, &model);
	out->count = 0;
	keep_lines(out, &model);
	for (size_t i = 0; i < dips; i++)
		if (dip[i].least < model.best + too_little)
			keep_bent(out, &model, &dip[i]);
	weigh(out);
}

const struct tc_way *tc_likeliest(const struct tc_ways *ways)
{
	double at[TC_MODEL_BLOCKS] = {0};
	const struct tc_way *out = NULL;
	size_t begin = 0;
	for (size_t i = 0; i < ways->count; i++)
		at[ways->way[i].begin] += ways->way[i].weight;
	for (size_t i = 0; i < TC_MODEL_BLOCKS; i++)
		begin = at[i] > at[begin] ? i : begin;
	for (const struct tc_way *way = ways->way; way < ways->way + ways->count; way++)
		if (way->begin == begin && (!out || way->weight > out->weight))
			out = way;
	return out;
}
