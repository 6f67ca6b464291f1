/* SPDX-License-Identifier: MIT
 *
 * advice_heavy.c - modules that are red: they take a large part of the machine.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

struct heavy {
	const struct tc_load *load;
	const struct tc_share_view *share; /* NULL: not observed */
	bool cpu, ram;                     /* for what it is heavy, and surely */
};

static const struct tc_share_view *share_of(const struct tc_diagnosis *d, const struct tc_load *load)
{
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].view->name == load->name)
			return d->name[i].share;
	return NULL;
}

/* What is not told apart is no finding: the table beside would say that nobody knows. */
static struct heavy judge(const struct tc_diagnosis *d, const struct tc_load *load)
{
	const struct tc_share_view *share = share_of(d, load);
	bool sure = tc_advice_knows_growth(share) ||
	            tc_level_of(share->memory_low_bytes, d->loads.limits.ram_bytes) == TC_LEVEL_RED;
	return (struct heavy){.load = load,
		.share = share,
		.cpu = load->part[TC_LOAD_CPU].level == TC_LEVEL_RED && (!share || share->told_apart),
		.ram = load->part[TC_LOAD_RAM].level == TC_LEVEL_RED && sure};
}

/* Bounds are of the whole time; the figure of a module is the highest of its windows, or nearly. */
static const char *growth(struct tc_advisor *advisor, const struct heavy *heavy)
{
	return tc_advice_growth(advisor, heavy->share, heavy->load->part[TC_LOAD_RAM].figure);
}

static const char *issue(struct tc_advisor *advisor, const struct heavy *heavy)
{
	if (heavy->cpu)
		return tc_advice_text(advisor, "is a heavy module: it takes %s of all CPUs",
			tc_percent(heavy->load->part[TC_LOAD_CPU].figure).text);
	return tc_advice_text(advisor, "is a heavy module: memory grew by %s under it", growth(advisor, heavy));
}

static void advise_on(struct tc_advisor *advisor, const struct heavy *heavy)
{
	const struct tc_load *load = heavy->load;
	bool provisional = load->samples < TC_LEVEL_SAMPLES;
	struct tc_advice advice = {
		.of = TC_STAGE_SPAN, .stage = load->name, .stage_bytes = load->bytes, .n = load->samples};
	struct tc_figure cpu = tc_percent(load->part[TC_LOAD_CPU].figure);
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	advice.severity = TC_SEVERITY_MEDIUM;
	advice.sure = provisional ? 0.7 : 0.95; /* the highest of few seconds may have been a moment's */
	advice.issue = issue(advisor, heavy);
	advice.suggested_action = "Switch it off where nobody needs it, or let it do less at once.";
	tc_advice_prove(advisor, &advice, "%s of all CPUs, memory grown by %s: the %s of %s of a second and more",
		cpu.text, growth(advisor, heavy), provisional ? "highest" : "95th percentile",
		tc_counted(load->samples, "window").text);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->loads.modules; i++) {
		struct heavy heavy = judge(d, &d->loads.module[i]);
		if (heavy.cpu || heavy.ram)
			advise_on(advisor, &heavy);
	}
}

const struct tc_advice_rule tc_advice_heavy = {
	.kind = "disable_heavy_module",
	.looks = "a name takes more than half of all CPUs, or memory grew by more than 100 MB under it",
	.method = "p95 of windows, highest below 10",
	.advise = advise,
};
