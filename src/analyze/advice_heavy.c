/* SPDX-License-Identifier: MIT
 *
 * advice_heavy.c - modules that are red: they take a large part of the machine.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

/* What is not told apart is no finding: the table beside would say that nobody knows. */
static bool knows_cpu(const struct tc_diagnosis *d, const struct tc_load *load)
{
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].view->name == load->name)
			return !d->name[i].share || d->name[i].share->told_apart;
	return true;
}

static const char *issue(struct tc_advisor *advisor, const struct tc_load *load)
{
	const struct tc_load_part *cpu = &load->part[TC_LOAD_CPU], *ram = &load->part[TC_LOAD_RAM];
	if (cpu->level == TC_LEVEL_RED)
		return tc_advice_text(
			advisor, "is a heavy module: it takes %s of all CPUs", tc_percent(cpu->figure).text);
	return tc_advice_text(advisor, "is a heavy module: memory grew by %s under it", tc_bytes(ram->figure).text);
}

static void advise_on(struct tc_advisor *advisor, const struct tc_load *load)
{
	bool provisional = load->samples < TC_LEVEL_SAMPLES;
	struct tc_advice advice = {.of = TC_STAGE_SPAN, .stage = load->name, .stage_bytes = load->bytes};
	struct tc_figure cpu = tc_percent(load->part[TC_LOAD_CPU].figure),
			 ram = tc_bytes(load->part[TC_LOAD_RAM].figure);
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	advice.severity = TC_SEVERITY_MEDIUM;
	advice.sure = provisional ? 0.7 : 0.95; /* the highest of few seconds may have been a moment's */
	advice.issue = issue(advisor, load);
	advice.suggested_action = "Switch it off where nobody needs it, or let it do less at once.";
	tc_advice_prove(advisor, &advice,
		"%s of all CPUs, memory grown by %s: the %s of %zu windows of a second and more", cpu.text, ram.text,
		provisional ? "highest" : "95th percentile", load->samples);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->loads.modules; i++)
		if (d->loads.module[i].part[TC_LOAD_RAM].level == TC_LEVEL_RED ||
			(d->loads.module[i].part[TC_LOAD_CPU].level == TC_LEVEL_RED &&
				knows_cpu(d, &d->loads.module[i])))
			advise_on(advisor, &d->loads.module[i]);
}

const struct tc_advice_rule tc_advice_heavy = {
	.kind = "disable_heavy_module",
	.looks = "a name takes more than half of all CPUs, or memory grew by more than 100 MB under it",
	.advise = advise,
};
