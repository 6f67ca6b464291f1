/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/phases.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/render.h"
#include "format/identity.h"

enum cell { COUNT, TOTAL, SELF, MEAN, MEDIAN, P95, FAILED, CELLS };
enum { GAP = 2, NAME_LEAST = 14, BAR_LEAST = 6, BAR_MOST = 32, SHARE_LEAST = 7, INDENT_MOST = 10 };

static const char *const headings[CELLS] = {"count", "total", "self", "mean", "median", "p95", "failed"};

/* What goes first where the screen is narrow; the bar has its place among them. */
static const enum cell expendable[] = {MEDIAN, SELF, CELLS /* the bar */, P95, MEAN, FAILED};

struct layout {
	size_t name, bar; /* columns; bar 0: none, and no share either */
	size_t share;
	size_t width[CELLS]; /* 0: not shown */
	double full;         /* ns that fill the bar */
};

static struct tc_figure padded(struct tc_figure f)
{
	size_t n = strlen(f.text);
	if (n > 2 && f.text[n - 1] == 's' && f.text[n - 2] == ' ') /* "5.67 s " stands in line with "12.3 ms" */
		strcat(f.text, " ");
	return f;
}

static struct tc_figure failures(const struct tc_figures *figures)
{
	struct tc_figure f = {"·"};
	if (figures->failed)
		snprintf(f.text, sizeof f.text, "%.18s  %7.8s", tc_count(figures->failed).text,
			tc_percent_column(100.0 * (double)figures->failed / (double)figures->count).text);
	return f;
}

static struct tc_figure cell_of(const struct tc_phase *phase, enum cell cell)
{
	switch (cell) {
	case COUNT:
		return tc_spans_figure(phase->node->figures.count, phase->node->open);
	case TOTAL:
		return padded(tc_duration_short(phase->total));
	case SELF:
		return padded(tc_duration_short(phase->self));
	case MEAN:
		return padded(tc_duration_short(phase->mean));
	case MEDIAN:
		return padded(tc_duration_short(phase->median));
	case P95:
		return padded(tc_duration_short(phase->p95));
	default:
		return failures(&phase->node->figures);
	}
}

/* Of the runtime: of durations that a program measured itself it may be any multiple. */
static struct tc_figure share_of(const struct tc_view *view, const struct tc_phase *phase)
{
	double runtime = tc_considered(view->session, view->options);
	return tc_percent_column(runtime > 0 ? 100 * phase->total / runtime : NAN);
}

static size_t indent_of(const struct tc_phase *phase)
{
	return 2 * (phase->node->depth < INDENT_MOST ? phase->node->depth : INDENT_MOST);
}

static void escaped_name(struct tc_strbuf *out, const struct tc_view *view, const struct tc_phase *phase)
{
	tc_strbuf_clear(out);
	if (phase->node->depth > INDENT_MOST)
		tc_strbuf_printf(out, "(%u) ", phase->node->depth);
	tc_text_escape(out, phase->name->name, phase->name->bytes, !view->screen.utf8);
	if (phase->node->kind)
		tc_strbuf_printf(out, " (%s)", tc_kind_text(phase->node->kind));
}

static size_t taken(const struct layout *layout)
{
	size_t columns = 2 + layout->name + (layout->bar ? GAP + layout->share + 1 + layout->bar : 0);
	for (size_t c = 0; c < CELLS; c++)
		columns += layout->width[c] ? GAP + layout->width[c] : 0;
	return columns;
}

/* As wide as the widest of each column; where that is too much, names are cut first, then columns left out. */
static struct layout lay_out(const struct tc_view *view, const struct tc_phases *phases)
{
	struct layout l = {
		.name = 5, .bar = BAR_LEAST, .share = SHARE_LEAST, .full = tc_considered(view->session, view->options)};
	struct tc_strbuf name = {0};
	size_t columns = view->screen.columns, wanted = l.name;
	for (size_t c = 0; c < CELLS; c++)
		l.width[c] = strlen(headings[c]) + (c >= TOTAL && c <= P95);
	for (size_t at = TC_NO_PHASE; (at = tc_phases_next(phases, at)) != TC_NO_PHASE;) {
		const struct tc_phase *phase = &phases->phase[at];
		for (size_t c = 0; c < CELLS; c++) {
			size_t wide = tc_text_columns(cell_of(phase, (enum cell)c).text);
			l.width[c] = wide > l.width[c] ? wide : l.width[c];
		}
		escaped_name(&name, view, phase);
		size_t share = tc_text_columns(share_of(view, phase).text);
		l.share = share > l.share ? share : l.share;
		size_t wide = indent_of(phase) + tc_text_columns(tc_strbuf_text(&name)) + (phase->hidden ? 4 : 0);
		wanted = wide > wanted ? wide : wanted;
		l.full = phase->total > l.full ? phase->total : l.full;
	}
	tc_strbuf_release(&name);
	size_t least = wanted < columns / 4 ? wanted : columns / 4;
	l.name = least < NAME_LEAST ? (wanted < NAME_LEAST ? wanted : NAME_LEAST) : least;
	for (size_t i = 0; taken(&l) > columns && i < sizeof expendable / sizeof *expendable; i++)
		*(expendable[i] == CELLS ? &l.bar : &l.width[expendable[i]]) = 0;
	size_t spare = columns > taken(&l) ? columns - taken(&l) : 0,
	       more = wanted - l.name < spare ? wanted - l.name : spare;
	l.name += more;
	spare -= more;
	if (l.bar)
		l.bar = l.bar + spare < BAR_MOST ? l.bar + spare : BAR_MOST;
	return l;
}

static void draw_headings(struct tc_view *view, const struct layout *l)
{
	struct tc_screen *screen = &view->screen;
	tc_render_heading(view, "Phases");
	tc_screen_to(screen, 2 + l->name);
	for (size_t c = 0; c < CELLS; c++)
		if (l->width[c]) {
			bool time = c >= TOTAL && c <= P95;
			tc_screen_to(screen, screen->column + GAP);
			tc_screen_right(screen, TC_DIM, headings[c], l->width[c] - time);
			tc_screen_to(screen, screen->column + time);
		}
	if (l->bar) {
		tc_screen_to(screen, screen->column + GAP);
		tc_screen_cut(screen, TC_DIM,
			tc_considers_part(view->session, view->options) ? "of window" : "of runtime",
			l->share + 1 + l->bar);
	}
	tc_screen_line(screen);
}

/* Own time full, time in phases below light; one eighth of a column is the least that is seen. */
static void draw_bar(struct tc_screen *screen, const struct tc_phase *phase, const struct layout *l)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	struct tc_strbuf bar = {0};
	double scale = l->full > 0 ? 8.0 * (double)l->bar / l->full : 0;
	size_t total = (size_t)(phase->total * scale + 0.5), self = (size_t)(phase->self * scale + 0.5);
	if (!total && phase->total > 0)
		total = 1;
	size_t cells = (total + 4) / 8, own = self < total ? (2 * self * cells + total) / (2 * total) : cells;
	bool mixed = own < cells;
	if (!mixed)
		cells = own = total / 8;
	tc_strbuf_repeat(&bar, "█", own);
	if (!mixed)
		tc_strbuf_puts(&bar, eighths[total % 8]);
	tc_screen_put(screen, TC_ACCENT, tc_strbuf_text(&bar));
	tc_strbuf_clear(&bar);
	tc_strbuf_repeat(&bar, "░", cells - own);
	tc_screen_put(screen, TC_DIM, tc_strbuf_text(&bar));
	tc_strbuf_release(&bar);
}

/* The lines of the tree that lead to a child of `parent`. */
static void draw_branch(struct tc_screen *screen, const struct tc_phases *phases, size_t parent, bool last)
{
	size_t path[INDENT_MOST], depth = 0;
	if (parent == TC_NO_PHASE || phases->phase[parent].node->depth >= INDENT_MOST) {
		tc_screen_to(screen, 2 + (parent == TC_NO_PHASE ? 0 : 2 * INDENT_MOST));
		return;
	}
	for (size_t at = parent; at != TC_NO_PHASE && depth < INDENT_MOST; at = phases->phase[at].parent)
		path[depth++] = at;
	tc_screen_to(screen, 2);
	while (--depth)
		tc_screen_put(screen, TC_DIM, tc_phases_is_last(phases, path[depth - 1]) ? "  " : "│ ");
	tc_screen_put(screen, TC_DIM, last ? "└ " : "├ ");
}

static void draw_row(struct tc_view *view, const struct tc_phases *phases, size_t at, const struct layout *l)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_phase *phase = &phases->phase[at];
	struct tc_strbuf name = {0};
	draw_branch(screen, phases, phase->parent, tc_phases_is_last(phases, at));
	size_t end = 2 + l->name, more = phase->hidden && phase->hidden == phase->children ? 4 : 0;
	escaped_name(&name, view, phase);
	size_t room = end > screen->column + more ? end - screen->column - more : 1;
	tc_screen_cut(
		screen, phase->node->open && view->session->live ? TC_ACCENT : TC_PLAIN, tc_strbuf_text(&name), room);
	if (more)
		tc_screen_printf(screen, TC_DIM, " +%zu", phase->hidden);
	tc_screen_to(screen, end);
	for (size_t c = 0; c < CELLS; c++)
		if (l->width[c]) {
			bool bad = c == FAILED && phase->node->figures.failed;
			tc_screen_to(screen, screen->column + GAP);
			tc_screen_right(screen,
				bad           ? TC_BAD
				: c == FAILED ? TC_DIM
					      : TC_PLAIN,
				cell_of(phase, (enum cell)c).text, l->width[c]);
		}
	if (l->bar) {
		tc_screen_to(screen, screen->column + GAP);
		tc_screen_right(screen, TC_PLAIN, share_of(view, phase).text, l->share);
		tc_screen_to(screen, screen->column + 1);
		draw_bar(screen, phase, l);
	}
	tc_screen_line(screen);
	tc_strbuf_release(&name);
}

static void draw_more(struct tc_view *view, const struct tc_phases *phases, size_t parent, size_t hidden, double total)
{
	struct tc_screen *screen = &view->screen;
	draw_branch(screen, phases, parent, true);
	tc_screen_printf(screen, TC_DIM, "… %s more, %s together", tc_count(hidden).text, tc_duration(total).text);
	tc_screen_line(screen);
}

/* After `at`, the phases whose last shown descendant it is say how many children they keep to themselves. */
static void draw_endings(struct tc_view *view, const struct tc_phases *phases, size_t at, size_t next)
{
	size_t parent = phases->phase[at].parent, stop = next == TC_NO_PHASE ? TC_NO_PHASE : phases->phase[next].parent;
	if (stop == at)
		return;
	for (; parent != stop; parent = phases->phase[parent].parent)
		if (phases->phase[parent].hidden)
			draw_more(
				view, phases, parent, phases->phase[parent].hidden, phases->phase[parent].hidden_total);
}

void tc_render_not_ended(struct tc_view *view)
{
	tc_screen_to(&view->screen, 2);
	tc_screen_words(&view->screen, TC_DIM,
		"+N: so many have not ended; total, self and share alone have their time so far", 4);
	tc_screen_line(&view->screen);
}

/* Their sum is then no share of the window. */
static void draw_wholeness(struct tc_view *view, const struct layout *l)
{
	if (!tc_considers_part(view->session, view->options) ||
		!(l->full > tc_considered(view->session, view->options)))
		return;
	tc_screen_to(&view->screen, 2);
	tc_screen_words(&view->screen, TC_DIM,
		"more than 100 %: spans that ended in this time count whole, also what of them lies before it", 2);
	tc_screen_line(&view->screen);
}

int tc_render_phases(struct tc_view *view)
{
	bool open = false;
	struct tc_phases phases;
	int error = tc_phases_build(&phases, view->session, view->options);
	if (error)
		return error;
	if (phases.count) {
		struct layout layout = lay_out(view, &phases);
		draw_headings(view, &layout);
		for (size_t at = tc_phases_next(&phases, TC_NO_PHASE), next; at != TC_NO_PHASE; at = next) {
			next = tc_phases_next(&phases, at);
			draw_row(view, &phases, at, &layout);
			open |= phases.phase[at].node->open;
			draw_endings(view, &phases, at, next);
		}
		if (phases.hidden)
			draw_more(view, &phases, TC_NO_PHASE, phases.hidden, phases.hidden_total);
		if (open)
			tc_render_not_ended(view);
		draw_wholeness(view, &layout);
	}
	tc_phases_release(&phases);
	return 0;
}
