/* SPDX-License-Identifier: MIT
 *
 * diff_view.c - a comparison made fit to be shown: rows in their groups, sentences, figures as people read them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/text.h"
#include "cli/diff.h"
#include "stats/values.h"

const enum tc_verdict tc_diff_order[] = {TC_REGRESSION, TC_IMPROVEMENT, TC_INCONCLUSIVE, TC_EQUIVALENT};
const char *const tc_diff_group[] = {[TC_REGRESSION] = "Slower",
	[TC_IMPROVEMENT] = "Faster",
	[TC_INCONCLUSIVE] = "Undecided",
	[TC_EQUIVALENT] = "The same"};

enum { NOTES_MOST = 3 };       /* of a kind */
static const double APART = 2; /* a mean that changed by so much more than median and p95 is worth a note */

/* How much of a change there is, in the figures that gave the verdict. */
static double size_of(const struct tc_diff_row *row)
{
	enum tc_verdict verdict = tc_diff_verdict(row);
	double size = 0;
	for (size_t k = 0; k < row->values; k++)
		if (row->value[k].comparison.verdict == verdict)
			size = fmax(size, fabs(log(row->value[k].comparison.ratio)));
	return isfinite(size) ? size : 0;
}

static int rank_of(const struct tc_diff_row *row)
{
	int rank = 0;
	while (tc_diff_order[rank] != tc_diff_verdict(row))
		rank++;
	return rank;
}

static int compare_rows(const void *left, const void *right)
{
	const struct tc_diff_row *a = *(const struct tc_diff_row *const *)left,
				 *b = *(const struct tc_diff_row *const *)right;
	int group = rank_of(a) - rank_of(b);
	double x = size_of(a), y = size_of(b);
	if (group || x != y)
		return group ? group : x < y ? 1 : -1;
	return a < b ? -1 : a > b;
}

static int note(struct tc_diff_view *view, const char *format, const char *name)
{
	char **grown = realloc(view->note, (view->notes + 1) * sizeof *grown);
	if (!grown)
		return tc_error(TACHO_ENOMEM, "out of memory");
	view->note = grown;
	if (asprintf(&view->note[view->notes], format, name) < 0)
		return tc_error(TACHO_ENOMEM, "out of memory");
	view->notes++;
	return 0;
}

static const char *name_of(const struct tc_session *session)
{
	const char *slash = strrchr(session->directory, '/');
	return slash && slash[1] ? slash + 1 : session->directory;
}

static bool is_in(const struct tc_diff_side *side, const struct tc_session *session)
{
	for (size_t i = 0; i < side->count; i++)
		if (!strcmp(side->source[i].session->directory, session->directory))
			return true;
	return false;
}

/* What makes a comparison worth less than it looks. */
static int note_sessions(struct tc_diff_view *view)
{
	int code = 0;
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < view->diff->side[s].count && !code; i++) {
			const struct tc_session *session = view->diff->side[s].source[i].session;
			if (s && !view->part && is_in(&view->diff->side[0], session))
				code = note(view, "%s is on both sides: it is compared with itself", name_of(session));
			else if (session->live)
				code = note(view, "%s is still running: this is what it did so far", name_of(session));
			else if (session->manifest.how == TC_HOW_SIGNALLED || session->manifest.how == TC_HOW_RUNNING)
				code = note(
					view, "%s was killed: what it did until then is compared", name_of(session));
		}
	return code;
}

/* They are there, so they are neither new nor vanished. */
static int note_running(struct tc_diff_view *view)
{
	const struct tc_diff *diff = view->diff;
	int code = 0;
	for (size_t i = 0; i < diff->unended && i < NOTES_MOST && !code; i++) {
		const struct tc_diff_alone *name = &diff->running[i];
		struct tc_strbuf text = {0};
		tc_text_escape(&text, name->name, name->bytes, false);
		tc_strbuf_puts(
			&text, " is on both sides, but on one of them no span of it has ended: it is not compared");
		if (i + 1 == NOTES_MOST && diff->unended > NOTES_MOST)
			tc_strbuf_printf(&text, ", as %s more", tc_count(diff->unended - NOTES_MOST).text);
		code = note(view, "%s", tc_strbuf_text(&text));
		tc_strbuf_release(&text);
	}
	return code;
}

/* Per span: how many there were is another matter. */
static double mean_ratio(const struct tc_diff_row *row)
{
	double base = row->base_total / (double)row->base_count, other = row->other_total / (double)row->other_count;
	return base > 0 && other > 0 ? other / base : NAN;
}

static bool total_is_apart(const struct tc_diff_row *row)
{
	double mean = mean_ratio(row), least = INFINITY, most = 0;
	for (size_t k = 0; k < row->values; k++) {
		double ratio = tc_diff_ratio(&row->value[k]);
		least = isnan(ratio) ? least : fmin(least, ratio);
		most = isnan(ratio) ? most : fmax(most, ratio);
	}
	return most > 0 && (mean > APART * most || mean < least / APART);
}

/* A few spans that take most of the time move neither figure that is compared. */
static int note_totals(struct tc_diff_view *view)
{
	int code = 0;
	size_t noted = 0;
	for (size_t i = 0; i < view->diff->rows && noted < NOTES_MOST && !code; i++) {
		const struct tc_diff_row *row = view->row[i];
		struct tc_strbuf text = {0};
		if (!total_is_apart(row))
			continue;
		noted++;
		tc_text_escape(&text, row->name, row->bytes, false);
		tc_strbuf_printf(&text,
			" took %s in all, the base %s: its mean changed by %s, far beyond its median and p95; "
			"look at its slowest spans",
			tc_duration(row->other_total).text, tc_duration(row->base_total).text,
			tc_diff_change(mean_ratio(row)).text);
		code = note(view, "%s", tc_strbuf_text(&text));
		tc_strbuf_release(&text);
	}
	return code;
}

static int add_failures(struct tc_diff_view *view, const struct tc_diff_asked *asked)
{
	view->failure = calloc(asked->conditions + 1, sizeof *view->failure);
	if (!view->failure)
		return tc_error(TACHO_ENOMEM, "out of memory");
	for (size_t i = 0; i < asked->conditions; i++) {
		struct tc_strbuf why = {0};
		if (tc_fail_if_met(&asked->condition[i], view->diff, &why))
			view->failure[view->failures++] =
				(struct tc_diff_failure){&asked->condition[i], strdup(tc_strbuf_text(&why))};
		tc_strbuf_release(&why);
	}
	return 0;
}

int tc_diff_view_make(struct tc_diff_view *out, const struct tc_diff *diff, const struct tc_diff_asked *asked)
{
	*out = (struct tc_diff_view){.diff = diff, .side = asked->side, .part = asked->part, .top = asked->top};
	out->row = malloc((diff->rows + 1) * sizeof *out->row);
	int code = out->row ? 0 : tc_error(TACHO_ENOMEM, "no memory for %zu names", diff->rows);
	for (size_t i = 0; i < diff->rows && !code; i++) {
		out->row[i] = &diff->row[i];
		out->count[tc_diff_verdict(&diff->row[i])]++;
	}
	if (!code) {
		qsort(out->row, diff->rows, sizeof *out->row, compare_rows);
		code = note_sessions(out);
	}
	if (!code)
		code = note_running(out);
	if (!code)
		code = note_totals(out);
	if (!code)
		code = add_failures(out, asked);
	if (code)
		tc_diff_view_release(out);
	return code;
}

void tc_diff_view_release(struct tc_diff_view *view)
{
	for (size_t i = 0; i < view->notes; i++)
		free(view->note[i]);
	for (size_t i = 0; i < view->failures; i++)
		free(view->failure[i].why);
	free(view->note);
	free(view->failure);
	free(view->row);
	*view = (struct tc_diff_view){0};
}

/* "+20.7", "−3.2", "0.0" */
static void signed_percent(char *out, size_t room, double ratio)
{
	double percent = 100 * (ratio - 1);
	if (fabs(percent) < 0.05)
		snprintf(out, room, "0.0");
	else
		snprintf(out, room, "%s%.*f", percent < 0 ? "−" : "+", fabs(percent) < 99.95, fabs(percent));
}

double tc_diff_ratio(const struct tc_diff_value *value)
{
	if (!isnan(value->comparison.ratio))
		return value->comparison.ratio;
	return value->base > 0 && value->other > 0 ? value->other / value->base : NAN;
}

struct tc_figure tc_diff_change(double ratio)
{
	struct tc_figure f = {"-"};
	if (ratio >= 10)
		snprintf(f.text, sizeof f.text, "×%.20s", tc_number_short(ratio).text);
	else if (!isnan(ratio)) {
		char percent[24];
		signed_percent(percent, sizeof percent, ratio);
		snprintf(f.text, sizeof f.text, "%s %%", percent);
	}
	return f;
}

/* "1.00M": two of them fit the column. */
static struct tc_figure close_up(struct tc_figure figure)
{
	char *space = strchr(figure.text, ' ');
	if (space)
		memmove(space, space + 1, strlen(space));
	return figure;
}

struct tc_figure tc_diff_interval(const struct tc_comparison *c)
{
	struct tc_figure f = {"-"};
	if (isnan(c->ratio_lo))
		return f;
	if (c->ratio_hi >= 10) {
		struct tc_figure low = close_up(tc_number_short(c->ratio_lo)),
				 high = close_up(tc_number_short(c->ratio_hi));
		snprintf(f.text, sizeof f.text, "×%.8s to ×%.8s", low.text, high.text);
		return f;
	}
	char low[24], high[24];
	signed_percent(low, sizeof low, c->ratio_lo);
	signed_percent(high, sizeof high, c->ratio_hi);
	snprintf(f.text, sizeof f.text, "%.10s to %.10s %%", low, high);
	return f;
}

struct tc_figure tc_diff_q(double q)
{
	struct tc_figure f = {"-"};
	if (!isnan(q))
		snprintf(f.text, sizeof f.text, q < 0.0001 ? "< 0.0001" : "%.4f", q);
	return f;
}

struct tc_figure tc_diff_runs(double runs)
{
	struct tc_figure f = {"-"};
	if (!isnan(runs)) /* beyond that nobody does them, and the column is no wider */
		snprintf(f.text, sizeof f.text, runs > 999 ? ">999 runs" : "%.0f runs", runs);
	return f;
}

static void put_runtime(struct tc_strbuf *out, const struct tc_diff_view *view)
{
	double base = tc_diff_totals(view, 0).runtime_ns, other = tc_diff_totals(view, 1).runtime_ns;
	if (base > 0 && other > 0)
		tc_strbuf_printf(out, "; the run took %s, the base %s: %s", tc_duration_short(other).text,
			tc_duration_short(base).text, tc_diff_change(other / base).text);
}

void tc_diff_sentence(struct tc_strbuf *out, const struct tc_diff_view *view)
{
	static const char *const words[] = {[TC_REGRESSION] = "slower",
		[TC_IMPROVEMENT] = "faster",
		[TC_INCONCLUSIVE] = "undecided",
		[TC_EQUIVALENT] = "the same"};
	size_t said = 0, rows = view->diff->rows;
	for (int i = 0; i <= TC_EQUIVALENT; i++) {
		size_t count = view->count[tc_diff_order[i]];
		if (count && !said++)
			tc_strbuf_printf(out, "%s of %s %s %s", tc_count(count).text, tc_counted(rows, "name").text,
				count == 1 ? "is" : "are", words[tc_diff_order[i]]);
		else if (count)
			tc_strbuf_printf(out, ", %s %s", tc_count(count).text, words[tc_diff_order[i]]);
	}
	if (!rows)
		tc_strbuf_puts(out, "no name of spans that both sides have");
	if (view->diff->added)
		tc_strbuf_printf(out, ", %s new", tc_count(view->diff->added).text);
	if (view->diff->vanished)
		tc_strbuf_printf(out, ", %s vanished", tc_count(view->diff->vanished).text);
	put_runtime(out, view);
}

/* Of what the verdicts on the names are. */
static const char *units_of(const struct tc_diff_view *view)
{
	const struct tc_diff *diff = view->diff;
	size_t spans = 0;
	for (size_t i = 0; i < diff->rows; i++)
		spans += diff->row[i].value[TC_DIFF_MEDIAN].comparison.units == TC_OF_SINGLES;
	if (diff->side[0].count >= TC_EVIDENCE_SESSIONS && diff->side[1].count >= TC_EVIDENCE_SESSIONS)
		return view->part ? "part" : "run";
	if (spans && spans == diff->rows)
		return "span";
	if (spans)
		return view->part ? "20th or span" : "20th of a run or span";
	return view->part ? "20th" : "20th of a run";
}

void tc_diff_figures_sentence(struct tc_strbuf *out, const struct tc_diff_view *view)
{
	const char *unit = units_of(view), *what = view->part ? "the parts that were asked for" : "whole runs";
	tc_strbuf_printf(out, "base and new are %s%s; the change is the median ratio of each new %s to each base %s",
		view->diff->single ? "of " : "medians of ", view->diff->single || view->part ? what : "the runs", unit,
		unit);
}

/* Of those that are known. */
static double median_of(double *value, size_t count)
{
	size_t known = 0;
	for (size_t i = 0; i < count; i++)
		if (!isnan(value[i]))
			value[known++] = value[i];
	return tc_values_exact(value, known, 0.5);
}

struct tc_diff_totals tc_diff_totals(const struct tc_diff_view *view, int which)
{
	const struct tc_diff_side *side = &view->diff->side[which];
	struct tc_diff_totals totals = {NAN, NAN, NAN};
	double *value = view->part ? NULL : malloc(3 * side->count * sizeof *value);
	if (!value)
		return totals;
	for (size_t i = 0; i < side->count; i++) {
		const struct tc_session *session = side->source[i].session;
		const struct tc_manifest *m = &session->manifest;
		value[i] = (double)session->end;
		value[side->count + i] = m->has_usage ? (double)m->user_ns + (double)m->system_ns : NAN;
		value[2 * side->count + i] = m->has_usage ? (double)m->peak_rss_bytes : NAN;
	}
	totals.runtime_ns = median_of(value, side->count);
	totals.cpu_ns = median_of(value + side->count, side->count);
	totals.peak_bytes = median_of(value + 2 * side->count, side->count);
	free(value);
	return totals;
}
