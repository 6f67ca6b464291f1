/* SPDX-License-Identifier: MIT
 *
 * diff_view.c - a comparison made fit to be shown: rows in their groups, what fails it, what is to be said besides.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "cli/diff.h"

const enum tc_verdict tc_diff_order[] = {TC_REGRESSION, TC_IMPROVEMENT, TC_INCONCLUSIVE, TC_EQUIVALENT};
const char *const tc_diff_group[] = {[TC_REGRESSION] = "Slower",
	[TC_IMPROVEMENT] = "Faster",
	[TC_INCONCLUSIVE] = "Undecided",
	[TC_EQUIVALENT] = "The same"};

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
	*out = (struct tc_diff_view){.diff = diff, .side = asked->side, .top = asked->top};
	out->row = malloc((diff->rows + 1) * sizeof *out->row);
	int code = out->row ? 0 : tc_error(TACHO_ENOMEM, "no memory for %zu names", diff->rows);
	for (size_t i = 0; i < diff->rows && !code; i++) {
		out->row[i] = &diff->row[i];
		out->count[tc_diff_verdict(&diff->row[i])]++;
	}
	if (!code) {
		qsort(out->row, diff->rows, sizeof *out->row, compare_rows);
		code = tc_diff_notes(out);
	}
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
