/* SPDX-License-Identifier: MIT */
#include "cli/dump_metrics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli/screen.h"
#include "export/report_json.h"
#include "format/metric_text.h"

enum { AT = 14, VALUE = 16, KIND = 12, PIECE = 1 << 16, ENDLESS = 1 << 20 };

/* kind: of the metric for its own values, "reading" for what the observer read, in the series' unit. */
static int line(struct tc_screen *screen, tc_instant at, double value, const char *unit, const char *kind,
	const struct tc_metric_view *m)
{
	char cell[48];
	int error = 0;
	snprintf(cell, sizeof cell, "%.6f", (double)at / 1e9);
	tc_screen_right(screen, TC_DIM, cell, AT);
	snprintf(cell, sizeof cell, "%.10g", value);
	tc_screen_right(screen, TC_PLAIN, isnan(value) ? "-" : cell, VALUE);
	tc_screen_to(screen, AT + VALUE + 2);
	tc_screen_put(screen, TC_DIM, kind);
	tc_screen_to(screen, AT + VALUE + 2 + KIND);
	tc_screen_raw(screen, TC_BOLD, m->name, strlen(m->name), ENDLESS);
	tc_screen_put(screen, TC_PLAIN, "  ");
	tc_screen_raw(screen, TC_DIM, unit, strlen(unit), ENDLESS);
	if (*m->source) {
		tc_screen_put(screen, TC_DIM, "  from ");
		tc_screen_raw(screen, TC_DIM, m->source, strlen(m->source), ENDLESS);
	}
	tc_screen_line(screen);
	if (screen->text.bytes >= PIECE) {
		error = tc_screen_write(screen, stdout);
		tc_strbuf_clear(&screen->text);
	}
	return error;
}

static int draw(struct tc_screen *screen, const struct tc_metric_view *m)
{
	const struct tc_series_view *series = m->series;
	int error = 0;
	for (size_t i = 0; i < m->recent && !error; i++)
		error = line(screen, m->recent_value[i].at, m->recent_value[i].value, m->unit,
			tc_metric_kind_text(m->kind), m);
	for (size_t i = 0; series && i < series->count && !error; i++)
		error = line(screen, series->at[i], series->value[i], series->series.unit, "reading", m);
	return error;
}

int tc_dump_metrics_text(const struct tc_session *session)
{
	struct tc_screen screen;
	int error = 0;
	tc_screen_init(&screen, stdout);
	screen.columns = ENDLESS;
	for (size_t i = 0; i < session->metrics && !error; i++)
		error = draw(&screen, &session->metric[i]);
	if (!error)
		error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

void tc_dump_metrics_json(const struct tc_session *session, double wall_ns)
{
	static const struct tc_series_view none;
	struct tc_json json;
	tc_json_init(&json, stdout, false);
	for (size_t i = 0; i < session->metrics && !ferror(stdout); i++) {
		const struct tc_metric_view *m = &session->metric[i];
		tc_json_object(&json, NULL);
		tc_json_metric_members(&json, session, m, wall_ns);
		tc_json_text(&json, "points_unit", m->series ? m->series->series.unit : "");
		tc_json_points(&json, m->series ? m->series : &none);
		tc_json_end(&json);
	}
}
