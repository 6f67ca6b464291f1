/* SPDX-License-Identifier: MIT */
#include "analyze/bottleneck.h"

#include <math.h>

static enum tc_severity impact_of(double share, double lift)
{
	static const struct {
		double share, lift;
	} least[TC_SEVERITIES] = {[TC_SEVERITY_CRITICAL] = {0.5, 1.5},
		[TC_SEVERITY_HIGH] = {0.25, 1.3},
		[TC_SEVERITY_MEDIUM] = {0.1, 1.1}};
	int severity = TC_SEVERITY_CRITICAL;
	while (severity > TC_SEVERITY_LOW && !(share >= least[severity].share && lift >= least[severity].lift))
		severity--;
	return (enum tc_severity)severity;
}

static enum tc_severity documented_rule(const struct tc_stage *stage, const struct tc_pool *pool)
{
	if (!stage->count || isnan(stage->mean_ns))
		return TC_SEVERITY_LOW;
	if (stage->mean_ns > pool->p95_ns * (1 + pool->p95_error))
		return TC_SEVERITY_CRITICAL;
	if (stage->mean_ns > 1.5 * pool->mean_ns || stage->cv > 0.5)
		return TC_SEVERITY_HIGH;
	return stage->mean_ns > 1.2 * pool->mean_ns ? TC_SEVERITY_MEDIUM : TC_SEVERITY_LOW;
}

enum tc_severity tc_bottleneck_severity(double share, size_t names, enum tc_severity documented)
{
	if (!(share >= 0.01) || names < 2)
		return TC_SEVERITY_LOW;
	enum tc_severity impact = impact_of(share, share * (double)names);
	return documented > impact ? impact + 1 : impact;
}

void tc_bottleneck_judge(struct tc_bottleneck_verdict *out, const struct tc_stage *stage, const struct tc_pool *pool)
{
	double share = pool->time_ns > 0 ? stage->time_ns / pool->time_ns : 0;
	*out = (struct tc_bottleneck_verdict){.share = share,
		.lift = share * (double)pool->names,
		.max_speedup = share < 1 ? 1 / (1 - share) : NAN,
		.documented = documented_rule(stage, pool)};
	out->impact = pool->names < 2 ? TC_SEVERITY_LOW : impact_of(share, out->lift);
	out->severity = tc_bottleneck_severity(share, pool->names, out->documented);
}
