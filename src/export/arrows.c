/* SPDX-License-Identifier: MIT */
#include "export/arrows.h"

#include <stdlib.h>
#include "base/error.h"
#include "export/crossings.h"
#include "export/lanes.h"

bool tc_arrow_is_drawn(const struct tc_arrow *arrow)
{
	return arrow->begin.in_slice && arrow->end.in_slice && arrow->begin.at <= arrow->end.at &&
	       (arrow->job || arrow->from != arrow->to);
}

static struct tc_arrow_end end_at(const struct tc_span_view *span)
{
	bool beside = span->kind != TACHO_KIND_SCOPE;
	return (struct tc_arrow_end){
		.process = span->process,
		.thread = span->thread,
		.at = span->begin + (beside ? (tc_instant)span->duration_ns : 0),
		.known = !beside || !span->open,
		.beside = beside,
	};
}

/* Where it was begun, to where it was ended. */
static struct tc_arrow crossing(const struct tc_span_view *span)
{
	return (struct tc_arrow){.from = span->id,
		.to = span->id,
		.job = span->node->number,
		.begin = {.process = span->process,
			.thread = span->begun_by,
			.at = span->begin,
			.known = true,
			.beside = true},
		.end = end_at(span)};
}

static bool add(struct tc_arrows *arrows, struct tc_arrow arrow)
{
	if (arrows->arrows == arrows->room) {
		size_t room = arrows->room ? 2 * arrows->room : 64;
		struct tc_arrow *more = realloc(arrows->arrow, room * sizeof *more);
		if (!more)
			return false;
		arrows->arrow = more;
		arrows->room = room;
	}
	arrows->arrow[arrows->arrows++] = arrow;
	arrows->jobs += arrow.job != 0;
	return true;
}

static bool crosses(const struct tc_span_view *span)
{
	return span->kind == TACHO_KIND_ASYNC && !span->open && span->node && span->begun_by &&
	       span->begun_by != span->thread;
}

static int collect(struct tc_arrows *arrows, struct tc_export *export)
{
	bool room = true;
	for (const struct tc_span_view *span; (span = tc_export_span(export));) {
		for (size_t i = 0; i < span->links && room; i++)
			room = add(
				arrows, (struct tc_arrow){.from = span->link[i], .to = span->id, .end = end_at(span)});
		if (room && crosses(span) && arrows->jobs < TC_ARROWS_JOBS_MOST)
			room = add(arrows, crossing(span));
	}
	return room ? 0 : TACHO_ENOMEM;
}

/* ---- where they begin ---- */

static int by_from(const void *left, const void *right)
{
	const struct tc_arrow *a = *(struct tc_arrow *const *)left, *b = *(struct tc_arrow *const *)right;
	return a->from != b->from ? (a->from < b->from ? -1 : 1) : (a > b) - (a < b);
}

size_t tc_arrows_from(const struct tc_arrows *arrows, uint64_t id, size_t *first)
{
	size_t low = 0, high = arrows->arrows, count = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (arrows->by_from[middle]->from < id)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + count < arrows->arrows && arrows->by_from[low + count]->from == id)
		count++;
	*first = low;
	return count;
}

static int find_begins(struct tc_arrows *arrows, struct tc_export *export)
{
	arrows->by_from = malloc(arrows->arrows * sizeof(struct tc_arrow *));
	if (!arrows->by_from)
		return TACHO_ENOMEM;
	for (size_t i = 0; i < arrows->arrows; i++)
		arrows->by_from[i] = &arrows->arrow[i];
	qsort(arrows->by_from, arrows->arrows, sizeof(struct tc_arrow *), by_from);
	for (const struct tc_span_view *span; (span = tc_export_span(export));) {
		size_t first, count = tc_arrows_from(arrows, span->id, &first);
		for (size_t i = 0; i < count; i++)
			if (!arrows->by_from[first + i]->job)
				arrows->by_from[first + i]->begin = end_at(span);
	}
	return 0;
}

/* ---- whether slices are there ---- */

static int by_place(const void *left, const void *right)
{
	const struct tc_arrow_end *a = *(struct tc_arrow_end *const *)left, *b = *(struct tc_arrow_end *const *)right;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	if (a->thread != b->thread)
		return a->thread < b->thread ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/* The ends that lie in [begin, end) of its thread: a slice is over at its end; and those that lie just behind it. */
static void mark(struct tc_arrow_end **place, size_t places, const struct tc_span_view *span, tc_instant end)
{
	const struct tc_arrow_end from = {.process = span->process, .thread = span->thread, .at = span->begin};
	const struct tc_arrow_end *key = &from;
	size_t low = 0, high = places;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_place(&place[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < places && place[low]->process == span->process && place[low]->thread == span->thread &&
		place[low]->at <= end + TC_LANES_ROUNDING;
		low++)
		if (place[low]->at < end)
			place[low]->in_slice = true;
		else if (end > span->begin && end > place[low]->before)
			place[low]->before = end - 1;
}

/* What begins or ends in the ns in which its scope ends lies in the scope: clocks tell less than that apart. */
static void settle(struct tc_arrow_end *end)
{
	if (!end->beside || end->in_slice || !end->before)
		return;
	end->at = end->before;
	end->in_slice = true;
}

/* The ends of which it is known where they are, in order. */
static struct tc_arrow_end **places_of(const struct tc_arrows *arrows, size_t *places)
{
	struct tc_arrow_end **place = malloc(2 * arrows->arrows * sizeof(struct tc_arrow_end *));
	*places = 0;
	for (size_t i = 0; place && i < arrows->arrows; i++) {
		if (arrows->arrow[i].begin.known)
			place[(*places)++] = &arrows->arrow[i].begin;
		if (arrows->arrow[i].end.known)
			place[(*places)++] = &arrows->arrow[i].end;
	}
	if (place)
		qsort(place, *places, sizeof(struct tc_arrow_end *), by_place);
	return place;
}

static int find_slices(struct tc_arrows *arrows, struct tc_export *export)
{
	struct tc_lanes lanes = {0};
	struct tc_crossings crossings = {0};
	size_t places;
	struct tc_arrow_end **place = places_of(arrows, &places);
	int error = place && tc_crossings_of(&crossings, arrows) ? 0 : TACHO_ENOMEM;
	for (const struct tc_span_view *span; !error && (span = tc_export_span(export));)
		if (span->kind == TACHO_KIND_SCOPE) {
			tc_instant end;
			tc_lanes_pass(&lanes, span, &end);
			mark(place, places, span, end);
			tc_crossings_pass(&crossings, span, end);
		}
	for (size_t i = 0; i < arrows->arrows; i++) {
		settle(&arrows->arrow[i].begin);
		settle(&arrows->arrow[i].end);
	}
	tc_crossings_settle(&crossings);
	error = lanes.no_memory ? TACHO_ENOMEM : error;
	free(place);
	tc_lanes_release(&lanes);
	return error;
}

int tc_arrows_find(struct tc_arrows *out, struct tc_export *export)
{
	*out = (struct tc_arrows){0};
	int error = collect(out, export);
	if (!error && out->arrows)
		error = find_begins(out, export);
	if (!error && out->arrows)
		error = find_slices(out, export);
	return error ? tc_error(TACHO_ENOMEM, "not enough memory for %zu arrows", out->arrows) : 0;
}

void tc_arrows_release(struct tc_arrows *arrows)
{
	free(arrows->arrow);
	free(arrows->by_from);
	*arrows = (struct tc_arrows){0};
}
