/* SPDX-License-Identifier: MIT
 *
 * sheet_charts.c - figures over time and where time went.
 */
#include <math.h>
#include "analyze/usual.h"
#include "analyze/words.h"
#include "export/sheet.h"
#include "format/metric_text.h"

enum { POINTS = 400, HIGH = 100, WIDE = 1000, LEAST = 3 };

struct chart {
	struct tc_out *out;
	double from, length, top;
};

struct pen {
	bool area, down;
	double x, peak; /* NAN: nothing to draw */
	long stretch;
	size_t points; /* since it was put down */
	size_t nulls;  /* readings since the last that is known */
};

static void draw_point(struct chart *c, struct pen *pen)
{
	if (isnan(pen->peak))
		return;
	if (!pen->down && pen->area)
		tc_out_printf(c->out, "M%.1f %d L", pen->x, HIGH);
	else if (!pen->down)
		tc_out_puts(c->out, "M");
	tc_out_printf(c->out, "%.1f %.1f ", pen->x, HIGH - fmin(1, pen->peak / c->top) * (HIGH - 4));
	pen->down = true;
	pen->points++;
	pen->peak = NAN;
}

static void lift(struct chart *c, struct pen *pen)
{
	draw_point(c, pen);
	if (pen->down && pen->area)
		tc_out_printf(c->out, "L%.1f %d Z ", pen->x, HIGH);
	else if (pen->points == 1) /* a dot: a line to where it is has round ends */
		tc_out_puts(c->out, "h0 ");
	pen->down = false;
	pen->points = 0;
}

/* So many readings may lack a value before nothing is known.  A rate that cannot be told at a tick comes with the next one, over both, and may
 * do so all the time. */
static size_t nulls_bridged(const struct tc_series_view *view)
{
	size_t known = 0;
	for (size_t i = 0; i < view->count; i++)
		known += isfinite(view->value[i]) != 0;
	return known ? 3 * (view->count / known) : 0;
}

/* The highest reading of each of POINTS stretches of time, so that no peak is lost; the line breaks where nothing is known. */
static void put_line(struct chart *c, const struct tc_series_view *view, bool area)
{
	struct pen pen = {.area = area, .peak = NAN};
	size_t bridged = nulls_bridged(view);
	for (size_t i = 0; i < view->count; i++) {
		double at = ((double)view->at[i] - c->from) / c->length;
		pen.nulls = isfinite(view->value[i]) ? 0 : pen.nulls + 1;
		if (pen.nulls > bridged)
			lift(c, &pen);
		else if (!pen.nulls && at >= 0 && at <= 1) {
			if ((long)(at * POINTS) != pen.stretch)
				draw_point(c, &pen);
			pen.stretch = (long)(at * POINTS);
			pen.x = at * WIDE;
			pen.peak = fmax(isnan(pen.peak) ? -INFINITY : pen.peak, view->value[i]);
		}
	}
	lift(c, &pen);
}

static void put_chart(struct chart *c, const struct tc_usual *row, const struct tc_series_view *view)
{
	const struct tc_course *course = &view->course;
	tc_out_printf(c->out,
		"<figure><figcaption><b>%s</b> %s<span>average %s, p95 %s, maximum %s</span></figcaption>\n",
		row->group, row->label, tc_series_figure(course->average, view->series.unit).text,
		tc_series_figure(course->p95, view->series.unit).text,
		tc_series_figure(course->max, view->series.unit).text);
	tc_out_printf(c->out,
		"<svg class=\"chart\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\"><title>", WIDE,
		HIGH);
	tc_sheet_puts(c->out, view->series.help);
	tc_out_puts(c->out, "</title><path class=\"area\" d=\"");
	put_line(c, view, true);
	tc_out_puts(c->out, "\"/><path class=\"line\" d=\"");
	put_line(c, view, false);
	tc_out_printf(c->out,
		"\"/></svg><div class=\"axis\"><span>%s</span><span>top: %s</span><span>%s</span></div></figure>\n",
		tc_duration(c->from).text, tc_series_figure(c->top, view->series.unit).text,
		tc_duration(c->from + c->length).text);
}

void tc_sheet_resources(struct tc_export *export)
{
	const struct tc_session *session = export->session;
	struct chart c = {.out = export->out,
		.from = (double)tc_considered_from(export->session, &export->what),
		.length = tc_considered(session, &export->what)};
	bool any = false;
	for (const struct tc_usual *row = tc_usual; row->series && c.length > 0; row++) {
		const struct tc_series_view *view = tc_usual_series(session, row);
		if (!view || view->count < LEAST || !isfinite(view->course.max))
			continue;
		c.top = tc_usual_top(session, row, view);
		c.top = c.top > 0 ? c.top : 1;
		if (!any)
			tc_out_puts(c.out, "<section><h2>Resources</h2><div class=\"charts\">\n");
		any = true;
		put_chart(&c, row, view);
	}
	if (any)
		tc_out_puts(c.out, "</div></section>\n");
}

/* Whether nothing at all is known of it, to the percent: a row would say no more than its name. */
static bool is_unknown(const struct tc_share_view *share)
{
	return !share->told_apart && (!(share->wall_ns > 0) || (share->running_low_ns < 0.01 * share->wall_ns &&
								       share->running_high_ns > 0.99 * share->wall_ns));
}

/* What is too little known to be drawn is said. */
static void put_bounds(struct tc_out *out, const struct tc_share_view *share)
{
	tc_out_printf(out,
		"</th><td class=\"bar\"></td><td colspan=\"3\" class=\"dim\">%.0f to %.0f %% on a CPU, not told "
		"apart</td></tr>\n",
		floor(100 * fmin(1, share->running_low_ns / share->wall_ns)),
		ceil(100 * fmin(1, share->running_high_ns / share->wall_ns)));
}

static void put_unknown(struct tc_out *out, const struct tc_session *session, size_t shown)
{
	const char *between = "Not told apart at all: ";
	for (size_t i = 0; i < session->shares && i < shown; i++)
		if (is_unknown(&session->share[i])) {
			tc_out_puts(out, between);
			tc_sheet_text(out, session->share[i].name, session->share[i].bytes);
			between = ", ";
		}
	if (*between == ',')
		tc_out_puts(out, ". ");
}

static void put_share(struct tc_out *out, const struct tc_share_view *share, double most)
{
	const double ns[] = {share->running_ns, share->waiting_ns, share->blocked_ns};
	static const char *const class[] = {"running", "waiting", "blocked"};
	tc_out_puts(out, "<tr><th scope=\"row\">");
	tc_sheet_text(out, share->name, share->bytes);
	if (!share->told_apart) {
		put_bounds(out, share);
		return;
	}
	tc_out_puts(out, "</th><td class=\"bar\"><svg width=\"100%\" height=\"12\">");
	double x = 0;
	for (int i = 0; i < 3; i++)
		if (isfinite(ns[i]) && ns[i] > 0) {
			tc_out_printf(out, "<rect class=\"%s\" x=\"%.2f%%\" width=\"%.2f%%\" height=\"12\"/>", class[i],
				100 * x / most, 100 * ns[i] / most);
			x += ns[i];
		}
	tc_out_puts(out, "</svg></td>");
	for (int i = 0; i < 3; i++)
		tc_out_printf(out, "<td>%s</td>", tc_duration(ns[i]).text);
	tc_out_puts(out, "</tr>\n");
}

void tc_sheet_shares(struct tc_export *export)
{
	enum { SHOWN = 16 };
	const struct tc_session *session = export->session;
	struct tc_out *out = export->out;
	double most = 0;
	for (size_t i = 0; i < session->shares; i++) {
		const struct tc_share_view *s = &session->share[i];
		double all = isfinite(s->wall_ns) ? s->wall_ns : s->running_ns;
		most = isfinite(all) && all > most ? all : most;
	}
	if (!(most > 0))
		return;
	tc_out_puts(out,
		"<section><h2>Where own time went</h2><div class=\"scroll\"><table "
		"class=\"shares\"><thead><tr><th></th><th class=\"bar\"></th>"
		"<th><i class=\"key running\"></i>on a CPU</th><th><i class=\"key waiting\"></i>waiting for one</th>"
		"<th><i class=\"key blocked\"></i>blocked</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < session->shares && i < SHOWN; i++)
		if (!is_unknown(&session->share[i]))
			put_share(out, &session->share[i], most);
	tc_out_puts(out, "</tbody></table></div><p class=\"dim\">");
	put_unknown(out, session, SHOWN);
	tc_out_puts(out, "As estimated from the scheduler's accounts");
	if (session->shares > SHOWN)
		tc_out_printf(out, "; %zu more that took less are left out", session->shares - SHOWN);
	tc_out_puts(out, ".</p></section>\n");
}

static void put_metric(struct tc_out *out, const struct tc_metric_view *m)
{
	const double values[] = {m->sum, m->last, m->mean, m->p95, m->max};
	tc_out_puts(out, "<tr><th scope=\"row\">");
	tc_sheet_text(out, m->name, strlen(m->name));
	if (*m->source) {
		tc_out_puts(out, " <span class=\"dim\">");
		tc_sheet_text(out, m->source, strlen(m->source));
		tc_out_puts(out, "</span>");
	}
	tc_out_printf(out, "</th><td class=\"wide\">%s</td><td>%s</td>", tc_metric_kind_text(m->kind),
		tc_metric_has_count(m) && m->kind != TACHO_METRIC_WAIT ? tc_count(m->count).text : "");
	for (int i = 0; i < 5; i++) {
		tc_out_puts(out, i == 0 || i == 2 || i == 3 ? "<td class=\"wide\">" : "<td>");
		if (isfinite(values[i]))
			tc_sheet_puts(out, tc_series_figure(values[i], m->unit).text);
		tc_out_puts(out, "</td>");
	}
	tc_out_puts(out, "</tr>\n");
}

void tc_sheet_metrics(struct tc_export *export)
{
	const struct tc_session *session = export->session;
	if (!session->metrics)
		return;
	tc_out_puts(export->out, "<section><h2>Metrics</h2><div "
				 "class=\"scroll\"><table class=\"metrics\"><thead><tr><th>metric</th><th "
				 "class=\"wide\">kind</th><th>count</th>"
				 "<th class=\"wide\">sum</th><th>last</th><th class=\"wide\">mean</th><th "
				 "class=\"wide\">p95</th><th>maximum</th></tr>"
				 "</thead><tbody>\n");
	for (size_t i = 0; i < session->metrics; i++)
		put_metric(export->out, &session->metric[i]);
	tc_out_puts(export->out, "</tbody></table></div></section>\n");
}
