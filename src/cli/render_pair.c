/* SPDX-License-Identifier: MIT
 *
 * render_pair.c - two series of numbers on a screen: the verdict, what it rests on, and the figures side by side.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "cli/figure.h"
#include "cli/stats.h"

enum { LABEL = 8, FIGURE = 11, RATIO = 8, INTERVAL = 18, Q = 9, INDENT = 2 };

static enum tc_style style_of(enum tc_verdict verdict)
{
	return verdict == TC_REGRESSION ? TC_BAD : verdict == TC_INCONCLUSIVE ? TC_WARN : TC_GOOD;
}

static void draw_head(struct tc_screen *screen, const struct tc_stats_pair *pair)
{
	tc_render_series_name(screen, pair->other);
	tc_screen_put(screen, TC_PLAIN, " against ");
	tc_render_series_name(screen, pair->base);
	tc_screen_printf(screen, TC_DIM, "  %s and %s", tc_count(pair->other->series.count).text,
		tc_counted(pair->base->series.count, "value").text);
	tc_screen_line(screen);
	tc_screen_line(screen);
}

static void verdict_sentence(struct tc_strbuf *out, const struct tc_stats_pair *pair)
{
	const struct tc_comparison *c = &pair->comparison[TC_STATS_MEDIAN];
	if (c->verdict == TC_EQUIVALENT)
		tc_strbuf_printf(out, "both are the same within %s", tc_percent(100 * c->delta).text);
	else if (c->verdict != TC_INCONCLUSIVE)
		tc_strbuf_printf(out, "the new values are %.3f times the base", c->ratio);
	else
		tc_strbuf_puts(out, c->reason);
	if (!isnan(c->confidence))
		tc_strbuf_printf(out, "; %.0f %% sure, of this pair only", 100 * c->confidence);
	if (!isnan(c->needed) && c->units == TC_OF_BLOCKS)
		tc_strbuf_printf(out, "; some %s values on each side would settle it",
			tc_count((uint64_t)c->needed * pair->block_values[TC_STATS_MEDIAN]).text);
	else if (!isnan(c->needed))
		tc_strbuf_printf(out, "; %s values on each side would settle it", tc_count((uint64_t)c->needed).text);
}

static void draw_verdict(struct tc_screen *screen, const struct tc_stats_pair *pair)
{
	struct tc_strbuf sentence = {0};
	enum tc_verdict verdict = pair->comparison[TC_STATS_MEDIAN].verdict;
	tc_screen_put(screen, TC_PLAIN, "  ");
	tc_screen_put(screen, style_of(verdict), tc_verdict_name(verdict));
	tc_screen_put(screen, TC_PLAIN, ": ");
	verdict_sentence(&sentence, pair);
	tc_screen_words(screen, TC_PLAIN, tc_strbuf_text(&sentence), INDENT);
	tc_screen_line(screen);
	tc_screen_line(screen);
	tc_strbuf_release(&sentence);
}

static void draw_headings(struct tc_screen *screen)
{
	tc_screen_to(screen, LABEL);
	tc_screen_right(screen, TC_DIM, "base", FIGURE);
	tc_screen_right(screen, TC_DIM, "new", FIGURE);
	tc_screen_right(screen, TC_DIM, "ratio", RATIO);
	tc_screen_right(screen, TC_DIM, "95 % interval", INTERVAL);
	tc_screen_right(screen, TC_DIM, "q", Q);
	tc_screen_line(screen);
}

static struct tc_figure probability(double p)
{
	struct tc_figure f = {"-"};
	if (!isnan(p))
		snprintf(f.text, sizeof f.text, p < 0.0001 ? "< 0.0001" : "%.4f", p);
	return f;
}

/* What is too long for its column is shorter instead of cut, which would make another figure of it. */
static struct tc_figure figure(double value, const char *unit)
{
	struct tc_figure f = tc_unit_figure(value, unit);
	if (tc_text_columns(f.text) >= FIGURE)
		snprintf(f.text, sizeof f.text, "%.2e", value);
	return f;
}

static void draw_values(struct tc_screen *screen, const char *name, double base, double other, const char *unit)
{
	tc_screen_put(screen, TC_PLAIN, "  ");
	tc_screen_put(screen, TC_PLAIN, name);
	tc_screen_to(screen, LABEL);
	tc_screen_right(screen, TC_PLAIN, figure(base, unit).text, FIGURE);
	tc_screen_right(screen, TC_PLAIN, figure(other, unit).text, FIGURE);
}

static struct tc_figure ratio_text(double ratio)
{
	struct tc_figure f;
	bool usual = ratio < 1000 && ratio >= 0.001;
	snprintf(f.text, sizeof f.text, usual ? "%.3f" : "%.0e", ratio);
	return f;
}

/* A figure that was compared; one that was not has no ratio, which would look like a finding. */
static void draw_compared(struct tc_screen *screen, const struct tc_comparison *c)
{
	char text[2 * sizeof(struct tc_figure) + 4] = "-";
	if (!isnan(c->ratio))
		snprintf(text, sizeof text, "%s", ratio_text(c->ratio).text);
	tc_screen_right(screen, TC_BOLD, text, RATIO);
	if (!isnan(c->ratio_lo))
		snprintf(text, sizeof text, "%s to %s", ratio_text(c->ratio_lo).text, ratio_text(c->ratio_hi).text);
	tc_screen_right(screen, TC_PLAIN, isnan(c->ratio_lo) ? "-" : text, INTERVAL);
	tc_screen_right(screen, TC_PLAIN, probability(c->q_value).text, Q);
	tc_screen_put(screen, TC_PLAIN, "  ");
	tc_screen_put(screen, style_of(c->verdict), c->p_value >= 0 ? tc_verdict_name(c->verdict) : "too few");
}

static void draw_basis(struct tc_screen *screen, const struct tc_stats_pair *pair)
{
	const struct tc_comparison *c = &pair->comparison[TC_STATS_MEDIAN];
	struct tc_strbuf text = {0};
	if (c->units == TC_OF_BLOCKS)
		tc_strbuf_printf(&text, "medians of %s of each, %s and more to the block",
			tc_counted(c->base, "block").text,
			tc_counted(pair->block_values[TC_STATS_MEDIAN], "value").text);
	else
		tc_strbuf_printf(&text, "%s and %s", tc_count(c->base).text, tc_counted(c->other, "single value").text);
	tc_strbuf_printf(&text, "; %s; a ratio counts from %.3g on", c->method, 1 + c->delta);
	tc_screen_line(screen);
	tc_screen_put(screen, TC_DIM, "  ");
	tc_screen_words(screen, TC_DIM, tc_strbuf_text(&text), INDENT);
	tc_screen_line(screen);
	tc_strbuf_release(&text);
}

void tc_render_pair(struct tc_screen *screen, const struct tc_stats_pair *pair)
{
	const struct tc_summary *a = &pair->base->summary, *b = &pair->other->summary;
	const struct {
		const char *name;
		double base, other;
		int compared; /* -1: not */
	} row[] = {{"median", a->median, b->median, TC_STATS_MEDIAN}, {"p95", a->p95, b->p95, TC_STATS_TAIL},
		{"min", a->min, b->min, -1}, {"mean", a->mean, b->mean, -1}, {"sd", a->sd, b->sd, -1},
		{"p99", a->p99, b->p99, -1}, {"max", a->max, b->max, -1}};
	draw_head(screen, pair);
	draw_verdict(screen, pair);
	draw_headings(screen);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		draw_values(screen, row[i].name, row[i].base, row[i].other, pair->base->unit);
		if (row[i].compared >= 0)
			draw_compared(screen, &pair->comparison[row[i].compared]);
		tc_screen_line(screen);
	}
	draw_basis(screen, pair);
}
