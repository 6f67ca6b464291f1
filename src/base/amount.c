/* SPDX-License-Identifier: MIT */
#include "base/amount.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/quantity.h"

enum { NUMBER_MOST = 32, UNIT_MOST = 16 };

static const struct {
	const char *name;
	enum tc_amount_kind kind;
	double size;
} units[] = {
	{"ns", TC_AMOUNT_TIME, 1},
	{"us", TC_AMOUNT_TIME, 1e3},
	{"µs", TC_AMOUNT_TIME, 1e3},
	{"ms", TC_AMOUNT_TIME, 1e6},
	{"s", TC_AMOUNT_TIME, 1e9},
	{"seconds", TC_AMOUNT_TIME, 1e9},
	{"min", TC_AMOUNT_TIME, 60e9},
	{"h", TC_AMOUNT_TIME, 3600e9},
	{"B", TC_AMOUNT_BYTES, 1},
	{"bytes", TC_AMOUNT_BYTES, 1},
	{"kB", TC_AMOUNT_BYTES, 1e3},
	{"KB", TC_AMOUNT_BYTES, 1e3},
	{"MB", TC_AMOUNT_BYTES, 1e6},
	{"GB", TC_AMOUNT_BYTES, 1e9},
	{"KiB", TC_AMOUNT_BYTES, 0x1p10},
	{"MiB", TC_AMOUNT_BYTES, 0x1p20},
	{"GiB", TC_AMOUNT_BYTES, 0x1p30},
	{"TiB", TC_AMOUNT_BYTES, 0x1p40},
	{"%", TC_AMOUNT_PERCENT, 1},
	{"percent", TC_AMOUNT_PERCENT, 1},
	{"ratio", TC_AMOUNT_PERCENT, 100},
};

/* The unit of the first `bytes` of text; false: there is none of that name. */
static bool find(const char *text, size_t bytes, struct tc_amount *out)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].name) == bytes && !memcmp(units[i].name, text, bytes)) {
			*out = (struct tc_amount){units[i].size, units[i].kind, false};
			return true;
		}
	return false;
}

/* "per second" is the unit of counts that have none of their own. */
static bool cut_rate(const char *text, size_t *bytes)
{
	if (*bytes >= 2 && !memcmp(text + *bytes - 2, "/s", 2)) {
		*bytes -= 2;
		return true;
	}
	if (*bytes == strlen("per second") && !memcmp(text, "per second", *bytes)) {
		*bytes = 0;
		return true;
	}
	return false;
}

struct tc_amount tc_amount_of_unit(const char *unit)
{
	struct tc_amount amount = {1, TC_AMOUNT_NUMBER, false};
	size_t bytes = unit ? strlen(unit) : 0;
	bool rate = unit && cut_rate(unit, &bytes);
	if (unit && !find(unit, bytes, &amount))
		amount = (struct tc_amount){1, TC_AMOUNT_NUMBER, false};
	amount.per_second = rate;
	return amount;
}

/* "1h30m", "90m", "2d"; "1G": what the other options of the command take. */
static bool parse_others(const char *text, struct tc_amount *out)
{
	unsigned long long ns;
	uint64_t bytes;
	if (tc_parse_duration(text, &ns))
		*out = (struct tc_amount){(double)ns, TC_AMOUNT_TIME, false};
	else if (tc_parse_bytes(text, &bytes))
		*out = (struct tc_amount){(double)bytes, TC_AMOUNT_BYTES, false};
	else
		return false;
	return true;
}

bool tc_parse_amount(const char *text, struct tc_amount *out)
{
	char number[NUMBER_MOST], unit[UNIT_MOST];
	struct tc_amount one = {1, TC_AMOUNT_NUMBER, false};
	size_t digits = strspn(text, "0123456789"), broken = 0;
	if (digits && text[digits] == '.')
		broken = 1 + strspn(text + digits + 1, "0123456789");
	const char *rest = text + digits + broken;
	rest += strspn(rest, " ");
	size_t bytes = strlen(rest);
	if (!digits || broken == 1 || digits + broken >= sizeof number || bytes >= sizeof unit)
		return false;
	snprintf(number, sizeof number, "%.*s", (int)(digits + broken), text);
	snprintf(unit, sizeof unit, "%s", rest);
	bool rate = cut_rate(unit, &bytes);
	if (bytes && !find(unit, bytes, &one))
		return !rate && parse_others(text, out);
	*out = (struct tc_amount){strtod(number, NULL) * one.value, one.kind, rate};
	return true;
}

static struct tc_figure number_figure(double value)
{
	bool whole = value >= 0 && value < 0x1p53 && value == (double)(uint64_t)value;
	return whole ? tc_count((uint64_t)value) : tc_number(value);
}

struct tc_figure tc_amount_figure(struct tc_amount amount)
{
	struct tc_figure figure = amount.kind == TC_AMOUNT_TIME      ? tc_duration(amount.value)
	                          : amount.kind == TC_AMOUNT_BYTES   ? tc_bytes(amount.value)
	                          : amount.kind == TC_AMOUNT_PERCENT ? tc_percent(amount.value)
	                                                             : number_figure(amount.value);
	size_t bytes = strlen(figure.text);
	if (amount.per_second && bytes + 3 <= sizeof figure.text)
		memcpy(figure.text + bytes, "/s", 3);
	return figure;
}
