/* SPDX-License-Identifier: MIT
 *
 * bottleneck.h - which spans the time of a run goes to, and how grave that is (docs/STATISTICS.md, Bottlenecks).  The rule, for the time
 * of a name on the critical path, or where that is not known its own time:
 *
 *	share       of the time of all names together
 *	lift        how many times more than if all names took the same
 *	impact      critical: share >= .5 and lift >= 1.5;  high: .25 and 1.3;  medium: .10 and 1.1;  else low
 *	documented  the rule of older profilers, on all durations pooled: critical where the mean of a name is above their 95th
 *	            percentile; high where it is above 1.5 times their mean, or cv > .5; medium above 1.2 times; else low
 *	severity    low where share < 1 %, there is one name, or no time; else impact, or the documented one where that is
 *	            graver, by one step at most: how long single spans take says little of where the time goes
 */
#ifndef ANALYZE_BOTTLENECK_H
#define ANALYZE_BOTTLENECK_H

#include <stddef.h>
#include <stdint.h>
#include "analyze/severity.h"

struct tc_stage { /* of one name */
	uint64_t count;
	double mean_ns, cv; /* of its durations; NAN: not known */
	double time_ns;     /* that it accounts for; finite, not below 0 */
};

struct tc_pool {                /* all names together */
	size_t names;           /* that a span has ended of */
	double time_ns;         /* that they account for */
	double mean_ns, p95_ns; /* of all their durations */
	double p95_error;       /* relative, of p95_ns: a mean within it is not above it */
};

struct tc_bottleneck_verdict {
	double share, lift;
	double max_speedup; /* 1 / (1 - share): no more than that, for others come onto the path; NAN where it is all there is */
	enum tc_severity impact, documented, severity;
};

void tc_bottleneck_judge(struct tc_bottleneck_verdict *out, const struct tc_stage *stage, const struct tc_pool *pool);

/* The severity of a share of the time, given what the documented rule says. */
enum tc_severity tc_bottleneck_severity(double share, size_t names, enum tc_severity documented);

#endif
