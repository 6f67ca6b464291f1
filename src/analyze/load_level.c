/* SPDX-License-Identifier: MIT */
#include "analyze/load_level.h"

#include <math.h>
#include "stats/values.h"

const char *tc_level_name(enum tc_level level)
{
	static const char *const names[] = {NULL, "green", "yellow", "red"};
	return names[level];
}

enum tc_level tc_level_of(double value, struct tc_threshold threshold)
{
	if (isnan(value))
		return TC_LEVEL_UNKNOWN;
	return value > threshold.red ? TC_LEVEL_RED : value >= threshold.yellow ? TC_LEVEL_YELLOW : TC_LEVEL_GREEN;
}

double tc_level_figure(double *samples, size_t count, bool *provisional)
{
	*provisional = count < TC_LEVEL_SAMPLES;
	return tc_values_select(samples, count, *provisional ? 1 : 0.95);
}

static enum tc_level lower(enum tc_level a, enum tc_level b)
{
	return a < b ? a : b;
}

static enum tc_level higher(enum tc_level a, enum tc_level b)
{
	return a > b ? a : b;
}

bool tc_level_step(struct tc_level_watch *watch, double value, struct tc_threshold threshold)
{
	const struct tc_threshold calm = {0.9 * threshold.yellow, 0.9 * threshold.red};
	enum tc_level before = watch->level, seen = tc_level_of(value, threshold), left = tc_level_of(value, calm);
	if (seen == TC_LEVEL_UNKNOWN)
		return false;
	watch->rise = watch->above ? lower(watch->rise, seen) : seen;
	watch->above = seen > before ? watch->above + 1 : 0;
	watch->fall = watch->below ? higher(watch->fall, left) : left;
	watch->below = left < before ? watch->below + 1 : 0;
	if (watch->above >= TC_LEVEL_IN_A_ROW)
		watch->level = watch->rise;
	else if (watch->below >= TC_LEVEL_IN_A_ROW)
		watch->level = watch->fall;
	if (watch->level == before)
		return false;
	watch->above = watch->below = 0;
	return true;
}
