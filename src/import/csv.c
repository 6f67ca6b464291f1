/* SPDX-License-Identifier: MIT
 *
 * csv.c - a table of spans as of RFC 4180: fields between commas, semicolons or tabs, quotes around such that hold these, a heading that says
 * what is in which column.  What `tacho export --format csv` writes as spans.csv is one.
 */
#include "import/csv.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/decimal.h"
#include "base/error.h"
#include "import/json_attributes.h"

static int time_of(const struct tc_csv *csv, enum tc_csv_column column, int64_t *ns)
{
	size_t bytes, heading = (size_t)csv->at[column] - 1;
	const char *text = tc_csv_cell(csv, column, &bytes);
	if (tc_decimal_scaled(text, bytes, csv->scale[heading], ns))
		return 0;
	return tc_import_fail(csv->import, csv->line,
		"%s is no number of the column \"%.60s\", or one beyond 292 years: \"%.60s\"",
		bytes ? "this" : "nothing", csv->heading[heading], text);
}

static uint64_t hash_of(const struct tc_csv *csv, enum tc_csv_column column, enum tc_csv_column within)
{
	size_t bytes, more;
	const char *text = tc_csv_cell(csv, column, &bytes), *other = tc_csv_cell(csv, within, &more);
	uint64_t hash = bytes ? tc_text_hash(text, bytes) ^ (tc_text_hash(other, more) << 1) : 0;
	return bytes && !hash ? 1 : hash;
}

static bool is_one_of(const char *text, const char *const *words)
{
	while (*text && *words && strcasecmp(*words, text))
		words++;
	return *text && *words;
}

static unsigned flags_of(const struct tc_csv *csv)
{
	static const char *const failures[] = {
		"failed", "error", "true", "1", "yes", "failure", "status_code_error", NULL};
	static const char *const beside[] = {"async", "measured", NULL};
	size_t bytes;
	unsigned flags = is_one_of(tc_csv_cell(csv, TC_CSV_OUTCOME, &bytes), failures) ? TC_ITEM_FAILED : 0;
	flags |= !strcasecmp(tc_csv_cell(csv, TC_CSV_OUTCOME, &bytes), "open") ? TC_ITEM_OPEN : 0;
	flags |= is_one_of(tc_csv_cell(csv, TC_CSV_KIND, &bytes), beside) ? TC_ITEM_ASYNC : 0;
	flags |= !strcasecmp(tc_csv_cell(csv, TC_CSV_KIND, &bytes), "consumer") ? TC_ITEM_FOLLOWS : 0;
	flags |= csv->at[TC_CSV_ID] ? 0 : TC_ITEM_NAMED;
	return flags | (csv->at[TC_CSV_PARENT] ? TC_ITEM_TOLD : 0);
}

static uint32_t thread_of(const struct tc_csv *csv)
{
	size_t bytes;
	int64_t number;
	const char *text = tc_csv_cell(csv, TC_CSV_PROCESS, &bytes);
	size_t known = csv->import->process_keys.count;
	uint32_t process = tc_import_process(csv->import, bytes ? text : "import", bytes ? bytes : strlen("import"));
	if (process == TC_NO_TEXT)
		return process;
	if (process >= known && tc_decimal_scaled(text, bytes, 0, &number) && number >= 0) {
		tc_import_number_process(csv->import, process, (uint64_t)number);
		tc_import_name_process(csv->import, process, "import", strlen("import"));
	}
	if (!csv->at[TC_CSV_THREAD] && csv->at[TC_CSV_PARENT])
		return tc_import_any_thread(csv->import, process);
	text = tc_csv_cell(csv, TC_CSV_THREAD, &bytes);
	uint32_t thread = tc_import_thread(csv->import, process, text, bytes);
	if (thread != TC_NO_TEXT && !tc_import_is_numbered(csv->import, thread))
		tc_import_name_thread(csv->import, thread, text, bytes);
	return thread;
}

static void plain_attribute(const struct tc_csv *csv, size_t column)
{
	size_t bytes, key = strlen(csv->heading[column]);
	int64_t whole;
	double real;
	const char *text = tc_csv_text(csv, column, &bytes);
	if (!bytes)
		return;
	if (tc_decimal_is_whole(text, bytes) && tc_decimal_scaled(text, bytes, 0, &whole))
		tc_import_word(csv->import, TACHO_ATTR_I64, csv->heading[column], key, (uint64_t)whole);
	else if (tc_decimal_real(text, bytes, &real))
		tc_import_real(csv->import, csv->heading[column], key, real);
	else
		tc_import_text(
			csv->import, TACHO_ATTR_TEXT, csv->heading[column], key, tc_csv_unguarded(text, &bytes), bytes);
}

static int attributes(const struct tc_csv *csv, unsigned flags)
{
	size_t bytes;
	const char *text = tc_csv_cell(csv, TC_CSV_MESSAGE, &bytes);
	if (bytes && flags & TC_ITEM_FAILED)
		tc_import_text(csv->import, TACHO_ATTR_ERROR, "", 0, text, bytes);
	for (size_t i = 0; i < csv->columns && i < csv->fields; i++)
		if (csv->column[i] == TC_CSV_ATTRIBUTE)
			plain_attribute(csv, i);
	text = tc_csv_cell(csv, TC_CSV_ATTRIBUTES, &bytes);
	const char *wrong = bytes ? tc_import_json_attributes(csv->import, text, bytes) : NULL;
	return wrong ? tc_import_fail(csv->import, csv->line, "the attributes are no object of JSON: %s", wrong) : 0;
}

/* Which of spans with the same times is the outer one. */
static uint32_t depth_of(const struct tc_csv *csv)
{
	size_t bytes;
	int64_t depth;
	const char *text = tc_csv_cell(csv, TC_CSV_DEPTH, &bytes);
	return tc_decimal_scaled(text, bytes, 0, &depth) && depth > 0 && depth < UINT32_MAX ? (uint32_t)depth : 0;
}

static int span(struct tc_csv *csv)
{
	struct tc_import_span span = {.place = csv->line, .flags = flags_of(csv), .thread = thread_of(csv)};
	int64_t end_ns;
	size_t bytes;
	enum tc_csv_column until = csv->at[TC_CSV_DURATION] ? TC_CSV_DURATION : TC_CSV_END;
	if (span.thread == TC_NO_TEXT)
		return TACHO_EINVAL;
	span.depth = depth_of(csv);
	span.name = tc_csv_cell(csv, TC_CSV_NAME, &span.name_bytes);
	int code = time_of(csv, TC_CSV_START, &span.start_ns);
	tc_csv_cell(csv, until, &bytes);
	if (!bytes && span.flags & TC_ITEM_OPEN)
		span.duration_ns = 0;
	else if (!code && until == TC_CSV_DURATION)
		code = time_of(csv, TC_CSV_DURATION, &span.duration_ns);
	else if (!code && !(code = time_of(csv, TC_CSV_END, &end_ns)) &&
		 __builtin_sub_overflow(end_ns, span.start_ns, &span.duration_ns))
		span.duration_ns = -1;
	/* Without ids a parent is told by its name: the newest one of it that is open. */
	span.id = csv->at[TC_CSV_ID]       ? hash_of(csv, TC_CSV_ID, TC_CSV_TRACE)
	          : csv->at[TC_CSV_PARENT] ? hash_of(csv, TC_CSV_NAME, TC_CSV_TRACE)
	                                   : 0;
	span.parent = hash_of(csv, TC_CSV_PARENT, TC_CSV_TRACE);
	span.group = hash_of(csv, TC_CSV_TRACE, TC_CSV_ATTRIBUTE);
	if (!code)
		code = attributes(csv, span.flags);
	return code ? code : tc_import_span(csv->import, &span);
}

static int spans(struct tc_csv *csv)
{
	int code;
	while ((code = tc_csv_row(csv)) > 0) {
		if (csv->fields == 1 && csv->row.bytes <= 1)
			continue; /* an empty line */
		if (csv->fields != csv->columns)
			return tc_import_fail(csv->import, csv->line,
				"the row has %zu fields, the heading %zu: is it cut off?", csv->fields, csv->columns);
		code = span(csv);
		if (code)
			return code;
	}
	return code;
}

/* Times in whole ns are what they are. */
static bool is_rounded(const struct tc_csv *csv)
{
	enum tc_csv_column until = csv->at[TC_CSV_DURATION] ? TC_CSV_DURATION : TC_CSV_END;
	return csv->scale[csv->at[TC_CSV_START] - 1] || csv->scale[csv->at[until] - 1];
}

static int read_csv(struct tc_import *import, struct tc_input *input)
{
	struct tc_csv *csv = calloc(1, sizeof *csv);
	if (!csv)
		return tc_error(TACHO_ENOMEM, "out of memory");
	csv->import = import;
	csv->input = input;
	int code = tc_csv_heading(csv);
	if (!code && is_rounded(csv))
		tc_import_rounds(import);
	if (!code)
		code = spans(csv);
	for (size_t i = 0; i < csv->columns; i++)
		free(csv->heading[i]);
	tc_strbuf_release(&csv->row);
	free(csv);
	return code;
}

const struct tc_importer tc_importer_csv = {
	.name = "csv",
	.summary = "a table of spans: columns name, start_ns, duration_ns (or _us, _ms, _s), thread, process, parent",
	.unit = "line",
	.recognises = tc_csv_recognises,
	.read = read_csv,
};
