/* SPDX-License-Identifier: MIT */
#include "analyze/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/multiple.h"
#include "stats/order.h"

enum { RUNS_OF_SESSIONS = 5 }; /* on each side: fewer medians of sessions never reach the p that a verdict takes */

static int by_bytes(const void *left, const void *right)
{
	const struct tc_name_view *a = *(const struct tc_name_view *const *)left,
				  *b = *(const struct tc_name_view *const *)right;
	int order = memcmp(a->name, b->name, a->bytes < b->bytes ? a->bytes : b->bytes);
	return order ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

static int open_source(struct tc_diff_source *out, const struct tc_session *session)
{
	out->session = session;
	out->sorted = malloc((session->names + 1) * sizeof *out->sorted);
	if (!out->sorted)
		return tc_error(TACHO_ENOMEM, "no memory for %zu names", session->names);
	for (size_t i = 0; i < session->names; i++)
		out->sorted[i] = &session->name[i];
	qsort(out->sorted, session->names, sizeof *out->sorted, by_bytes);
	int code = tc_name_records_make(&out->records, session);
	if (code) {
		free(out->sorted);
		*out = (struct tc_diff_source){0};
	}
	return code;
}

static int open_side(struct tc_diff_side *side, const struct tc_session *const *session, size_t count)
{
	int code = 0;
	side->source = calloc(count + 1, sizeof *side->source);
	if (!side->source)
		return tc_error(TACHO_ENOMEM, "no memory for %zu sessions", count);
	for (; side->count < count && !code; side->count += !code)
		code = open_source(&side->source[side->count], session[side->count]);
	return code;
}

static double median_of(double *value, size_t count)
{
	tc_order_real(value, count);
	return count ? (value[(count - 1) / 2] + value[count / 2]) / 2 : NAN;
}

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

struct work { /* what a comparison needs besides its row */
	const struct tc_diff *diff;
	struct tc_evidence evidence[2];
	double *figure; /* room for one of each session of the larger side */
};

static int compare(struct tc_diff_value *out, struct work *work, enum tc_units units)
{
	const struct tc_evidence *e = work->evidence;
	return tc_compare(&out->comparison, e[0].value, e[0].count, e[1].value, e[1].count, units);
}

static int compare_name(struct tc_diff_row *row, struct work *work)
{
	int code = 0;
	for (row->values = 0; row->values < TC_DIFF_FIGURES && !code; row->values++) {
		enum tc_diff_figure figure = (enum tc_diff_figure)row->values;
		struct tc_diff_value *value = &row->value[figure];
		enum tc_units units;
		code = tc_diff_of_name(work->evidence, &units, work->diff->side, row->name, row->bytes, figure);
		if (!code)
			code = compare(value, work, units);
		value->base = median_of(work->figure, figures_of(work->figure, &work->diff->side[0], row, figure));
		value->other = median_of(work->figure, figures_of(work->figure, &work->diff->side[1], row, figure));
	}
	return code;
}

static int compare_series(struct tc_diff_row *row, struct work *work)
{
	struct tc_diff_value *value = &row->value[0];
	enum tc_units units;
	int code = tc_diff_of_series(work->evidence, &units, work->diff->side, row->name);
	if (!code)
		code = compare(value, work, units);
	value->base = median_of(work->figure, averages_of(work->figure, &work->diff->side[0], row->name));
	value->other = median_of(work->figure, averages_of(work->figure, &work->diff->side[1], row->name));
	row->values = 1;
	return code;
}

/* What sessions of the base differ by among themselves is not worth a verdict. */
static double delta_of(const struct tc_diff_row *row, struct work *work)
{
	const struct tc_diff_side *base = &work->diff->side[0];
	size_t count = row->values == 1 ? averages_of(work->figure, base, row->name)
	                                : figures_of(work->figure, base, row, TC_DIFF_MEDIAN);
	return tc_worth_telling(work->figure, count);
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
static int decide(struct tc_diff_row *row, size_t rows, struct work *work)
{
	size_t count = rows * TC_DIFF_FIGURES;
	double *p = malloc((count + 1) * sizeof *p);
	if (!p)
		return tc_error(TACHO_ENOMEM, "no memory for %zu comparisons", count);
	for (size_t i = 0; i < count; i++) {
		size_t k = i % TC_DIFF_FIGURES;
		p[i] = k < row[i / TC_DIFF_FIGURES].values ? row[i / TC_DIFF_FIGURES].value[k].comparison.p_value : NAN;
	}
	int code = tc_false_discovery(p, p, count);
	for (size_t i = 0; i < rows && !code; i++) {
		double delta = delta_of(&row[i], work);
		for (size_t k = 0; k < row[i].values; k++) {
			struct tc_comparison *c = &row[i].value[k].comparison;
			c->q_value = p[i * TC_DIFF_FIGURES + k];
			tc_decide(c, delta, work->diff->single);
			row[i].value[k].needed_runs = runs_for(c, work->diff);
		}
	}
	free(p);
	return code;
}

/* All names of both sides, each once. */
static int gather(const struct tc_name_view ***out, size_t *count, const struct tc_diff *diff)
{
	size_t room = 0, names = 0;
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < diff->side[s].count; i++)
			room += diff->side[s].source[i].session->names;
	const struct tc_name_view **all = malloc((room + 1) * sizeof *all);
	if (!all)
		return tc_error(TACHO_ENOMEM, "no memory for %zu names", room);
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < diff->side[s].count; i++) {
			const struct tc_session *session = diff->side[s].source[i].session;
			for (size_t k = 0; k < session->names; k++)
				if (session->name[k].figures.count)
					all[names++] = &session->name[k];
		}
	qsort(all, names, sizeof *all, by_bytes);
	*count = 0;
	for (size_t i = 0; i < names; i++)
		if (!i || by_bytes(&all[i], &all[i - 1]))
			all[(*count)++] = all[i];
	*out = all;
	return 0;
}

static struct tc_diff_alone sum_up(const struct tc_diff_side *side, const struct tc_name_view *like)
{
	struct tc_diff_alone sum = {.name = like->name, .bytes = like->bytes, .median_ns = NAN};
	for (size_t i = 0; i < side->count; i++) {
		const struct tc_name_view *name = tc_diff_name(&side->source[i], like->name, like->bytes);
		if (!name)
			continue;
		sum.count += name->figures.count;
		sum.total_ns += name->summary.total;
		sum.median_ns = isnan(sum.median_ns) ? name->summary.median : sum.median_ns;
	}
	return sum;
}

static int sort_out(struct tc_diff *diff, struct work *work, const struct tc_name_view **all, size_t count)
{
	int code = 0;
	for (size_t i = 0; i < count && !code; i++) {
		struct tc_diff_alone base = sum_up(&diff->side[0], all[i]), other = sum_up(&diff->side[1], all[i]);
		if (!other.count) {
			diff->gone[diff->vanished++] = base;
		} else if (!base.count) {
			diff->fresh[diff->added++] = other;
		} else {
			struct tc_diff_row *row = &diff->row[diff->rows++];
			*row = (struct tc_diff_row){.name = all[i]->name,
				.unit = "ns",
				.bytes = all[i]->bytes,
				.base_count = base.count,
				.other_count = other.count};
			code = compare_name(row, work);
		}
	}
	return code ? code : decide(diff->row, diff->rows, work);
}

static int compare_names(struct tc_diff *diff, struct work *work)
{
	const struct tc_name_view **all = NULL;
	size_t count = 0;
	int code = gather(&all, &count, diff);
	if (code)
		return code;
	diff->row = calloc(count + 1, sizeof *diff->row);
	diff->gone = calloc(count + 1, sizeof *diff->gone);
	diff->fresh = calloc(count + 1, sizeof *diff->fresh);
	if (diff->row && diff->gone && diff->fresh)
		code = sort_out(diff, work, all, count);
	else
		code = tc_error(TACHO_ENOMEM, "no memory for %zu names", count);
	free(all);
	return code;
}

/* What a program itself makes of the machine; how long it had to wait for a CPU is the others' doing. */
static bool is_compared(const char *series)
{
	return !strncmp(series, "process.", strlen("process.")) && strcmp(series, "process.waiting") != 0 &&
	       strcmp(series, "process.switches") != 0;
}

static uint64_t readings_of(const struct tc_diff_side *side, const char *series)
{
	uint64_t count = 0;
	for (size_t i = 0; i < side->count; i++) {
		const struct tc_series_view *view = tc_diff_series(side->source[i].session, series);
		count += view ? view->count : 0;
	}
	return count;
}

static int compare_resources(struct tc_diff *diff, struct work *work)
{
	const struct tc_session *first = diff->side[0].source[0].session;
	int code = 0;
	diff->resource = calloc(first->series + 1, sizeof *diff->resource);
	if (!diff->resource)
		return tc_error(TACHO_ENOMEM, "no memory for %zu series", first->series);
	for (size_t i = 0; i < first->series && !code; i++) {
		const struct tc_series *series = &first->series_view[i].series;
		struct tc_diff_row row = {.name = series->name, .unit = series->unit, .bytes = strlen(series->name)};
		row.base_count = readings_of(&diff->side[0], series->name);
		row.other_count = readings_of(&diff->side[1], series->name);
		if (!is_compared(series->name) || !row.base_count || !row.other_count)
			continue;
		code = compare_series(&row, work);
		if (row.value[0].base != 0 || row.value[0].other != 0)
			diff->resource[diff->resources++] = row;
	}
	return code ? code : decide(diff->resource, diff->resources, work);
}

int tc_diff_make(struct tc_diff *out, const struct tc_session *const *base, size_t bases,
	const struct tc_session *const *other, size_t others)
{
	struct work work = {.diff = out};
	*out = (struct tc_diff){.single = bases == 1 && others == 1};
	int code = open_side(&out->side[0], base, bases);
	if (!code)
		code = open_side(&out->side[1], other, others);
	if (!code && !(work.figure = malloc((bases + others) * sizeof *work.figure)))
		code = tc_error(TACHO_ENOMEM, "no memory for %zu sessions", bases + others);
	if (!code)
		code = compare_names(out, &work);
	if (!code)
		code = compare_resources(out, &work);
	tc_evidence_release(&work.evidence[0]);
	tc_evidence_release(&work.evidence[1]);
	free(work.figure);
	if (code)
		tc_diff_release(out);
	return code;
}

void tc_diff_release(struct tc_diff *diff)
{
	for (int s = 0; s < 2; s++) {
		for (size_t i = 0; i < diff->side[s].count; i++) {
			tc_name_records_release(&diff->side[s].source[i].records);
			free(diff->side[s].source[i].sorted);
		}
		free(diff->side[s].source);
	}
	free(diff->row);
	free(diff->resource);
	free(diff->gone);
	free(diff->fresh);
	*diff = (struct tc_diff){0};
}

enum tc_verdict tc_diff_verdict(const struct tc_diff_row *row)
{
	static const int grave[] = {
		[TC_EQUIVALENT] = 0, [TC_INCONCLUSIVE] = 1, [TC_IMPROVEMENT] = 2, [TC_REGRESSION] = 3};
	enum tc_verdict worst = row->value[0].comparison.verdict;
	for (size_t k = 1; k < row->values; k++) {
		enum tc_verdict verdict = row->value[k].comparison.verdict;
		bool decided = verdict == TC_REGRESSION ||
		               verdict == TC_IMPROVEMENT; /* a tail that is not told hides nothing */
		worst = decided && grave[verdict] > grave[worst] ? verdict : worst;
	}
	return worst;
}
