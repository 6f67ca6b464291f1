/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include "base/error.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/page.h"
#include "cli/stop.h"
#include "cli/working.h"
#include "import/import.h"
#include "read/zstd.h"

enum { FORMAT, OUTPUT, NAME, FORCE };

static const struct tc_option options[] = {
	{'f', "format", "FORMAT",
		"What the file is; ? lists the formats. Without it that is found out from how the file begins."},
	{'o', "output", "DIR", "The directory of the session to be made; without it a new one in the store."},
	{0, "name", "NAME",
		"The name of the session; without it the file's, without its endings, and of an archive the one that "
		"the session had."},
	{0, "force", NULL, "Replace the session that -o names, if there is one."},
	{0},
};

static int list_formats(void)
{
	for (size_t i = 0; tc_importers[i]; i++)
		printf("%-12s %s\n", tc_importer_name(tc_importers[i]), tc_importer_summary(tc_importers[i]));
	return 0;
}

static bool show(void *context, bool placing, uint64_t done, uint64_t all)
{
	if (!tc_working_is_due(context))
		return !tc_stop_asked();
	if (placing)
		fprintf(stderr, "importing: %s", tc_counted(done, "span").text);
	else
		fprintf(stderr, "reading: %s", tc_bytes((double)done).text);
	if (all && placing)
		fprintf(stderr, " of %s", tc_count(all).text);
	else if (all)
		fprintf(stderr, " of %s", tc_bytes((double)all).text);
	fflush(stderr);
	return !tc_stop_asked();
}

static void tell(void *context, const char *sentence)
{
	tc_working_end(context);
	tc_fail("%s", sentence);
}

static int import_it(struct tc_import_options *how)
{
	char made[TC_IMPORT_PATH];
	struct tc_working working;
	how->packer = tc_zstd_packer();
	how->progress = show;
	how->context = &working;
	how->tell = tell;
	tc_stop_heed();
	tc_working_begin(&working);
	int error = tc_import(how, made);
	tc_working_end(&working);
	if (error)
		tc_fail("%s", tacho_last_error());
	if (error) {
		tc_stop_end();
		return 2;
	}
	puts(made);
	return 0;
}

static bool is_name(const char *name)
{
	if (*name && !strchr(name, '/'))
		return true;
	tc_fail("--name takes a name that is not empty and has no \"/\", not \"%.60s\": -o says where the session lies",
		name);
	return false;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct tc_import_options how = {0};
	const char *value, *format = NULL;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (option == FORMAT)
			format = value;
		else if (option == OUTPUT)
			how.directory = value;
		else if (option == NAME)
			how.name = value;
		else
			how.force = true;
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (format && !strcmp(format, "?"))
		return list_formats();
	if (argc - at != 1)
		return tc_fail("import takes one FILE, or - for standard input (see tacho import --help)");
	if (how.name && !is_name(how.name))
		return 2;
	how.path = argv[at];
	how.importer = format ? tc_importer_find(format) : NULL;
	return format && !how.importer ? tc_fail("%s", tacho_last_error()) : import_it(&how);
}

static void more(const struct tc_page *page)
{
	tc_page_heading(page, "Formats");
	for (size_t i = 0; tc_importers[i]; i++)
		tc_page_item(page, tc_importer_name(tc_importers[i]), tc_importer_summary(tc_importers[i]));
}

const struct tc_command tc_command_import = {
	.name = "import",
	.summary = "make a session of another tool's trace or of an archive",
	.synopsis = "[OPTION...] FILE|-\n--format ?",
	.description = "Reads a trace and makes a finished session of it, which all other commands take: report, "
		       "explain, diff, export. Its "
		       "directory is printed. All spans are kept one by one.\n\n"
		       "The file may be of any size: it is read once, from a pipe too, and memory is that of the "
		       "different names, of the spans "
		       "that are open at the same time, and some 50 MiB. While it is read, spans lie in a file without "
		       "a name in the "
		       "directory of the new session, to be sorted.\n\n"
		       "Times are those of the trace. What no session can hold is left out, counted, and said on "
		       "standard error "
		       "and in the report. A "
		       "file that is torn or cut off is refused, with the place.",
	.options = options,
	.examples = "tacho import run.tar.zst\t# what tacho export --format archive wrote, wherever that was\n"
		    "tacho import trace.json\t# a Chrome trace, a table of spans: which one is found out\n"
		    "zcat trace.json.gz | tacho import - --name nightly\t# from a pipe\n"
		    "tacho import spans.csv -o before && tacho import new.csv -o after && tacho diff before after\t# "
		    "two traces compared",
	.more = more,
	.run = run,
};
