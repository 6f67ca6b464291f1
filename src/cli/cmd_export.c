/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include "analyze/considered.h"
#include "base/error.h"
#include "base/units.h"
#include "cli/exporting.h"
#include "cli/page.h"
#include "cli/select.h"
#include "cli/stop.h"
#include "read/stored.h"

enum { OUTPUT = TC_SELECT_OWN, FORCE };

static const struct tc_option options[] = {
	{'f', "format", "FORMAT", "What to make; ? lists the formats."},
	TC_SELECT_PART_OPTIONS,
	{'o', "output", "PATH",
		"The file or directory to be made, or - for standard output. Without it one with a time-stamped name "
		"is "
		"made in the directory that the setting export_directory names, as usual the working directory. Into a "
		"device or FIFO it is written straight."},
	{0, "force", NULL, "Replace the file that is there already under this name."},
	{0},
};

static int list_formats(void)
{
	for (size_t i = 0; tc_formats[i]; i++)
		printf("%-12s %s\n", tc_formats[i]->name, tc_formats[i]->summary);
	return 0;
}

/* Those that are in the file were counted as they were written. */
static void tell_of_spans(const struct tc_session *session, const struct tc_export_told *told)
{
	uint64_t finished = 0, kept = 0, ended = 0;
	for (size_t i = 0; i < session->processes; i++) {
		finished += session->process[i].finished;
		kept += session->process[i].kept;
	}
	for (size_t i = 0; i < session->names; i++)
		ended += session->name[i].figures.count;
	const struct tc_stored *stored = session->stored && !session->stored->of_rings ? session->stored : NULL;
	if ((kept < finished || (stored && stored->unread)) && told->spans < ended)
		fprintf(stderr, "tacho: of its %s spans %s are there as single ones%s\n", tc_count(ended).text,
			tc_count(told->spans).text,
			!stored          ? "; run --keep all keeps every one"
			: stored->unread ? ": the others cannot be read, or were overwritten before they were stored"
					 : ": the others were overwritten before they were stored");
	if (told->lacking)
		fprintf(stderr, "tacho: %s %s attributes that were overwritten or found no room\n",
			tc_counted(told->lacking, "span").text, told->lacking == 1 ? "lacks" : "lack");
	if (told->leaves_open_out && told->open)
		fprintf(stderr, "tacho: %s that had not ended %s not in it\n", tc_counted(told->open, "span").text,
			told->open == 1 ? "is" : "are");
}

/* What the file does not have, and cannot say itself in every format. */
static void tell_what_is_missing(const struct tc_session *session, const struct tc_export_options *how)
{
	const struct tc_report_options shown = {.part = how->part};
	const char *glob, *nothing = tc_considers_nothing(session, &shown),
			  *option = tc_select_vain(session, how->part, &glob);
	if (session->live)
		fputs("tacho: the session is being recorded: the file has it as it is now\n", stderr);
	if (how->format->is_whole)
		return;
	if (nothing)
		fprintf(stderr, "tacho: %s\n", nothing);
	else if (option)
		fprintf(stderr, "tacho: nothing of the session matches --%s '%.200s'\n", option, glob);
	else if (how->told->any)
		tell_of_spans(session, how->told);
}

static int export_it(struct tc_selection *selection, const char *format, struct tc_export_options *how)
{
	char written[TC_DESTINATION_PATH];
	struct tc_session *session;
	how->format = tc_format_find(format);
	if (!how->format)
		return tc_fail("%s", tacho_last_error());
	selection->asked.stream = how->format->streams;
	selection->asked.finds = how->format->finds;
	if (tc_select_open(&session, selection, !how->format->has_spans))
		return tc_fail("%s", tacho_last_error());
	if (how->format->is_whole) /* it refuses a window, also one of all */
		selection->found.has_window |= selection->window || selection->from || selection->to;
	how->part = &selection->found;
	tc_stop_heed();
	struct tc_export_told told = {0};
	how->told = &told;
	int error = tc_exporting(session, how, written);
	if (!error)
		tell_what_is_missing(session, how);
	tc_session_release(session);
	if (error) {
		tc_fail("%s", tacho_last_error());
		tc_stop_end();
		return 2;
	}
	if (!how->path)
		puts(written);
	return 0;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct tc_selection selection = {0};
	struct tc_export_options how = {0};
	const char *value, *format = NULL;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (option == TC_SELECT_FORMAT)
			format = value;
		else if (option == OUTPUT)
			how.path = value;
		else if (option == FORCE)
			how.force = true;
		else if (!tc_select_option(&selection, self, option, value))
			return 2;
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (format && !strcmp(format, "?"))
		return list_formats();
	if (!format)
		return tc_fail("export wants a --format; --format ? lists them (see tacho export --help)");
	if (!tc_select_operands(&selection, self, argc, argv, at))
		return 2;
	return export_it(&selection, format, &how);
}

static void more(const struct tc_page *page)
{
	tc_page_heading(page, "Formats");
	for (size_t i = 0; tc_formats[i]; i++)
		tc_page_item(page, tc_formats[i]->name, tc_formats[i]->summary);
}

const struct tc_command tc_command_export = {
	.name = "export",
	.summary = "write a session as a file that other tools read",
	.synopsis = "--format FORMAT [OPTION...] [SESSION]\n--format ?",
	.description =
		"Writes a finished or a running session for spreadsheets, trace viewers, monitoring or people. The "
		"file gets its "
		"name when it is whole: where a disk is full nothing is left of it, and it is said how much it takes. "
		"A "
		"name that was made up is printed.\n\n"
		"Windows and filters hold for all formats but archive, which has all of a session. Single spans are "
		"those that were kept, which dump prints, and a line on standard error says where that is not all; "
		"figures are of "
		"all spans. What the settings redact_keys and redact_values name at the time of the export is replaced "
		"in it by "
		"\"(redacted)\", whatever was recorded; an archive is refused then.\n\n"
		"SESSION is a directory or the name of a session in the store; without it the newest one is taken.",
	.options = options,
	.examples =
		"tacho export --format archive -o run.tar.zst\t# to be sent to somebody else: all of it, in one file\n"
		"tacho export --format chrome -o trace.json\t# then open it at ui.perfetto.dev\n"
		"tacho export --format csv --window 5m\t# tables of the last five minutes, in a new directory\n"
		"TACHO_REDACT_KEYS='user*' tacho export --format csv\t# without what tells who it was",
	.more = more,
	.run = run,
};
