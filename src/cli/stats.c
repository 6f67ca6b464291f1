/* SPDX-License-Identifier: MIT */
#include "cli/stats.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/alike.h"
#include "stats/blocks.h"
#include "stats/multiple.h"

const char *const tc_stats_statistic[TC_STATS_COMPARISONS] = {"median", "p95"};
static const double quantile_of[TC_STATS_COMPARISONS] = {0.5, 0.95};

static int read_file(
	struct tc_series_file *out, const char *path, const char *name, const struct tc_series_choice *choice)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	if (!in)
		return tc_error_errno(errno, "cannot read %s", name);
	int code = tc_series_file_read(out, in, name, choice);
	if (in != stdin)
		fclose(in);
	return code;
}

int tc_stats_open(
	struct tc_stats_series *out, const char *path, const char *unit, const struct tc_series_choice *choice)
{
	*out = (struct tc_stats_series){
		.name = strcmp(path, "-") ? path : "standard input", .column = choice->column, .unit = unit};
	int code = read_file(&out->series, path, out->name, choice);
	if (code)
		return code;
	size_t bytes = out->series.count * sizeof *out->sorted;
	if (!(out->sorted = malloc(bytes))) {
		tc_stats_release(out);
		return tc_error(TACHO_ENOMEM, "not enough memory for the values of %s", path);
	}
	memcpy(out->sorted, out->series.value, bytes);
	tc_summarize_reals(&out->summary, out->sorted, out->series.count);
	return 0;
}

int tc_stats_find(struct tc_stats_series *series, const struct tc_find_options *options)
{
	return tc_find(&series->findings, &series->series, series->unit, options);
}

void tc_stats_release(struct tc_stats_series *series)
{
	tc_findings_release(&series->findings);
	tc_series_file_release(&series->series);
	free(series->sorted);
	series->sorted = NULL;
}

/* Of many values, figures of blocks of them; else the values themselves.  Of single values there is no tail to compare. */
static int compare_one(struct tc_stats_pair *pair, int which)
{
	enum { MOST = 64 };
	double a[MOST], b[MOST];
	const struct tc_series_file *base = &pair->base->series, *other = &pair->other->series;
	size_t blocks = tc_evidence_blocks(base->count, other->count, quantile_of[which]);
	if (!blocks) {
		bool singles = which == TC_STATS_MEDIAN;
		return tc_compare(&pair->comparison[which], base->value, singles ? base->count : 0, other->value,
			singles ? other->count : 0, singles ? TC_OF_SINGLES : TC_OF_BLOCKS, 1);
	}
	pair->block_values[which] = (base->count < other->count ? base->count : other->count) / blocks;
	double inflation;
	int code = tc_alike(&inflation, base->value, base->count, other->value, other->count, blocks);
	if (!code)
		code = tc_blocks(a, blocks, base->value, base->count, quantile_of[which]);
	if (!code)
		code = tc_blocks(b, blocks, other->value, other->count, quantile_of[which]);
	return code ? code : tc_compare(&pair->comparison[which], a, blocks, b, blocks, TC_OF_BLOCKS, inflation);
}

int tc_stats_compare(struct tc_stats_pair *out, const struct tc_stats_series *base, const struct tc_stats_series *other)
{
	double p[TC_STATS_COMPARISONS], q[TC_STATS_COMPARISONS];
	int code = 0;
	*out = (struct tc_stats_pair){.base = base, .other = other};
	for (int i = 0; !code && i < TC_STATS_COMPARISONS; i++) {
		code = compare_one(out, i);
		p[i] = out->comparison[i].p_widened;
	}
	if (!code)
		code = tc_false_discovery(p, q, TC_STATS_COMPARISONS);
	for (int i = 0; !code && i < TC_STATS_COMPARISONS; i++) {
		out->comparison[i].q_value = q[i];
		tc_decide(&out->comparison[i], TC_DELTA_LEAST, true);
	}
	return code;
}
