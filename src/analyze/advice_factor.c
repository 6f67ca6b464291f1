/* SPDX-License-Identifier: MIT
 *
 * advice_factor.c - of a hundred times that a finding was right, how often its advice was, too.  1 where the advice is to look there and
 * nothing more can be wrong; 0.8 where it names a cause, which made cases cannot tell.
 */
#include <string.h>
#include "analyze/advice.h"

static const struct {
	const char *kind;
	double factor;
} factors[] = {
	{"killed", 1},
	{"outside_spans", 1},
	{"bottleneck", 1},
	{"failures", 1},
	{"degradation", 1},
	{"slow_stretch", 1},
	{"parallel", 1},
	{"limited", 1},
	{"waiting", 0.8},
	{"throttled", 1},
	{"blocked", 0.8},
	{"spread", 1},
	{"tail", 1},
	{"outliers", 1},
	{"two_groups", 1},
	{"reduce_frequency", 0.8},
	{"verbose_capture", 0.8},
	{"lower_generation_rate", 0.8},
	{"cache", 0.8},
	{"balance", 0.8},
	{"limit", 0.8},
	{"leak", 1},
	{"limit_ahead", 1},
	{"disable_heavy_module", 0.8},
	{"own_overhead", 1},
};

/* A start value: without a cost one can tell what comes often, not whether less of it helps. */
const double tc_advice_cost_unknown = 0.5;

double tc_advice_factor(const char *kind)
{
	for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
		if (!strcmp(kind, factors[i].kind))
			return factors[i].factor;
	return 0;
}
