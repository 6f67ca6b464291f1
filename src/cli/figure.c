/* SPDX-License-Identifier: MIT */
#include "cli/figure.h"

#include <math.h>
#include <stdio.h>
#include "base/amount.h"

/* How many ns or bytes one of it is; NAN: it is no unit of these. */
static double size_of(const char *unit, enum tc_amount_kind kind)
{
	struct tc_amount one = tc_amount_of_unit(unit);
	return one.kind == kind && !one.per_second ? one.value : NAN;
}

bool tc_unit_is_known(const char *unit)
{
	return !isnan(tc_unit_ns(unit)) || !isnan(tc_unit_bytes(unit));
}

double tc_unit_ns(const char *unit)
{
	return size_of(unit, TC_AMOUNT_TIME);
}

double tc_unit_bytes(const char *unit)
{
	return size_of(unit, TC_AMOUNT_BYTES);
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
	double size = fabs(value);
	struct tc_figure f, amount;
	if (isnan(value))
		return tc_number(value);
	amount = !isnan(tc_unit_ns(unit))      ? tc_duration_short(size * tc_unit_ns(unit))
	         : !isnan(tc_unit_bytes(unit)) ? tc_bytes(size * tc_unit_bytes(unit))
	                                       : plain(size);
	if (tc_unit_is_known(unit) && !isfinite(size * fmax(1, fmax(tc_unit_ns(unit), tc_unit_bytes(unit)))))
		snprintf(amount.text, sizeof amount.text, "%.20s %.8s", plain(size).text, unit);
	snprintf(f.text, sizeof f.text, "%s%.30s", value < 0 ? "-" : "", amount.text);
	return f;
}
