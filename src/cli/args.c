/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "cli/command.h"
#include "cli/help.h"

int tc_fail(const char *format, ...)
{
	va_list list;
	fflush(stdout);
	fputs("tacho: ", stderr);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
	return 2;
}

static bool is_option(const char *argument)
{
	return argument[0] == '-' && argument[1];
}

static int find(const struct tc_command *command, const char *argument, const char **value)
{
	const struct tc_option *options = command->options;
	*value = NULL;
	if (argument[1] != '-') {
		for (int i = 0; options && options[i].name; i++)
			if (options[i].letter == argument[1]) {
				*value = argument[2] ? argument + 2 : NULL;
				return i;
			}
		return -1;
	}
	const char *name = argument + 2, *equals = strchr(name, '=');
	size_t bytes = equals ? (size_t)(equals - name) : strlen(name);
	for (int i = 0; options && options[i].name; i++)
		if (strlen(options[i].name) == bytes && !memcmp(options[i].name, name, bytes)) {
			*value = equals ? equals + 1 : NULL;
			return i;
		}
	return -1;
}

/* Moves the next option, with its value if that stands apart, before the operands at `at`; whether there is one.  "--"
 * counts as one. */
static bool option_first(const struct tc_command *command, int argc, char **argv, int at)
{
	int from = at;
	while (from < argc && !is_option(argv[from]))
		from++;
	if (from == argc)
		return false;
	const char *value;
	int option = strcmp(argv[from], "--") ? find(command, argv[from], &value) : -1;
	int width = option >= 0 && command->options[option].argument && !value && from + 1 < argc ? 2 : 1;
	for (int k = 0; k < width; k++) {
		char *moved = argv[from + k];
		memmove(&argv[at + k + 1], &argv[at + k], (size_t)(from - at) * sizeof *argv);
		argv[at + k] = moved;
	}
	return true;
}

static int unknown(const struct tc_command *command, const char *argument)
{
	size_t count = 0, bytes = strcspn(argument, "=");
	char name[40] = "";
	while (command->options && command->options[count].name)
		count++;
	if (argument[1] == '-' && bytes - 2 < sizeof name)
		memcpy(name, argument + 2, bytes - 2);
	const char *near = count ? tc_nearest(name, &command->options[0].name, count, sizeof *command->options) : NULL;
	if (near)
		tc_fail("%s has no option %.*s; did you mean --%s? (see tacho %s --help)", command->name,
			(int)(bytes < 60 ? bytes : 60), argument, near, command->name);
	else
		tc_fail("%s has no option %.*s (see tacho %s --help)", command->name, (int)(bytes < 60 ? bytes : 60),
			argument, command->name);
	return TC_ARGS_ERROR;
}

int tc_args_next(
	const struct tc_command *command, int argc, char **argv, int *at, const char **value, bool stop_at_operand)
{
	if (*at >= argc || (stop_at_operand ? !is_option(argv[*at]) : !option_first(command, argc, argv, *at)))
		return TC_ARGS_END;
	const char *argument = argv[(*at)++];
	if (!strcmp(argument, "--"))
		return TC_ARGS_END;
	int option = find(command, argument, value);
	if (option < 0 && (!strcmp(argument, "--help") || !strcmp(argument, "-h"))) {
		tc_help_command(command, stdout);
		return TC_ARGS_HELP;
	}
	if (option < 0)
		return unknown(command, argument);
	const struct tc_option *o = &command->options[option];
	if (!o->argument && *value) {
		tc_fail("--%s takes no value (see tacho %s --help)", o->name, command->name);
		return TC_ARGS_ERROR;
	}
	if (o->argument && !*value) {
		if (*at >= argc) {
			tc_fail("--%s needs a value, %s (see tacho %s --help)", o->name, o->argument, command->name);
			return TC_ARGS_ERROR;
		}
		*value = argv[(*at)++];
	}
	return option;
}

int tc_args_format_alone(const struct tc_command *self, int argc, char **argv, bool *as_json)
{
	const char *value;
	*as_json = false;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0) {
		*as_json = !strcmp(value, "json");
		if (!*as_json && strcmp(value, "text"))
			return tc_fail(
				"--format is text or json, not \"%.40s\" (see tacho %s --help)", value, self->name);
	}
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (at < argc)
		return tc_fail(
			"%s takes no operand, not \"%.40s\" (see tacho %s --help)", self->name, argv[at], self->name);
	return -1;
}
