/* SPDX-License-Identifier: MIT
 *
 * diff_notes.c - what is to be said besides of sessions that are compared.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/text.h"
#include "cli/diff.h"

enum { NOTES_MOST = 3 };       /* of a kind */
static const double APART = 2; /* a mean that changed by so much more than median and p95 is worth a note */

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
			if (s && !view->diff->part && is_in(&view->diff->side[0], session))
				code = note(view, "%s is on both sides: it is compared with itself", name_of(session));
			else if (view->diff->part && !session->names)
				code = note(
					view, "no span of %s ended in the time that was asked for", name_of(session));
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

static bool is_restless(const struct tc_diff_row *row)
{
	const struct tc_comparison *c = &row->value[0].comparison;
	return c->verdict == TC_EQUIVALENT && c->delta > TC_DELTA_LEAST && (c->ratio_lo > 1 || c->ratio_hi < 1);
}

/* It differs, by less than runs of the base do among themselves. */
static int note_restless(struct tc_diff_view *view, const struct tc_diff_row *row, size_t rows)
{
	int code = 0;
	for (size_t i = 0, noted = 0; i < rows && noted < NOTES_MOST && !code; i++) {
		struct tc_strbuf text = {0};
		if (!is_restless(&row[i]))
			continue;
		noted++;
		tc_text_escape(&text, row[i].name, row[i].bytes, false);
		tc_strbuf_printf(&text,
			" changed by %s, but runs of the base differ so much among themselves that less than %s is no "
			"difference",
			tc_diff_change(tc_diff_ratio(&row[i].value[0])).text,
			tc_diff_change(1 + row[i].value[0].comparison.delta).text + strlen("+"));
		code = note(view, "%s", tc_strbuf_text(&text));
		tc_strbuf_release(&text);
	}
	return code;
}

/* Adds the name of a row that is undecided although its sides do not overlap. */
static void put_apart(struct tc_strbuf *names, const struct tc_diff_row *row, size_t *found, double *runs)
{
	const struct tc_diff_value *value = &row->value[0];
	if (value->comparison.units != TC_OF_SESSIONS || value->comparison.verdict != TC_INCONCLUSIVE ||
		!tc_compare_apart(&value->comparison))
		return;
	if (*found < NOTES_MOST) {
		tc_strbuf_puts(names, *found ? ", " : "");
		tc_text_escape(names, row->name, row->bytes, false);
	}
	++*found;
	*runs = fmax(*runs, isnan(value->needed_runs) ? 0 : value->needed_runs);
}

/* A regression that anybody sees, and that is none: why. */
static int note_apart(struct tc_diff_view *view)
{
	struct tc_strbuf text = {0};
	size_t found = 0;
	double runs = 0;
	for (size_t i = 0; i < view->diff->rows; i++)
		put_apart(&text, view->row[i], &found, &runs);
	for (size_t i = 0; i < view->diff->resources; i++)
		put_apart(&text, &view->diff->resource[i], &found, &runs);
	if (found > NOTES_MOST)
		tc_strbuf_printf(&text, " and %s more", tc_count(found - NOTES_MOST).text);
	tc_strbuf_printf(&text, found == 1 ? " differs in every run" : " differ in every run");
	tc_strbuf_puts(&text, ", but so few runs can do that by chance somewhere among all that is compared at once");
	if (runs > 0)
		tc_strbuf_printf(&text, ": do %.0f a side, or ask for less by --span", runs);
	int code = found ? note(view, "%s", tc_strbuf_text(&text)) : 0;
	tc_strbuf_release(&text);
	return code;
}

int tc_diff_notes(struct tc_diff_view *view)
{
	int code = note_sessions(view);
	if (!code)
		code = note_running(view);
	if (!code)
		code = note_totals(view);
	if (!code)
		code = note_apart(view);
	if (!code)
		code = note_restless(view, view->diff->row, view->diff->rows);
	return code ? code : note_restless(view, view->diff->resource, view->diff->resources);
}
