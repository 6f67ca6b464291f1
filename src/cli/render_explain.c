/* SPDX-License-Identifier: MIT
 *
 * render_explain.c - everything known of one span name, on one screen.
 */
#include <math.h>
#include <string.h>
#include "analyze/name_series.h"
#include "analyze/relatives.h"
#include "base/text.h"
#include "cli/explain.h"
#include "cli/figures.h"
#include "cli/render.h"

enum { RELATIVES = 5, SLOWEST = 5, CHANGES = 4 };

static void draw_head(struct tc_view *view, const struct tc_name_diagnosis *name)
{
	struct tc_screen *screen = &view->screen;
	const struct tc_figures *f = &name->view->figures;
	struct tc_strbuf text = {0};
	tc_screen_put(screen, TC_ACCENT, "● ");
	tc_screen_raw(screen, TC_BOLD, name->view->name, name->view->bytes, screen->columns / 2);
	tc_command_text(&text, &view->session->manifest, !screen->utf8);
	tc_screen_put(screen, TC_DIM, "  in ");
	tc_screen_put(screen, TC_DIM, tc_strbuf_text(&text));
	tc_screen_line(screen);
	tc_strbuf_clear(&text);
	tc_strbuf_puts(&text, tc_counted(f->count, "span").text);
	if (name->view->open)
		tc_strbuf_printf(&text, ", %s more open", tc_count(name->view->open).text);
	tc_strbuf_printf(&text, " · %s in all, %s of it its own",
		tc_duration(name->view->summary.total + (double)name->view->open_ns).text,
		tc_duration(name->use.self_ns).text);
	tc_strbuf_printf(&text, " · %s of the time in spans", tc_percent(100 * name->use.verdict.share).text);
	if (!isnan(name->use.critical_ns))
		tc_strbuf_puts(&text, ", on the critical path");
	tc_screen_to(screen, 2);
	tc_screen_words(screen, TC_PLAIN, tc_strbuf_text(&text), 4);
	tc_screen_line(screen);
	tc_strbuf_release(&text);
}

static void say_saving(struct tc_strbuf *words, const struct tc_saving *saving)
{
	tc_strbuf_printf(words, "it saves %s", tc_duration(saving->ns).text);
	if (!isnan(saving->low_ns))
		tc_strbuf_printf(
			words, " (%s to %s)", tc_duration(saving->low_ns).text, tc_duration(saving->high_ns).text);
}

static const double least_felt = 0.005; /* of all: less is as fast, in three digits */

/* "halved it saves 1.20 s; left out it saves 2.30 s, and all is 1.48 times as fast" */
static void draw_savings(struct tc_screen *screen, const struct tc_time_use *use, double all_ns)
{
	struct tc_strbuf words = {0};
	if (isnan(use->halved.ns))
		return;
	tc_strbuf_puts(&words, "halved ");
	say_saving(&words, &use->halved);
	tc_strbuf_puts(&words, "; left out ");
	say_saving(&words, &use->removed);
	if (use->removed.ns < least_felt * all_ns)
		tc_strbuf_puts(&words, ", and all takes as long");
	else if (use->removed.ns < 0.999 * all_ns) /* else hardly anything is left */
		tc_strbuf_printf(&words, ", and all is %.3g times as fast", all_ns / (all_ns - use->removed.ns));
	if (use->removed.overlap)
		tc_strbuf_puts(&words, ", with as many root spans at once as before");
	if (use->halved.reason)
		tc_strbuf_printf(&words, "; no interval: it %s", use->halved.reason);
	tc_draw_words(screen, "what if", &words);
}

static void draw_state(struct tc_screen *screen, const struct tc_share_view *share)
{
	struct tc_strbuf words = {0};
	if (!share || !(share->wall_ns > 0))
		return;
	double wall = share->wall_ns / 100;
	if (share->told_apart && share->waiting_told_apart)
		tc_strbuf_printf(&words, "%s running, %s waiting for a CPU, %s blocked",
			tc_percent(share->running_ns / wall).text, tc_percent(share->waiting_ns / wall).text,
			tc_percent(share->blocked_ns / wall).text);
	else if (share->told_apart)
		tc_strbuf_printf(&words, "%s running, not told apart: %s to %s waiting for a CPU",
			tc_percent(share->running_ns / wall).text, tc_percent(share->waiting_low_ns / wall).text,
			tc_percent(share->waiting_high_ns / wall).text);
	else
		tc_strbuf_printf(&words, "not told apart: %s to %s running",
			tc_percent(share->running_low_ns / wall).text,
			tc_percent(fmin(100, share->running_high_ns / wall)).text);
	tc_strbuf_printf(&words, ", of %s of its own that was seen", tc_duration(share->wall_ns).text);
	if (share->throttled_ns >= share->wall_ns / 100)
		tc_strbuf_printf(&words, "; throttled for %s", tc_duration(share->throttled_ns).text);
	tc_draw_words(screen, "its time", &words);
}

static void draw_trend(struct tc_screen *screen, const struct tc_course_of_name *course)
{
	struct tc_strbuf words = {0};
	const struct tc_trend *t = &course->trend;
	if (!t->enough_data)
		return;
	tc_strbuf_puts(&words, tc_trend_name(t->label));
	if (t->label != TC_TREND_STABLE)
		tc_strbuf_printf(&words, ", %s%s in a %s (p %.2g)", t->told_percent < 0 ? "-" : "+",
			tc_percent(fabs(t->told_percent)).text, t->told, t->label_p);
	tc_strbuf_printf(&words, ", by %s", course->basis);
	if (t->untold)
		tc_strbuf_printf(&words, ": %s", t->untold);
	tc_draw_words(screen, "trend", &words);
	for (size_t i = 0; i < course->points.count && i < CHANGES; i++) {
		const struct tc_change_point *point = &course->points.at[i];
		tc_strbuf_printf(&words, "from %s on %s, before %s", tc_duration((double)course->changed_at[i]).text,
			tc_duration(point->after).text, tc_duration(point->before).text);
		if (point->rest_p > TC_TREND_P)
			tc_strbuf_puts(&words, ", as what stands still may wander");
		tc_draw_words(screen, "level", &words);
	}
	if (course->points.count > CHANGES) {
		tc_strbuf_printf(&words, "and %s", tc_counted(course->points.count - CHANGES, "more change").text);
		tc_draw_words(screen, "", &words);
	}
}

static uint64_t below(const void *context, double bound)
{
	const struct tc_histogram *h = context;
	uint64_t count = 0;
	for (uint32_t i = 0; i < h->cells; i++) {
		double low, high;
		tc_cell_bounds(h->first + i, &low, &high);
		count += (low + high) / 2 < bound ? h->count[i] : 0;
	}
	return count;
}

static void draw_distribution(struct tc_screen *screen, const struct tc_name_view *view)
{
	const struct tc_figures *f = &view->figures;
	const struct tc_distribution distribution = {.unit = "ns",
		.what = "spans",
		.count = f->count,
		.min = (double)f->min_ns,
		.low = tc_histogram_quantile(&f->histogram, 0.01, f->min_ns, f->max_ns),
		.high = view->summary.p99,
		.max = (double)f->max_ns,
		.below = below,
		.context = &f->histogram};
	tc_draw_distribution(screen, &distribution);
}

static void draw_relatives(
	struct tc_view *view, const char *heading, const struct tc_relative *relative, size_t count, double whole_ns)
{
	struct tc_screen *screen = &view->screen;
	enum { NAME = 36, SPANS = 12, TIME = 11, SHARE = 9 };
	if (!count)
		return;
	tc_render_heading(view, heading);
	tc_screen_line(screen);
	for (size_t i = 0; i < count && i < RELATIVES; i++) {
		tc_screen_to(screen, 2);
		if (relative[i].name == TC_ROOT)
			tc_screen_put(screen, TC_DIM, "no span");
		else
			tc_screen_raw(screen, TC_PLAIN, view->session->name[relative[i].name].name,
				view->session->name[relative[i].name].bytes, NAME - 1);
		tc_screen_to(screen, 2 + NAME);
		tc_screen_right(screen, TC_PLAIN, tc_spans_figure(relative[i].spans, relative[i].open).text, SPANS);
		tc_screen_right(screen, TC_PLAIN, tc_duration_short(relative[i].total_ns).text, TIME);
		if (whole_ns > 0)
			tc_screen_right(
				screen, TC_DIM, tc_percent_column(100 * relative[i].total_ns / whole_ns).text, SHARE);
		tc_screen_line(screen);
	}
	if (count > RELATIVES) {
		tc_screen_to(screen, 2);
		tc_screen_printf(screen, TC_DIM, "and %zu more: --format json", count - RELATIVES);
		tc_screen_line(screen);
	}
}

static void draw_slowest(struct tc_view *view, const struct tc_name_view *name)
{
	struct tc_screen *screen = &view->screen;
	if (!name->slowest_count)
		return;
	tc_render_heading(view, "Slowest");
	tc_screen_line(screen);
	for (size_t i = 0; i < name->slowest_count && i < SLOWEST; i++) {
		const struct tc_span_view *span = &name->slowest[i];
		struct tc_strbuf text = {0};
		tc_attributes_text(&text, span, !screen->utf8);
		tc_screen_to(screen, 2);
		tc_screen_right(screen, TC_BOLD, tc_duration((double)span->duration_ns).text, 11);
		tc_screen_put(screen, TC_DIM, "  at ");
		tc_screen_right(screen, TC_DIM, tc_duration((double)span->begin).text, 10);
		tc_screen_put(screen, span->failed ? TC_BAD : TC_PLAIN, span->failed ? "  failed  " : "  ");
		tc_screen_put(screen, TC_PLAIN, tc_strbuf_text(&text));
		tc_screen_line(screen);
		tc_strbuf_release(&text);
	}
}

static int draw_course(struct tc_view *view, size_t name)
{
	struct tc_name_series series;
	int code = tc_name_series(&series, &view->diagnosis->records, name, tc_course_room(&view->screen), 1);
	if (code)
		return code;
	tc_draw_course(&view->screen, series.value_ns, series.count, "ns", series.units == TC_NAME_GROUPS);
	tc_name_series_release(&series);
	return 0;
}

static void draw_figures(struct tc_view *view, const struct tc_name_diagnosis *name)
{
	struct tc_screen *screen = &view->screen;
	tc_screen_line(screen);
	tc_draw_figures(screen, &name->view->summary, "ns");
	tc_draw_spread(screen, &name->view->summary, "ns");
	draw_state(screen, name->share);
	draw_savings(screen, &name->use, tc_paths_all_ns(view->diagnosis->paths));
	draw_trend(screen, &name->course);
}

static int draw(struct tc_view *view, size_t index)
{
	const struct tc_name_diagnosis *name = &view->diagnosis->name[index];
	struct tc_relatives around;
	int code = tc_relatives_find(&around, view->session, (uint32_t)index);
	if (code)
		return code;
	draw_head(view, name);
	tc_render_advice_on(view, name->view);
	if (name->view->figures.count) {
		draw_figures(view, name);
		code = draw_course(view, index);
		draw_distribution(&view->screen, name->view);
	}
	draw_relatives(view, "Stands in", around.caller, around.above, 0);
	draw_relatives(view, "Holds", around.callee, around.below, name->view->summary.total);
	draw_slowest(view, name->view);
	if (name->view->figures.failed) {
		tc_render_heading(view, "Failures");
		tc_screen_line(&view->screen);
		tc_render_failed_name(view, name->view);
	}
	tc_relatives_release(&around);
	return code;
}

int tc_explain_text(
	const struct tc_diagnosis *diagnosis, const struct tc_report_options *options, size_t name, FILE *out)
{
	struct tc_view view = {.session = diagnosis->session, .diagnosis = diagnosis, .options = options};
	tc_screen_init(&view.screen, out);
	int error = draw(&view, name);
	if (!error)
		error = tc_screen_write(&view.screen, out);
	tc_screen_release(&view.screen);
	return error;
}
