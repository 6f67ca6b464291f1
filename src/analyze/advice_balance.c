/* SPDX-License-Identifier: MIT
 *
 * advice_balance.c - work that several threads share, and one has most of.
 */
#include <stdlib.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

enum { LEAST = 20 }; /* spans that are at hand */
static const double least_share = 0.1, least_excess = 1.5;

struct part {            /* of one thread */
	uint64_t thread; /* and its process */
	double time_ns;
	tc_instant from, to;
};

static uint64_t key_of(const struct tc_span_view *span)
{
	return (uint64_t)span->process << 32 | span->thread;
}

static int by_thread(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	return (x->thread > y->thread) - (x->thread < y->thread);
}

/* One part for each span, then those of a thread made one; how many threads. */
static size_t gather(struct part *part, const struct tc_span_view *const *span, size_t count)
{
	size_t threads = 0;
	for (size_t i = 0; i < count; i++)
		part[i] = (struct part){key_of(span[i]), (double)span[i]->duration_ns, span[i]->begin, span[i]->end};
	qsort(part, count, sizeof *part, by_thread);
	for (size_t i = 0; i < count; i++) {
		struct part *last = &part[threads ? threads - 1 : 0];
		if (!threads || last->thread != part[i].thread) {
			part[threads++] = part[i];
			continue;
		}
		last->time_ns += part[i].time_ns;
		last->from = part[i].from < last->from ? part[i].from : last->from;
		last->to = part[i].to > last->to ? part[i].to : last->to;
	}
	return threads;
}

static void advise_on(
	struct tc_advisor *advisor, const struct tc_name_diagnosis *name, const struct part *part, size_t threads)
{
	double all = 0;
	size_t most = 0, beside = 0;
	for (size_t i = 0; i < threads; i++) {
		all += part[i].time_ns;
		most = part[i].time_ns > part[most].time_ns ? i : most;
	}
	for (size_t i = 0; i < threads; i++) /* while the busiest worked, the others did, too */
		beside += part[i].from < part[most].to && part[most].from < part[i].to;
	double mean = all / (double)threads, percent = 100 * name->use.verdict.share * (1 - mean / part[most].time_ns);
	if (beside < threads || part[most].time_ns < least_excess * mean)
		return;
	struct tc_advice advice = tc_advice_on(name);
	struct tc_figure share = tc_percent(100 * part[most].time_ns / all), busiest = tc_duration(part[most].time_ns),
			 middle = tc_duration(mean);
	advice.severity = tc_advice_severity(percent);
	advice.sure = 0.9;
	advice.issue =
		tc_advice_text(advisor, "is unevenly shared: one of %zu threads did %s of it", threads, share.text);
	advice.suggested_action = "Hand the work out in smaller pieces, to whoever is free.";
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text = tc_advice_text(
		advisor, "evenly shared it saves up to %s of the time in spans", tc_percent(percent).text);
	advice.expected_improvement.basis = "what the busiest thread did beyond the mean, times the name's share";
	tc_advice_prove(advisor, &advice, "thread %u %s, on average %s", (unsigned)part[most].thread, busiest.text,
		middle.text);
	tc_advise(advisor, &advice);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++) {
		size_t count = tc_name_spans(&d->records, i);
		if (d->name[i].use.verdict.share < least_share || count < LEAST ||
			count < d->name[i].view->figures.count)
			continue; /* rings that overwrote some say nothing of who did most */
		struct part *part = malloc(count * sizeof *part);
		size_t threads = part ? gather(part, &d->records.span[d->records.span_from[i]], count) : 0;
		if (threads > 1)
			advise_on(advisor, &d->name[i], part, threads);
		free(part);
	}
}

const struct tc_advice_rule tc_advice_balance = {
	.kind = "balance",
	.looks = "one of several threads that do the same did half more than their mean",
	.method = "own time of each thread, beside their mean",
	.advise = advise,
};
