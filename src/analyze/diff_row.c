/* SPDX-License-Identifier: MIT
 *
 * diff_row.c - one name or one series of both sides: its figures, what they are compared by, and what that says.
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/diff_work.h"
#include "base/error.h"
#include "stats/multiple.h"
#include "stats/values.h"

enum { RUNS_OF_SESSIONS = 5 }; /* on each side: fewer medians of sessions never reach the p that a verdict takes */

static double figure_of(const struct tc_name_view *name, enum tc_diff_figure figure)
{
	return figure == TC_DIFF_MEDIAN ? name->summary.median : name->summary.p95;
}

/* The figure of each session that has the name. */
static size_t figures_of(
	double *out, const struct tc_diff_side *side, const struct tc_diff_row *row, enum tc_diff_figure figure)
{
	size_t count = 0;
	for (size_t i = 0; i < side->count; i++) {
		const struct tc_name_view *name = tc_diff_name(&side->source[i], row->name, row->bytes);
		if (name)
			out[count++] = figure_of(name, figure);
	}
	return count;
}

static size_t averages_of(double *out, const struct tc_diff_side *side, const char *series)
{
	size_t count = 0;
	for (size_t i = 0; i < side->count; i++) {
		const struct tc_series_view *view = tc_diff_series(side->source[i].session, series);
		if (view)
			out[count++] = view->course.average;
	}
	return count;
}

static int compare(struct tc_diff_value *out, struct tc_diff_work *work, enum tc_units units)
{
	const struct tc_evidence *e = work->evidence;
	return tc_compare(&out->comparison, e[0].value, e[0].count, e[1].value, e[1].count, units, 1);
}

int tc_diff_compare_name(struct tc_diff_row *row, struct tc_diff_work *work)
{
	int code = 0;
	for (row->values = 0; row->values < TC_DIFF_FIGURES && !code; row->values++) {
		enum tc_diff_figure figure = (enum tc_diff_figure)row->values;
		struct tc_diff_value *value = &row->value[figure];
		enum tc_units units;
		code = tc_diff_of_name(work->evidence, &units, work->diff->side, row->name, row->bytes, figure);
		if (!code)
			code = compare(value, work, units);
		value->base =
			tc_values_exact(work->figure, figures_of(work->figure, &work->diff->side[0], row, figure), 0.5);
		value->other =
			tc_values_exact(work->figure, figures_of(work->figure, &work->diff->side[1], row, figure), 0.5);
	}
	row->delta =
		tc_worth_telling(work->figure, figures_of(work->figure, &work->diff->side[0], row, TC_DIFF_MEDIAN));
	return code;
}

int tc_diff_compare_series(struct tc_diff_row *row, struct tc_diff_work *work)
{
	struct tc_diff_value *value = &row->value[0];
	enum tc_units units;
	int code = tc_diff_of_series(work->evidence, &units, work->diff->side, row->name);
	if (!code)
		code = compare(value, work, units);
	value->base = tc_values_exact(work->figure, averages_of(work->figure, &work->diff->side[0], row->name), 0.5);
	value->other = tc_values_exact(work->figure, averages_of(work->figure, &work->diff->side[1], row->name), 0.5);
	row->values = 1;
	row->delta = tc_worth_telling(work->figure, averages_of(work->figure, &work->diff->side[0], row->name));
	return code;
}

/* Of runs like these; once they are three a side, their figures are the evidence. */
static double runs_for(const struct tc_comparison *c, const struct tc_diff *diff)
{
	if (!c->base || !c->other)
		return RUNS_OF_SESSIONS;
	if (isnan(c->needed))
		return NAN;
	if (c->units == TC_OF_SESSIONS)
		return c->needed;
	double a = (double)c->base / (double)diff->side[0].count, b = (double)c->other / (double)diff->side[1].count;
	double runs = ceil(c->needed / fmin(a, b));
	return runs < TC_EVIDENCE_SESSIONS ? runs : fmax(runs, RUNS_OF_SESSIONS);
}

/* q over all rows, and with it the verdicts. */
int tc_diff_decide(struct tc_diff_row *row, size_t rows, struct tc_diff_work *work)
{
	size_t count = rows * TC_DIFF_FIGURES;
	double *p = malloc((count + 1) * sizeof *p);
	if (!p)
		return tc_error(TACHO_ENOMEM, "no memory for %zu comparisons", count);
	for (size_t i = 0; i < count; i++) {
		size_t k = i % TC_DIFF_FIGURES;
		p[i] = k < row[i / TC_DIFF_FIGURES].values ? row[i / TC_DIFF_FIGURES].value[k].comparison.p_widened
		                                           : NAN;
	}
	int code = tc_false_discovery(p, p, count);
	for (size_t i = 0; i < rows && !code; i++)
		for (size_t k = 0; k < row[i].values; k++) {
			struct tc_comparison *c = &row[i].value[k].comparison;
			c->q_value = p[i * TC_DIFF_FIGURES + k];
			tc_decide(c, row[i].delta, work->diff->single);
			row[i].value[k].needed_runs = runs_for(c, work->diff);
		}
	free(p);
	return code;
}
