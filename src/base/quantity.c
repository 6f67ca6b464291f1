/* SPDX-License-Identifier: MIT */
#include "base/quantity.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	double ns;
} units[] = {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"min", 60e9}, {"h", 3600e9},
	{"d", 86400e9}, {"", 1e9}};

/* One "1.5h": adds it to *ns and moves *text behind it. */
static bool parse_term(const char **text, double *ns)
{
	const char *s = *text;
	double value = 0, scale = 1;
	if (!isdigit((unsigned char)*s))
		return false;
	for (; isdigit((unsigned char)*s); s++)
		value = value * 10 + (*s - '0');
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++)
			value += (*s - '0') * (scale /= 10);
	size_t bytes = 0;
	while (s[bytes] && !isdigit((unsigned char)s[bytes]))
		bytes++;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].name) == bytes && !memcmp(units[i].name, s, bytes)) {
			*ns += value * units[i].ns;
			*text = s + bytes;
			return true;
		}
	return false;
}

static const struct {
	const char *name;
	uint64_t bytes;
} sizes[] = {{"", 1}, {"B", 1}, {"K", 1 << 10}, {"KiB", 1 << 10}, {"M", 1 << 20}, {"MiB", 1 << 20}, {"G", 1 << 30},
	{"GiB", 1 << 30}};

bool tc_parse_count(const char *text, uint64_t *count)
{
	uint64_t value = 0;
	if (!*text)
		return false;
	for (; *text; text++)
		if (!isdigit((unsigned char)*text) || __builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	*count = value;
	return true;
}

bool tc_parse_bytes(const char *text, uint64_t *bytes)
{
	char digits[24];
	size_t count = strspn(text, "0123456789");
	uint64_t value;
	if (count >= sizeof digits)
		return false;
	memcpy(digits, text, count);
	digits[count] = 0;
	if (!tc_parse_count(digits, &value))
		return false;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (!strcmp(text + count, sizes[i].name))
			return !__builtin_mul_overflow(value, sizes[i].bytes, bytes);
	return false;
}

bool tc_parse_percent(const char *text, uint64_t *thousandths)
{
	char digits[24];
	size_t whole = strspn(text, "0123456789"),
	       broken = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	const char *rest = text + whole + (text[whole] == '.') + broken;
	rest += strspn(rest, " ");
	if (!whole || whole > 12 || broken > 3 || (text[whole] == '.' && !broken) ||
		strcmp(*rest == '%' ? rest + 1 : rest, ""))
		return false;
	snprintf(digits, sizeof digits, "%.*s%.*s%.*s", (int)whole, text, (int)broken, text + whole + 1,
		(int)(3 - broken), "000");
	return tc_parse_count(digits, thousandths);
}

void tc_show_percent(char *out, size_t room, uint64_t thousandths)
{
	unsigned long long whole = thousandths / 1000, broken = thousandths % 1000;
	int digits = 3;
	for (; digits && !(broken % 10); broken /= 10)
		digits--;
	if (digits)
		snprintf(out, room, "%llu.%0*llu%%", whole, digits, broken);
	else
		snprintf(out, room, "%llu%%", whole);
}

bool tc_parse_bool(const char *text, bool *yes)
{
	static const char *const words[2][4] = {{"no", "off", "false", "0"}, {"yes", "on", "true", "1"}};
	for (int value = 0; value < 2; value++)
		for (int i = 0; i < 4; i++)
			if (!strcmp(text, words[value][i])) {
				*yes = value;
				return true;
			}
	return false;
}

void tc_show_duration(char *out, size_t room, uint64_t ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} whole[] = {
		{"h", 3600000000000}, {"m", 60000000000}, {"s", 1000000000}, {"ms", 1000000}, {"us", 1000}, {"ns", 1}};
	size_t i = 0;
	while (ns % whole[i].ns || (!ns && whole[i].ns != 1000000000))
		i++;
	snprintf(out, room, "%llu%s", (unsigned long long)(ns / whole[i].ns), whole[i].name);
}

bool tc_parse_duration(const char *text, unsigned long long *ns)
{
	double sum = 0;
	do
		if (!parse_term(&text, &sum))
			return false;
	while (*text);
	if (sum >= (double)INT64_MAX)
		return false;
	*ns = (unsigned long long)(sum + 0.5);
	return true;
}
