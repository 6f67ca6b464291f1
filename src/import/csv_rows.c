/* SPDX-License-Identifier: MIT
 *
 * csv_rows.c - rows of a table as of RFC 4180.
 */
#include <string.h>
#include "base/text.h"
#include "import/csv.h"

enum { LINE_MOST = 1 << 20 };

static void end_field(struct tc_csv *csv)
{
	size_t begin = csv->field[csv->fields - 1], bytes = csv->row.bytes - begin;
	if (bytes)
		csv->row.bytes = begin + tc_text_recorded(csv->row.text + begin, bytes);
	tc_strbuf_putc(&csv->row, 0);
}

static int too_long(const struct tc_csv *csv)
{
	return tc_import_fail(csv->import, csv->line,
		"the row is longer than 1 MiB or has more than %d fields: is a quote not closed?", TC_CSV_COLUMNS_MOST);
}

/* Behind the first quote of a field; two are one. */
static int quoted_field(struct tc_csv *csv)
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

/* Bytes that are nothing but text, as far as the piece at hand goes. */
static void plain_text(struct tc_csv *csv)
{
	struct tc_input *input = csv->input;
	const unsigned char *begin = input->piece + input->at, *end = input->piece + input->filled, *at = begin;
	while (at < end && *at != csv->separator && *at != '\n' && *at != '\r' && *at != '"')
		at++;
	tc_strbuf_add(&csv->row, (const char *)begin, (size_t)(at - begin));
	input->at += (size_t)(at - begin);
}

int tc_csv_row(struct tc_csv *csv)
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
			if (csv->fields == TC_CSV_COLUMNS_MOST)
				return too_long(csv);
			end_field(csv);
			csv->field[csv->fields++] = csv->row.bytes;
		} else if (c != '\r' || tc_input_peek(csv->input) != '\n') {
			tc_strbuf_putc(&csv->row, (char)c);
			plain_text(csv);
		}
		if (csv->row.bytes > LINE_MOST)
			return too_long(csv);
	}
	end_field(csv);
	return csv->input->error ? csv->input->error : any;
}

const char *tc_csv_text(const struct tc_csv *csv, size_t field, size_t *bytes)
{
	size_t begin = csv->field[field], end = field + 1 < csv->fields ? csv->field[field + 1] : csv->row.bytes;
	*bytes = end - begin - 1;
	return tc_strbuf_text(&csv->row) + begin;
}

/* Our own export puts a ' before what a spreadsheet would take for a formula. */
const char *tc_csv_unguarded(const char *text, size_t *bytes)
{
	size_t quotes = strspn(text, "'");
	if (!quotes || quotes >= *bytes || !strchr("=+-@\t\r\n", text[quotes]))
		return text;
	--*bytes;
	return text + 1;
}

const char *tc_csv_cell(const struct tc_csv *csv, enum tc_csv_column column, size_t *bytes)
{
	size_t at = (size_t)csv->at[column];
	*bytes = 0;
	if (!at || at > csv->fields)
		return "";
	const char *text = tc_csv_text(csv, at - 1, bytes);
	return column == TC_CSV_NAME || column == TC_CSV_MESSAGE || column == TC_CSV_ATTRIBUTES
	               ? tc_csv_unguarded(text, bytes)
	               : text;
}
