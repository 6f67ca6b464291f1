/* SPDX-License-Identifier: MIT */
#include "stats/forecast_look.h"

#include <math.h>
#include <string.h>
#include "stats/blocks.h"
#include "stats/values.h"

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

static void scale(struct tc_look *look)
{
	double copy[TC_MODEL_BLOCKS];
	memcpy(copy, look->y, look->blocks * sizeof *copy);
	look->middle = tc_values_select(copy, look->blocks, 0.5);
	look->size = 0;
	for (size_t i = 0; i < look->blocks; i++)
		look->size = fmax(look->size, fabs(look->y[i] - look->middle));
	for (size_t i = 0; i < look->blocks; i++)
		look->y[i] = look->size > 0 ? (look->y[i] - look->middle) / look->size : 0;
}

double tc_look_time(const struct tc_look *look, double sample)
{
	return sample / (double)(look->n - 1) - 1;
}

int tc_look(struct tc_look *out, const double *values, size_t n, double quantile)
{
	out->n = n;
	out->blocks = n < TC_MODEL_BLOCKS ? n : TC_MODEL_BLOCKS;
	out->ways.count = 0;
	int code = tc_blocks(out->y, out->blocks, values, n, quantile);
	if (code)
		return code;
	for (size_t i = 0; i < out->blocks; i++) {
		size_t begin = tc_block_begin(i, out->blocks, n), end = tc_block_begin(i + 1, out->blocks, n);
		out->x[i] = tc_look_time(out, (double)(begin + end - 1) / 2);
	}
	clean(out->y, out->blocks);
	scale(out);
	if (isfinite(out->size))
		tc_forecast_model(&out->ways, out->x, out->y, out->blocks);
	return 0;
}
