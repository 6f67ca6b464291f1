/* SPDX-License-Identifier: MIT
 *
 * advice_degradation.c - what takes ever longer.
 */
#include <math.h>
#include "analyze/diagnosis.h"
#include "base/units.h"
#include "stats/confidence.h"

/* Of the time that the name takes at the end, what it did not take at the beginning. */
static double grown(const struct tc_trend *trend)
{
	double change = trend->told_percent / 100;
	return change / (1 + change);
}

/* Of one that takes longer at the end there is one. */
static size_t largest_step_up(const struct tc_change_points *points)
{
	size_t largest = 0;
	for (size_t i = 1; i < points->count; i++)
		if (points->at[i].after - points->at[i].before > points->at[largest].after - points->at[largest].before)
			largest = i;
	return largest;
}

/* The levels at both ends are the first and the last; a moment is told with the levels right before and after it. */
static const char *issue_of_steps(
	struct tc_advisor *advisor, const struct tc_course_of_name *course, const char *change)
{
	const struct tc_change_points *points = &course->points;
	size_t last = points->count - 1, up = largest_step_up(points);
	struct tc_figure first = tc_duration(points->at[0].before), now = tc_duration(points->at[last].after),
			 at = tc_duration((double)course->changed_at[up]);
	if (!change || !last)
		return tc_advice_text(advisor, "takes %s since %s: %s instead of %s", change ? change : "", at.text,
			now.text, first.text);
	return tc_advice_text(advisor,
		"takes %s at the end than at the beginning, %s instead of %s: of its %zu steps the largest up is "
		"at %s, from %s to %s",
		change, now.text, first.text, points->count, at.text, tc_duration(points->at[up].before).text,
		tc_duration(points->at[up].after).text);
}

static const char *issue(struct tc_advisor *advisor, const struct tc_course_of_name *course)
{
	const struct tc_trend *t = &course->trend;
	struct tc_figure change = tc_percent(t->told_percent), lo = tc_percent(t->told_low_percent),
			 hi = tc_percent(t->told_high_percent);
	if (t->told[0] == 'd')
		return tc_advice_text(advisor, "takes ever longer: %s more at the end than at the beginning (%s to %s)",
			change.text, lo.text, hi.text);
	const char *longer = tc_advice_text(advisor, "%s longer (%s to %s)", change.text, lo.text, hi.text);
	return issue_of_steps(advisor, course, longer);
}

static const char *action(struct tc_advisor *advisor, const struct tc_course_of_name *course)
{
	if (course->trend.told[0] == 'd')
		return "See what grows with time: data, a cache, a list that is searched.";
	tc_instant at = course->changed_at[largest_step_up(&course->points)];
	return tc_advice_text(advisor, "See what changed at %s.", tc_duration((double)at).text);
}

static void prove_levels(struct tc_advisor *advisor, struct tc_advice *advice, const struct tc_change_points *points,
	const tc_instant *changed_at)
{
	enum { LEVELS = 3 };
	for (size_t i = 0; i < points->count && i < LEVELS; i++) {
		struct tc_figure at = tc_duration((double)changed_at[i]), after = tc_duration(points->at[i].after),
				 before = tc_duration(points->at[i].before);
		tc_advice_prove(advisor, advice, "from %s on %s, before %s", at.text, after.text, before.text);
	}
}

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name)
{
	const struct tc_course_of_name *course = &name->course;
	struct tc_advice advice = tc_advice_on(name);
	double percent = 100 * name->use.verdict.share * grown(&course->trend);
	advice.severity = tc_advice_severity(percent);
	if (advice.severity == TC_SEVERITY_LOW && name->use.verdict.share >= 0.01)
		advice.severity = TC_SEVERITY_MEDIUM;
	advice.sure = tc_confidence(course->q);
	advice.issue = issue(advisor, course);
	advice.suggested_action = action(advisor, course);
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text = tc_advice_text(advisor,
		"as fast as at the beginning it saves up to %s of the time in spans", tc_percent(percent).text);
	advice.expected_improvement.basis = "what it takes longer at the end, times its share of the time";
	prove_levels(advisor, &advice, &course->points, course->changed_at);
	tc_advice_prove(advisor, &advice, "%s, p %.2g, %.2g among all names, of %s (%s)", course->trend.method,
		course->trend.label_p, course->q, tc_counted(course->values, "value").text, course->basis);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].course.trend.label == TC_TREND_DEGRADING && d->name[i].course.q <= 0.01)
			advise_on(advisor, &d->name[i]);
}

const struct tc_advice_rule tc_advice_degradation = {
	.kind = "degradation",
	.looks = "a name takes longer and longer, or since some moment",
	.method = "Mann-Kendall, Mann-Whitney between change points; q by Benjamini and Hochberg",
	.advise = advise,
};
