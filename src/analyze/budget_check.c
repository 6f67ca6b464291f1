/* SPDX-License-Identifier: MIT
 *
 * budget_check.c - holds a budget against a session.
 */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "analyze/budget.h"
#include "analyze/considered.h"
#include "base/nearest.h"

static const char globbing[] = "*?[";
const char *const tc_budget_state_text[] = {"held", "not known", "broken"};

static bool holds(const struct tc_budget *budget, double value)
{
	double limit = budget->limit.value;
	switch (budget->sign) {
	case TC_BELOW:
		return value < limit;
	case TC_AT_MOST:
		return value <= limit;
	case TC_ABOVE:
		return value > limit;
	case TC_AT_LEAST:
		return value >= limit;
	default:
		return value == limit;
	}
}

/* The same kind of amount, or nothing at all, which needs no unit; counts per second may be written without. */
static bool comparable(struct tc_amount limit, struct tc_amount value)
{
	if (limit.value == 0 && limit.kind == TC_AMOUNT_NUMBER)
		return true;
	return limit.kind == value.kind &&
	       (limit.per_second == value.per_second || (!limit.per_second && limit.kind == TC_AMOUNT_NUMBER));
}

static void say_unit(struct tc_budget_result *out, const struct tc_budget *budget)
{
	static const char *const words[TC_AMOUNT_KINDS] = {"a number", "a duration", "a size", "a share"},
				 *const examples[TC_AMOUNT_KINDS] = {"1000", "2s", "1GiB", "1%"};
	struct tc_amount is = out->measured.amount;
	snprintf(out->reason, sizeof out->reason, "%s of it is %s%s: write the limit as in %s%s",
		tc_statistic_name(budget->statistic), words[is.kind], is.per_second ? " per second" : "",
		examples[is.kind], is.per_second ? "/s" : "");
}

/* Whether it is the same for the least that it may come to and for all that is more. */
static bool decides(const struct tc_budget *budget, double at_least)
{
	if (budget->sign == TC_EQUALS)
		return at_least > budget->limit.value;
	return holds(budget, at_least) == holds(budget, INFINITY);
}

static void judge(struct tc_budget_result *out, const struct tc_budget *budget)
{
	struct tc_measured *m = &out->measured;
	out->state = TC_BUDGET_NOT_KNOWN;
	bool more = !isnan(m->at_least) && !(m->at_least <= m->amount.value);
	out->by_open = more && comparable(budget->limit, m->amount) && decides(budget, m->at_least);
	if (out->by_open) {
		m->amount.value = m->low = m->at_least;
		m->high = NAN;
		out->state = holds(budget, m->at_least) ? TC_BUDGET_HELD : TC_BUDGET_BROKEN;
	} else if (isnan(m->amount.value)) {
		struct tc_amount so_far = {m->at_least, TC_AMOUNT_TIME, false};
		snprintf(out->reason, sizeof out->reason,
			isnan(m->at_least) ? "%s" : "%s; with what is open it is %s so far", m->reason,
			tc_amount_figure(so_far).text);
	} else if (!comparable(budget->limit, m->amount)) {
		say_unit(out, budget);
	} else if (holds(budget, m->low) != holds(budget, m->high)) {
		struct tc_amount low = m->amount, high = m->amount;
		low.value = m->low;
		high.value = m->high;
		snprintf(out->reason, sizeof out->reason, "it lies between %s and %s, which cannot be told closer",
			tc_amount_figure(low).text, tc_amount_figure(high).text);
	} else
		out->state = holds(budget, m->amount.value) ? TC_BUDGET_HELD : TC_BUDGET_BROKEN;
}

static bool worse(const struct tc_budget *budget, const struct tc_budget_result *a, const struct tc_budget_result *b)
{
	if (a->state != b->state)
		return a->state > b->state;
	double x = a->measured.amount.value, y = b->measured.amount.value;
	return budget->sign >= TC_ABOVE ? x < y : x > y;
}

/* Where the subject has the statistic, the result, if it is worse than what is there. */
static bool consider(struct tc_budget_result *out, const struct tc_budget *budget, const struct tc_subject *subject)
{
	struct tc_budget_result one = {.of = subject->kind};
	if (!tc_measure(&one.measured, budget->statistic, subject, budget->limit.kind))
		return false;
	judge(&one, budget);
	one.worst = subject->kind == TC_OF_SPAN     ? subject->name->name
	            : subject->kind == TC_OF_METRIC ? subject->metric->name
	            : subject->kind == TC_OF_SERIES ? subject->series->series.name
	                                            : "session";
	one.matched = out->matched;
	if (out->of == TC_SUBJECT_KINDS || worse(budget, &one, out))
		*out = one;
	out->matched++;
	return true;
}

static bool is_named(const struct tc_budget *budget, const char *name, bool glob)
{
	return glob ? !fnmatch(budget->name, name, 0) : !strcmp(budget->name, name);
}

/* All subjects of a kind that have the name; *named: whether there was one. */
static bool look(
	struct tc_budget_result *out, const struct tc_budget *budget, struct tc_subject subject, bool glob, bool *named)
{
	const struct tc_session *session = subject.session;
	bool found = false;
	*named = false;
	size_t count = subject.kind == TC_OF_SPAN     ? session->names
	               : subject.kind == TC_OF_METRIC ? session->metrics
	               : subject.kind == TC_OF_SERIES ? session->series
	                                              : 1;
	for (size_t i = 0; i < count; i++) {
		if (subject.kind == TC_OF_SPAN)
			subject.name = &session->name[i];
		else if (subject.kind == TC_OF_METRIC)
			subject.metric = &session->metric[i];
		else if (subject.kind == TC_OF_SERIES)
			subject.series = &session->series_view[i];
		const char *name = subject.kind == TC_OF_SPAN     ? subject.name->name
		                   : subject.kind == TC_OF_METRIC ? subject.metric->name
		                   : subject.kind == TC_OF_SERIES ? subject.series->series.name
		                                                  : "session";
		if (!is_named(budget, name, glob))
			continue;
		*named = true;
		found |= consider(out, budget, &subject);
	}
	return found;
}

/* "process.memory < 1GiB": what was taken for the statistic is the end of a name. */
static bool lacks_statistic(
	struct tc_budget_result *out, const struct tc_budget *budget, const struct tc_session *session)
{
	char whole[256];
	snprintf(whole, sizeof whole, "%s.%s", budget->name, tc_statistic_name(budget->statistic));
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, whole)) {
			snprintf(out->reason, sizeof out->reason,
				"%s is a series: say which of its figures is meant, as in %s.p95", whole, whole);
			return true;
		}
	return false;
}

static void say_unknown_name(struct tc_budget_result *out, const struct tc_budget *budget,
	const struct tc_session *session, const struct tc_session_options *part)
{
	const struct tc_report_options options = {.part = part};
	const char *nothing = tc_considers_nothing(session, &options);
	const char *then = part && part->has_window ? " in this time" : "";
	if (nothing) {
		snprintf(out->reason, sizeof out->reason, "%s", nothing);
		return;
	}
	if (lacks_statistic(out, budget, session))
		return;
	if (strpbrk(budget->name, globbing)) {
		snprintf(out->reason, sizeof out->reason, "no span, metric or series has a name that matches%s", then);
		return;
	}
	const char *near =
		session->names ? tc_nearest(budget->name, session->name, session->names, sizeof *session->name) : NULL;
	if (!near && session->metrics)
		near = tc_nearest(budget->name, session->metric, session->metrics, sizeof *session->metric);
	if (!near && session->series)
		near = tc_nearest(budget->name, session->series_view, session->series, sizeof *session->series_view);
	if (near)
		snprintf(out->reason, sizeof out->reason,
			"nothing of this name was recorded%s; did you mean \"%.80s\"?", then, near);
	else
		snprintf(
			out->reason, sizeof out->reason, "no span, metric or series of this name was recorded%s", then);
}

/* The first kind that has the name and the statistic; *first: the first that has the name. */
static bool look_everywhere(struct tc_budget_result *out, const struct tc_budget *budget, struct tc_subject subject,
	bool glob, enum tc_subject_kind *first)
{
	bool named;
	for (subject.kind = TC_OF_SPAN; subject.kind < TC_SUBJECT_KINDS; subject.kind++) {
		if (look(out, budget, subject, glob, &named))
			return true;
		if (named && *first == TC_SUBJECT_KINDS)
			*first = subject.kind;
	}
	return false;
}

void tc_budget_check(struct tc_budget_result *out, const struct tc_budget *budget, const struct tc_session *session,
	const struct tc_session_options *part)
{
	struct tc_subject subject = {.session = session, .part = part};
	enum tc_subject_kind first = TC_SUBJECT_KINDS;
	*out = (struct tc_budget_result){.state = TC_BUDGET_NOT_KNOWN, .of = TC_SUBJECT_KINDS};
	out->measured.amount.value = out->measured.low = out->measured.high = NAN;
	bool found = look_everywhere(out, budget, subject, false, &first);
	if (found) {
		out->matched = 0;
		out->worst = NULL;
		return;
	}
	if (first == TC_SUBJECT_KINDS && strpbrk(budget->name, globbing) &&
		look_everywhere(out, budget, subject, true, &first))
		return;
	if (first == TC_SUBJECT_KINDS) {
		say_unknown_name(out, budget, session, part);
		return;
	}
	struct tc_strbuf all = {0};
	tc_statistic_list(&all, first);
	snprintf(out->reason, sizeof out->reason, "%s has no %s; it has %s", tc_subject_word(first),
		tc_statistic_name(budget->statistic), tc_strbuf_text(&all));
	tc_strbuf_release(&all);
}
