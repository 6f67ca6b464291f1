/* SPDX-License-Identifier: MIT
 *
 * diff_words.c - a comparison in words, and its figures as people read them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/diff.h"
#include "stats/values.h"

enum { RESOURCES_MOST = 3 }; /* that a sentence names */

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

bool tc_diff_shows_tail(const struct tc_diff_row *row)
{
	if (row->values <= TC_DIFF_TAIL)
		return false;
	enum tc_verdict median = row->value[TC_DIFF_MEDIAN].comparison.verdict,
			tail = row->value[TC_DIFF_TAIL].comparison.verdict;
	if (tail == TC_INCONCLUSIVE)
		return median == TC_EQUIVALENT && row->value[TC_DIFF_TAIL].comparison.base;
	return tail != TC_EQUIVALENT;
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

double tc_diff_so_far(const struct tc_diff_alone *name)
{
	return name->total_ns + (double)name->open_ns;
}

struct tc_figure tc_diff_runs(const struct tc_diff_value *value)
{
	struct tc_figure f = {"-"};
	double runs = value->needed_runs;
	if (!isnan(runs)) /* beyond that nobody does them, and the column is no wider */
		snprintf(f.text, sizeof f.text,
			runs > 999        ? ">999 runs"
			: value->at_least ? "%.0f+ runs"
					  : "%.0f runs",
			runs);
	return f;
}

const char *tc_diff_word(const struct tc_diff_row *resource)
{
	static const char *const of_time[] = {[TC_REGRESSION] = "slower",
		[TC_IMPROVEMENT] = "faster",
		[TC_INCONCLUSIVE] = "undecided",
		[TC_EQUIVALENT] = "the same"};
	enum tc_verdict verdict = tc_diff_verdict(resource);
	if (!strcmp(resource->name, "runtime") || verdict == TC_INCONCLUSIVE || verdict == TC_EQUIVALENT)
		return of_time[verdict];
	return verdict == TC_REGRESSION ? "more" : "less";
}

enum tc_verdict tc_diff_worst(const struct tc_diff_view *view)
{
	bool worse = view->count[TC_REGRESSION];
	for (size_t i = 0; i < view->diff->resources; i++)
		worse |= tc_diff_verdict(&view->diff->resource[i]) == TC_REGRESSION;
	return worse ? TC_REGRESSION : view->count[TC_INCONCLUSIVE] ? TC_INCONCLUSIVE : TC_IMPROVEMENT;
}

/* Names those that are more, or else less, than they were; the runtime has words of its own. */
static void put_resources(struct tc_strbuf *out, const struct tc_diff *diff, enum tc_verdict verdict)
{
	size_t found = 0;
	for (size_t i = 0; i < diff->resources; i++) {
		const struct tc_diff_row *row = &diff->resource[i];
		if (tc_diff_verdict(row) != verdict || !strcmp(row->name, "runtime"))
			continue;
		if (found < RESOURCES_MOST)
			tc_strbuf_printf(out, "%s%s", found ? ", " : "; ", row->name);
		found++;
	}
	if (found > RESOURCES_MOST)
		tc_strbuf_printf(out, " and %s more", tc_count(found - RESOURCES_MOST).text);
	if (found)
		tc_strbuf_printf(out, " %s %s", found == 1 ? "is" : "are", verdict == TC_REGRESSION ? "more" : "less");
}

static void put_runtime(struct tc_strbuf *out, const struct tc_diff_view *view)
{
	const struct tc_diff_row *runtime = &view->diff->resource[TC_DIFF_RUNTIME];
	const struct tc_diff_value *value = &runtime->value[0];
	if (!view->diff->part && value->base > 0 && value->other > 0)
		tc_strbuf_printf(out, "; the run took %s, the base %s: %s, %s", tc_duration_short(value->other).text,
			tc_duration_short(value->base).text, tc_diff_change(tc_diff_ratio(value)).text,
			tc_diff_word(runtime));
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
	put_resources(out, view->diff, TC_REGRESSION);
	put_resources(out, view->diff, TC_IMPROVEMENT);
}

/* Of what the verdicts on the names are. */
static const char *units_of(const struct tc_diff_view *view)
{
	const struct tc_diff *diff = view->diff;
	size_t spans = 0;
	for (size_t i = 0; i < diff->rows; i++)
		spans += diff->row[i].value[TC_DIFF_MEDIAN].comparison.units == TC_OF_SINGLES;
	if (diff->side[0].count >= TC_EVIDENCE_SESSIONS && diff->side[1].count >= TC_EVIDENCE_SESSIONS)
		return view->diff->part ? "part" : "run";
	if (spans && spans == diff->rows)
		return "span";
	if (spans)
		return view->diff->part ? "20th or span" : "20th of a run or span";
	return view->diff->part ? "20th" : "20th of a run";
}

void tc_diff_figures_sentence(struct tc_strbuf *out, const struct tc_diff_view *view)
{
	const char *unit = units_of(view), *what = view->diff->part ? "the parts that were asked for" : "whole runs";
	tc_strbuf_printf(out, "base and new are %s%s; the change is the median ratio of each new %s to each base %s",
		view->diff->single ? "of " : "medians of ", view->diff->single || view->diff->part ? what : "the runs",
		unit, unit);
}
