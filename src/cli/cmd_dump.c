/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/damage.h"
#include "cli/dump_metrics.h"
#include "cli/dump_part.h"
#include "cli/render.h"
#include "cli/select.h"
#include "export/report_json.h"
#include "read/span_stream.h"

enum { FAILED = TC_SELECT_OWN, METRICS, PART };

static const struct tc_option options[] = {
	TC_SELECT_OPTIONS,
	{0, "failed", NULL, "Only spans that failed."},
	{0, "metrics", NULL, "Values of metrics instead of spans, as --metric does of those of a name."},
	{0, "part", "FILE", "Print what lies in one part file of a session instead: header, names, threads, nodes."},
	{0},
};

static const struct tc_span_view *next(struct tc_span_stream *spans, bool failed)
{
	const struct tc_span_view *span = tc_span_stream_next(spans);
	while (span && failed && !span->failed)
		span = tc_span_stream_next(spans);
	return span;
}

/* In the form of the JSON, so that one can be looked up from the other. */
static void draw_links(struct tc_screen *screen, const struct tc_span_view *span)
{
	if (span->links)
		tc_screen_printf(screen, TC_DIM, "  %016" PRIx64, span->id);
	for (size_t i = 0; i < span->links; i++)
		tc_screen_printf(screen, TC_DIM, "%s%016" PRIx64, i ? ", " : " goes back to ", span->link[i]);
}

static void draw(struct tc_screen *screen, const struct tc_session *session, const struct tc_span_view *span)
{
	enum { BEGIN = 14, DURATION = 10, INDENT_MOST = 20 };
	const struct tc_name_view *name = &session->name[span->name];
	struct tc_strbuf text = {0};
	char cell[48];
	snprintf(cell, sizeof cell, "%.6f", (double)span->begin / 1e9);
	tc_screen_right(screen, TC_DIM, cell, BEGIN);
	tc_screen_right(screen, TC_PLAIN, tc_duration((double)span->duration_ns).text, DURATION);
	uint64_t pid = span->process < session->processes ? session->process[span->process].pid : 0;
	snprintf(cell, sizeof cell, "%" PRIu64 "/%" PRIu32, pid, span->thread);
	tc_screen_to(screen, screen->column + 2);
	tc_screen_cut(screen, TC_DIM, cell, sizeof cell);
	tc_screen_to(screen, BEGIN + DURATION + 2 + 16);
	uint32_t depth = span->node ? span->node->depth : span->depth; /* also below spans of other processes */
	tc_screen_to(screen, screen->column + 2 * (depth < INDENT_MOST ? depth : INDENT_MOST));
	tc_screen_raw(screen, span->failed ? TC_BAD : TC_BOLD, name->name, name->bytes, screen->columns);
	tc_attributes_text(&text, span, !screen->utf8);
	if (text.bytes) {
		tc_screen_put(screen, TC_PLAIN, "  ");
		tc_screen_put(screen, TC_PLAIN, text.text);
	}
	draw_links(screen, span);
	if (span->open)
		tc_screen_put(screen, TC_ACCENT, session->live ? "  still open" : "  never ended");
	if (span->failed) {
		tc_strbuf_clear(&text);
		tc_failure_text(&text, span, !screen->utf8);
		tc_screen_put(screen, TC_BAD, "  ✗ ");
		tc_screen_put(screen, TC_BAD, tc_strbuf_text(&text));
	}
	tc_screen_line(screen);
	tc_strbuf_release(&text);
}

/* Lines are as long as they need to be: this is read by grep as often as by people. */
static int dump_text(const struct tc_session *session, struct tc_span_stream *spans, bool failed)
{
	enum { ENDLESS = 1 << 20, PIECE = 1 << 16 };
	struct tc_screen screen;
	int error = 0;
	tc_screen_init(&screen, stdout);
	screen.columns = ENDLESS;
	for (const struct tc_span_view *span; !error && (span = next(spans, failed));) {
		draw(&screen, session, span);
		if (screen.text.bytes < PIECE)
			continue;
		error = tc_screen_write(&screen, stdout);
		tc_strbuf_clear(&screen.text);
	}
	if (!error && screen.text.bytes)
		error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

static void dump_json(const struct tc_session *session, struct tc_span_stream *spans, bool failed)
{
	struct tc_json json;
	tc_json_init(&json, stdout, false);
	for (const struct tc_span_view *span; !ferror(stdout) && (span = next(spans, failed));)
		tc_json_span(&json, NULL, session, span);
}

static int dump_spans(const struct tc_session *session, bool failed, bool json)
{
	struct tc_span_stream *spans;
	int error = tc_span_stream_open(&spans, session, false);
	if (error)
		return error;
	if (json)
		dump_json(session, spans, failed);
	else
		error = dump_text(session, spans, failed);
	tc_span_stream_close(spans);
	tc_tell_damage(session);
	return error;
}

static int dump_metrics(const struct tc_session *session, const struct tc_selection *selection)
{
	const struct tc_report_options report = {.part = &selection->found};
	if (!selection->json)
		return tc_dump_metrics_text(session);
	tc_dump_metrics_json(session, tc_considered(session, &report));
	return 0;
}

static int dump(struct tc_selection *selection, bool failed, bool metrics)
{
	struct tc_session *session;
	if (tc_select_open(&session, selection, metrics))
		return tc_fail("%s", tacho_last_error());
	int error = metrics ? dump_metrics(session, selection) : dump_spans(session, failed, selection->json);
	tc_session_release(session);
	return error ? tc_fail("%s", tacho_last_error()) : 0;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct tc_selection selection = {0};
	const char *value, *part = NULL;
	bool failed = false, metrics = false;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (option == FAILED)
			failed = true;
		else if (option == METRICS)
			metrics = true;
		else if (option == PART)
			part = value;
		else if (!tc_select_option(&selection, self, option, value))
			return 2;
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (!tc_select_operands(&selection, self, argc, argv, at))
		return 2;
	if (part && selection.operand)
		return tc_fail("--part names the file; a SESSION besides is one too many (see tacho dump --help)");
	if (part)
		return tc_dump_part(part) ? tc_fail("%s", tacho_last_error()) : 0;
	metrics |= selection.metric_glob != NULL;
	if (metrics && (failed || selection.glob))
		return tc_fail(
			"--failed and --span are of spans, --metrics and --metric of metrics: dump them one after the "
			"other (see tacho dump --help)");
	return dump(&selection, failed, metrics);
}

const struct tc_command tc_command_dump = {
	.name = "dump",
	.summary = "print every span that was kept, a line each",
	.synopsis = "[OPTION...] [SESSION]\n--part FILE",
	.description =
		"Prints the single spans of a session in the order in which they began: seconds since the session "
		"began, duration, "
		"process and thread, the name indented by its depth, attributes, and why it failed. Kept are the "
		"newest spans of "
		"every thread, the slowest and the first and last failed ones of every name, and those that never "
		"ended. Of a session that was recorded with --keep all that is every span; those stored come first, "
		"block by block, in the order in which they ended.\n\n"
		"With --metrics it prints the values of metrics instead: the newest that were recorded of each and "
		"what was read "
		"of it over time, with the second, the value, the kind and the unit.\n\n"
		"With --format json each line is an object. With --part the innards of a part file are printed, for "
		"those who work "
		"on the format.\n\n"
		"SESSION is a directory or the name of a session in the store; without it the newest one is taken.",
	.options = options,
	.examples = "tacho dump --failed\t# what went wrong in the newest session\n"
		    "tacho dump --span decode | sort -k2\t# one name\n"
		    "tacho dump --metric queue.jobs\t# a gauge over time\n"
		    "tacho dump --format json | jq 'select(.duration_ns > 1e9)'\t# for programs",
	.run = run,
};
