/* SPDX-License-Identifier: MIT
 *
 * share.c - where the time of each name went, from what the observer wrote: its bounds, narrowed by what looks at the state of
 * threads showed, and an estimate inside of them that adds up to the CPU time of all threads that record.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "read/course.h"
#include "read/reader.h"
#include "read/taken.h"
#include "stats/wilson.h"

static const double looks_enough = 8;

static void add_share(struct tc_reader *reader, uint32_t log_name, const struct tc_share *share)
{
	uint32_t index = reader->log_name[log_name];
	if (index == TC_LEFT_OUT)
		return;
	reader->name[index].has_share = true;
	tc_share_add(&reader->name[index].share, share);
}

/* What the windows say of names is gathered. */
static void take_window(struct tc_reader *reader, const struct tc_window_view *view)
{
	for (size_t i = 0; i < view->entries; i++)
		if (view->entry[i].has_share)
			add_share(reader, view->entry[i].name, &view->entry[i].share);
}

/* The same of all windows of the ladder, which the tail has summed up as it went. */
static void take_all(struct tc_reader *reader)
{
	for (uint32_t i = 0; i < reader->log_names; i++)
		if (reader->tail->name[i].has_share)
			add_share(reader, i, &reader->tail->name[i].share);
}

static double positive(int64_t number)
{
	return number > 0 ? (double)number : 0;
}

static double within(double value, double low, double high)
{
	return fmax(low, fmin(high, value));
}

/* Of the others nobody knows which span they met. */
static double clear_looks(const struct tc_share *share)
{
	return positive(share->looks - share->looks_unclear);
}

/* The part of its time in which it was not alone: between the bounds that nothing can break, what its looks say. */
static void narrow(const struct tc_share *share, struct tc_range *shared)
{
	double looks = positive(share->looks), runnable = positive(share->looks_runnable),
	       unclear = positive(share->looks_unclear), apart = fmin(positive(share->looks_apart), looks);
	if (!(apart > 0))
		return;
	double low = tc_wilson(within(runnable / looks, 0, 1), apart).low * positive(share->shared_ns);
	double high = tc_wilson(within((runnable + unclear) / looks, 0, 1), apart).high * positive(share->shared_ns);
	low = fmax(shared->low, low - positive(share->waiting_high_ns));
	high = fmin(shared->high, high);
	if (low <= high) /* else the one time in twenty */
		*shared = (struct tc_range){low, high};
}

static double prior(const struct tc_share *share)
{
	double wall = positive(share->wall_ns), shared = positive(share->shared_ns), run = positive(share->running_ns);
	if (fmin(positive(share->looks_apart), clear_looks(share)) >= looks_enough) {
		double runnable = within((double)share->looks_runnable / clear_looks(share), 0, 1) * shared;
		double waiting = positive(share->waiting_ns) * shared / wall;
		run += fmax(0, runnable - waiting) - positive(share->shared_running_ns);
	}
	return within(run / wall, 0.001, 0.999);
}

/* What it ran was in its own time, as it was measured. */
static struct tc_range range_of(const struct tc_share *share)
{
	struct tc_range shared = {positive(share->shared_low_ns), positive(share->shared_high_ns)};
	double low = positive(share->running_low_ns) - shared.low,
	       high = positive(share->running_high_ns) - shared.high;
	narrow(share, &shared);
	double wall = positive(share->wall_ns);
	return (struct tc_range){within(low + shared.low, 0, wall), within(high + shared.high, 0, wall)};
}

static void fill_memory(struct tc_share_view *view, const struct tc_share *share)
{
	double low = (double)share->memory_low_bytes, high = (double)share->memory_high_bytes;
	view->memory_bytes = (double)share->memory_bytes;
	bool known = low <= view->memory_bytes && view->memory_bytes <= high;
	view->memory_low_bytes = known ? low : NAN;
	view->memory_high_bytes = known ? high : NAN;
	view->memory_told_apart = known && high - low <= fmax(fabs(low), fabs(high)) / 2;
}

static void fill(struct tc_share_view *view, const struct tc_share *share, const struct tc_division *division)
{
	double wall = positive(share->wall_ns), waiting = positive(share->waiting_ns);
	view->wall_ns = wall;
	view->running_ns = division->out;
	view->running_low_ns = fmin(division->in.low, division->out);
	view->waiting_ns = fmin(waiting, wall - view->running_ns);
	view->waiting_low_ns = fmin(positive(share->waiting_low_ns), view->waiting_ns);
	/* Who surely ran so long waited for no more than the rest, and the other way round. */
	view->waiting_high_ns = within(positive(share->waiting_high_ns), view->waiting_ns, wall - view->running_low_ns);
	view->running_high_ns = within(division->in.high, division->out, wall - view->waiting_low_ns);
	view->throttled_ns = fmin(positive(share->throttled_ns), view->waiting_ns);
	view->blocked_ns = fmax(0, wall - view->running_ns - view->waiting_ns);
	view->blocked_low_ns = fmax(0, wall - view->running_high_ns - view->waiting_high_ns);
	view->blocked_high_ns = fmax(view->blocked_ns, wall - view->running_low_ns - view->waiting_low_ns);
	fill_memory(view, share);
	view->looks = (uint64_t)positive(share->looks);
	view->io_ns =
		clear_looks(share) > 0
			? fmin(view->blocked_ns, positive(share->shared_ns) *
							 within((double)share->looks_io / clear_looks(share), 0, 1))
			: NAN;
	view->told_apart = view->running_high_ns - view->running_low_ns <= wall / 2;
	view->waiting_told_apart = view->waiting_high_ns - view->waiting_low_ns <= wall / 4;
}

static void fill_threads(struct tc_share_view *view, const struct tc_share *share)
{
	view->running_ns = view->running_low_ns = view->running_high_ns = positive(share->running_ns);
	view->wall_ns = view->waiting_ns = view->waiting_low_ns = view->waiting_high_ns = view->throttled_ns = NAN;
	view->blocked_ns = view->blocked_low_ns = view->blocked_high_ns = view->io_ns = NAN;
	fill_memory(view, share);
	view->told_apart = view->waiting_told_apart = true;
}

static int row_of(const char *name)
{
	if (!strcmp(name, TC_SHARE_NO_SPAN))
		return TC_SHARE_OF_NO_SPAN;
	if (!strcmp(name, TC_SHARE_OBSERVER))
		return TC_SHARE_OF_OBSERVER;
	return strcmp(name, TC_SHARE_OTHER_THREADS) ? TC_SHARE_OF_NAME : TC_SHARE_OF_OTHER_THREADS;
}

static int by_time(const void *a, const void *b)
{
	const struct tc_share_view *x = a, *y = b;
	if (x->row != y->row)
		return (x->row > y->row) - (x->row < y->row);
	if (x->wall_ns < y->wall_ns || x->wall_ns > y->wall_ns)
		return x->wall_ns < y->wall_ns ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* CPU time of the whole process tree in ns; NAN: not known. */
static double whole_tree(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	const struct tc_taken taken = tc_session_taken(session);
	if (taken.by_usage && !reader->observed.part) {
		session->share_basis = "what the kernel counted for the command and all it waited for";
		return taken.cpu_ns;
	}
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *view = &session->series_view[i];
		if (strcmp(view->series.name, "process.cpu") != 0)
			continue;
		session->share_basis = "the series process.cpu";
		if (reader->observed.part)
			return 1e9 * tc_series_integral(view, reader->observed.from, reader->observed.to);
		return 1e9 * view->total;
	}
	return NAN;
}

static bool is_filtered(const struct tc_reader *reader)
{
	return reader->options.name_glob || reader->options.source_glob || reader->options.has_kinds;
}

static void add_rest(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	double rest = is_filtered(reader) ? NAN : whole_tree(reader);
	struct tc_share_view *view = &session->share[session->shares];
	static const struct tc_share none;
	for (size_t i = 0; i < session->shares; i++)
		rest -= session->share[i].running_ns;
	if (isnan(rest)) {
		session->share_basis = NULL;
		return;
	}
	*view = (struct tc_share_view){.name = "(other processes)", .row = TC_SHARE_OF_OTHERS};
	view->bytes = strlen(view->name);
	fill_threads(view, &none);
	view->running_ns = view->running_low_ns = view->running_high_ns = fmax(0, rest);
	view->memory_bytes = view->memory_low_bytes = view->memory_high_bytes = NAN;
	view->memory_told_apart = false;
	session->shares++;
}

/* The estimate is brought between the narrower bounds, and still adds up. */
static void divide(struct tc_reader *reader, struct tc_division *division)
{
	size_t count = 0;
	double amount = 0;
	for (size_t i = 0; i < reader->names; i++) {
		const struct tc_share *share = &reader->name[i].share;
		if (!reader->name[i].has_share || share->wall_ns <= 0)
			continue;
		struct tc_range in = range_of(share);
		amount += positive(share->running_ns);
		division[count++] = (struct tc_division){positive(share->wall_ns), prior(share), in, 0};
	}
	tc_divide(division, count, amount);
}

static void make_rows(struct tc_reader *reader, struct tc_division *division)
{
	struct tc_session *session = reader->session;
	divide(reader, division);
	for (size_t i = 0; i < reader->names; i++) {
		const struct tc_merged_name *name = &reader->name[i];
		if (!name->has_share)
			continue;
		struct tc_share_view *view = &session->share[session->shares];
		*view = (struct tc_share_view){.name = name->view.name, .bytes = name->view.bytes};
		view->row = row_of(view->name);
		if (name->share.wall_ns > 0)
			fill(view, &name->share, division++);
		else if (view->row == TC_SHARE_OF_OTHER_THREADS || view->row == TC_SHARE_OF_OBSERVER)
			fill_threads(view, &name->share);
		else
			continue;
		if (view->row != TC_SHARE_OF_NAME) { /* without the mark that keeps it apart from spans of that name */
			view->name++;
			view->bytes--;
		}
		session->shares++;
	}
	if (session->shares)
		add_rest(reader);
	qsort(session->share, session->shares, sizeof *session->share, by_time);
}

void tc_reader_shares(struct tc_reader *reader)
{
	struct tc_division *division = calloc(reader->names + 1, sizeof *division);
	int kind = tc_reader_window_kind(reader);
	struct tc_session *session = reader->session;
	session->share = calloc(reader->names + 2, sizeof *session->share);
	session->shares_from = session->end;
	if (!reader->observed.part)
		take_all(reader);
	for (size_t i = 0; i < reader->tail->windows; i++) {
		const struct tc_window_view *window = &reader->tail->window[i].view;
		if (!tc_reader_overlaps(reader, &reader->tail->window[i], kind))
			continue;
		if (reader->observed.part)
			take_window(reader, window);
		session->shares_from = window->begin < session->shares_from ? window->begin : session->shares_from;
		session->shares_to = window->end > session->shares_to ? window->end : session->shares_to;
	}
	if (session->shares_to < session->shares_from) /* none does */
		session->shares_to = session->shares_from;
	for (size_t i = 0; i < reader->names && is_filtered(reader); i++)
		reader->name[i].has_share &= reader->name[i].seen; /* the log tells no kinds */
	if (division && session->share)
		make_rows(reader, division);
	else
		tc_reader_no_memory(reader);
	free(division);
}
