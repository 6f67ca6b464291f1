/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <string.h>
#include "cli/page.h"

static void usage(const struct tc_page *page, const struct tc_command *command)
{
	char name[64];
	snprintf(name, sizeof name, "tacho %s", command->name);
	tc_page_heading(page, "Usage");
	for (const char *form = command->synopsis; form; form = strchr(form, '\n') ? strchr(form, '\n') + 1 : NULL)
		tc_page_form(page, name, form, (int)strcspn(form, "\n"), form == command->synopsis);
}

static void option(const struct tc_page *page, const struct tc_option *o)
{
	char letter[8] = "    ", term[96];
	if (o->letter)
		snprintf(letter, sizeof letter, "-%c, ", o->letter);
	snprintf(term, sizeof term, "%s--%s%s%s", o->letter || !page->man ? letter : "", o->name,
		o->argument ? " " : "", o->argument ? o->argument : "");
	tc_page_item(page, term, o->help);
}

static void options(const struct tc_page *page, const struct tc_option *all)
{
	static const struct tc_option help = {'h', "help", NULL, "Print this and exit."};
	tc_page_heading(page, "Options");
	for (const struct tc_option *o = all; o && o->name; o++)
		option(page, o);
	option(page, &help);
}

/* Lines "command\t# what it does". */
static void examples(const struct tc_page *page, const char *text)
{
	tc_page_heading(page, "Examples");
	while (*text) {
		char term[256], what[256] = "";
		size_t line = strcspn(text, "\n"), bytes = strcspn(text, "\t\n");
		snprintf(term, sizeof term, "%.*s", (int)bytes, text);
		if (bytes < line) {
			const char *from = text + bytes + 1;
			from += strspn(from, "# ");
			snprintf(what, sizeof what, "%.*s", (int)(text + line - from), from);
		}
		tc_page_item(page, term, what);
		text += line + (text[line] == '\n');
	}
}

static const char common_status[] = "0 when all went well, 2 when the arguments or the session are at fault; one line "
				    "on standard error then says what and how to mend it.";

static void command_page(const struct tc_page *page, const struct tc_command *command)
{
	char name[64];
	snprintf(name, sizeof name, "tacho-%s", command->name);
	tc_page_title(page, name, command->summary);
	usage(page, command);
	tc_page_heading(page, "Description");
	tc_page_text(page, command->description);
	options(page, command->options);
	if (command->more)
		command->more(page);
	if (command->examples)
		examples(page, command->examples);
	tc_page_heading(page, "Exit status");
	tc_page_text(page, command->status ? command->status : common_status);
}

static void environment(const struct tc_page *page)
{
	tc_page_heading(page, "Environment");
	tc_page_item(page, "TACHO_STORE", "Where sessions lie; else $XDG_STATE_HOME/tacho, else ~/.local/state/tacho.");
	tc_page_item(page, "TACHO_SESSION", "Set by run: the session that programs record into.");
	tc_page_item(page, "TACHO_LIVE",
		"A tmpfs for what is being recorded, instead of /dev/shm; \"none\": record into the session itself.");
	tc_page_item(page, "TACHO_...", "Each setting that `tacho config` shows, its name in capitals.");
	tc_page_item(page, "NO_COLOR",
		"When set, no colours. There are none either with TERM=dumb or away from a terminal.");
	tc_page_item(page, "COLUMNS", "Width of reports; else the terminal's, else 100.");
	tc_page_item(page, "LC_ALL, LC_CTYPE, LANG", "Where they name no UTF-8, reports are drawn in ASCII.");
}

static void statuses(const struct tc_page *page)
{
	tc_page_heading(page, "Exit status");
	tc_page_item(page, "0", "All went well.");
	tc_page_item(page, "1", "The answer is no: what a command was asked to check does not hold.");
	tc_page_item(page, "2", "The arguments or the session are at fault; one line says what and how to mend it.");
	tc_page_item(page, "run, span",
		"The status of the command they ran; 128 + N when signal N ended it, 127 when there is "
		"no such command, 126 when it cannot be executed, 125 when tacho itself failed.");
}

static void overview_page(const struct tc_page *page, const struct tc_command *const *table)
{
	tc_page_title(page, "tacho", "a flight recorder for the performance of programs");
	tc_page_heading(page, "Usage");
	tc_page_form(page, "tacho", "COMMAND [OPTION...] [ARGUMENT...]", 33, true);
	tc_page_form(page, "tacho", "help COMMAND", 12, false);
	tc_page_form(page, "tacho", "--help | --version", 18, false);
	tc_page_heading(page, "Description");
	tc_page_text(page, "Records what a program does - the phases it marks, and the CPU and memory that it, the "
			   "processes below "
			   "it and the machine use - and keeps the record even when the program is killed.");
	tc_page_heading(page, "Commands");
	for (; *table; table++)
		tc_page_item(page, (*table)->name, (*table)->summary);
	tc_page_heading(page, "Examples");
	tc_page_item(page, "tacho run -- make -j8", "record any command");
	tc_page_item(page, "tacho report", "look at it again");
	tc_page_item(page, "tacho help report", "all about a command");
	environment(page);
	statuses(page);
}

static void see_also(
	const struct tc_page *page, const struct tc_command *const *table, const struct tc_command *command)
{
	tc_page_heading(page, "See also");
	if (command)
		fprintf(page->out, ".BR tacho (1)%s\n", table[0] && (table[0] != command || table[1]) ? "," : "");
	for (size_t i = 0; table[i]; i++)
		if (table[i] != command)
			fprintf(page->out, ".BR tacho\\-%s (1)%s\n", table[i]->name,
				table[i + 1] && (table[i + 1] != command || table[i + 2]) ? "," : "");
}

void tc_help_command(const struct tc_command *command, FILE *out)
{
	const struct tc_page page = {out, false};
	command_page(&page, command);
}

void tc_help_overview(const struct tc_command *const *table, FILE *out)
{
	const struct tc_page page = {out, false};
	overview_page(&page, table);
}

void tc_help_manual(const struct tc_command *const *table, const struct tc_command *command, FILE *out)
{
	const struct tc_page page = {out, true};
	if (command)
		command_page(&page, command);
	else
		overview_page(&page, table);
	see_also(&page, table, command);
}
