/* SPDX-License-Identifier: MIT
 *
 * cmd_stats.c - numbers from anywhere, without a session: what they say, and whether two series differ.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/quantity.h"
#include "cli/command.h"
#include "cli/figure.h"
#include "cli/stats.h"
#include "cli/table.h"

enum { COLUMN, TIME_COLUMN, UNIT, LEAK, LIMIT, PERIOD, FORMAT };

static const struct tc_option options[] = {
	[COLUMN] = {0, "column", "COLUMN",
		"of a table, the column that holds the values: its heading, or its number from 1."},
	[TIME_COLUMN] = {0, "time-column", "COLUMN", "the column that says when, in seconds; never back."},
	[UNIT] = {0, "unit", "UNIT",
		"what the values are: ns, us, ms, s, B, KiB, MiB … are shown as such, others are named."},
	[LEAK] = {0, "leak", NULL,
		"say whether memory, which the values are, only ever grows; needs --time-column. "
		"With a --unit of bytes less than 1 MiB is no growth; a --unit of time is refused."},
	[LIMIT] = {0, "limit", "VALUE",
		"what the values must not reach, in their unit; says when they will. Needs --time-column."},
	[PERIOD] = {0, "period", "COUNT",
		"after so many values things repeat themselves, 24 of an hour each for instance: what is usual at that "
		"time is "
		"nothing out of the ordinary, once there are three rounds. Not for durations."},
	[FORMAT] = {0, "format", "FORMAT", "text (as usual) or json."},
	{0},
};

struct request {
	struct tc_series_choice choice;
	const char *unit, *path[2];
	struct tc_find_options find;
	bool as_json;
};

static int show_one(const struct tc_stats_series *series, bool as_json)
{
	struct tc_json json;
	struct tc_screen screen;
	if (as_json) {
		tc_json_init(&json, stdout, true);
		tc_json_stats(&json, series);
		return 0;
	}
	tc_screen_init(&screen, stdout);
	tc_render_stats(&screen, series);
	int error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

static int show_pair(const struct tc_stats_pair *pair, bool as_json)
{
	struct tc_json json;
	struct tc_screen screen;
	if (as_json) {
		tc_json_init(&json, stdout, true);
		tc_json_pair(&json, pair);
		return 0;
	}
	tc_screen_init(&screen, stdout);
	tc_render_pair(&screen, pair);
	int error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

static int one(const struct request *request)
{
	struct tc_stats_series series;
	int error = tc_stats_open(&series, request->path[0], request->unit, &request->choice);
	if (error)
		return error;
	error = tc_stats_find(&series, &request->find);
	if (!error)
		error = show_one(&series, request->as_json);
	tc_stats_release(&series);
	return error;
}

static int two(const struct request *request)
{
	struct tc_stats_series base, other = {0};
	struct tc_stats_pair pair;
	int error = tc_stats_open(&base, request->path[0], request->unit, &request->choice);
	if (error)
		return error;
	error = tc_stats_open(&other, request->path[1], request->unit, &request->choice);
	if (!error)
		error = tc_stats_compare(&pair, &base, &other);
	if (!error)
		error = show_pair(&pair, request->as_json);
	tc_stats_release(&base);
	tc_stats_release(&other);
	return error;
}

static int take_limit(struct tc_find_options *find, const char *value)
{
	const struct tc_field field = {value, strlen(value)};
	find->limit = tc_field_is_number(&field) ? strtod(value, NULL) : NAN;
	return isfinite(find->limit) ? 0
	                             : tc_fail("--limit takes a number in the unit of the values, not \"%.40s\" (see "
					       "tacho stats --help)",
					       value);
}

static int take_period(struct tc_find_options *find, const char *value)
{
	uint64_t count = 0;
	if (!tc_parse_count(value, &count) || count < 2 || count > SIZE_MAX / 8)
		return tc_fail(
			"--period takes how many values there are to a round, at least 2, not \"%.40s\" (see tacho "
			"stats --help)",
			value);
	find->period = (size_t)count;
	return 0;
}

static int take(struct request *request, int option, const char *value)
{
	if (option == COLUMN)
		request->choice.column = value;
	else if (option == TIME_COLUMN)
		request->choice.time_column = value;
	else if (option == UNIT && !*value)
		return tc_fail("--unit is empty: write what the values are in, such as ms or bytes, or leave it out");
	else if (option == UNIT)
		request->unit = value;
	else if (option == LEAK)
		request->find.leak = true;
	else if (option == LIMIT)
		return take_limit(&request->find, value);
	else if (option == PERIOD)
		return take_period(&request->find, value);
	else if (!strcmp(value, "json") || !strcmp(value, "text"))
		request->as_json = !strcmp(value, "json");
	else
		return tc_fail("--format is text or json, not \"%.40s\" (see tacho stats --help)", value);
	return 0;
}

/* What does not go together. */
static int check(const struct request *request)
{
	bool limited = !isnan(request->find.limit), one_in_time = request->choice.time_column && !request->path[1];
	if ((request->find.leak || limited) && !one_in_time)
		return tc_fail("--%s looks at one series over time: give --time-column and one file (see tacho stats "
			       "--help)",
			request->find.leak ? "leak" : "limit");
	if (request->find.leak && !isnan(tc_unit_ns(request->unit)))
		return tc_fail(
			"--leak looks at memory, which is not in %.40s: give the --unit it is in, such as KiB, or "
			"none (see tacho stats --help)",
			request->unit);
	if (request->find.period && request->path[1])
		return tc_fail("--period looks at one series: give one file (see tacho stats --help)");
	if (request->find.period && !isnan(tc_unit_ns(request->unit)))
		return tc_fail("--period is of readings; durations in %.40s have none (see tacho stats --help)",
			request->unit);
	return 0;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct request request = {.path = {"-"}, .find = {.limit = NAN}};
	const char *value;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (take(&request, option, value))
			return 2;
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (argc - at > 2)
		return tc_fail("stats takes one file, or two to compare, not \"%.40s\" too (see tacho stats --help)",
			argv[at + 2]);
	for (int i = 0; at + i < argc; i++)
		request.path[i] = argv[at + i];
	if (request.path[1] && !strcmp(request.path[0], "-") && !strcmp(request.path[1], "-"))
		return tc_fail("standard input can be only one of the two series (see tacho stats --help)");
	if (check(&request))
		return 2;
	int error = request.path[1] ? two(&request) : one(&request);
	return error ? tc_fail("%s", tacho_last_error()) : 0;
}

const struct tc_command tc_command_stats = {
	.name = "stats",
	.summary = "say what a series of numbers says, or whether two differ",
	.synopsis = "[--column COLUMN] [--time-column COLUMN] [--unit UNIT] [--leak] [--limit VALUE] [--period COUNT] "
		    "[--format FORMAT] [FILE]\n"
		    "[--column COLUMN] [--unit UNIT] [--format FORMAT] BASE NEW",
	.description = "Reads numbers, one to the line, from FILE or from standard input (no FILE, or -), in the order "
		       "in which they were measured, and prints "
		       "what they say: exact quantiles, the interval that holds the median with 95 % confidence, the "
		       "spread, how they went, and where they lie; whether they drift or step from level to level, and "
		       "which lie out of the ordinary; with times, where they are heading. "
		       "With --column it reads a table, its fields separated by tabs, semicolons, commas or blanks, "
		       "with or without headings.\n"
		       "\n"
		       "With BASE and NEW it says whether NEW is larger: regression, improvement, equivalent, or "
		       "inconclusive and then how many values would settle it. "
		       "Larger counts as worse. From 100 values on each side on, medians of 20 blocks of each series "
		       "are compared, so that a stretch of disturbance "
		       "counts once; below, single values. Where each value is like the one before, they count for "
		       "less. The ratio has an interval of 95 %; q is the probability of "
		       "such a difference by chance, for all that is "
		       "compared at once. Two series tell of each other only: measure several times to tell of what "
		       "made them.\n"
		       "\n"
		       "A line that holds no number is an error that names the line: nothing is guessed and nothing "
		       "left out. Memory: 16 to 32 bytes a value, "
		       "and 8 to 16 more with times.",
	.options = options,
	.examples = "tacho stats --unit ms latencies.txt\t# what they say\n"
		    "tacho stats --column rss --time-column t --unit KiB samples.csv\t# a column of a table\n"
		    "tacho stats --column rss --time-column t --unit KiB --leak --limit 2097152 samples.csv\t# does it "
		    "leak, "
		    "and when are 2 GiB reached?\n"
		    "tacho stats before.txt after.txt\t# did it get slower?\n"
		    "tacho stats --format json - <latencies.txt | jq .summary\t# for programs",
	.run = run,
};
