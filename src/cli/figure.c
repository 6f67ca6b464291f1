/* SPDX-License-Identifier: MIT */
#include "cli/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	double size; /* ns or bytes */
	bool of_time;
};

static const struct unit *find(const char *name)
{
	static const struct unit units[] = {{"ns", 1, true}, {"us", 1e3, true}, {"µs", 1e3, true}, {"ms", 1e6, true},
		{"s", 1e9, true}, {"seconds", 1e9, true}, {"min", 60e9, true}, {"h", 3600e9, true}, {"B", 1, false},
		{"bytes", 1, false}, {"kB", 1e3, false}, {"MB", 1e6, false}, {"GB", 1e9, false}, {"KiB", 0x1p10, false},
		{"MiB", 0x1p20, false}, {"GiB", 0x1p30, false}};
	for (size_t i = 0; name && i < sizeof units / sizeof *units; i++)
		if (!strcmp(name, units[i].name))
			return &units[i];
	return NULL;
}

bool tc_unit_is_known(const char *unit)
{
	return find(unit);
}

double tc_unit_ns(const char *unit)
{
	const struct unit *known = find(unit);
	return known && known->of_time ? known->size : NAN;
}

double tc_unit_bytes(const char *unit)
{
	const struct unit *known = find(unit);
	return known && !known->of_time ? known->size : NAN;
}

/* Four significant digits, none of them behind what is whole. */
static struct tc_figure plain(double value)
{
	struct tc_figure f;
	if (value > 0 && (value >= 1e15 || value < 1e-4)) {
		snprintf(f.text, sizeof f.text, "%.2e", value);
		return f;
	}
	if (value >= 999.95)
		return tc_count((uint64_t)(value + 0.5));
	int whole = value > 0 ? (int)floor(log10(value)) + 1 : 1;
	snprintf(f.text, sizeof f.text, "%.*f", value == floor(value) ? 0 : 4 - whole, value);
	return f;
}

struct tc_figure tc_unit_figure(double value, const char *unit)
{
	const struct unit *known = find(unit);
	double size = fabs(value);
	struct tc_figure f, amount;
	if (isnan(value))
		return tc_number(value);
	amount = !known           ? plain(size)
	         : known->of_time ? tc_duration_short(size * known->size)
	                          : tc_bytes(size * known->size);
	snprintf(f.text, sizeof f.text, "%s%.30s", value < 0 ? "-" : "", amount.text);
	return f;
}
