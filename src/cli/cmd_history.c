/* SPDX-License-Identifier: MIT
 *
 * cmd_history.c - a figure over past runs, and where it changed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/quantity.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/plot.h"
#include "cli/screen.h"
#include "export/report_json.h"
#include "history/points.h"
#include "stats/change_points.h"

enum { FORMAT, STAT, RUNS, LAST };

static const struct tc_option options[] = {
	[FORMAT] = {0, "format", "FORMAT", "text (as usual) or json."},
	[STAT] = {0, "stat", "STAT",
		"Of a NAME median (as usual), mean, p90, p95, p99, min, max, total, self, count or failed; else "
		"runtime (as "
		"usual), cpu, peak_rss (of the largest process), tree_peak_rss (of all together) or spans."},
	[RUNS] = {'n', "name", "NAME", "Only runs of this name, as tacho run --name gives it: the command's as usual."},
	[LAST] = {0, "last", "N", "Only the last N runs."},
	{0},
};

static const double min_effect = 0.02; /* smaller steps between runs are nobody's business */

struct history { /* what is shown */
	struct tc_history_choice choice;
	struct tc_history_points points;
	struct tc_change_points changes;
	bool mixed; /* runs of several names, between which a level says nothing */
	bool json;
};

static struct tc_figure figure_of(const struct tc_history_stat *stat, double value)
{
	return !strcmp(stat->unit, "ns")      ? tc_duration(value)
	       : !strcmp(stat->unit, "bytes") ? tc_bytes(value)
	                                      : tc_count((uint64_t)value);
}

static bool are_mixed(const struct tc_history_points *points)
{
	for (size_t i = 1; i < points->count; i++) {
		const char *a = points->point[i - 1].runs, *b = points->point[i].runs;
		if (strcmp(a ? a : "", b ? b : "") != 0)
			return true;
	}
	return false;
}

/* Why none are looked for; NULL: they are. */
static const char *no_changes(const struct history *h)
{
	static char text[64];
	snprintf(text, sizeof text, "changes are looked for from %d runs on", TC_CHANGE_POINTS_MIN);
	return h->mixed ? "these runs have several names: --name NAME looks for changes among those of one"
	       : h->points.count < TC_CHANGE_POINTS_MIN ? text
	                                                : NULL;
}

static int find_changes(struct history *h)
{
	h->mixed = are_mixed(&h->points);
	if (no_changes(h))
		return 0;
	double *value = malloc((h->points.count + 1) * sizeof *value);
	if (!value)
		return tc_error(TACHO_ENOMEM, "out of memory");
	for (size_t i = 0; i < h->points.count; i++)
		value[i] = h->points.point[i].value;
	int code = tc_change_points(&h->changes, value, h->points.count, min_effect);
	free(value);
	return code;
}

static const struct tc_change_point *change_at(const struct history *h, size_t index)
{
	for (size_t i = 0; i < h->changes.count; i++)
		if (h->changes.at[i].index == index)
			return &h->changes.at[i];
	return NULL;
}

/* ---- text ---- */

static void draw_head(struct tc_screen *screen, const struct history *h)
{
	const char *name = h->choice.name ? h->choice.name : "runs";
	tc_screen_raw(screen, TC_BOLD, name, strlen(name), 60);
	tc_screen_printf(screen, TC_PLAIN, "  %s of %s", h->choice.stat->name, tc_counted(h->points.count, "run").text);
	tc_screen_line(screen);
}

/* Each run is a step of the line. */
static void draw_line(struct tc_screen *screen, const struct history *h)
{
	enum { WIDEST = 60 };
	size_t count = h->points.count, columns = count < WIDEST ? count : WIDEST;
	struct tc_series_view series = {.count = count};
	struct tc_strbuf line = {0};
	double most = 0;
	series.at = calloc(count + 1, sizeof *series.at);
	series.value = calloc(count + 1, sizeof *series.value);
	for (size_t i = 0; series.at && series.value && i < count; i++) {
		series.at[i] = (tc_instant)(i + 1) * 1000;
		series.value[i] = h->points.point[i].value;
		most = series.value[i] > most ? series.value[i] : most;
	}
	if (series.at && series.value && count > 1 && screen->utf8) {
		tc_plot_line(&line, &series, 0, (tc_instant)count * 1000, most, columns);
		tc_screen_put(screen, TC_ACCENT, "  ");
		tc_screen_put(screen, TC_ACCENT, tc_strbuf_text(&line));
		tc_screen_line(screen);
	}
	tc_strbuf_release(&line);
	free(series.at);
	free(series.value);
}

static void draw_change(struct tc_screen *screen, const struct history *h, const struct tc_change_point *change)
{
	struct tc_figure before = figure_of(h->choice.stat, change->before),
			 after = figure_of(h->choice.stat, change->after);
	tc_screen_printf(screen, TC_WARN, "  ── from here on %s instead of %s", after.text, before.text);
	if (!isnan(change->shift_percent))
		tc_screen_printf(screen, TC_WARN, ", %+.1f %%", change->shift_percent);
	if (!isnan(change->low_percent))
		tc_screen_printf(screen, TC_DIM, " (%+.1f to %+.1f %%)", change->low_percent, change->high_percent);
	tc_screen_line(screen);
}

static void draw_points(struct tc_screen *screen, const struct history *h)
{
	enum { WHEN = 19, VALUE = 12, GAP = 2, COMMIT = 12 };
	for (size_t i = 0; i < h->points.count; i++) {
		const struct tc_history_point *point = &h->points.point[i];
		const struct tc_change_point *change = change_at(h, i);
		if (change)
			draw_change(screen, h, change);
		tc_screen_to(screen, GAP);
		tc_screen_put(screen, TC_DIM, point->begin_ns ? tc_time_local((uint64_t)point->begin_ns).text : "-");
		tc_screen_to(screen, GAP + WHEN);
		tc_screen_right(screen, TC_BOLD, figure_of(h->choice.stat, point->value).text, VALUE);
		tc_screen_to(screen, screen->column + GAP);
		tc_screen_cut(screen, TC_DIM, point->commit ? point->commit : "-", COMMIT);
		if (point->changes && tc_git_changes_find(point->changes) == TC_GIT_CHANGED)
			tc_screen_put(screen, TC_DIM, "+");
		tc_screen_to(screen, GAP + WHEN + VALUE + GAP + COMMIT + GAP);
		tc_screen_raw(screen, TC_PLAIN, point->folder, strlen(point->folder), screen->columns);
		tc_screen_line(screen);
	}
}

static int show_text(const struct history *h)
{
	struct tc_screen screen;
	tc_screen_init(&screen, stdout);
	draw_head(&screen, h);
	draw_line(&screen, h);
	draw_points(&screen, h);
	if (no_changes(h)) {
		tc_screen_printf(&screen, TC_DIM, "  %s", no_changes(h));
		tc_screen_line(&screen);
	}
	int error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

/* ---- JSON ---- */

static void write_known(struct tc_json *json, const char *key, double value, const char *reason)
{
	if (isnan(value))
		tc_json_absent(json, key, reason);
	else
		tc_json_f64(json, key, value);
}

static void write_points(struct tc_json *json, const struct history *h)
{
	tc_json_array(json, "runs");
	for (size_t i = 0; i < h->points.count; i++) {
		const struct tc_history_point *point = &h->points.point[i];
		tc_json_object(json, NULL);
		tc_json_text(json, "session", point->folder);
		if (point->begin_ns)
			tc_json_text(json, "begin_time", tc_time_utc((uint64_t)point->begin_ns).text);
		else
			tc_json_absent(json, "begin_time", "the session's manifest does not say");
		tc_json_commit(json, point->commit, tc_git_changes_find(point->changes ? point->changes : ""));
		tc_json_f64(json, "value", point->value);
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void write_changes(struct tc_json *json, const struct history *h)
{
	if (no_changes(h))
		tc_json_text(json, "change_points_reason", no_changes(h));
	tc_json_array(json, "change_points");
	for (size_t i = 0; i < h->changes.count; i++) {
		const struct tc_change_point *change = &h->changes.at[i];
		tc_json_object(json, NULL);
		tc_json_u64(json, "index", change->index);
		tc_json_text(json, "session", h->points.point[change->index].folder);
		tc_json_f64(json, "before", change->before);
		tc_json_f64(json, "after", change->after);
		write_known(json, "shift_percent", change->shift_percent, "the level before is 0");
		write_known(json, "shift_low_percent", change->low_percent, "too few runs");
		write_known(json, "shift_high_percent", change->high_percent, "too few runs");
		tc_json_f64(json, "p", change->p);
		tc_json_f64(json, "confidence", change->confidence);
		tc_json_end(json);
	}
	tc_json_end(json);
}

static void show_json(const struct history *h)
{
	struct tc_json json;
	tc_json_init(&json, stdout, true);
	tc_json_object(&json, NULL);
	tc_json_text(&json, "schema", "tacho.history/1");
	if (h->choice.name)
		tc_json_text(&json, "name", h->choice.name);
	else
		tc_json_absent(&json, "name", "the figure is of the runs themselves");
	tc_json_text(&json, "stat", h->choice.stat->name);
	tc_json_text(&json, "unit", h->choice.stat->unit);
	write_points(&json, h);
	write_changes(&json, h);
	tc_json_end(&json);
}

/* ---- all ---- */

static int show(struct history *h)
{
	struct tc_history history;
	int code = tc_history_open(&history, true);
	if (!code)
		code = tc_history_points(&h->points, &history, &h->choice);
	if (!code && *history.said)
		fprintf(stderr, "tacho: %s\n", history.said);
	tc_history_close(&history);
	if (!code && !h->points.count)
		code = tc_error(TACHO_ENOENT,
			"no finished run%s%s in the store has %s%s (tacho list shows the sessions)",
			h->choice.runs ? " of the name " : "", h->choice.runs ? h->choice.runs : "",
			h->choice.name ? "spans of the name " : "such a figure", h->choice.name ? h->choice.name : "");
	if (!code)
		code = find_changes(h);
	if (!code && h->json)
		show_json(h);
	else if (!code)
		code = show_text(h);
	tc_change_points_release(&h->changes);
	tc_history_points_release(&h->points);
	return code ? tc_fail("%s", tacho_last_error()) : 0;
}

static bool take_option(struct history *h, const char **stat, int option, const char *value)
{
	uint64_t number = 0;
	switch (option) {
	case FORMAT:
		h->json = !strcmp(value, "json");
		return h->json || !strcmp(value, "text");
	case STAT:
		*stat = value;
		return true;
	case RUNS:
		h->choice.runs = value;
		return true;
	default:
		if (!tc_parse_count(value, &number) || !number || number > 1000000)
			return false;
		h->choice.last = (size_t)number;
		return true;
	}
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct history h = {.json = false};
	const char *value, *stat = NULL;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (!take_option(&h, &stat, option, value))
			return tc_fail(
				"--%s cannot be \"%.40s\" (see tacho history --help)", options[option].name, value);
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (argc - at > 1)
		return tc_fail("one NAME at a time, not \"%.40s\" too (see tacho history --help)", argv[at + 1]);
	h.choice.name = argc > at ? argv[at] : NULL;
	h.choice.stat = tc_history_stat_find(stat ? stat : h.choice.name ? "median" : "runtime", !h.choice.name);
	return h.choice.stat ? show(&h) : tc_fail("%s", tacho_last_error());
}

const struct tc_command tc_command_history = {
	.name = "history",
	.summary = "show a figure over past runs, and where it changed",
	.synopsis = "[--stat STAT] [--name NAME] [--last N] [--format FORMAT] [NAME]",
	.description =
		"Shows a figure of the spans NAME in each finished session of the store, oldest first: a line, then "
		"when, how "
		"much, on which git commit (+: with changes) and in which session. Without NAME the figure is of the "
		"runs themselves. "
		"Where "
		"the level changed for good that is said, with by how much and with a 95 % interval, from 8 runs on; "
		"outliers make no levels. It is not looked for among runs of several names: --name chooses one.\n\n"
		"The figures come from STORE/history.sqlite, a database that is made of the sessions and brought up to "
		"date "
		"each time; docs/HISTORY.md has its tables, which other programs may read. Removed, damaged or locked "
		"it is "
		"made anew.",
	.options = options,
	.examples = "tacho history\t# runtimes\n"
		    "tacho history decode --stat p95 --name photo\t# of one name, in runs of one name\n"
		    "tacho history --stat peak_rss --last 50 --format json\t# for programs",
	.run = run,
};
