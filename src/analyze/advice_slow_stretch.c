/* SPDX-License-Identifier: MIT
 *
 * advice_slow_stretch.c - what took longer for a while, and no longer does.
 */
#include <math.h>
#include "analyze/slow_stretch.h"
#include "base/units.h"
#include "stats/confidence.h"

static const double least_percent = 1, most_p = 0.01;

static const char *warm_up(struct tc_advisor *advisor, const struct tc_name_diagnosis *name,
	const struct tc_slow_stretch *stretch, const char *until)
{
	struct tc_figure slow = tc_duration(stretch->level_ns), usual = tc_duration(stretch->usual_ns),
			 cost = tc_percent(100 * stretch->cost);
	if (name->course.grouped)
		return tc_advice_text(advisor,
			"is slow at first: it took %s until %s, %s afterwards, which cost %s of its time", slow.text,
			until, usual.text, cost.text);
	return tc_advice_text(advisor,
		"is slow at first: its first %zu spans, until %s, took %s, those afterwards %s, which cost %s of its "
		"time",
		stretch->values, until, slow.text, usual.text, cost.text);
}

static void say(struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_name_diagnosis *name,
	const struct tc_slow_stretch *stretch)
{
	const struct tc_course_of_name *course = &name->course;
	struct tc_figure until = tc_duration((double)course->changed_at[stretch->to - 1]);
	if (!stretch->from) {
		advice->issue = warm_up(advisor, name, stretch, until.text);
		advice->suggested_action =
			"Do what it does once before it is asked for: load, connect, fill its caches.";
		return;
	}
	struct tc_figure from = tc_duration((double)course->changed_at[stretch->from - 1]);
	advice->issue = tc_advice_text(advisor,
		"was slower from %s to %s: it took %s, %s afterwards, which cost %s of its time", from.text, until.text,
		tc_duration(stretch->level_ns).text, tc_duration(stretch->usual_ns).text,
		tc_percent(100 * stretch->cost).text);
	advice->suggested_action = "See what else went on then: other work, other input, others on the machine.";
}

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name,
	const struct tc_slow_stretch *stretch, double p, double percent)
{
	struct tc_advice advice = tc_advice_on(name);
	advice.severity = tc_advice_severity(percent);
	advice.sure = tc_confidence(p);
	say(advisor, &advice, name, stretch);
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text = tc_advice_text(
		advisor, "as fast as afterwards it saves up to %s of the time in spans", tc_percent(percent).text);
	advice.expected_improvement.basis = "what it took longer then, times its share of the time";
	tc_advice_prove(advisor, &advice, "%zu of %zu values (%s), p %.2g among all values of all names",
		stretch->values, name->course.points.n, name->course.basis, p);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++) {
		struct tc_slow_stretch stretch = tc_slow_stretch(&d->name[i].course);
		double percent = 100 * stretch.cost * d->name[i].use.verdict.share, p = stretch.p * (double)d->names;
		if (percent >= least_percent && p <= most_p)
			advise_on(advisor, &d->name[i], &stretch, p, percent);
	}
}

const struct tc_advice_rule tc_advice_slow_stretch = {
	.kind = "slow_stretch",
	.looks = "a name took longer at first, or for a while, than it does at the end",
	.method = "rank scan for change points, p times all values and names",
	.advise = advise,
};
