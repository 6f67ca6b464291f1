/* SPDX-License-Identifier: MIT
 *
 * trend_fixture.c - the driver of trend_test.py: series from stdin, each as how many values and the values; their trend and change points
 * to stdout as JSON, one series to the line.
 */
#include <stdio.h>
#include <stdlib.h>
#include "base/json.h"
#include "stats/mann_kendall.h"
#include "stats/trend.h"

static void print_trend(struct tc_json *json, const struct tc_trend *t)
{
	tc_json_text(json, "trend", tc_trend_name(t->label));
	tc_json_bool(json, "enough_data", t->enough_data);
	tc_json_text(json, "shape", t->shape);
	tc_json_f64(json, "change_percent", t->change_percent);
	tc_json_f64(json, "change_lo", t->low_percent);
	tc_json_f64(json, "change_hi", t->high_percent);
	tc_json_f64(json, "halves_change_percent", t->halves_change_percent);
	tc_json_f64(json, "slope", t->slope);
	tc_json_f64(json, "p_value", t->p);
	tc_json_f64(json, "n_eff", t->n_eff);
}

static void print_points(struct tc_json *json, const struct tc_change_points *points)
{
	tc_json_array(json, "change_points");
	for (size_t i = 0; i < points->count; i++)
		tc_json_u64(json, NULL, points->at[i].index);
	tc_json_end(json);
}

static int print(const double *values, size_t n)
{
	struct tc_change_points points;
	struct tc_trend trend;
	struct tc_json json;
	if (tc_change_points(&points, values, n, 0.01) || tc_trend(&trend, values, n, 1, &points))
		return -1;
	tc_json_init(&json, stdout, false);
	tc_json_object(&json, NULL);
	print_trend(&json, &trend);
	print_points(&json, &points);
	tc_json_end(&json);
	tc_change_points_release(&points);
	return 0;
}

int main(void)
{
	static double values[1 << 16];
	size_t n;
	while (scanf("%zu", &n) == 1 && n < 1 << 16) {
		for (size_t i = 0; i < n; i++)
			if (scanf("%lf", &values[i]) != 1)
				return 1;
		if (print(values, n))
			return 1;
	}
	return 0;
}
