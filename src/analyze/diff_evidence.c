/* SPDX-License-Identifier: MIT */
#include "analyze/diff_evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "read/course.h"

int tc_evidence_add(struct tc_evidence *evidence, double value)
{
	if (evidence->count == evidence->room) {
		size_t room = evidence->room ? 2 * evidence->room : 64;
		double *grown = realloc(evidence->value, room * sizeof *grown);
		if (!grown)
			return tc_error(TACHO_ENOMEM, "no memory for %zu values", room);
		evidence->value = grown;
		evidence->room = room;
	}
	evidence->value[evidence->count++] = value;
	return 0;
}

void tc_evidence_release(struct tc_evidence *evidence)
{
	free(evidence->value);
	*evidence = (struct tc_evidence){0};
}

static int add_duration(struct tc_evidence *out, double ns)
{
	return tc_evidence_add(out, fmax(ns, 1));
}

struct key {
	const char *name;
	size_t bytes;
};

static int compare_key(const void *key, const void *element)
{
	const struct key *a = key;
	const struct tc_name_view *b = *(const struct tc_name_view *const *)element;
	int order = memcmp(a->name, b->name, a->bytes < b->bytes ? a->bytes : b->bytes);
	return order ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

/* Whether a span below a node has ended; sets *around if one has below a node of the name. */
static bool ended_below(const struct tc_node_view *node, uint32_t name, bool *around)
{
	bool below = false;
	for (size_t i = 0; i < node->children && !*around; i++)
		below |= ended_below(node->child[i], name, around) || node->child[i]->figures.count;
	*around |= below && node->name == name;
	return below;
}

/* In a part of a run a span may have gone on from before its beginning to after its end: what ended below tells. */
static bool goes_on(const struct tc_session *session, const struct tc_name_view *name)
{
	bool around = false;
	ended_below(session->root, (uint32_t)(name - session->name), &around);
	return around;
}

const struct tc_name_view *tc_diff_there(const struct tc_diff_source *source, const char *name, size_t bytes)
{
	struct key key = {name, bytes};
	const struct tc_name_view **found =
		bsearch(&key, source->sorted, source->session->names, sizeof *source->sorted, compare_key);
	if (!found || (!(*found)->figures.count && !(*found)->open && !goes_on(source->session, *found)))
		return NULL;
	return *found;
}

const struct tc_name_view *tc_diff_name(const struct tc_diff_source *source, const char *name, size_t bytes)
{
	const struct tc_name_view *found = tc_diff_there(source, name, bytes);
	return found && found->figures.count ? found : NULL;
}

static double figure_of(const struct tc_name_view *name, enum tc_diff_figure figure)
{
	if (figure == TC_DIFF_MEDIAN)
		return name->summary.median;
	return name->figures.count >= TC_TAIL_BLOCK_LEAST ? name->summary.p95 : NAN;
}

static int of_sessions(
	struct tc_evidence *out, const struct tc_diff_side *side, const struct key *key, enum tc_diff_figure figure)
{
	int code = 0;
	for (size_t i = 0; i < side->count && !code; i++) {
		const struct tc_name_view *name = tc_diff_name(&side->source[i], key->name, key->bytes);
		double value = name ? figure_of(name, figure) : NAN;
		if (!isnan(value))
			code = add_duration(out, value);
	}
	return code;
}

static int add_blocks(struct tc_evidence *out, const struct tc_diff_source *source, const struct tc_name_view *name,
	enum tc_diff_figure figure)
{
	struct tc_name_series series;
	uint64_t least = figure == TC_DIFF_MEDIAN ? TC_BLOCK_LEAST : TC_TAIL_BLOCK_LEAST;
	int code = tc_name_series(
		&series, &source->records, (size_t)(name - source->session->name), TC_EVIDENCE_BLOCKS, least);
	if (code)
		return code;
	bool whole = series.count == TC_EVIDENCE_BLOCKS && series.units == TC_NAME_GROUPS;
	for (size_t i = 0; i < series.count && whole; i++)
		whole = series.spans[i] >= least;
	for (size_t i = 0; i < series.count && whole && !code; i++)
		code = add_duration(out, figure == TC_DIFF_MEDIAN ? series.value_ns[i] : series.p95_ns[i]);
	tc_name_series_release(&series);
	return code;
}

/* Evenly out of the time that is at hand, where there are more than are looked at. */
static int add_singles(struct tc_evidence *out, const struct tc_diff_source *source, const struct tc_name_view *name)
{
	const struct tc_name_records *records = &source->records;
	size_t at = (size_t)(name - source->session->name), spans = tc_name_spans(records, at);
	size_t count = spans < TC_SINGLES_MOST ? spans : TC_SINGLES_MOST;
	int code = 0;
	for (size_t i = 0; i < count && !code; i++)
		code = add_duration(
			out, (double)records->span[records->span_from[at] + i * spans / count]->duration_ns);
	return code;
}

static int of_parts(struct tc_evidence *out, const struct tc_diff_side *side, const struct key *key,
	enum tc_diff_figure figure, enum tc_units units)
{
	int code = 0;
	for (size_t i = 0; i < side->count && !code; i++) {
		const struct tc_diff_source *source = &side->source[i];
		const struct tc_name_view *name = tc_diff_name(source, key->name, key->bytes);
		if (name)
			code = units == TC_OF_BLOCKS ? add_blocks(out, source, name, figure)
			                             : add_singles(out, source, name);
	}
	return code;
}

static void empty(struct tc_evidence out[2])
{
	out[0].count = out[1].count = 0;
}

int tc_diff_of_name(struct tc_evidence out[2], enum tc_units *units, const struct tc_diff_side side[2],
	const char *name, size_t bytes, enum tc_diff_figure figure)
{
	const struct key key = {name, bytes};
	int code = 0;
	*units = TC_OF_SESSIONS;
	empty(out);
	for (int s = 0; s < 2 && !code; s++)
		code = of_sessions(&out[s], &side[s], &key, figure);
	if (code || (out[0].count >= TC_EVIDENCE_SESSIONS && out[1].count >= TC_EVIDENCE_SESSIONS))
		return code;
	*units = TC_OF_BLOCKS;
	empty(out);
	for (int s = 0; s < 2 && !code; s++)
		code = of_parts(&out[s], &side[s], &key, figure, *units);
	if (code || (out[0].count && out[1].count))
		return code;
	*units = TC_OF_SINGLES;
	empty(out);
	for (int s = 0; s < 2 && !code && figure == TC_DIFF_MEDIAN; s++)
		code = of_parts(&out[s], &side[s], &key, figure, *units);
	return code;
}

const struct tc_series_view *tc_diff_series(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, name) &&
			!isnan(session->series_view[i].course.average))
			return &session->series_view[i];
	return NULL;
}

/* Averages of 20 stretches of the same length, which have several readings each. */
static int add_stretches(struct tc_evidence *out, const struct tc_series_view *view)
{
	if (view->count < TC_EVIDENCE_BLOCKS * TC_BLOCK_LEAST)
		return 0;
	tc_instant from = view->since, width = (view->at[view->count - 1] - from) / TC_EVIDENCE_BLOCKS;
	int code = 0;
	for (tc_instant i = 0; i < TC_EVIDENCE_BLOCKS && !code && width > 0; i++) {
		double average = tc_series_mean(view, from + i * width, from + (i + 1) * width);
		if (!isnan(average))
			code = tc_evidence_add(out, average);
	}
	return code;
}

int tc_diff_of_series(
	struct tc_evidence out[2], enum tc_units *units, const struct tc_diff_side side[2], const char *series)
{
	int code = 0;
	for (*units = TC_OF_SESSIONS; *units <= TC_OF_BLOCKS && !code; ++*units) {
		size_t least = *units == TC_OF_SESSIONS ? TC_EVIDENCE_SESSIONS : 1;
		empty(out);
		for (int s = 0; s < 2; s++)
			for (size_t i = 0; i < side[s].count && !code; i++) {
				const struct tc_series_view *view = tc_diff_series(side[s].source[i].session, series);
				if (view && *units == TC_OF_SESSIONS)
					code = tc_evidence_add(&out[s], view->course.average);
				else if (view)
					code = add_stretches(&out[s], view);
			}
		if (out[0].count >= least && out[1].count >= least)
			return code;
	}
	*units = TC_OF_BLOCKS;
	empty(out);
	return code;
}
