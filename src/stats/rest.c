/* SPDX-License-Identifier: MIT */
#include "stats/rest.h"

#include <math.h>
#include <stdbool.h>
#include "stats/rank.h"
#include "stats/values.h"

static const double most_alike = 0.98;    /* as of tc_inflation(): what is more alike does not come back in time */
static const double far_off = 3 * 1.4826; /* in median distances */
/* A chance of e^-1 to so much of the gain; of steps to each of them. */
static const double fold = 3, bent_fold = 4.3;

static double limit(double value, double most)
{
	return fmin(fmax(value, -most), most);
}

/* Most likely where each value is `like` times the one before: the ends say more of it than what lies between. */
static double mean_of(const double *series, size_t n, double like)
{
	double between = 0;
	for (size_t i = 1; i + 1 < n; i++)
		between += series[i];
	return (series[0] + series[n - 1] + (1 - like) * between) / (2 + (1 - like) * (double)(n - 2));
}

/* -2 ln of the likelihood at rest, but for a constant; the scale is the most likely one. */
static double surprise(const double *series, size_t n)
{
	double like = limit(tc_lag1(series, n), most_alike), mean = mean_of(series, n, like);
	double sum = (1 - like * like) * (series[0] - mean) * (series[0] - mean);
	for (size_t i = 1; i < n; i++) {
		double new = series[i] - mean - like *(series[i - 1] - mean);
		sum += new *new;
	}
	return (double)n * log(sum) - log(1 - like * like);
}

/* The same of values that never come back. */
static double surprise_of_walk(const double *series, size_t n)
{
	double sum = 0;
	for (size_t i = 1; i < n; i++)
		sum += (series[i] - series[i - 1]) * (series[i] - series[i - 1]);
	return (double)n * log(sum);
}

static double chance(double gain, double once)
{
	return gain > 0 ? exp(-gain / once) : 1;
}

/* What the course leaves into left, the values as they count into held, in units of the usual distance.  False: it leaves nothing. */
static bool leave(double *left, double *held, const double *values, const double *course, size_t n)
{
	for (size_t i = 0; i < n; i++)
		left[i] = fabs(values[i] - course[i]);
	double distance = tc_values_select(left, n, 0.5), largest = 0;
	double most = distance > 0 ? far_off : INFINITY, unit = distance > 0 ? distance : 1;
	for (size_t i = 0; i < n; i++) {
		left[i] = limit((values[i] - course[i]) / unit, most);
		held[i] = course[i] / unit + left[i];
		largest = fmax(largest, fabs(left[i]));
	}
	return largest > 0;
}

static double walk_chance(const double *series, size_t n)
{
	return chance(surprise(series, n) - surprise_of_walk(series, n), fold);
}

/* 1, t and t squared, made orthogonal over n values that are evenly apart. */
static double power_of(size_t i, size_t n, int power)
{
	double t = (double)i - ((double)n - 1) / 2;
	return power == 0 ? 1 : power == 1 ? t : t * t - ((double)n * (double)n - 1) / 12;
}

/* What a parabola leaves, by least squares. */
static void take_bend(double *left, size_t n)
{
	for (int power = 0; power <= 2; power++) {
		double sum = 0, squares = 0;
		for (size_t i = 0; i < n; i++) {
			sum += left[i] * power_of(i, n, power);
			squares += power_of(i, n, power) * power_of(i, n, power);
		}
		for (size_t i = 0; i < n; i++)
			left[i] -= sum / squares * power_of(i, n, power);
	}
}

double tc_rest_p(const double *values, const double *course, size_t steps, size_t n, double *room)
{
	double *left = room, *held = room + n;
	if (n < 4)
		return 1;
	if (!leave(left, held, values, course, n))
		return 0;
	double rest = surprise(held, n), gain = rest - surprise(left, n);
	double p = fmin(chance(gain, steps ? fold * (double)steps : fold), walk_chance(values, n));
	if (steps)
		return p;
	take_bend(left, n);
	return fmin(p, chance(rest - surprise(left, n), bent_fold));
}
