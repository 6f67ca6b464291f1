/* SPDX-License-Identifier: MIT */
#include "cli/select.h"

#include <string.h>
#include <time.h>
#include "base/error.h"
#include "cli/kinds.h"
#include "cli/when.h"
#include "format/store.h"

static bool take_last(struct tc_selection *selection, const struct tc_command *command, const char *value)
{
	uint64_t last;
	if (tc_parse_count(value, &last) && last && last <= SIZE_MAX) {
		selection->asked.last = (size_t)last;
		return true;
	}
	tc_fail("--last takes a number from 1 on, not \"%.40s\" (see tacho %s --help)", value, command->name);
	return false;
}

bool tc_select_option(struct tc_selection *selection, const struct tc_command *command, int option, const char *value)
{
	unsigned long long ns;
	switch (option) {
	case TC_SELECT_FORMAT:
		selection->json = !strcmp(value, "json");
		if (selection->json || !strcmp(value, "text"))
			return true;
		tc_fail("--format is text or json, not \"%.40s\" (see tacho %s --help)", value, command->name);
		return false;
	case TC_SELECT_WINDOW:
		selection->window = value;
		if (tc_parse_duration(value, &ns) && ns)
			return true;
		tc_fail("--window takes a duration like 30s, 5m or 1h30m, not \"%.40s\" (see tacho %s --help)", value,
			command->name);
		return false;
	case TC_SELECT_FROM:
		selection->from = value;
		return true;
	case TC_SELECT_TO:
		selection->to = value;
		return true;
	case TC_SELECT_METRIC:
		selection->metric_glob = value;
		return true;
	case TC_SELECT_KIND:
		if (!tc_kinds_parse(&selection->asked, value))
			return true;
		tc_fail("--kind: %s (see tacho %s --help)", tacho_last_error(), command->name);
		return false;
	case TC_SELECT_SOURCE:
		selection->asked.source_glob = value;
		return true;
	case TC_SELECT_LAST:
		return take_last(selection, command, value);
	default:
		selection->glob = value;
		return true;
	}
}

bool tc_select_operands(struct tc_selection *selection, const struct tc_command *command, int argc, char **argv, int at)
{
	if (selection->window && (selection->from || selection->to)) {
		tc_fail("--window and --from/--to say different things; give one of them (see tacho %s --help)",
			command->name);
		return false;
	}
	if (argc - at > 1) {
		tc_fail("%s takes one SESSION, not \"%.40s\" too (see tacho %s --help)", command->name, argv[at + 1],
			command->name);
		return false;
	}
	selection->operand = at < argc ? argv[at] : NULL;
	return true;
}

/* Spans that were measured elsewhere may end later than the session. */
static tc_instant last_of(const struct tc_session *session)
{
	tc_instant last = session->end;
	for (size_t i = 0; i < session->processes; i++)
		last = session->process[i].end > last ? session->process[i].end : last;
	return last;
}

/* The window in instants of the session; needs to know when it began and ended, so it is opened once without spans. */
static int find_window(struct tc_session_options *options, const struct tc_selection *selection, const char *directory)
{
	const struct tc_session_options figures = {.no_spans = true};
	struct tc_session *session;
	int error = tc_session_open(&session, directory, &figures);
	if (error)
		return error;
	unsigned long long ns = 0;
	options->has_window = true;
	options->from = 0;
	options->to = INT64_MAX;
	if (selection->window && tc_parse_duration(selection->window, &ns))
		options->from = session->end > (tc_instant)ns ? session->end - (tc_instant)ns : 0;
	if (selection->from)
		error = tc_parse_when(selection->from, session->manifest.begin.realtime_ns, &options->from);
	if (selection->to && !error)
		error = tc_parse_when(selection->to, session->manifest.begin.realtime_ns, &options->to);
	if (!error && options->from >= options->to)
		error = tc_error(TACHO_EINVAL, "--from %s is not before --to %s",
			selection->from ? selection->from : "0s", selection->to);
	/* Of all of it more is known than of a part. */
	options->has_window = options->from > 0 || options->to <= last_of(session);
	tc_session_release(session);
	return error;
}

/* What the selection comes to, of that session. */
static int find_part(struct tc_selection *selection, const char *directory, bool no_spans)
{
	struct tc_session_options *options = &selection->found;
	int error = 0;
	*options = selection->asked;
	options->no_spans = no_spans;
	options->name_glob = selection->glob;
	options->metric_glob = selection->metric_glob;
	if (selection->window || selection->from || selection->to)
		error = find_window(options, selection, directory);
	return error;
}

int tc_select_snapshot(struct tc_session **out, struct tc_selection *selection, const char *directory, bool no_spans)
{
	int error = find_part(selection, directory, no_spans);
	return error ? error : tc_session_open(out, directory, &selection->found);
}

int tc_select_watch(struct tc_watch *watch, struct tc_selection *selection, const char *directory)
{
	int error = find_part(selection, directory, false);
	return error ? error : tc_watch_begin(watch, directory, &selection->found);
}

int tc_select_open(struct tc_session **out, struct tc_selection *selection, bool no_spans)
{
	char directory[4096];
	tc_store_adopt();
	int error = tc_session_find(selection->operand, directory);
	return error ? error : tc_select_snapshot(out, selection, directory, no_spans);
}

static bool has_courses(const struct tc_session *session)
{
	for (size_t i = 0; i < session->series; i++)
		if (!session->series_view[i].left_out)
			return true;
	return false;
}

const char *tc_select_vain(const struct tc_session *session, const struct tc_session_options *part, const char **glob)
{
	bool metrics = session->metrics || has_courses(session);
	if ((*glob = part->source_glob) && !metrics)
		return "source";
	if ((*glob = part->metric_glob) && !metrics)
		return "metric";
	return (*glob = part->name_glob) && !part->source_glob && !session->names ? "span" : NULL;
}
