/* SPDX-License-Identifier: MIT
 *
 * diff_rows.c - which names and which series of both sides are compared, and which names are on one side alone.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/diff_work.h"
#include "base/error.h"

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
				if (tc_diff_there(
					    &diff->side[s].source[i], session->name[k].name, session->name[k].bytes))
					all[names++] = &session->name[k];
		}
	qsort(all, names, sizeof *all, tc_diff_by_name);
	*count = 0;
	for (size_t i = 0; i < names; i++)
		if (!i || tc_diff_by_name(&all[i], &all[i - 1]))
			all[(*count)++] = all[i];
	*out = all;
	return 0;
}

static struct tc_diff_alone sum_up(const struct tc_diff_side *side, const struct tc_name_view *like)
{
	struct tc_diff_alone sum = {.name = like->name, .bytes = like->bytes, .median_ns = NAN};
	for (size_t i = 0; i < side->count; i++) {
		const struct tc_name_view *name = tc_diff_there(&side->source[i], like->name, like->bytes);
		if (!name)
			continue;
		sum.count += name->figures.count;
		sum.open += name->open;
		sum.open_ns += name->open_ns;
		sum.there = true;
		if (!name->figures.count)
			continue;
		sum.total_ns += name->summary.total;
		sum.median_ns = isnan(sum.median_ns) ? name->summary.median : sum.median_ns;
	}
	return sum;
}

static int sort_out(struct tc_diff *diff, struct tc_diff_work *work, const struct tc_name_view **all, size_t count)
{
	int code = 0;
	for (size_t i = 0; i < count && !code; i++) {
		struct tc_diff_alone base = sum_up(&diff->side[0], all[i]), other = sum_up(&diff->side[1], all[i]);
		if (!other.there) {
			diff->gone[diff->vanished++] = base;
		} else if (!base.there) {
			diff->fresh[diff->added++] = other;
		} else if (!base.count || !other.count) {
			diff->running[diff->unended++] = base.count ? other : base;
		} else {
			struct tc_diff_row *row = &diff->row[diff->rows++];
			*row = (struct tc_diff_row){.name = all[i]->name,
				.unit = "ns",
				.bytes = all[i]->bytes,
				.base_count = base.count,
				.other_count = other.count,
				.base_total = base.total_ns,
				.other_total = other.total_ns};
			code = tc_diff_compare_name(row, work);
		}
	}
	return code ? code : tc_diff_decide(diff->row, diff->rows, work);
}

int tc_diff_names(struct tc_diff *diff, struct tc_diff_work *work)
{
	const struct tc_name_view **all = NULL;
	size_t count = 0;
	int code = gather(&all, &count, diff);
	if (code)
		return code;
	diff->row = calloc(count + 1, sizeof *diff->row);
	diff->gone = calloc(count + 1, sizeof *diff->gone);
	diff->fresh = calloc(count + 1, sizeof *diff->fresh);
	diff->running = calloc(count + 1, sizeof *diff->running);
	if (diff->row && diff->gone && diff->fresh && diff->running)
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

/* Those that both sides have. */
static int add_totals(struct tc_diff *diff, struct tc_diff_work *work)
{
	int code = 0;
	for (int what = 0; what < TC_DIFF_TOTALS && !diff->part && !code; what++) {
		struct tc_diff_row *row = &diff->resource[diff->resources];
		code = tc_diff_compare_total(row, work, (enum tc_diff_total)what);
		diff->resources += row->base_count && row->other_count;
	}
	return code;
}

int tc_diff_resources(struct tc_diff *diff, struct tc_diff_work *work)
{
	const struct tc_session *first = diff->side[0].source[0].session;
	diff->resource = calloc(TC_DIFF_TOTALS + first->series, sizeof *diff->resource);
	if (!diff->resource)
		return tc_error(TACHO_ENOMEM, "no memory for %zu series", first->series);
	int code = add_totals(diff, work);
	for (size_t i = 0; i < first->series && !code; i++) {
		const struct tc_series *series = &first->series_view[i].series;
		struct tc_diff_row row = {.name = series->name, .unit = series->unit, .bytes = strlen(series->name)};
		row.base_count = readings_of(&diff->side[0], series->name);
		row.other_count = readings_of(&diff->side[1], series->name);
		if (!is_compared(series->name) || !row.base_count || !row.other_count)
			continue;
		code = tc_diff_compare_series(&row, work);
		if (row.value[0].base != 0 || row.value[0].other != 0)
			diff->resource[diff->resources++] = row;
	}
	return code ? code : tc_diff_decide(diff->resource, diff->resources, work);
}
