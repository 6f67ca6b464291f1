/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "cli/figure.h"
#include "cli/findings.h"

static void draw(struct tc_screen *screen, const char *label, struct tc_strbuf *words, int indent)
{
	tc_screen_put(screen, TC_DIM, "  ");
	tc_screen_put(screen, TC_DIM, label);
	tc_screen_to(screen, indent);
	tc_screen_words(screen, TC_PLAIN, tc_strbuf_text(words), indent);
	tc_screen_line(screen);
	screen->text.failed |= words->failed;
	tc_strbuf_release(words);
}

static const char *sign(double percent)
{
	return percent < 0 ? "-" : "+";
}

static void draw_trend(struct tc_screen *screen, const struct tc_trend *t, int indent)
{
	struct tc_strbuf words = {0};
	const char *why = t->reason ? strchr(t->reason, ':') : NULL; /* behind the word for programs */
	if (!t->enough_data)
		tc_strbuf_printf(&words, "not told%s", why ? why : "");
	else
		tc_strbuf_puts(&words, tc_trend_name(t->label));
	if (t->enough_data && t->label != TC_TREND_STABLE)
		tc_strbuf_printf(&words, ", %s%s in a %s, confidence %.2f", sign(t->told_percent),
			tc_percent(fabs(t->told_percent)).text, t->told, t->confidence);
	else if (t->enough_data && t->low_power)
		tc_strbuf_puts(&words, "; of so few values only a very clear trend shows");
	else if (t->enough_data && t->untold)
		tc_strbuf_printf(&words, ": %s", t->untold);
	draw(screen, "trend", &words, indent);
}

static void draw_change(struct tc_screen *screen, const struct tc_change_point *point, const char *unit, int indent)
{
	struct tc_strbuf words = {0};
	tc_strbuf_printf(&words, "from value %zu on %s, before %s", point->index + 1,
		tc_unit_figure(point->after, unit).text, tc_unit_figure(point->before, unit).text);
	if (isfinite(point->shift_percent))
		tc_strbuf_printf(
			&words, ": %s%s", sign(point->shift_percent), tc_percent(fabs(point->shift_percent)).text);
	if (point->rest_p > TC_TREND_P)
		tc_strbuf_puts(&words, ", as what stands still may wander");
	draw(screen, "level", &words, indent);
}

/* How many there are, and the one furthest out. */
static void draw_anomalies(
	struct tc_screen *screen, const struct tc_anomalies *all, bool of_durations, const char *unit, int indent)
{
	struct tc_strbuf words = {0};
	const struct tc_anomaly *furthest = all->at;
	for (size_t i = 1; i < all->count; i++)
		if (fabs(all->at[i].z) > fabs(furthest->z))
			furthest = &all->at[i];
	if (all->reason)
		tc_strbuf_printf(&words, "not looked for: %s", all->reason);
	else if (!all->count && !of_durations && all->n < 2 * (size_t)TC_ANOMALY_SAMPLES_MIN)
		tc_strbuf_printf(
			&words, "none after the first %d, which only tell what is usual", TC_ANOMALY_SAMPLES_MIN);
	else if (!all->count)
		return;
	else
		tc_strbuf_printf(&words, "%zu, furthest out value %zu: %s", all->count, furthest->index + 1,
			tc_unit_figure(furthest->value, unit).text);
	draw(screen, "unusual", &words, indent);
}

/* When a limit is reached is the forecast's to say, which knows how sure that is; where there is none, what the leak alone comes to. */
static bool forecast_tells(const struct tc_findings *findings)
{
	return findings->has_times && findings->forecast.heading && findings->has_limit;
}

static void draw_leak(struct tc_screen *screen, const struct tc_findings *findings, const char *unit, int indent)
{
	const struct tc_leak *l = &findings->leak;
	struct tc_strbuf words = {0};
	unit = isnan(tc_unit_bytes(unit)) ? unit : "B";
	for (const char *at = tc_leak_name(l->status); *at; at++)
		tc_strbuf_putc(&words, *at == '_' ? ' ' : *at);
	if (l->reason)
		tc_strbuf_printf(&words, ": %s", l->reason);
	else
		tc_strbuf_printf(&words, ": %s a second, between %s and %s",
			tc_unit_figure(l->bytes_per_second, unit).text, tc_unit_figure(l->low, unit).text,
			tc_unit_figure(l->high, unit).text);
	if (l->seconds_to_limit > 0 && !forecast_tells(findings))
		tc_strbuf_printf(&words, "; if nothing but this grows the limit is %s away",
			tc_duration(l->seconds_to_limit * 1e9).text);
	draw(screen, "leak", &words, indent);
}

/* A limit that is not reached, and why, is said where one was given. */
static void draw_limit(struct tc_strbuf *words, const struct tc_forecast *f, bool has_limit)
{
	if (isnan(f->seconds_to_limit)) {
		if (has_limit && f->heading)
			tc_strbuf_printf(words, "; %s", f->limit_reason);
		return;
	}
	tc_strbuf_printf(words, "; the limit is reached in %s, %s at the soonest",
		tc_duration(f->seconds_to_limit * 1e9).text,
		f->soonest > 0 ? tc_duration(f->soonest * 1e9).text : "at once");
	if (isnan(f->latest))
		tc_strbuf_puts(words, ", or never");
	else
		tc_strbuf_printf(words, ", %s at the latest", tc_duration(f->latest * 1e9).text);
}

static void draw_forecast(struct tc_screen *screen, const struct tc_findings *findings, const char *unit, int indent)
{
	const struct tc_forecast *f = &findings->forecast;
	struct tc_strbuf words = {0};
	if (!findings->has_times)
		return;
	if (f->reason) {
		tc_strbuf_printf(&words, "not told: %s", f->reason);
		draw(screen, "ahead", &words, indent);
		return;
	}
	if (f->heading)
		tc_strbuf_printf(&words, "%s%s a second; ", f->per_second > 0 ? "+" : "",
			tc_unit_figure(f->per_second, unit).text);
	else
		tc_strbuf_puts(&words, "where it is heading is not sure; ");
	tc_strbuf_printf(&words, "between %s and %s at %.6g s with 95 %% confidence",
		tc_unit_figure(f->value_low, unit).text, tc_unit_figure(f->value_high, unit).text, f->at_seconds);
	draw_limit(&words, f, findings->has_limit);
	draw(screen, "ahead", &words, indent);
}

void tc_render_findings(struct tc_screen *screen, const struct tc_findings *findings, const char *unit, int indent)
{
	draw_trend(screen, &findings->trend, indent);
	bool steps = strcmp(findings->trend.told, "drift"); /* else the levels are stretches of the way up or down */
	for (size_t i = 0; steps && i < findings->points.count; i++)
		draw_change(screen, &findings->points.at[i], unit, indent);
	draw_anomalies(screen, &findings->anomalies, findings->of_durations, unit, indent);
	if (findings->asked_for_leak)
		draw_leak(screen, findings, unit, indent);
	draw_forecast(screen, findings, unit, indent);
}
