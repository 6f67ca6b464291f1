/* SPDX-License-Identifier: MIT */
#include "analyze/advice.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/advisor.h"
#include "analyze/calibrated.h"
#include "analyze/diagnosis.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/units.h"

extern const struct tc_advice_rule tc_advice_killed, tc_advice_outside, tc_advice_bottleneck, tc_advice_failures,
	tc_advice_degradation, tc_advice_slow_stretch, tc_advice_parallel, tc_advice_limit, tc_advice_waiting,
	tc_advice_throttled, tc_advice_blocked, tc_advice_spread, tc_advice_tail, tc_advice_outliers, tc_advice_groups,
	tc_advice_frequency, tc_advice_verbose, tc_advice_generation, tc_advice_cache, tc_advice_balance,
	tc_advice_deadline, tc_advice_leak, tc_advice_ahead, tc_advice_heavy, tc_advice_overhead;

/* A row for each rule. */
const struct tc_advice_rule *const tc_advice_rules[] = {
	&tc_advice_killed,
	&tc_advice_outside,
	&tc_advice_bottleneck,
	&tc_advice_failures,
	&tc_advice_degradation,
	&tc_advice_slow_stretch,
	&tc_advice_parallel,
	&tc_advice_limit,
	&tc_advice_waiting,
	&tc_advice_throttled,
	&tc_advice_blocked,
	&tc_advice_spread,
	&tc_advice_tail,
	&tc_advice_outliers,
	&tc_advice_groups,
	&tc_advice_frequency,
	&tc_advice_verbose,
	&tc_advice_generation,
	&tc_advice_cache,
	&tc_advice_balance,
	&tc_advice_deadline,
	&tc_advice_leak,
	&tc_advice_ahead,
	&tc_advice_heavy,
	&tc_advice_overhead,
	NULL,
};

char *tc_advice_text(struct tc_advisor *advisor, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	char *text = tc_arena_vprintf(&advisor->arena, format, list);
	va_end(list);
	return text;
}

const char *tc_advice_escape(struct tc_advisor *advisor, const char *bytes, size_t count)
{
	struct tc_strbuf text = {0};
	tc_text_escape(&text, bytes, count, false);
	const char *kept = tc_arena_text(&advisor->arena, tc_strbuf_text(&text), text.bytes);
	advisor->failed |= text.failed;
	tc_strbuf_release(&text);
	return kept ? kept : "";
}

void tc_advice_prove(struct tc_advisor *advisor, struct tc_advice *advice, const char *format, ...)
{
	va_list list;
	if (advice->evidences == TC_ADVICE_EVIDENCE)
		return;
	va_start(list, format);
	advice->evidence[advice->evidences] = tc_arena_vprintf(&advisor->arena, format, list);
	va_end(list);
	advice->evidences += advice->evidence[advice->evidences] != NULL;
}

enum tc_severity tc_advice_severity(double percent)
{
	return percent >= 25 ? TC_SEVERITY_HIGH : percent >= 10 ? TC_SEVERITY_MEDIUM : TC_SEVERITY_LOW;
}

void tc_advice_beyond_p75(struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_name_diagnosis *name)
{
	double percent = 100 * name->use.verdict.share * name->variability.above_p75;
	advice->severity = tc_advice_severity(percent);
	advice->expected_improvement.percent_lo = 0;
	advice->expected_improvement.percent_hi = percent;
	advice->expected_improvement.text = tc_advice_text(advisor,
		"without what lies beyond its 75th percentile up to %s of the time in spans", tc_percent(percent).text);
	advice->expected_improvement.basis = "durations beyond the 75th percentile, times its share of the time";
}

bool tc_advice_knows_growth(const struct tc_share_view *share)
{
	return !share || share->memory_told_apart || isnan(share->memory_low_bytes);
}

const char *tc_advice_growth(struct tc_advisor *advisor, const struct tc_share_view *share, double bytes)
{
	const char *text;
	if (tc_advice_knows_growth(share))
		text = tc_advice_text(advisor, "%s", tc_bytes(bytes).text);
	else
		text = tc_advice_text(advisor, "%s as estimated (%s to %s)", tc_bytes(bytes).text,
			tc_bytes(share->memory_low_bytes).text, tc_bytes(share->memory_high_bytes).text);
	return text ? text : "";
}

static const char *part_of_own_time(
	struct tc_advisor *advisor, const struct tc_share_view *share, struct tc_advice_range state)
{
	struct tc_figure low = tc_percent(100 * state.low_ns / share->wall_ns),
			 high = tc_percent(fmin(100, 100 * state.high_ns / share->wall_ns));
	if (!share->told_apart || !share->waiting_told_apart)
		return tc_advice_text(advisor, "%s to %s of its own time", low.text, high.text);
	return tc_advice_text(advisor, "%s of its own time (%s to %s)",
		tc_percent(100 * state.ns / share->wall_ns).text, low.text, high.text);
}

void tc_advice_state(struct tc_advisor *advisor, const struct tc_name_diagnosis *name, struct tc_advice_range state,
	bool said, const char *issue, const char *action)
{
	const struct tc_share_view *share = name->share;
	struct tc_advice advice = tc_advice_on(name);
	double sure_ns = share->told_apart && share->waiting_told_apart ? state.ns : state.low_ns;
	double of_all = 100 * name->use.verdict.share / share->wall_ns, percent = fmin(100, of_all * state.high_ns);
	struct tc_figure low = tc_duration(state.low_ns), high = tc_duration(state.high_ns);
	const char *part = part_of_own_time(advisor, share, state);
	advice.severity = said ? TC_SEVERITY_LOW : tc_advice_severity(of_all * sure_ns);
	advice.sure = 0.95; /* the bounds are of 95 % */
	advice.issue = tc_advice_text(advisor, "%s %s", issue, part ? part : "");
	advice.suggested_action = action;
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text =
		tc_advice_text(advisor, "up to %s of the time in spans", tc_percent(percent).text);
	advice.expected_improvement.basis = "the part of its own time, times its share of the time";
	tc_advice_prove(advisor, &advice, "%s to %s, with 95 %%, of %s of its own time that was observed", low.text,
		high.text, tc_duration(share->wall_ns).text);
	tc_advise(advisor, &advice);
}

void tc_advise(struct tc_advisor *advisor, const struct tc_advice *advice)
{
	struct tc_advice *grown = tc_grow(advisor->advice, advisor->count, &advisor->room, sizeof *grown);
	if (!grown || !advice->issue) {
		advisor->advice = grown ? grown : advisor->advice;
		advisor->failed = true;
		return;
	}
	advisor->advice = grown;
	struct tc_advice *kept = &grown[advisor->count++];
	*kept = *advice;
	kept->kind = advisor->rule->kind;
	kept->method = advisor->rule->method;
	if (advisor->of_little && kept->of == TC_STAGE_SPAN && !isnan(kept->expected_improvement.percent_hi))
		kept->severity = TC_SEVERITY_LOW;
	kept->confidence = tc_calibrated(kept->kind, kept->sure) * tc_advice_factor(kept->kind) *
	                   (kept->cost_unknown ? tc_advice_cost_unknown : 1);
	kept->priority = kept->severity;
	if (kept->confidence < TC_ADVICE_CERTAIN && kept->priority > TC_SEVERITY_LOW)
		kept->priority--;
}

static double gain(const struct tc_advice *advice)
{
	double percent = advice->expected_improvement.percent_hi;
	return percent > 0 ? percent : 0; /* NAN: none that is known */
}

static int gravest_first(const void *a, const void *b)
{
	const struct tc_advice *x = a, *y = b;
	if (x->first != y->first)
		return x->first ? -1 : 1;
	if (x->priority != y->priority)
		return x->priority < y->priority ? 1 : -1;
	if (gain(x) < gain(y) || gain(x) > gain(y))
		return gain(x) < gain(y) ? 1 : -1;
	if (x->confidence < y->confidence || x->confidence > y->confidence)
		return x->confidence < y->confidence ? 1 : -1;
	return strcmp(x->kind, y->kind);
}

int tc_advisor_ask(struct tc_advisor *advisor, const struct tc_diagnosis *diagnosis, size_t rule)
{
	advisor->rule = tc_advice_rules[rule];
	advisor->of_little = tc_advice_spans_are_little(diagnosis);
	advisor->rule->advise(advisor, diagnosis);
	if (advisor->failed || advisor->arena.failed)
		return tc_error(TACHO_ENOMEM, "no memory for what was found");
	if (tc_advice_rules[rule + 1])
		return 1;
	if (advisor->count)
		qsort(advisor->advice, advisor->count, sizeof *advisor->advice, gravest_first);
	return 0;
}

void tc_advisor_release(struct tc_advisor *advisor)
{
	free(advisor->advice);
	tc_arena_release(&advisor->arena);
	*advisor = (struct tc_advisor){0};
}
