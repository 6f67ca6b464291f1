/* SPDX-License-Identifier: MIT */
#include "analyze/follow_kept.h"

#include <stdlib.h>
#include <string.h>
#include "analyze/diagnosis_parts.h"
#include "base/error.h"
#include "read/arena.h"

static int make_room(struct tc_kept_name *kept, uint32_t cells)
{
	struct tc_kept_entry *entry = tc_grow(kept->entry, kept->entries, &kept->entry_room, sizeof *entry);
	kept->entry = entry ? entry : kept->entry;
	struct tc_load_moment *moment = tc_grow(kept->moment, kept->moments, &kept->moment_room, sizeof *moment);
	kept->moment = moment ? moment : kept->moment;
	size_t wanted = kept->cells + 2 * (size_t)cells;
	if (wanted > kept->cell_room) {
		uint32_t *cell = realloc(kept->cell, 2 * wanted * sizeof *cell);
		kept->cell = cell ? cell : kept->cell;
		kept->cell_room = cell ? 2 * wanted : kept->cell_room;
	}
	return entry && moment && wanted <= kept->cell_room ? 0 : TACHO_ENOMEM;
}

int tc_kept_add(struct tc_kept_name *kept, const struct tc_window_entry *e, size_t window)
{
	if (make_room(kept, e->cells))
		return TACHO_ENOMEM;
	if (e->has_share)
		kept->moment[kept->moments++] = tc_load_moment_of(e, window);
	kept->entry[kept->entries++] = (struct tc_kept_entry){
		(uint32_t)window, e->cells, e->count, e->min_ns, e->max_ns, e->self_ns, kept->cells};
	if (e->cells) {
		memcpy(kept->cell + kept->cells, e->cell, e->cells * sizeof *e->cell);
		memcpy(kept->cell + kept->cells + e->cells, e->grown, e->cells * sizeof *e->grown);
	}
	kept->cells += 2 * (size_t)e->cells;
	return 0;
}

void tc_kept_clear(struct tc_kept_name *kept)
{
	kept->entries = kept->cells = kept->moments = 0;
}

void tc_kept_release(struct tc_kept_name *kept)
{
	free(kept->entry);
	free(kept->cell);
	free(kept->moment);
}

/* As the reader has them. */
static void unpack(struct tc_window_entry *out, struct tc_window_place *place, const struct tc_kept_name *kept,
	const struct tc_window_view *window)
{
	for (size_t i = 0; i < kept->entries; i++) {
		const struct tc_kept_entry *e = &kept->entry[i];
		out[i] = (struct tc_window_entry){.count = e->count,
			.min_ns = e->min_ns,
			.max_ns = e->max_ns,
			.self_ns = e->self_ns,
			.cells = e->cells,
			.cell = kept->cell + e->cell_at,
			.grown = kept->cell + e->cell_at + e->cells};
		place[i] = (struct tc_window_place){&window[e->window], &out[i]};
	}
}

int tc_kept_course(
	struct tc_course_of_name *course, const struct tc_kept_name *kept, const struct tc_window_view *window)
{
	struct tc_name_view view = {.figures.count = UINT64_MAX}; /* more than the rings could have: there are none */
	const struct tc_session session = {.names = 1, .name = &view};
	const struct tc_span_view *no_span = NULL;
	size_t no_spans[] = {0, 0}, entries[] = {0, kept->entries};
	struct tc_window_entry *entry = calloc(kept->entries + 1, sizeof *entry);
	struct tc_window_place *place = calloc(kept->entries + 1, sizeof *place);
	struct tc_name_records records = {
		.session = &session, .span_from = no_spans, .span = &no_span, .entry_from = entries, .entry = place};
	int code = TACHO_ENOMEM;
	if (entry && place) {
		unpack(entry, place, kept, window);
		tc_change_points_release(&course->points);
		free(course->changed_at);
		*course = (struct tc_course_of_name){0};
		code = tc_diagnose_name_course(course, &records, 0, TC_COURSE_COARSE);
		course->q = course->trend.label_p;
	}
	free(entry);
	free(place);
	return code;
}
