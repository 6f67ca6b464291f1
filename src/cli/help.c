/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <string.h>

enum { WIDTH = 79, INDENT = 4 };

/* Writes text in lines of at most WIDTH columns; column: where the pen stands; '\n' in it begins a new line. */
static void wrap(FILE *out, const char *text, int indent, int column)
{
	while (*text) {
		if (*text == '\n') {
			fputc('\n', out);
			column = 0;
			text++;
			continue;
		}
		size_t bytes = strcspn(text, " \n");
		int columns = 0;
		for (size_t i = 0; i < bytes; i++)
			columns += (text[i] & 0xc0) != 0x80;
		bool fresh = column <= indent;
		if (!fresh && column + 1 + columns > WIDTH) {
			fputc('\n', out);
			column = 0;
			fresh = true;
		}
		if (fresh)
			column += fprintf(out, "%*s", indent - column, "");
		else
			column += fprintf(out, " ");
		fwrite(text, 1, bytes, out);
		column += columns;
		text += bytes;
		text += *text == ' ';
	}
	fputc('\n', out);
}

static void heading(FILE *out, const char *text)
{
	fprintf(out, "\n%s\n", text);
}

static void usage(FILE *out, const struct tc_command *command)
{
	for (const char *form = command->synopsis; form; form = strchr(form, '\n') ? strchr(form, '\n') + 1 : NULL)
		fprintf(out, "%*stacho %s %.*s\n", INDENT, "", command->name, (int)strcspn(form, "\n"), form);
}

static int flags(FILE *out, const struct tc_option *option)
{
	int column = option->letter ? fprintf(out, "%*s-%c, ", INDENT, "", option->letter)
	                            : fprintf(out, "%*s", INDENT + 4, "");
	column += fprintf(out, "--%s", option->name);
	if (option->argument)
		column += fprintf(out, " %s", option->argument);
	return column;
}

static void options(FILE *out, const struct tc_option *option)
{
	const int tab = 30;
	static const struct tc_option help = {0, "help", NULL, "Print this and exit."};
	for (;; option++) {
		const struct tc_option *o = option && option->name ? option : &help;
		int column = flags(out, o);
		if (column > tab - 2) {
			fputc('\n', out);
			column = 0;
		}
		wrap(out, o->help, tab, column);
		if (o == &help)
			break;
	}
}

static void examples(FILE *out, const char *text)
{
	while (*text) {
		size_t line = strcspn(text, "\n"), command = strcspn(text, "\t\n");
		fprintf(out, "%*s%.*s\n", INDENT, "", (int)command, text);
		if (command < line)
			fprintf(out, "%*s%.*s\n", 2 * INDENT, "", (int)(line - command - 1), text + command + 1);
		text += line + (text[line] == '\n');
	}
}

static const char common_status[] = "0 when all went well, 2 when the arguments or the session are at fault; one line "
				    "on standard error then says what and how to mend it.";

void tc_help_command(const struct tc_command *command, FILE *out)
{
	fprintf(out, "tacho %s - %s\n", command->name, command->summary);
	heading(out, "Usage");
	usage(out, command);
	heading(out, "Description");
	wrap(out, command->description, INDENT, 0);
	heading(out, "Options");
	options(out, command->options);
	if (command->examples) {
		heading(out, "Examples");
		examples(out, command->examples);
	}
	heading(out, "Exit status");
	wrap(out, command->status ? command->status : common_status, INDENT, 0);
}

void tc_help_overview(const struct tc_command *const *table, FILE *out)
{
	fputs("tacho - a flight recorder for the performance of programs\n", out);
	heading(out, "Usage");
	fprintf(out, "%*stacho COMMAND [OPTIONS] [ARGUMENTS]\n", INDENT, "");
	fprintf(out, "%*stacho help COMMAND | --help | --version\n", INDENT, "");
	heading(out, "Commands");
	for (; *table; table++)
		fprintf(out, "%*s%-10s%s\n", INDENT, "", (*table)->name, (*table)->summary);
	heading(out, "Begin with");
	fprintf(out, "%*stacho run -- make -j8\n", INDENT, "");
}
