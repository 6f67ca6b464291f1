/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "base/units.h"
#include "cli/plot.h"
#include "cli/render.h"
#include "format/metric_text.h"

enum { NAME = 24, LABEL = 22, KIND = 11, COUNT = 14, FIGURE = 9, FIGURES = 5, NEWEST = 10, ROWS = 20, COURSES = 12 };

struct layout {
	size_t name, figures;
};

/* The unit where neither name nor figures tell it, and the source: "in widgets, from sda"; of series the source alone. */
static void apart_text(struct tc_strbuf *out, const struct tc_metric_view *m, bool with_unit)
{
	const char *area = strrchr(m->name, '.');
	bool counts = m->kind == TACHO_METRIC_GAUGE || m->kind >= TACHO_METRIC_CUSTOM;
	if (with_unit && counts && *m->unit && strcmp(m->unit, "bytes") && strcmp(m->unit, area ? area + 1 : m->name))
		tc_strbuf_printf(out, "in %s", m->unit);
	if (*m->source)
		tc_strbuf_printf(out, "%sfrom %s", out->bytes ? ", " : "", m->source);
}

static void label_text(struct tc_strbuf *out, const struct tc_metric_view *m, bool with_unit)
{
	struct tc_strbuf apart = {0};
	apart_text(&apart, m, with_unit);
	tc_strbuf_printf(out, "%s%s%s", m->name, apart.bytes ? ", " : "", tc_strbuf_text(&apart));
	tc_strbuf_release(&apart);
}

static size_t label_columns(const struct tc_metric_view *m, bool with_unit)
{
	struct tc_strbuf label = {0};
	label_text(&label, m, with_unit);
	size_t columns = tc_text_columns(tc_strbuf_text(&label));
	tc_strbuf_release(&label);
	return columns;
}

static bool is_asked_for(const struct tc_view *view)
{
	return view->options->part && view->options->part->metric_glob;
}

/* Of those that are asked for by name all. */
static size_t rows_of(const struct tc_view *view, size_t count, size_t usual)
{
	return tc_considered_rows(view->options, count, is_asked_for(view) ? count : usual);
}

static size_t rows(const struct tc_view *view)
{
	return rows_of(view, view->session->metrics, ROWS);
}

/* Where it is narrow, the later figures are left to the JSON; what room is left, names may have. */
static struct layout layout_of(const struct tc_view *view)
{
	size_t columns = view->screen.columns, before = 2 + NAME + KIND + COUNT, wanted = NAME;
	size_t fit = columns > before ? (columns - before) / FIGURE : 0;
	struct layout layout = {NAME, fit < FIGURES ? fit : FIGURES};
	size_t taken = before + layout.figures * FIGURE, spare = columns > taken ? columns - taken : 0;
	for (size_t i = 0; i < rows(view); i++) {
		size_t label = label_columns(&view->session->metric[i], true) + 1;
		wanted = label > wanted ? label : wanted;
	}
	layout.name += wanted - NAME < spare ? wanted - NAME : spare;
	return layout;
}

static struct tc_figure value_text(const struct tc_metric_view *m, double value)
{
	struct tc_figure f = {"-"};
	if (isnan(value))
		return f;
	if (m->kind == TACHO_METRIC_TIME || m->kind == TACHO_METRIC_WAIT)
		return tc_duration_short(value);
	if (m->kind == TACHO_METRIC_MEMORY || !strcmp(m->unit, "bytes"))
		return tc_bytes(value);
	if (m->kind == TACHO_METRIC_PERCENTAGE)
		f = tc_percent(value);
	else if (m->kind == TACHO_METRIC_THROUGHPUT)
		snprintf(f.text, sizeof f.text, "%.24s/s", tc_number_short(value).text);
	else
		return tc_number_short(value);
	return tc_text_columns(f.text) < FIGURE ? f : tc_number_short(value);
}

/* "97 in 4.00 s, 1,450 a minute" */
static void draw_rate(struct tc_screen *screen, const struct tc_metric_view *m)
{
	struct tc_figure marks = tc_count(m->last_minute);
	if (m->minute_ns >= 6e10)
		tc_screen_printf(screen, TC_PLAIN, "  %s in the last minute", marks.text);
	else
		tc_screen_printf(screen, TC_PLAIN, "  %s in %s", marks.text, tc_duration(m->minute_ns).text);
	if (m->minute_ns < 6e10 && !isnan(tc_metric_per_minute(m)))
		tc_screen_printf(screen, TC_PLAIN, ", %s a minute", tc_number(tc_metric_per_minute(m)).text);
}

static void draw_rest(struct tc_view *view, const struct tc_metric_view *m, size_t figures)
{
	struct tc_screen *screen = &view->screen;
	if (m->kind == TACHO_METRIC_EVENT) {
		if (tc_metric_has_count(m))
			draw_rate(screen, m);
	} else if (m->kind == TACHO_METRIC_WAIT) {
		double wall = tc_considered(view->session, view->options);
		if (!isnan(m->sum))
			tc_screen_printf(screen, TC_PLAIN, "  %s of the time",
				tc_percent(wall > 0 ? 100 * m->sum / wall : NAN).text);
	} else if (m->kind != TACHO_METRIC_COUNTER) {
		const double values[] = {m->last, m->mean, m->median, m->p95, m->max};
		for (size_t i = 0; i < figures; i++)
			tc_screen_cell(screen, TC_PLAIN, value_text(m, values[i]).text, FIGURE);
	}
	tc_screen_line(screen);
}

static void draw_headings(struct tc_view *view, const struct layout *layout)
{
	static const char *const titles[] = {"last", "mean", "median", "p95", "max"};
	struct tc_screen *screen = &view->screen;
	tc_render_heading(view, "Metrics");
	tc_screen_to(screen, 2 + layout->name + KIND);
	tc_screen_cell(screen, TC_DIM, "count", COUNT);
	for (size_t i = 0; i < layout->figures; i++)
		tc_screen_cell(screen, TC_DIM, titles[i], FIGURE);
	tc_screen_line(screen);
}

static struct tc_figure count_text(const struct tc_metric_view *m)
{
	struct tc_figure f = {"-"};
	if (!tc_metric_has_count(m))
		return f;
	if (m->kind == TACHO_METRIC_WAIT)
		return tc_duration(m->sum);
	f = tc_count(m->count);
	return tc_text_columns(f.text) < COUNT ? f : tc_number_short((double)m->count);
}

static void draw_label(struct tc_screen *screen, const char *text, size_t columns)
{
	tc_screen_raw(screen, TC_PLAIN, text, strlen(text), columns);
}

/* Two of one name are told apart in any case: what found no room behind the name stands below. */
static void draw_metric(struct tc_view *view, const struct tc_metric_view *m, const struct layout *layout)
{
	struct tc_screen *screen = &view->screen;
	struct tc_strbuf label = {0}, apart = {0};
	label_text(&label, m, true);
	bool whole = tc_text_columns(tc_strbuf_text(&label)) < layout->name;
	tc_screen_to(screen, 2);
	draw_label(screen, whole ? tc_strbuf_text(&label) : m->name, layout->name - 1);
	tc_screen_to(screen, 2 + layout->name);
	tc_screen_put(screen, TC_DIM, tc_metric_kind_text(m->kind));
	tc_screen_to(screen, 2 + layout->name + KIND);
	tc_screen_cell(screen, TC_PLAIN, count_text(m).text, COUNT);
	draw_rest(view, m, layout->figures);
	apart_text(&apart, m, true);
	if (!whole && apart.bytes) {
		tc_screen_to(screen, 4);
		draw_label(screen, tc_strbuf_text(&apart), screen->columns - 4);
		tc_screen_line(screen);
	}
	tc_strbuf_release(&label);
	tc_strbuf_release(&apart);
}

/* What is known of the newest values, and from what all figures are, of metrics that were asked for by name. */
static void draw_more(struct tc_view *view, const struct tc_metric_view *m)
{
	struct tc_screen *screen = &view->screen;
	struct tc_strbuf text = {0};
	size_t first = m->recent > NEWEST ? m->recent - NEWEST : 0;
	double sum = 0;
	tc_text_escape(&text, m->help, strlen(m->help), !screen->utf8);
	tc_strbuf_printf(&text, "%sFrom %s.", *m->help ? ". " : "", m->basis);
	if (m->invalid)
		tc_strbuf_printf(&text, " Besides, %s %s infinite or not a number: in none of the figures.",
			tc_count(m->invalid).text, m->invalid == 1 ? "value was" : "values were");
	for (size_t i = 0; i < m->recent; i++)
		sum += m->recent_value[i].value;
	if (m->recent)
		tc_strbuf_printf(&text, " Mean of the last %zu: %s; the newest:", m->recent,
			value_text(m, sum / (double)m->recent).text);
	for (size_t i = first; i < m->recent; i++)
		tc_strbuf_printf(&text, " %s", value_text(m, m->recent_value[i].value).text);
	tc_screen_to(screen, 4);
	tc_screen_words(screen, TC_DIM, tc_strbuf_text(&text), 4);
	tc_screen_line(screen);
	tc_strbuf_release(&text);
}

static bool has_course(const struct tc_metric_view *m)
{
	return m->series && !isnan(m->series->course.last);
}

/* Labels take of the plot what they need, up to a third of the line. */
static struct tc_series_look look_of(const struct tc_view *view, size_t courses)
{
	const struct tc_session *session = view->session;
	size_t most = view->screen.columns / 3, wanted = LABEL;
	for (size_t i = 0, drawn = 0; i < session->metrics && drawn < courses; i++) {
		if (!has_course(&session->metric[i]))
			continue;
		size_t label = label_columns(&session->metric[i], false) + 3;
		wanted = label > wanted ? label : wanted;
		drawn++;
	}
	return (struct tc_series_look){.label = wanted < most || wanted == LABEL ? wanted
	                                        : most > LABEL                   ? most
	                                                                         : LABEL};
}

static void draw_course(struct tc_view *view, const struct tc_series_look *look, const struct tc_metric_view *m)
{
	struct tc_strbuf label = {0};
	label_text(&label, m, false);
	tc_render_series(view, look, tc_strbuf_text(&label), m->series, 0);
	tc_strbuf_release(&label);
}

/* A few; all of those that are asked for by name. */
static void draw_courses(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	size_t count = 0, drawn = 0;
	for (size_t i = 0; i < session->metrics; i++)
		count += has_course(&session->metric[i]);
	if (!count)
		return;
	size_t most = rows_of(view, count, COURSES);
	const struct tc_series_look look = look_of(view, most);
	tc_render_series_headings(view, &look, "Metrics over time");
	for (size_t i = 0; drawn < most; i++)
		if (has_course(&session->metric[i])) {
			draw_course(view, &look, &session->metric[i]);
			drawn++;
		}
	tc_render_more(view, count - drawn, "metric", "");
}

void tc_render_metrics(struct tc_view *view)
{
	const struct tc_session *session = view->session;
	const struct tc_session_options *part = view->options->part;
	const struct layout layout = layout_of(view);
	size_t shown = rows(view);
	if (!session->metrics)
		return;
	draw_headings(view, &layout);
	for (size_t i = 0; i < shown; i++) {
		draw_metric(view, &session->metric[i], &layout);
		if (is_asked_for(view))
			draw_more(view, &session->metric[i]);
	}
	tc_render_more(view, session->metrics - shown, "metric", "");
	if (part && part->has_window) {
		tc_screen_to(&view->screen, 2);
		tc_screen_words(&view->screen, TC_DIM,
			"Of this part, from the observer's readings and the newest values; -: not known of it.", 2);
		tc_screen_line(&view->screen);
	}
	draw_courses(view);
}
