/* SPDX-License-Identifier: MIT
 *
 * table_number.c - the numbers in a table, and what is wrong with those that are none.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/text.h"
#include "cli/table.h"

enum { SHOWN_COLUMNS = 40 };

/* "+12.5e-3": as many bytes of the text as are a decimal number; 0: none. */
static size_t number_bytes(const char *text)
{
	size_t at = *text == '+' || *text == '-', digits = strspn(text + at, "0123456789");
	at += digits;
	if (text[at] == '.') {
		size_t broken = strspn(text + at + 1, "0123456789");
		digits += broken;
		at += 1 + broken;
	}
	if (!digits)
		return 0;
	if (text[at] == 'e' || text[at] == 'E') {
		size_t sign = text[at + 1] == '+' || text[at + 1] == '-',
		       power = strspn(text + at + 1 + sign, "0123456789");
		at += power ? 1 + sign + power : 0;
	}
	return at;
}

bool tc_field_is_number(const struct tc_field *field)
{
	return field->bytes && number_bytes(field->text) == field->bytes;
}

bool tc_field_has_number(const struct tc_field *field)
{
	return field->bytes && number_bytes(field->text);
}

void tc_field_show(struct tc_strbuf *out, const struct tc_field *field)
{
	struct tc_strbuf whole = {0};
	tc_text_escape(&whole, field->text, field->bytes, false);
	tc_text_cut(out, tc_strbuf_text(&whole), SHOWN_COLUMNS);
	tc_strbuf_release(&whole);
}

static bool stands_for_nothing(const struct tc_field *field)
{
	static const char *const words[] = {"nan", "inf", "infinity", "null", "none", "nil", "na", "n/a", "-", "?"};
	size_t sign = field->bytes > 1 && (*field->text == '-' || *field->text == '+');
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == field->bytes - sign &&
			!strncasecmp(words[i], field->text + sign, field->bytes - sign))
			return true;
	return false;
}

static bool has_digit(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (isdigit((unsigned char)text[i]))
			return true;
	return false;
}

/* Says why a field is no number, and what to do. */
static int not_a_number(const struct tc_table *table, const struct tc_field *field)
{
	struct tc_strbuf shown = {0}, unit = {0};
	size_t number = number_bytes(field->text);
	number = number < field->bytes ? number : field->bytes;
	struct tc_field rest = {field->text + number, field->bytes - number};
	int code;
	tc_field_show(&shown, field);
	for (; rest.bytes && isblank((unsigned char)*rest.text); rest.bytes--)
		rest.text++;
	tc_field_show(&unit, &rest);
	const char *all = tc_strbuf_text(&shown);
	if (!field->bytes)
		code = tc_table_fail(table, "there is no value in this column; leave such lines out");
	else if (stands_for_nothing(field))
		code = tc_table_fail(table, "\"%s\" is no value; leave such lines out", all);
	else if (number && memchr(field->text, ',', field->bytes))
		code = tc_table_fail(
			table, "\"%s\" has a comma in it: write 1234.5, or choose a column with --column", all);
	else if (number && !has_digit(rest.text, rest.bytes))
		code = tc_table_fail(
			table, "\"%s\" has a unit: write the number alone, and --unit %s", all, tc_strbuf_text(&unit));
	else if (number && isblank((unsigned char)field->text[number]))
		code = tc_table_fail(table, "\"%s\" is more than one number; choose a column with --column", all);
	else if (table->line == 1 && !table->separator)
		code = tc_table_fail(table, "\"%s\" is no number; if it is a heading, give --column 1", all);
	else
		code = tc_table_fail(table, "\"%s\" is no number", all);
	tc_strbuf_release(&shown);
	tc_strbuf_release(&unit);
	return code;
}

static bool is_zero(const struct tc_field *field)
{
	for (size_t i = 0; i < field->bytes && field->text[i] != 'e' && field->text[i] != 'E'; i++)
		if (field->text[i] >= '1' && field->text[i] <= '9')
			return false;
	return true;
}

int tc_table_number(double *out, const struct tc_table *table, const struct tc_field *field)
{
	if (!tc_field_is_number(field))
		return not_a_number(table, field);
	*out = strtod(field->text,
		NULL); /* stops where the field ends; what main() sets of the locale leaves the point a point */
	if (!isfinite(*out))
		return tc_table_fail(table, "%.40s is larger than any number that is kept here", field->text);
	if (*out == 0 && !is_zero(field))
		return tc_table_fail(table, "%.40s is nearer to 0 than any number that is kept here", field->text);
	return 0;
}
