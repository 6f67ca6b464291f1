/* SPDX-License-Identifier: MIT
 *
 * render_advice.c - what was found, the gravest first, and what to do about it.  What is said of one span stands together.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/text.h"
#include "cli/render.h"

enum { NUMBER = 3, GRADE = 5, TEXT = 15, GROUPS_USUAL = 5 };

static enum tc_style style_of(enum tc_severity severity)
{
	static const enum tc_style styles[TC_SEVERITIES] = {TC_DIM, TC_PLAIN, TC_WARN, TC_BAD};
	return styles[severity];
}

/* Those of little weight where all were asked for. */
static bool is_shown(const struct tc_view *view, const struct tc_advice *advice)
{
	bool all = view->options->verbose || (view->options->has_top && !view->options->top);
	return all || advice->priority > TC_SEVERITY_LOW;
}

static void draw_line(struct tc_screen *screen, enum tc_style style, const char *mark, const char *text)
{
	tc_screen_to(screen, TEXT);
	tc_screen_put(screen, TC_DIM, mark);
	tc_screen_words(screen, style, text, TEXT + tc_text_columns(mark));
	tc_screen_line(screen);
}

static void draw_evidence(struct tc_screen *screen, const struct tc_advice *advice)
{
	struct tc_strbuf text = {0};
	for (size_t i = 0; i < advice->evidences; i++)
		draw_line(screen, TC_DIM, "· ", advice->evidence[i]);
	tc_strbuf_printf(&text, "confidence %.2f", advice->confidence);
	if (advice->confidence < advice->sure)
		tc_strbuf_printf(&text, " that this helps, %.2f that it is so", advice->sure);
	if (advice->priority != advice->severity)
		tc_strbuf_printf(&text, "; severity %s, %s as it is below %.2f", tc_severity_name(advice->severity),
			tc_severity_name(advice->priority), TC_ADVICE_CERTAIN);
	draw_line(screen, TC_DIM, "· ", tc_strbuf_text(&text));
	tc_strbuf_release(&text);
}

/* named: the first of its stage, whose name stands before it; to_do: with what to do about it. */
static void draw_issue(struct tc_view *view, const struct tc_advice *advice, bool named, bool to_do)
{
	struct tc_screen *screen = &view->screen;
	struct tc_strbuf stage = {0};
	tc_screen_to(screen, GRADE);
	tc_screen_put(screen, style_of(advice->priority), tc_severity_name(advice->priority));
	tc_screen_to(screen, TEXT);
	if (named && advice->stage) {
		tc_text_escape(&stage, advice->stage, advice->stage_bytes, !screen->utf8);
		tc_screen_cut(screen, TC_BOLD, tc_strbuf_text(&stage), (screen->columns - TEXT) / 2);
		tc_screen_to(screen, screen->column + 1);
	}
	tc_screen_words(screen, TC_PLAIN, advice->issue, TEXT);
	tc_screen_line(screen);
	if (advice->suggested_action && to_do && (advice->confidence >= TC_ADVICE_CONFIDENCE || view->options->verbose))
		draw_line(screen, TC_ACCENT, "› ", advice->suggested_action);
	if (view->options->verbose)
		draw_evidence(screen, advice);
	tc_strbuf_release(&stage);
}

static bool same_stage(const struct tc_advice *a, const struct tc_advice *b)
{
	return a->of == b->of && a->stage == b->stage;
}

struct place { /* of a finding */
	const struct tc_advice *advice;
	size_t index;
};

static int by_stage(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->advice->of != y->advice->of)
		return x->advice->of < y->advice->of ? -1 : 1;
	if (x->advice->stage != y->advice->stage)
		return (uintptr_t)x->advice->stage < (uintptr_t)y->advice->stage ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* By finding, the next one of its stage, or their number: so that with all of them drawn nobody looks for those of one stage among all. */
static size_t *link_stages(const struct tc_diagnosis *d)
{
	struct place *place = calloc(d->findings + 1, sizeof *place);
	size_t *next = calloc(d->findings + 1, sizeof *next);
	for (size_t i = 0; place && i < d->findings; i++)
		place[i] = (struct place){&d->finding[i], i};
	if (place && d->findings)
		qsort(place, d->findings, sizeof *place, by_stage);
	for (size_t i = 0; place && next && i < d->findings; i++) {
		bool more = i + 1 < d->findings && same_stage(place[i].advice, place[i + 1].advice);
		next[place[i].index] = more ? place[i + 1].index : d->findings;
	}
	if (!place) {
		free(next);
		next = NULL;
	}
	free(place);
	return next;
}

static size_t count_rest(const struct tc_view *view, const bool *drawn)
{
	size_t more = 0;
	for (size_t i = 0; i < view->diagnosis->findings; i++)
		more += !drawn[i];
	return more;
}

/* With the line that counts the rest. */
static bool fits(const struct tc_view *view, const bool *drawn)
{
	size_t lines = 0;
	for (const char *at = tc_strbuf_text(&view->screen.text); (at = strchr(at, '\n')); at++)
		lines++;
	return !view->rows || lines + (count_rest(view, drawn) > 0) <= view->rows;
}

/* The findings of one stage, the gravest of which is number `first`; each whole or not at all.  False: there is no room for more. */
static bool draw_group(struct tc_view *view, size_t first, size_t number, bool *drawn, const size_t *next)
{
	const struct tc_diagnosis *d = view->diagnosis;
	char text[NUMBER + 1];
	snprintf(text, sizeof text, "%zu", number % 1000);
	for (size_t i = first; i < d->findings; i = next[i]) {
		size_t before = view->screen.text.bytes;
		if (!is_shown(view, &d->finding[i]))
			continue;
		if (i == first)
			tc_screen_right(&view->screen, TC_BOLD, text, NUMBER);
		draw_issue(view, &d->finding[i], i == first, i == first || view->options->verbose);
		drawn[i] = true;
		if (fits(view, drawn) || (number == 1 && i == first))
			continue;
		drawn[i] = false;
		tc_strbuf_cut(&view->screen.text, before);
		return false;
	}
	return true;
}

static void draw_rest(struct tc_view *view, const bool *drawn)
{
	size_t more = count_rest(view, drawn);
	if (!more)
		return;
	tc_screen_to(&view->screen, GRADE);
	tc_screen_printf(&view->screen, TC_DIM, "%s: %s", tc_counted(more, "more finding").text,
		view->options->has_top ? "--top 0" : "tacho report --verbose");
	tc_screen_line(&view->screen);
}

void tc_render_advice_on(struct tc_view *view, const struct tc_name_view *name)
{
	const struct tc_diagnosis *d = view->diagnosis;
	bool headed = false;
	for (size_t i = 0; i < d->findings; i++) {
		if (d->finding[i].of != TC_STAGE_SPAN || d->finding[i].stage != name->name)
			continue;
		if (!headed) {
			tc_render_heading(view, "Findings");
			tc_screen_line(&view->screen);
		}
		headed = true;
		draw_issue(view, &d->finding[i], false, true);
	}
}

int tc_render_advice(struct tc_view *view)
{
	const struct tc_diagnosis *d = view->diagnosis;
	size_t groups = 0, most = view->options->has_top   ? view->options->top
	                          : view->options->verbose ? 0
	                                                   : GROUPS_USUAL;
	if (!d->findings && !d->names)
		return 0;
	bool *drawn = calloc(d->findings + 1, sizeof *drawn);
	size_t *next = link_stages(d);
	if (!drawn || !next) {
		free(drawn);
		free(next);
		return tc_error(TACHO_ENOMEM, "no memory for %zu findings", d->findings);
	}
	tc_render_heading(view, "Findings");
	if (d->paths && tc_paths_overlap(d->paths))
		tc_screen_put(&view->screen, TC_DIM, "  savings: with as many root spans at once as before");
	tc_screen_line(&view->screen);
	bool room = true;
	for (size_t i = 0; i < d->findings && room && (groups < most || !most); i++)
		if (!drawn[i] && is_shown(view, &d->finding[i]))
			room = draw_group(view, i, ++groups, drawn, next);
	if (!groups) {
		tc_screen_to(&view->screen, 2);
		tc_screen_put(&view->screen, TC_DIM, "nothing stands out");
		tc_screen_line(&view->screen);
	}
	draw_rest(view, drawn);
	free(drawn);
	free(next);
	return 0;
}
