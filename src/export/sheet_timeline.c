/* SPDX-License-Identifier: MIT
 *
 * sheet_timeline.c - what each thread did when, from the single spans that were kept.  A lane for each thread, a row for each depth; spans
 * that may overlap get a lane of their own.  In a row no two boxes begin in the same thousandth, so that the page is bounded however many
 * spans there are: what is too short to be seen stands for its neighbours.
 */
#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "export/sheet.h"

enum { LANES = 24, ROWS = 8, BESIDE = 24, PIXELS = 1500, ROW = 13, LABEL = 16 };

struct lane {
	uint32_t process, thread;
	bool packed; /* of spans that overlap */
	uint32_t rows,
		least; /* least: of the depths, where its outermost spans were not kept or stand in another thread's */
	unsigned y;
	double until[BESIDE]; /* pixels that are taken */
};

struct timeline {
	struct tc_export *export;
	struct tc_out *out;
	struct lane lane[LANES + 1];
	size_t lanes;
	uint64_t no_room; /* spans of further threads, deeper ones, or beside too many */
	double from, length;
};

static struct lane *lane_of(struct timeline *t, const struct tc_span_view *span)
{
	bool packed = span->kind != TACHO_KIND_SCOPE;
	for (size_t i = 0; i < t->lanes; i++) {
		struct lane *lane = &t->lane[i];
		if (packed ? lane->packed
			   : !lane->packed && lane->process == span->process && lane->thread == span->thread)
			return lane;
	}
	if (t->lanes > LANES || (!packed && t->lanes == LANES))
		return NULL;
	t->lane[t->lanes] =
		(struct lane){.process = span->process, .thread = span->thread, .packed = packed, .least = BESIDE};
	return &t->lane[t->lanes++];
}

static double pixel(const struct timeline *t, double instant)
{
	return fmin(PIXELS, fmax(0, (instant - t->from) / t->length * PIXELS));
}

/* The row that a span goes to; BESIDE: none.  A stack's row is its depth; others take the first that is free. */
static uint32_t row_of(const struct lane *lane, const struct tc_span_view *span, double begin)
{
	uint32_t depth = span->depth;
	if (!lane->packed)
		return depth < ROWS ? depth : BESIDE;
	for (depth = 0; depth < BESIDE && lane->until[depth] > begin; depth++)
		;
	return depth;
}

/* Whether it is drawn, and then where. */
static bool place(struct timeline *t, const struct tc_span_view *span, struct lane **lane, uint32_t *row, double *begin,
	double *width)
{
	*lane = lane_of(t, span);
	*begin = pixel(t, (double)span->begin);
	double end = pixel(t, (double)span->begin + (double)span->duration_ns);
	*row = *lane ? row_of(*lane, span, *begin) : BESIDE;
	if (*row == BESIDE) {
		t->no_room++;
		return false;
	}
	*width = fmax(1, end - *begin);
	if (end < (*lane)->until[*row])
		return false;
	(*lane)->until[*row] = fmax(end, *begin + 1);
	return true;
}

static unsigned height_of(const struct lane *lane)
{
	return LABEL + (lane->rows > lane->least ? lane->rows - lane->least : 0) * ROW + 6;
}

/* The first time through: which lanes there are, and how many rows each has. */
static void measure(struct timeline *t)
{
	for (const struct tc_span_view *span; (span = tc_export_span(t->export));) {
		struct lane *lane;
		uint32_t row;
		double begin, width;
		if (!place(t, span, &lane, &row, &begin, &width))
			continue;
		lane->rows = row + 1 > lane->rows ? row + 1 : lane->rows;
		lane->least = row < lane->least ? row : lane->least;
	}
	unsigned y = 0;
	for (size_t i = 0; i < t->lanes; i++) {
		t->lane[i].y = y;
		y += height_of(&t->lane[i]);
		memset(t->lane[i].until, 0, sizeof t->lane[i].until);
	}
}

static void put_label(const struct timeline *t, const struct lane *lane)
{
	const struct tc_session *session = t->export->session;
	tc_out_printf(t->out, "<text x=\"0\" y=\"%u\">", lane->y + LABEL - 4);
	if (lane->packed)
		tc_out_puts(t->out, "async and measured spans");
	else {
		const char *program =
			lane->process < session->processes ? session->process[lane->process].program : NULL;
		if (program)
			tc_sheet_text(t->out, program, strlen(program));
		tc_out_printf(t->out, "%s %u", program ? ", thread" : "thread", lane->thread);
	}
	tc_out_puts(t->out, "</text>\n");
}

static void put_span(struct timeline *t, const struct tc_span_view *span, const struct lane *lane, uint32_t row,
	double begin, double width)
{
	const struct tc_name_view *name = &t->export->session->name[span->name];
	tc_out_puts(t->out, "<rect x=\"");
	tc_out_fixed(t->out, (int64_t)(begin / PIXELS * 1e5), 3);
	tc_out_puts(t->out, "%\" width=\"");
	tc_out_fixed(t->out, (int64_t)(width / PIXELS * 1e5), 3);
	tc_out_printf(t->out, "%%\" y=\"%u\" height=\"%d\" class=\"h%u%s\"><title>",
		lane->y + LABEL + (row - lane->least) * ROW, ROW - 1, tc_hue_of(name->name, name->bytes),
		span->failed ? " failed"
		: span->open ? " unended"
			     : "");
	tc_sheet_text(t->out, name->name, name->bytes);
	tc_out_printf(t->out, ": %s at %s%s", tc_duration((double)span->duration_ns).text,
		tc_duration((double)span->begin).text, span->open ? ", not ended" : "");
	if (span->failed) {
		tc_out_puts(t->out, ", failed");
		if (span->message) {
			tc_out_puts(t->out, ": ");
			tc_sheet_text(t->out, span->message, strlen(span->message));
		}
	}
	tc_out_puts(t->out, "</title></rect>\n");
}

static void put_axis(struct timeline *t, const char *before)
{
	tc_out_puts(t->out, before);
	for (int i = 0; i <= 4; i++)
		tc_out_printf(t->out, "<span>%s</span>", tc_duration(t->from + t->length * i / 4).text);
	tc_out_puts(t->out, "</div>\n");
}

static void draw(struct timeline *t)
{
	const struct lane *last = &t->lane[t->lanes - 1];
	tc_out_printf(t->out, "<section><h2>Timeline</h2>\n<svg class=\"timeline\" width=\"100%%\" height=\"%u\">\n",
		last->y + height_of(last));
	for (size_t i = 0; i < t->lanes; i++)
		put_label(t, &t->lane[i]);
	uint64_t no_room = t->no_room;
	for (const struct tc_span_view *span; (span = tc_export_span(t->export));) {
		struct lane *lane;
		uint32_t row;
		double begin, width;
		if (place(t, span, &lane, &row, &begin, &width))
			put_span(t, span, lane, row, begin, width);
	}
	tc_out_puts(t->out, "</svg>\n");
	put_axis(t, "<div class=\"axis\">");
	tc_out_puts(t->out, "<p class=\"dim\">Single spans that were kept; the shortest stand for their neighbours.");
	if (no_room)
		tc_out_printf(t->out,
			" %s found no room: there is some for %d threads, %d levels of each and %d async or measured "
			"spans at a time.",
			tc_count(no_room).text, LANES, ROWS, BESIDE);
	tc_out_puts(t->out, "</p></section>\n");
}

int tc_sheet_timeline(struct tc_export *export)
{
	struct timeline *t = calloc(1, sizeof *t);
	if (!t)
		return tc_error(TACHO_ENOMEM, "out of memory");
	*t = (struct timeline){.export = export,
		.out = export->out,
		.from = (double)tc_considered_from(export->session, &export->what),
		.length = tc_considered(export->session, &export->what)};
	if (t->length > 0)
		measure(t);
	if (t->lanes)
		draw(t);
	free(t);
	return 0;
}
