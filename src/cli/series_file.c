/* SPDX-License-Identifier: MIT */
#include "cli/series_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/nearest.h"
#include "base/quantity.h"
#include "base/strbuf.h"
#include "cli/table.h"

enum { HEADINGS_MOST = 64 };

/* The headings, and the one that may have been meant. */
static int no_such_column(const struct tc_table *table, const char *wanted)
{
	struct tc_strbuf names = {0};
	char *heading[HEADINGS_MOST];
	struct tc_field field;
	size_t count = 0;
	for (; count < HEADINGS_MOST && tc_table_field(table, count, &field); count++) {
		tc_strbuf_puts(&names, count ? ", \"" : "\"");
		tc_field_show(&names, &field);
		tc_strbuf_putc(&names, '"');
		heading[count] = strndup(field.text, field.bytes);
		if (!heading[count])
			break;
	}
	const char *near = count ? tc_nearest(wanted, heading, count, sizeof *heading) : NULL;
	int code = near ? tc_table_fail(table, "there is no column \"%.60s\"; did you mean \"%.60s\"?", wanted, near)
	                : tc_table_fail(table, "there is no column \"%.60s\" among %s", wanted, tc_strbuf_text(&names));
	for (size_t i = 0; i < count; i++)
		free(heading[i]);
	tc_strbuf_release(&names);
	return code;
}

/* Where the column lies; *named: by its heading. */
static int find_column(size_t *out, bool *named, const struct tc_table *table, const char *wanted)
{
	uint64_t place;
	struct tc_field field;
	if (tc_parse_count(wanted, &place)) {
		*out = (size_t)place - 1;
		return place && place <= TC_TABLE_LINE_MOST
		               ? 0
		               : tc_error(TACHO_EINVAL, "columns are counted from 1, and there is no column %.40s",
					 wanted);
	}
	size_t found = 0;
	*named = true;
	for (size_t i = 0; tc_table_field(table, i, &field); i++)
		if (strlen(wanted) == field.bytes && !memcmp(wanted, field.text, field.bytes) && !found++)
			*out = i;
	if (found > 1)
		return tc_table_fail(
			table, "%zu columns are named \"%.60s\": say which by its number, from 1", found, wanted);
	return found ? 0 : no_such_column(table, wanted);
}

struct columns {
	size_t value, time;
	bool timed;
	bool headed; /* the first line has no values */
};

static int find_columns(struct columns *out, struct tc_table *table, const struct tc_series_choice *choice)
{
	struct tc_field field;
	int code = 0;
	*out = (struct columns){.timed = choice->time_column};
	if (!choice->column && !choice->time_column)
		return 0;
	tc_table_separate(table);
	if (choice->time_column)
		code = find_column(&out->time, &out->headed, table, choice->time_column);
	if (!code && choice->column)
		code = find_column(&out->value, &out->headed, table, choice->column);
	else if (!code)
		out->value = out->time == 0;
	if (!code && !out->headed && tc_table_field(table, out->value, &field))
		out->headed = !tc_field_has_number(&field);
	return code;
}

static int cell(double *out, const struct tc_table *table, size_t column)
{
	struct tc_field field;
	if (!tc_table_field(table, column, &field))
		return tc_table_fail(table, "this line has no column %zu", column + 1);
	return tc_table_number(out, table, &field);
}

static int grow(double **array, size_t count, size_t *room, const struct tc_table *table)
{
	size_t wanted = *room ? *room * 2 : 1024;
	double *larger = count < SIZE_MAX / 32 ? realloc(*array, wanted * sizeof *larger) : NULL;
	if (!larger)
		return tc_error(
			TACHO_ENOMEM, "not enough memory for the %llu lines of %s so far", table->line, table->name);
	*array = larger;
	*room = wanted;
	return 0;
}

static int add(struct tc_series_file *out, size_t room[2], const struct tc_table *table, const struct columns *columns)
{
	int code = out->count == room[0] ? grow(&out->value, out->count, &room[0], table) : 0;
	if (!code && columns->timed && out->count == room[1])
		code = grow(&out->at, out->count, &room[1], table);
	if (!code)
		code = cell(&out->value[out->count], table, columns->value);
	if (!code && columns->timed)
		code = cell(&out->at[out->count], table, columns->time);
	if (!code && columns->timed && out->count && out->at[out->count] < out->at[out->count - 1])
		return tc_table_fail(table, "time goes back here, from %.17g to %.17g; sort the lines by time",
			out->at[out->count - 1], out->at[out->count]);
	out->count += !code;
	return code;
}

static int read_all(struct tc_series_file *out, struct tc_table *table, const struct tc_series_choice *choice)
{
	struct columns columns;
	size_t room[2] = {0, 0};
	int got = tc_table_next(table), code = got > 0 ? find_columns(&columns, table, choice) : got;
	if (got > 0 && !code && columns.headed)
		got = tc_table_next(table);
	while (got > 0 && !code) {
		code = add(out, room, table, &columns);
		got = code ? code : tc_table_next(table);
	}
	if (got < 0 || code)
		return code ? code : got;
	return out->count ? 0 : tc_error(TACHO_EINVAL, "%s: there is no number in it", table->name);
}

int tc_series_file_read(struct tc_series_file *out, FILE *in, const char *name, const struct tc_series_choice *choice)
{
	struct tc_table *table = calloc(1, sizeof *table);
	*out = (struct tc_series_file){0};
	if (!table)
		return tc_error(TACHO_ENOMEM, "not enough memory to read %s", name);
	table->in = in;
	table->name = name;
	int code = read_all(out, table, choice);
	free(table);
	if (code)
		tc_series_file_release(out);
	return code;
}

void tc_series_file_release(struct tc_series_file *file)
{
	free(file->value);
	free(file->at);
	*file = (struct tc_series_file){0};
}
