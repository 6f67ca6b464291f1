/* SPDX-License-Identifier: MIT */
#include "cli/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"

int tc_table_fail(const struct tc_table *table, const char *format, ...)
{
	char *sentence;
	va_list list;
	va_start(list, format);
	int bytes = vasprintf(&sentence, format, list);
	va_end(list);
	if (bytes < 0)
		return tc_error(TACHO_ENOMEM, "out of memory");
	tc_error(TACHO_EINVAL, "%s:%llu: %s", table->name, table->line, sentence);
	free(sentence);
	return TACHO_EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A file of another kind has a byte 0 soon, and need not have lines. */
static int read_line(struct tc_table *table)
{
	int c;
	table->bytes = 0;
	table->line++;
	while ((c = getc_unlocked(table->in)) != EOF && c != '\n') {
		if (!c)
			return tc_table_fail(table, "there is a byte 0 in this line: is it a text file?");
		if (table->bytes == TC_TABLE_LINE_MOST)
			return tc_table_fail(
				table, "this line has more than %d bytes: is it a text file?", TC_TABLE_LINE_MOST);
		table->text[table->bytes++] = (char)c;
	}
	if (c == EOF && ferror(table->in))
		return tc_error_errno(errno, "cannot read %s", table->name);
	if (c == EOF && !table->bytes)
		return 0;
	if (table->line == 1 && table->bytes >= 3 && !memcmp(table->text, "\xef\xbb\xbf", 3))
		memmove(table->text, table->text + 3, table->bytes -= 3);
	if (table->bytes && table->text[table->bytes - 1] == '\r')
		table->bytes--;
	table->text[table->bytes] = 0;
	return 1;
}

int tc_table_next(struct tc_table *table)
{
	int got;
	while ((got = read_line(table)) > 0) {
		if (table->text[strspn(table->text, " \t")]) {
			if (!table->empty)
				return 1;
			table->line = table->empty;
			return tc_table_fail(
				table, "this line is empty; take it out, so that it is plain that no value is missing");
		}
		table->empty = table->empty ? table->empty : table->line;
	}
	return got;
}

void tc_table_separate(struct tc_table *table)
{
	static const char separators[] = "\t;,";
	bool quoted = false, found[4] = {false};
	for (size_t i = 0; i < table->bytes; i++) {
		const char *separator = strchr(separators, table->text[i]);
		quoted ^= table->text[i] == '"';
		if (separator && !quoted)
			found[separator - separators] = true;
	}
	table->separator = found[0] ? '\t' : found[1] ? ';' : found[2] ? ',' : ' ';
}

/* The end of the field that begins at `at`. */
static const char *end_of(const struct tc_table *table, const char *at)
{
	bool quoted = false;
	for (; *at && (quoted || *at != table->separator || !table->separator); at++)
		quoted ^= *at == '"';
	return at;
}

static struct tc_field trimmed(const char *begin, const char *end)
{
	while (begin < end && is_blank(*begin))
		begin++;
	while (end > begin && is_blank(end[-1]))
		end--;
	if (end - begin >= 2 && *begin == '"' && end[-1] == '"')
		return trimmed(begin + 1, end - 1);
	return (struct tc_field){begin, (size_t)(end - begin)};
}

bool tc_table_field(const struct tc_table *table, size_t i, struct tc_field *out)
{
	const char *begin = table->text;
	for (;;) {
		if (table->separator == ' ')
			begin += strspn(begin, " ");
		const char *end = end_of(table, begin);
		if (table->separator == ' ' && begin == end)
			return false;
		if (!i--) {
			*out = trimmed(begin, end);
			return true;
		}
		if (!*end)
			return false;
		begin = end + 1;
	}
}
