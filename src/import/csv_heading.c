/* SPDX-License-Identifier: MIT
 *
 * csv_heading.c - what the columns of a table are, by its first row.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/error.h"
#include "import/csv.h"
#include "import/json_attributes.h"

static const struct {
	const char *heading;
	enum tc_csv_column column;
} known[] = {{"name", TC_CSV_NAME}, {"span", TC_CSV_NAME}, {"operation", TC_CSV_NAME}, {"start", TC_CSV_START},
	{"begin", TC_CSV_START}, {"ts", TC_CSV_START}, {"timestamp", TC_CSV_START}, {"time", TC_CSV_START},
	{"start_time", TC_CSV_START}, {"end", TC_CSV_END}, {"finish", TC_CSV_END}, {"end_time", TC_CSV_END},
	{"duration", TC_CSV_DURATION}, {"dur", TC_CSV_DURATION}, {"elapsed", TC_CSV_DURATION},
	{"thread", TC_CSV_THREAD}, {"tid", TC_CSV_THREAD}, {"thread_id", TC_CSV_THREAD}, {"process", TC_CSV_PROCESS},
	{"pid", TC_CSV_PROCESS}, {"service", TC_CSV_PROCESS}, {"id", TC_CSV_ID}, {"span_id", TC_CSV_ID},
	{"parent", TC_CSV_PARENT}, {"parent_id", TC_CSV_PARENT}, {"parent_span_id", TC_CSV_PARENT},
	{"trace", TC_CSV_TRACE}, {"trace_id", TC_CSV_TRACE}, {"outcome", TC_CSV_OUTCOME}, {"status", TC_CSV_OUTCOME},
	{"failed", TC_CSV_OUTCOME}, {"message", TC_CSV_MESSAGE}, {"error", TC_CSV_MESSAGE}, {"kind", TC_CSV_KIND},
	{"attributes", TC_CSV_ATTRIBUTES}, {"depth", TC_CSV_DEPTH}};

static const struct {
	const char *ending;
	int scale; /* 10^scale ns */
} units[] = {{"_ns", 0}, {"_nanos", 0}, {"_nanoseconds", 0}, {"_us", 3}, {"_micros", 3}, {"_microseconds", 3},
	{"_ms", 6}, {"_millis", 6}, {"_milliseconds", 6}, {"_s", 9}, {"_sec", 9}, {"_seconds", 9}};

static enum tc_csv_column column_of(const char *heading, int *scale)
{
	size_t bytes = strlen(heading);
	for (size_t u = 0; u <= sizeof units / sizeof *units; u++) { /* at last without a unit */
		size_t ending = u < sizeof units / sizeof *units ? strlen(units[u].ending) : 0;
		if (ending >= bytes || (ending && strcasecmp(heading + bytes - ending, units[u].ending)))
			continue;
		*scale = ending ? units[u].scale : 9;
		for (size_t k = 0; k < sizeof known / sizeof *known; k++)
			if (strlen(known[k].heading) == bytes - ending &&
				!strncasecmp(known[k].heading, heading, bytes - ending) &&
				(!ending || known[k].column == TC_CSV_START || known[k].column == TC_CSV_END ||
					known[k].column == TC_CSV_DURATION))
				return known[k].column;
	}
	return TC_CSV_ATTRIBUTE;
}

static void find_separator(struct tc_csv *csv)
{
	static const char separators[] = "\t;,";
	bool found[4] = {false}, quoted = false;
	for (size_t i = csv->input->at; i < csv->input->filled && (quoted || csv->input->piece[i] != '\n'); i++) {
		const char *at = csv->input->piece[i] ? strchr(separators, csv->input->piece[i]) : NULL;
		quoted ^= csv->input->piece[i] == '"';
		if (at && !quoted)
			found[at - separators] = true;
	}
	csv->separator = found[0] ? '\t' : found[1] ? ';' : ',';
}

static int lacks(const struct tc_csv *csv, const char *what, const char *example)
{
	return tc_import_fail(
		csv->import, csv->line, "no column of the heading is the %s of spans: call one \"%s\"", what, example);
}

int tc_csv_heading(struct tc_csv *csv)
{
	tc_import_skip_mark(csv->input);
	find_separator(csv);
	int code = tc_csv_row(csv);
	if (code <= 0)
		return code ? code : tc_error(TACHO_EFORMAT, "%s is empty", csv->input->name);
	csv->columns = csv->fields;
	for (size_t i = 0; i < csv->columns; i++) {
		size_t bytes;
		const char *text = tc_csv_text(csv, i, &bytes);
		csv->heading[i] = strdup(text);
		if (!csv->heading[i])
			return tc_error(TACHO_ENOMEM, "out of memory");
		csv->column[i] = column_of(text, &csv->scale[i]);
		if (csv->column[i] != TC_CSV_ATTRIBUTE && csv->at[csv->column[i]])
			csv->column[i] = TC_CSV_ATTRIBUTE;
		csv->at[csv->column[i]] = (int)i + 1;
	}
	if (!csv->at[TC_CSV_NAME])
		return lacks(csv, "name", "name");
	if (!csv->at[TC_CSV_START])
		return lacks(csv, "begin", "start_ns, start_us, start_ms or start_s");
	return csv->at[TC_CSV_DURATION] || csv->at[TC_CSV_END]
	               ? 0
	               : lacks(csv, "duration", "duration_ns, duration_us, duration_ms or duration_s");
}

/* A first line with a column that is known for the name and one for the begin. */
bool tc_csv_recognises(const unsigned char *head, size_t bytes)
{
	bool name = false, start = false;
	size_t begin = bytes >= 3 && !memcmp(head, "\xef\xbb\xbf", 3) ? 3 : 0;
	for (size_t i = begin; i < bytes; i++) {
		if (!strchr("\t;,\r\n", head[i]) || !head[i])
			continue;
		char heading[64];
		size_t from = begin + (head[begin] == '"'), count = i > from ? i - from : 0;
		count -= count && head[from + count - 1] == '"';
		if (count < sizeof heading) {
			int scale;
			memcpy(heading, head + from, count);
			heading[count] = 0;
			enum tc_csv_column column = column_of(heading, &scale);
			name |= column == TC_CSV_NAME;
			start |= column == TC_CSV_START;
		}
		if (head[i] == '\n' || head[i] == '\r')
			break;
		begin = i + 1;
	}
	return name && start;
}
