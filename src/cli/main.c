/* SPDX-License-Identifier: MIT
 *
 * main.c - the table of commands and the way into one.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <tacho/layout.h>
#include <tacho/version.h>
#include <unistd.h>
#include "cli/command.h"
#include "cli/help.h"

/* One line declares a command, one lists it; the order is that of `tacho --help`. */
extern const struct tc_command tc_command_run;
extern const struct tc_command tc_command_attach;
extern const struct tc_command tc_command_span;
extern const struct tc_command tc_command_report;
extern const struct tc_command tc_command_explain;
extern const struct tc_command tc_command_diff;
extern const struct tc_command tc_command_check;
extern const struct tc_command tc_command_list;
extern const struct tc_command tc_command_history;
extern const struct tc_command tc_command_prune;
extern const struct tc_command tc_command_dump;
extern const struct tc_command tc_command_export;
extern const struct tc_command tc_command_import;
extern const struct tc_command tc_command_stats;
extern const struct tc_command tc_command_config;
extern const struct tc_command tc_command_doctor;

static const struct tc_command *const commands[] = {
#if TACHO_RECORDS
	&tc_command_run,
	&tc_command_attach,
	&tc_command_span,
#endif
	&tc_command_report,
	&tc_command_explain,
	&tc_command_diff,
	&tc_command_check,
	&tc_command_list,
	&tc_command_history,
	&tc_command_prune,
	&tc_command_dump,
	&tc_command_export,
#if TACHO_RECORDS
	&tc_command_import,
#endif
	&tc_command_stats,
	&tc_command_config,
#if TACHO_RECORDS
	&tc_command_doctor,
#endif
	NULL,
};

static const struct tc_command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[sizeof commands / sizeof *commands];
	size_t count = 0;
	for (; commands[count]; count++)
		names[count] = commands[count]->name;
	const char *near = count ? tc_nearest(name, names, count, sizeof *names) : NULL;
	if (near)
		return tc_fail("there is no command \"%.60s\"; did you mean \"%s\"? (see tacho --help)", name, near);
	return tc_fail("there is no command \"%.60s\" (see tacho --help)", name);
}

/* What was asked for on stdout is there only when it could be written.  A reader that went away wanted no more. */
static int finish(int status)
{
	bool failed = ferror(stdout);
	errno = 0;
	failed |= fflush(stdout) != 0;
	if (failed &&
		!errno) /* musl drops what it could not write, and with it the reason: one more byte has the same */
		(void)!write(STDOUT_FILENO, "\n", 1);
	if (!failed || errno == EPIPE)
		return status;
	return errno ? tc_fail("cannot write to standard output: %m") : tc_fail("cannot write all to standard output");
}

/* help [--man] [COMMAND] */
static int help(int argc, char **argv)
{
	bool man = argc > 1 && !strcmp(argv[1], "--man");
	const char *name = argc > 1 + man ? argv[1 + man] : NULL;
	const struct tc_command *command = name ? find(name) : NULL;
	if (name && !command)
		return unknown_command(name);
	if (man)
		tc_help_manual(commands, command, stdout);
	else if (command)
		tc_help_command(command, stdout);
	else
		tc_help_overview(commands, stdout);
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";
	if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		tc_help_overview(commands, stdout);
		return finish(0);
	}
	if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
		puts("tacho " TACHO_VERSION);
		return finish(0);
	}
	if (!strcmp(name, "help"))
		return finish(help(argc - 1, argv + 1));
	const struct tc_command *command = find(name);
	if (command)
		return finish(command->run(command, argc - 1, argv + 1));
	if (name[0] == '-')
		return tc_fail("there is no option %.60s before a command (see tacho --help)", name);
	return unknown_command(name);
}
