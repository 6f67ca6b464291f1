/* SPDX-License-Identifier: MIT */
#include "stats/forecast_look.h"

#include <math.h>
#include <string.h>
#include "stats/blocks.h"
#include "stats/values.h"

enum { NEAR = 5 };

/* How far a block lies off those around it, along their usual step; steps: how far these lie off that. */
static double off(double steps[NEAR - 1], const double *y, size_t n, size_t i)
{
	size_t begin = i < NEAR / 2 ? 0 : i + NEAR / 2 >= n ? n - NEAR : i - NEAR / 2;
	double level[NEAR], copy[NEAR - 1];
	for (int k = 0; k < NEAR - 1; k++)
		copy[k] = steps[k] = y[begin + (size_t)k + 1] - y[begin + (size_t)k];
	double step = tc_values_select(copy, NEAR - 1, 0.5);
	for (int k = 0; k < NEAR - 1; k++)
		steps[k] = fabs(steps[k] - step);
	for (int k = 0; k < NEAR; k++)
		level[k] = y[begin + (size_t)k] - step * ((double)begin + k - (double)i);
	return y[i] - tc_values_select(level, NEAR, 0.5);
}

/* A block that lies far from those around it is one of outliers, or, as the last, of an end: it is as these are (F. Hampel, JASA 69, 1974). */
static void clean(double *y, size_t n)
{
	double far[TC_MODEL_BLOCKS], usual[TC_MODEL_BLOCKS], copy[TC_MODEL_BLOCKS], steps[NEAR - 1];
	for (size_t i = 0; i < n; i++) {
		far[i] = off(steps, y, n, i);
		usual[i] = tc_values_select(steps, NEAR - 1, 1.0 / 3);
	}
	memcpy(copy, usual, n * sizeof *copy);
	double everywhere = 1.5 * tc_values_select(copy, n, 0.5);
	for (size_t i = 0; i < n; i++)
		y[i] -= fabs(far[i]) > 3 * 1.4826 * fmax(usual[i], everywhere) ? far[i] : 0;
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
