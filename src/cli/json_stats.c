/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "cli/stats.h"
#include "export/report_json.h"

static void summary(struct tc_json *json, const struct tc_summary *s)
{
	static const char few[] = "needs at least two values", interval[] = "needs at least six values",
			  outcome[] = "a number has no outcome";
	tc_json_object(json, "summary");
	tc_json_u64(json, "n", s->count);
	tc_json_text(json, "method", "exact");
	tc_json_bool(json, "enough_data", s->count >= 2);
	tc_json_u64(json, "count", s->count);
	tc_json_known(json, "total", s->total, "it is beyond what a double holds");
	tc_json_known(json, "mean", s->mean, "it is beyond what a double holds");
	tc_json_known(json, "sd", s->sd, s->count < 2 ? few : "it is beyond what a double holds");
	tc_json_known(json, "cv", s->cv, s->count < 2 ? few : "the mean is 0");
	tc_json_f64(json, "min", s->min);
	tc_json_f64(json, "max", s->max);
	tc_json_f64(json, "median", s->median);
	tc_json_known(json, "median_lo", s->median_low, interval);
	tc_json_known(json, "median_hi", s->median_high, interval);
	tc_json_f64(json, "p90", s->p90);
	tc_json_f64(json, "p95", s->p95);
	tc_json_f64(json, "p99", s->p99);
	tc_json_f64(json, "p999", s->p999);
	tc_json_f64(json, "mad", s->mad);
	tc_json_known(json, "rcv", s->rcv, "the median is 0");
	tc_json_known(json, "tail_ratio", s->tail_ratio,
		s->count < TC_TAIL_LEAST ? "needs at least 100 values" : "the median is not above 0");
	tc_json_f64(json, "quantile_error", s->quantile_error);
	tc_json_absent(json, "success", outcome);
	tc_json_absent(json, "failed", outcome);
	tc_json_end(json);
}

static void series(struct tc_json *json, const struct tc_stats_series *s)
{
	const struct tc_series_file *file = &s->series;
	tc_json_text(json, "file", s->name);
	tc_json_given(json, "column", s->column, "each line is one number");
	tc_json_known(json, "first_seconds", file->at ? file->at[0] : NAN, "no column of times was given");
	tc_json_known(json, "last_seconds", file->at ? file->at[file->count - 1] : NAN, "no column of times was given");
	summary(json, &s->summary);
}

void tc_json_stats(struct tc_json *json, const struct tc_stats_series *s)
{
	tc_json_object(json, NULL);
	tc_json_text(json, "schema", "tacho.stats/1");
	tc_json_given(json, "unit", s->unit, "none was given");
	series(json, s);
	tc_json_findings(json, &s->findings, &s->series);
	tc_json_end(json);
}

static void comparison(struct tc_json *json, const struct tc_stats_pair *pair, int which)
{
	const struct tc_comparison *c = &pair->comparison[which];
	tc_json_object(json, NULL);
	tc_json_text(json, "statistic", tc_stats_statistic[which]);
	tc_json_comparison(json, c);
	tc_json_known(json, "values_per_block", pair->block_values[which] ? (double)pair->block_values[which] : NAN,
		c->units == TC_OF_BLOCKS ? "too few values for blocks" : "each value stands for itself");
	tc_json_end(json);
}

static void side(struct tc_json *json, const char *key, const struct tc_stats_series *s)
{
	tc_json_object(json, key);
	series(json, s);
	tc_json_end(json);
}

void tc_json_pair(struct tc_json *json, const struct tc_stats_pair *pair)
{
	tc_json_object(json, NULL);
	tc_json_text(json, "schema", "tacho.stats-comparison/1");
	tc_json_given(json, "unit", pair->base->unit, "none was given");
	tc_json_text(json, "verdict", tc_verdict_name(pair->comparison[TC_STATS_MEDIAN].verdict));
	tc_json_text(json, "scope", "this pair only");
	tc_json_array(json, "comparisons");
	for (int i = 0; i < TC_STATS_COMPARISONS; i++)
		comparison(json, pair, i);
	tc_json_end(json);
	side(json, "base", pair->base);
	side(json, "new", pair->other);
	tc_json_end(json);
}
