/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct tc_figure absent = {"-"};

/* Digits behind the point that make three significant ones of a value whose rounded form may have one digit more. */
static int decimals(double value)
{
	return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

struct unit {
	const char *name;
	double size;
};

/* The value in the first unit in which it is less than `most`. */
static struct tc_figure scaled(double value, const struct unit *units, size_t count, double most)
{
	struct tc_figure f;
	size_t i = 0;
	while (i + 1 < count && value / units[i].size >= most)
		i++;
	double v = value / units[i].size;
	if (v >= 1e6) {
		snprintf(f.text, sizeof f.text, "%.1e %s", v, units[i].name);
		return f;
	}
	int digits = i == 0 && v == (double)(int64_t)v ? 0 : decimals(v);
	snprintf(f.text, sizeof f.text, "%.*f %s", digits, v, units[i].name);
	return f;
}

/* What no clock has measured, and days would have too many digits for: as numbers are written. */
static const double beyond_days_s = 1e11;

static struct tc_figure endless_duration(double seconds)
{
	struct tc_figure f;
	snprintf(f.text, sizeof f.text, "%.2e s", seconds);
	return f;
}

static struct tc_figure long_duration(double seconds)
{
	struct tc_figure f;
	if (seconds >= beyond_days_s)
		return endless_duration(seconds);
	if (seconds < 3599.995) {
		uint64_t hundredths = (uint64_t)(seconds * 100 + 0.5), minutes = hundredths / 6000;
		snprintf(f.text, sizeof f.text, "%dm %d.%02ds", (int)minutes, (int)(hundredths % 6000 / 100),
			(int)(hundredths % 100));
		return f;
	}
	uint64_t whole = (uint64_t)(seconds + 0.5);
	if (whole < 86400)
		snprintf(f.text, sizeof f.text, "%dh %dm %ds", (int)(whole / 3600), (int)(whole % 3600 / 60),
			(int)(whole % 60));
	else
		snprintf(f.text, sizeof f.text, "%llud %dh %dm", (unsigned long long)(whole / 86400),
			(int)(whole % 86400 / 3600), (int)(whole % 3600 / 60));
	return f;
}

static struct tc_figure negative(struct tc_figure size)
{
	struct tc_figure f = {"-"};
	memcpy(f.text + 1, size.text, sizeof f.text - 2);
	f.text[sizeof f.text - 1] = 0;
	return f;
}

struct tc_figure tc_duration(double ns)
{
	static const struct unit units[] = {{"ns", 1}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}};
	if (!isfinite(ns))
		return absent;
	if (ns < 0)
		return negative(tc_duration(-ns));
	return ns < 59.995e9 ? scaled(ns, units, 4, 999.5) : long_duration(ns / 1e9);
}

struct tc_figure tc_duration_short(double ns)
{
	struct tc_figure f;
	uint64_t s = ns < 59.995e9 ? 0 : ns / 1e9 < beyond_days_s ? (uint64_t)(ns / 1e9 + 0.5) : 0;
	if (!isfinite(ns) || !s)
		return tc_duration(ns);
	if (s < 3600)
		snprintf(f.text, sizeof f.text, "%dm %02ds", (int)(s / 60), (int)(s % 60));
	else if ((s += 30) < 86400)
		snprintf(f.text, sizeof f.text, "%dh %02dm", (int)(s / 3600), (int)(s % 3600 / 60));
	else
		snprintf(f.text, sizeof f.text, "%dd %02dh", (int)(s / 86400), (int)(s % 86400 / 3600));
	return f;
}

struct tc_figure tc_bytes(double bytes)
{
	static const struct unit units[] = {{"B", 1}, {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30},
		{"TiB", 0x1p40}, {"PiB", 0x1p50}, {"EiB", 0x1p60}};
	if (!isfinite(bytes))
		return absent;
	return bytes < 0 ? negative(tc_bytes(-bytes)) : scaled(bytes, units, 7, 999.5);
}

struct tc_figure tc_count(uint64_t count)
{
	struct tc_figure f;
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count), at = 0;
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			f.text[at++] = ',';
		f.text[at++] = digits[i];
	}
	f.text[at] = 0;
	return f;
}

/* The last letters decide: boxes, processes, branches; entries; keys. */
static const char *plural_end(const char *noun, size_t *kept)
{
	size_t n = *kept = strlen(noun);
	char last = n ? noun[n - 1] : 0, before = n > 1 ? noun[n - 2] : 0;
	if (last == 's' || last == 'x' || (last == 'h' && (before == 'c' || before == 's')))
		return "es";
	if (last != 'y' || !before || strchr("aeiou", before))
		return "s";
	(*kept)--;
	return "ies";
}

struct tc_counted tc_counted(uint64_t count, const char *noun)
{
	struct tc_counted out;
	size_t kept = strlen(noun);
	const char *end = count == 1 ? "" : plural_end(noun, &kept);
	snprintf(out.text, sizeof out.text, "%s %.*s%s", tc_count(count).text, (int)kept, noun, end);
	return out;
}

struct tc_figure tc_percent(double percent)
{
	struct tc_figure f;
	if (!isfinite(percent))
		return absent;
	if (percent > 0 && percent < 0.05)
		return (struct tc_figure){"< 0.1 %"};
	if (percent >= 999.5)
		snprintf(f.text, sizeof f.text, "%.28s %%", tc_number(percent).text);
	else if (percent >= 99.95)
		snprintf(f.text, sizeof f.text, "%.0f %%", percent);
	else
		snprintf(f.text, sizeof f.text, percent == 0 ? "%.0f %%" : "%.1f %%", percent);
	return f;
}

struct tc_figure tc_percent_column(double percent)
{
	struct tc_figure f;
	if (!isfinite(percent) || (percent > 0 && percent < 0.05) || percent >= 9999.5)
		return tc_percent(percent);
	snprintf(f.text, sizeof f.text, "%.1f %%", percent);
	return f;
}

struct tc_figure tc_number(double value)
{
	struct tc_figure f;
	if (!isfinite(value))
		return absent;
	if (value <= -999.5)
		return negative(tc_number(-value));
	if (value >= 999.5 && value < 1e18)
		return tc_count((uint64_t)(value + 0.5));
	if (value >= 1e18)
		snprintf(f.text, sizeof f.text, "%.2e", value);
	else
		snprintf(f.text, sizeof f.text, "%.*f", value == 0 ? 0 : decimals(fabs(value)), value);
	return f;
}

struct tc_figure tc_number_short(double value)
{
	static const struct unit units[] = {{"M", 1e6}, {"G", 1e9}, {"T", 1e12}};
	struct tc_figure f;
	double size = fabs(value);
	if (size >= 999500 && size < 999.5e12) {
		f = scaled(size, units, 3, 999.5);
		return value < 0 ? negative(f) : f;
	}
	if (size < 999500 && size == (double)(int32_t)size)
		return value < 0 ? negative(tc_count((uint64_t)size)) : tc_count((uint64_t)size);
	if ((size >= 0.005 && size < 999500) || !isfinite(value))
		return tc_number(value);
	if (snprintf(f.text, sizeof f.text, "%.1e", value) > 8)
		snprintf(f.text, sizeof f.text, "%.0e", value);
	return f;
}

struct tc_figure tc_time_utc(uint64_t realtime_ns)
{
	struct tc_figure f;
	time_t seconds = (time_t)(realtime_ns / 1000000000);
	struct tm tm;
	size_t n = gmtime_r(&seconds, &tm) ? strftime(f.text, sizeof f.text, "%Y-%m-%dT%H:%M:%S", &tm) : 0;
	snprintf(f.text + n, sizeof f.text - n, ".%09uZ", (unsigned)(realtime_ns % 1000000000));
	return f;
}

bool tc_time_of_utc(const char *text, int64_t *ns)
{
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t seconds = rest ? (int64_t)timegm(&tm) : 0, digit = 100000000;
	if (!rest || __builtin_mul_overflow(seconds, INT64_C(1000000000), ns))
		return false;
	if (*rest == '.')
		for (rest++; *rest >= '0' && *rest <= '9' && digit; rest++, digit /= 10)
			*ns += (*rest - '0') * digit;
	return !strcmp(rest, "Z");
}

struct tc_figure tc_time_local(uint64_t realtime_ns)
{
	struct tc_figure f;
	time_t seconds = (time_t)(realtime_ns / 1000000000);
	struct tm tm;
	f.text[localtime_r(&seconds, &tm) ? strftime(f.text, sizeof f.text, "%Y-%m-%d %H:%M:%S", &tm) : 0] = 0;
	return f;
}
