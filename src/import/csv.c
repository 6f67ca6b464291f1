/* SPDX-License-Identifier: MIT
 *
 * csv.c - a table of spans as of RFC 4180: fields between commas, semicolons or tabs, quotes around such that hold these, a heading that says
 * what is in which column.  What `tacho export --format csv` writes as spans.csv is one.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/decimal.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/strbuf.h"
#include "import/json_attributes.h"
#include "import/private.h"

enum { COLUMNS_MOST = 1024, LINE_MOST = 1 << 20 };

enum column {
	ATTRIBUTE, /* what is none of the others */
	NAME,
	START,
	END,
	DURATION,
	THREAD,
	PROCESS,
	ID,
	PARENT,
	TRACE,
	OUTCOME,
	MESSAGE,
	KIND,
	ATTRIBUTES,
	DEPTH,
	COLUMN_KINDS
};

static const struct {
	const char *heading;
	enum column column;
} known[] = {{"name", NAME}, {"span", NAME}, {"operation", NAME}, {"start", START}, {"begin", START}, {"ts", START},
	{"timestamp", START}, {"time", START}, {"start_time", START}, {"end", END}, {"finish", END}, {"end_time", END},
	{"duration", DURATION}, {"dur", DURATION}, {"elapsed", DURATION}, {"thread", THREAD}, {"tid", THREAD},
	{"thread_id", THREAD}, {"process", PROCESS}, {"pid", PROCESS}, {"service", PROCESS}, {"id", ID},
	{"span_id", ID}, {"parent", PARENT}, {"parent_id", PARENT}, {"parent_span_id", PARENT}, {"trace", TRACE},
	{"trace_id", TRACE}, {"outcome", OUTCOME}, {"status", OUTCOME}, {"failed", OUTCOME}, {"message", MESSAGE},
	{"error", MESSAGE}, {"kind", KIND}, {"attributes", ATTRIBUTES}, {"depth", DEPTH}};

static const struct {
	const char *ending;
	int scale; /* 10^scale ns */
} units[] = {{"_ns", 0}, {"_nanos", 0}, {"_nanoseconds", 0}, {"_us", 3}, {"_micros", 3}, {"_microseconds", 3},
	{"_ms", 6}, {"_millis", 6}, {"_milliseconds", 6}, {"_s", 9}, {"_sec", 9}, {"_seconds", 9}};

struct csv {
	struct tc_import *import;
	struct tc_input *input;
	uint64_t line;  /* of the row */
	uint64_t lines; /* read */
	char separator;
	struct tc_strbuf row; /* its fields, each with a NUL behind it */
	size_t field[COLUMNS_MOST], fields;
	enum column column[COLUMNS_MOST];
	int scale[COLUMNS_MOST];
	char *heading[COLUMNS_MOST];
	size_t columns;
	int at[COLUMN_KINDS]; /* column + 1 of each kind; 0: there is none */
};

/* ---- rows ---- */

static void end_field(struct csv *csv)
{
	tc_strbuf_putc(&csv->row, 0);
}

static int too_long(const struct csv *csv)
{
	return tc_import_fail(csv->import, csv->line,
		"the row is longer than 1 MiB or has more than %d fields: is a quote not closed?", COLUMNS_MOST);
}

/* Behind the first quote of a field; two are one. */
static int quoted_field(struct csv *csv)
{
	for (int c; (c = tc_input_get(csv->input)) >= 0;) {
		if (c == '"' && tc_input_peek(csv->input) != '"')
			return 0;
		if (c == '"')
			tc_input_get(csv->input);
		csv->lines += c == '\n';
		tc_strbuf_putc(&csv->row, (char)c);
		if (csv->row.bytes > LINE_MOST)
			return too_long(csv);
	}
	return csv->input->error ? csv->input->error
	                         : tc_import_fail(csv->import, csv->line,
					   "a quote is not closed before the file ends: is it cut off?");
}

/* 1: a row is there; 0: there is none. */
static int read_row(struct csv *csv)
{
	bool any = false;
	csv->fields = 0;
	csv->line = ++csv->lines;
	tc_strbuf_clear(&csv->row);
	csv->field[csv->fields++] = 0;
	for (int c; (c = tc_input_get(csv->input)) >= 0; any = true) {
		if (c == '"' && csv->row.bytes == csv->field[csv->fields - 1]) {
			int code = quoted_field(csv);
			if (code)
				return code;
		} else if (c == '\n') {
			end_field(csv);
			return 1;
		} else if (c == csv->separator) {
			if (csv->fields == COLUMNS_MOST)
				return too_long(csv);
			end_field(csv);
			csv->field[csv->fields++] = csv->row.bytes;
		} else if (c != '\r' || tc_input_peek(csv->input) != '\n') {
			tc_strbuf_putc(&csv->row, (char)c);
		}
		if (csv->row.bytes > LINE_MOST)
			return too_long(csv);
	}
	end_field(csv);
	return csv->input->error ? csv->input->error : any;
}

static const char *text_of(const struct csv *csv, size_t field, size_t *bytes)
{
	size_t begin = csv->field[field], end = field + 1 < csv->fields ? csv->field[field + 1] : csv->row.bytes;
	*bytes = end - begin - 1;
	return tc_strbuf_text(&csv->row) + begin;
}

/* Our own export puts a ' before what a spreadsheet would take for a formula. */
static const char *unguarded(const char *text, size_t *bytes)
{
	if (*bytes < 2 || *text != '\'' || !strchr("=+-@\t\r\n", text[1]))
		return text;
	--*bytes;
	return text + 1;
}

static const char *cell(const struct csv *csv, enum column column, size_t *bytes)
{
	size_t at = (size_t)csv->at[column];
	*bytes = 0;
	if (!at || at > csv->fields)
		return "";
	const char *text = text_of(csv, at - 1, bytes);
	return column == NAME || column == MESSAGE || column == ATTRIBUTES ? unguarded(text, bytes) : text;
}

/* ---- the heading ---- */

static enum column column_of(const char *heading, int *scale)
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
				(!ending || known[k].column == START || known[k].column == END ||
					known[k].column == DURATION))
				return known[k].column;
	}
	return ATTRIBUTE;
}

static void find_separator(struct csv *csv)
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

static int lacks(const struct csv *csv, const char *what, const char *example)
{
	return tc_import_fail(
		csv->import, csv->line, "no column of the heading is the %s of spans: call one \"%s\"", what, example);
}

static int read_heading(struct csv *csv)
{
	tc_import_skip_mark(csv->input);
	find_separator(csv);
	int code = read_row(csv);
	if (code <= 0)
		return code ? code : tc_error(TACHO_EFORMAT, "%s is empty", csv->input->name);
	csv->columns = csv->fields;
	for (size_t i = 0; i < csv->columns; i++) {
		size_t bytes;
		const char *text = text_of(csv, i, &bytes);
		csv->heading[i] = strdup(text);
		if (!csv->heading[i])
			return tc_error(TACHO_ENOMEM, "out of memory");
		csv->column[i] = column_of(text, &csv->scale[i]);
		if (csv->column[i] != ATTRIBUTE && csv->at[csv->column[i]])
			csv->column[i] = ATTRIBUTE;
		csv->at[csv->column[i]] = (int)i + 1;
	}
	if (!csv->at[NAME])
		return lacks(csv, "name", "name");
	if (!csv->at[START])
		return lacks(csv, "begin", "start_ns, start_us, start_ms or start_s");
	return csv->at[DURATION] || csv->at[END]
	               ? 0
	               : lacks(csv, "duration", "duration_ns, duration_us, duration_ms or duration_s");
}

/* ---- a span ---- */

static int time_of(const struct csv *csv, enum column column, int64_t *ns)
{
	size_t bytes, heading = (size_t)csv->at[column] - 1;
	const char *text = cell(csv, column, &bytes);
	if (tc_decimal_scaled(text, bytes, csv->scale[heading], ns))
		return 0;
	return tc_import_fail(csv->import, csv->line,
		"%s is no number of the column \"%.60s\", or one beyond 292 years: \"%.60s\"",
		bytes ? "this" : "nothing", csv->heading[heading], text);
}

static uint64_t hash_of(const struct csv *csv, enum column column, enum column within)
{
	size_t bytes, more;
	const char *text = cell(csv, column, &bytes), *other = cell(csv, within, &more);
	uint64_t hash = bytes ? tc_text_hash(text, bytes) ^ (tc_text_hash(other, more) << 1) : 0;
	return bytes && !hash ? 1 : hash;
}

static bool is_one_of(const char *text, const char *const *words)
{
	while (*words && strcasecmp(*words, text))
		words++;
	return *words;
}

static unsigned flags_of(const struct csv *csv)
{
	static const char *const failures[] = {
		"failed", "error", "true", "1", "yes", "failure", "status_code_error", NULL};
	static const char *const beside[] = {"async", "measured", NULL};
	size_t bytes;
	unsigned flags = is_one_of(cell(csv, OUTCOME, &bytes), failures) ? TC_ITEM_FAILED : 0;
	flags |= !strcasecmp(cell(csv, OUTCOME, &bytes), "open") ? TC_ITEM_OPEN : 0;
	flags |= is_one_of(cell(csv, KIND, &bytes), beside) ? TC_ITEM_ASYNC : 0;
	flags |= !strcasecmp(cell(csv, KIND, &bytes), "consumer") ? TC_ITEM_FOLLOWS : 0;
	return flags | (csv->at[PARENT] ? TC_ITEM_TOLD : 0);
}

static uint32_t thread_of(const struct csv *csv)
{
	size_t bytes;
	int64_t number;
	const char *text = cell(csv, PROCESS, &bytes);
	uint32_t process = tc_import_process(csv->import, bytes ? text : "import", bytes ? bytes : strlen("import"));
	if (process == TC_NO_TEXT)
		return process;
	if (tc_decimal_scaled(text, bytes, 0, &number) && number >= 0) {
		tc_import_number_process(csv->import, process, (uint64_t)number);
		tc_import_name_process(csv->import, process, "import", strlen("import"));
	}
	if (!csv->at[THREAD] && csv->at[PARENT])
		return tc_import_any_thread(csv->import, process);
	text = cell(csv, THREAD, &bytes);
	uint32_t thread = tc_import_thread(csv->import, process, text, bytes);
	if (thread != TC_NO_TEXT && !tc_import_is_numbered(csv->import, thread))
		tc_import_name_thread(csv->import, thread, text, bytes);
	return thread;
}

static void plain_attribute(const struct csv *csv, size_t column)
{
	size_t bytes, key = strlen(csv->heading[column]);
	int64_t whole;
	double real;
	const char *text = text_of(csv, column, &bytes);
	if (!bytes)
		return;
	if (tc_decimal_is_whole(text, bytes) && tc_decimal_scaled(text, bytes, 0, &whole))
		tc_import_word(csv->import, TACHO_ATTR_I64, csv->heading[column], key, (uint64_t)whole);
	else if (tc_decimal_real(text, bytes, &real))
		tc_import_real(csv->import, csv->heading[column], key, real);
	else
		tc_import_text(csv->import, TACHO_ATTR_TEXT, csv->heading[column], key, unguarded(text, &bytes), bytes);
}

static int attributes(const struct csv *csv, unsigned flags)
{
	size_t bytes;
	const char *text = cell(csv, MESSAGE, &bytes);
	if (bytes && flags & TC_ITEM_FAILED)
		tc_import_text(csv->import, TACHO_ATTR_ERROR, "", 0, text, bytes);
	for (size_t i = 0; i < csv->columns && i < csv->fields; i++)
		if (csv->column[i] == ATTRIBUTE)
			plain_attribute(csv, i);
	text = cell(csv, ATTRIBUTES, &bytes);
	const char *wrong = bytes ? tc_import_json_attributes(csv->import, text, bytes) : NULL;
	return wrong ? tc_import_fail(csv->import, csv->line, "the attributes are no object of JSON: %s", wrong) : 0;
}

/* Which of spans with the same times is the outer one. */
static uint32_t depth_of(const struct csv *csv)
{
	size_t bytes;
	int64_t depth;
	const char *text = cell(csv, DEPTH, &bytes);
	return tc_decimal_scaled(text, bytes, 0, &depth) && depth > 0 && depth < UINT32_MAX ? (uint32_t)depth : 0;
}

static int span(struct csv *csv)
{
	struct tc_import_span span = {.place = csv->line, .flags = flags_of(csv), .thread = thread_of(csv)};
	int64_t end_ns;
	if (span.thread == TC_NO_TEXT)
		return TACHO_EINVAL;
	span.depth = depth_of(csv);
	span.name = cell(csv, NAME, &span.name_bytes);
	int code = time_of(csv, START, &span.start_ns);
	if (!code && csv->at[DURATION])
		code = time_of(csv, DURATION, &span.duration_ns);
	else if (!code && !(code = time_of(csv, END, &end_ns)) &&
		 __builtin_sub_overflow(end_ns, span.start_ns, &span.duration_ns))
		span.duration_ns = -1;
	/* Without ids a parent is told by its name: the newest one of it that is open. */
	span.id = csv->at[ID] ? hash_of(csv, ID, TRACE) : csv->at[PARENT] ? hash_of(csv, NAME, TRACE) : 0;
	span.parent = hash_of(csv, PARENT, TRACE);
	span.group = hash_of(csv, TRACE, ATTRIBUTE);
	if (!code)
		code = attributes(csv, span.flags);
	return code ? code : tc_import_span(csv->import, &span);
}

static int spans(struct csv *csv)
{
	int code;
	while ((code = read_row(csv)) > 0) {
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

static int read_csv(struct tc_import *import, struct tc_input *input)
{
	struct csv *csv = calloc(1, sizeof *csv);
	if (!csv)
		return tc_error(TACHO_ENOMEM, "out of memory");
	csv->import = import;
	csv->input = input;
	int code = read_heading(csv);
	if (!code)
		code = spans(csv);
	for (size_t i = 0; i < csv->columns; i++)
		free(csv->heading[i]);
	tc_strbuf_release(&csv->row);
	free(csv);
	return code;
}

/* A first line with a column that is known for the name and one for the begin. */
static bool recognises(const unsigned char *head, size_t bytes)
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
			enum column column = column_of(heading, &scale);
			name |= column == NAME;
			start |= column == START;
		}
		if (head[i] == '\n' || head[i] == '\r')
			break;
		begin = i + 1;
	}
	return name && start;
}

const struct tc_importer tc_importer_csv = {
	.name = "csv",
	.summary = "a table of spans: columns name, start_ns, duration_ns (or _us, _ms, _s), thread, process, parent",
	.unit = "line",
	.recognises = recognises,
	.read = read_csv,
};
