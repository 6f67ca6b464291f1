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

/* How many figures of sessions are compared at once: of each row the first, and the tails of names that have enough spans. */
static double asked_of_runs(const struct tc_diff_row *row, size_t rows, const struct tc_diff *diff)
{
	double asked = 0;
	for (size_t i = 0; i < rows; i++) {
		bool tail = row[i].values > TC_DIFF_TAIL &&
		            row[i].base_count >= TC_TAIL_BLOCK_LEAST * diff->side[0].count &&
		            row[i].other_count >= TC_TAIL_BLOCK_LEAST * diff->side[1].count;
		asked += 1 + tail;
	}
	return asked;
}

/* Of runs like these.  Once they are three a side their figures are the evidence, and how far these lie apart a single run does not tell. */
static void say_runs(struct tc_diff_value *value, double least, const struct tc_diff *diff)
{
	const struct tc_comparison *c = &value->comparison;
	double per_run =
		fmin((double)c->base / (double)diff->side[0].count, (double)c->other / (double)diff->side[1].count);
	value->needed_runs = NAN;
	if (c->verdict != TC_INCONCLUSIVE || (per_run > 0 && isnan(c->needed)))
		return;
	value->at_least = c->at_least || c->units != TC_OF_SESSIONS || !(per_run > 0);
	double runs = per_run > 0 ? ceil(c->needed / (c->units == TC_OF_SESSIONS ? 1 : per_run)) : least;
	bool few = c->units != TC_OF_SESSIONS && runs < TC_EVIDENCE_SESSIONS;
	value->needed_runs = few ? runs : fmax(runs, c->at_least || c->units != TC_OF_SESSIONS ? least : 0);
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
	double least = (double)tc_compare_least(asked_of_runs(row, rows, work->diff));
	int code = tc_false_discovery(p, p, count);
	for (size_t i = 0; i < rows && !code; i++)
		for (size_t k = 0; k < row[i].values; k++) {
			struct tc_comparison *c = &row[i].value[k].comparison;
			c->q_value = p[i * TC_DIFF_FIGURES + k];
			tc_decide(c, row[i].delta, work->diff->single);
			say_runs(&row[i].value[k], least, work->diff);
		}
	free(p);
	return code;
}
