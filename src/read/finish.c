/* SPDX-License-Identifier: MIT
 *
 * finish.c - a session once all its parts are merged.
 */
#include <math.h>
#include <string.h>
#include "read/course.h"
#include "read/reader.h"

/* Of a session whose owner was killed: the last that is known of it. */
static void find_end(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	if (session->live || session->manifest.end.monotonic_ns)
		return;
	session->end = reader->last_seen;
	for (size_t i = 0; i < session->processes; i++)
		session->end = session->process[i].end > session->end ? session->process[i].end : session->end;
}

static void summarize(struct tc_reader *reader)
{
	for (size_t i = 0; i < reader->names; i++) {
		struct tc_merged_name *name = &reader->name[i];
		struct tc_figures *f = &name->view.figures;
		if (!f->count)
			f->min_ns = 0;
		bool exact = !name->many && f->count && name->values == f->count;
		tc_summarize(&name->view.summary, f->count, f->failed, f->sum_ns, f->squares_ns2, f->min_ns, f->max_ns,
			&f->histogram, exact ? name->value : NULL);
	}
}

/* Totals are written once a second, of what moved: of a time window the rates tell more. */
static double total_between(const struct tc_series_view *view, tc_instant from, tc_instant to)
{
	bool percent = !strcmp(view->series.unit, "percent"); /* of a second per second */
	if (!view->series.total_unit || isnan(view->course.last))
		return NAN;
	return tc_series_integral(view, from, to) / (percent ? 100 : 1);
}

/* What stands until the next reading does so as long as the session does, not before it began or after it. */
static void forget_outside(struct tc_reader *reader)
{
	if (!reader->observed.part || (reader->observed.to > 0 && reader->observed.from < reader->session->end))
		return;
	for (size_t i = 0; i < reader->session->series; i++) {
		reader->session->series_view[i].has_held = false;
		reader->session->series_view[i].next_at = 0;
	}
}

static void follow_series(struct tc_reader *reader)
{
	tc_instant from = reader->observed.from > 0 ? reader->observed.from : 0;
	tc_instant to = reader->observed.to < reader->session->end ? reader->observed.to : reader->session->end;
	for (size_t i = 0; i < reader->session->series; i++) {
		struct tc_series_view *view = &reader->session->series_view[i];
		if (tc_series_course(&view->course, view, from))
			tc_reader_no_memory(reader);
		if (reader->observed.part)
			view->total = total_between(view, from, to);
	}
}

/* What has to be told of all parts together, in this order. */
static void (*const pieces[])(struct tc_reader *reader) = {
	find_end,
	tc_reader_ladder,
	tc_reader_last,
	tc_reader_finish_open,
	tc_reader_finish_tree,
	tc_reader_sort_kept,
	tc_reader_sort_spans,
	summarize,
	tc_reader_shares,
	tc_reader_finish_stored,
	tc_reader_sort_names,
	tc_reader_finish_log,
	forget_outside,
	tc_reader_finish_metrics, /* the last values of one may be older than the last spans */
	tc_reader_cut_series,
	follow_series,
	tc_reader_basis,
};
enum { PIECES = sizeof pieces / sizeof *pieces };

bool tc_reader_finish(struct tc_reader *reader, size_t piece)
{
	pieces[piece](reader);
	if (reader->arena->failed)
		tc_reader_no_memory(reader);
	return piece + 1 < PIECES;
}
