/* SPDX-License-Identifier: MIT */
#include "stats/forecast_stretch.h"

#include <math.h>
#include <stdbool.h>

const double tc_like[TC_LIKES] = {0, 0.4, 0.7, 0.87, 0.96};

/* The first of a stretch has nothing before it. */
void tc_stretch_add(struct tc_stretch *s, double g, double y, double like)
{
	bool first = !(s->raw11 > 0);
	double own = first ? sqrt(1 - like * like) : 1, last = first ? 0 : like;
	double w1 = own - last, wg = own * g - last * s->g, wy = own * y - last * s->y;
	s->raw11 += 1;
	s->raw1g += g;
	s->rawgg += g * g;
	s->s11 += w1 * w1;
	s->s1g += w1 * wg;
	s->sgg += wg * wg;
	s->s1y += w1 * wy;
	s->sgy += wg * wy;
	s->syy += wy * wy;
	s->g = g;
	s->y = y;
}

/* The likelihood of residuals alone (REML; D. Harville, JASA 72, 1977) has the determinant of what was fitted, by that without likeness so
 * that stretches of different lengths compare. */
struct tc_left tc_stretch_left(const struct tc_stretch *s, double like)
{
	double det = s->s11 * s->sgg - s->s1g * s->s1g, raw = s->raw11 * s->rawgg - s->raw1g * s->raw1g;
	double level = (s->sgg * s->s1y - s->s1g * s->sgy) / det, slope = (s->s11 * s->sgy - s->s1g * s->s1y) / det;
	double squares = s->syy - level * s->s1y - slope * s->sgy;
	return (struct tc_left){fmax(squares, 0), log(det / raw / (1 - like * like))};
}

/* By all lines that begin at a place up to which all is known. */
static void extend(struct tc_left out[TC_STRETCHES + 1][TC_STRETCH_BLOCKS], size_t begin, const double *x,
	const double *y, size_t end, double like)
{
	struct tc_stretch stretch = {0};
	for (size_t i = begin; i < end; i++) {
		tc_stretch_add(&stretch, x[i], y[i], like);
		if (i + 1 - begin < TC_STRETCH_LEAST)
			continue;
		struct tc_left own = tc_stretch_left(&stretch, like);
		for (int m = 0; m < TC_STRETCHES; m++) {
			struct tc_left *to = &out[m + 1][i + 1];
			if (out[m][begin].squares + own.squares < to->squares)
				*to = (struct tc_left){
					out[m][begin].squares + own.squares, out[m][begin].logs + own.logs};
		}
	}
}

void tc_stretches(struct tc_left out[TC_STRETCHES + 1][TC_STRETCH_BLOCKS], const double *x, const double *y, size_t end,
	double like)
{
	for (int m = 0; m <= TC_STRETCHES; m++)
		for (size_t i = 0; i <= end; i++)
			out[m][i] = (struct tc_left){m || i ? INFINITY : 0, 0};
	for (size_t begin = 0; begin + TC_STRETCH_LEAST <= end; begin++)
		extend(out, begin, x, y, end, like);
}
