/* SPDX-License-Identifier: MIT
 *
 * command.h - what a command is.  Each cmd_NAME.c ends with its descriptor `const struct tc_command tc_command_NAME`;
 * main.c lists it in one line.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include "base/quantity.h"

struct tc_option {
	char letter;          /* 'o'; 0: none */
	const char *name;     /* "output" for --output */
	const char *argument; /* "DIR"; NULL: takes none */
	const char *help;     /* one sentence; '\n' for a second line */
};

struct tc_page;

struct tc_command {
	const char *name;
	const char *summary;             /* one line, for `tacho --help` and the manual page's NAME */
	const char *synopsis;            /* "[-o DIR] [--name N] -- CMD [ARG...]"; '\n' between forms */
	const char *description;         /* paragraphs of plain text */
	const struct tc_option *options; /* ends with one whose name is NULL; --help is everywhere and not listed */
	const char *examples;            /* lines "command\t# what it does"; may be NULL */
	const char *status;              /* paragraph on exit statuses; NULL: the common one */
	void (*more)(const struct tc_page *page);                         /* sections after the options; may be NULL */
	int (*run)(const struct tc_command *self, int argc, char **argv); /* argv[0] is the command's name */
};

/* Walks the arguments of a command: an index into options, TC_ARGS_END when only operands are left (from argv[*at] on;
 * after "--" always), TC_ARGS_HELP after --help was printed to stdout, or TC_ARGS_ERROR after one line was printed to
 * stderr that says what is wrong and ends "(see tacho NAME --help)".  -oDIR, -o DIR, --output=DIR and --output DIR all
 * work.  With stop_at_operand the first operand ends the walk (run, span: the rest is the user's command). */
enum { TC_ARGS_END = -1, TC_ARGS_HELP = -2, TC_ARGS_ERROR = -3 };
int tc_args_next(
	const struct tc_command *command, int argc, char **argv, int *at, const char **value, bool stop_at_operand);

/* The arguments of a command that takes --format and nothing else.  Negative: it is to go on; else its exit status. */
int tc_args_format_alone(const struct tc_command *self, int argc, char **argv, bool *as_json);

/* "tacho: SENTENCE" to stderr; returns 2, the status of usage and input errors. */
int tc_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
