/* SPDX-License-Identifier: MIT
 *
 * advice_cache.c - what is worked out again and again from the same.  Spans with the same attributes that take the same time, while
 * others take another, did the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/diagnosis.h"
#include "base/units.h"

enum { LEAST = 20, KINDS_LEAST = 10 }; /* spans with attributes, and different ones among them */
static const double least_share = 0.05, least_again = 0.5, least_explained = 0.5;

struct call {
	uint64_t what; /* a hash of its attributes */
	double duration;
};

struct calls {
	size_t count, kinds;
	double time, again; /* of all; of those that were not the first of their kind */
	double explained;   /* of the variance, by the attributes */
};

static uint64_t mix(uint64_t hash, const void *bytes, size_t count)
{
	const unsigned char *byte = bytes;
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3u;
	return hash;
}

static uint64_t what_of(const struct tc_span_view *span)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < span->attributes; i++) {
		const struct tc_attribute_view *a = &span->attribute[i];
		hash = mix(hash, a->key, strlen(a->key) + 1);
		hash = mix(hash, &a->i64, sizeof a->i64);
		hash = mix(hash, &a->f64, sizeof a->f64);
		if (a->text)
			hash = mix(hash, a->text, a->text_bytes);
	}
	return hash;
}

static int by_what(const void *a, const void *b)
{
	const struct call *x = a, *y = b;
	return (x->what > y->what) - (x->what < y->what);
}

/* call: sorted. */
static struct calls look(const struct call *call, size_t count)
{
	struct calls out = {.count = count};
	double squares = 0, within = 0;
	for (size_t i = 0; i < count; i++)
		out.time += call[i].duration;
	for (size_t i = 0, end; i < count; i = end) {
		double sum = 0;
		for (end = i; end < count && call[end].what == call[i].what; end++)
			sum += call[end].duration;
		double mean = sum / (double)(end - i), all = out.time / (double)count;
		for (size_t k = i; k < end; k++) {
			squares += (call[k].duration - all) * (call[k].duration - all);
			within += (call[k].duration - mean) * (call[k].duration - mean);
		}
		out.again += sum - mean;
		out.kinds++;
	}
	out.explained = squares > 0 ? 1 - within / squares : 0;
	return out;
}

static void advise_on(struct tc_advisor *advisor, const struct tc_name_diagnosis *name, const struct calls *calls)
{
	double again = calls->again / calls->time, percent = 100 * again * name->use.verdict.share;
	struct tc_advice advice = tc_advice_on(name);
	advice.severity = tc_advice_severity(percent);
	advice.sure = fmin(0.95, calls->explained);
	advice.issue = tc_advice_text(advisor, "does the same again for %s of its time: %zu spans, %zu different ones",
		tc_percent(100 * again).text, calls->count, calls->kinds);
	advice.suggested_action = "Keep what it worked out, and use it again.";
	advice.expected_improvement.percent_lo = 0;
	advice.expected_improvement.percent_hi = percent;
	advice.expected_improvement.text =
		tc_advice_text(advisor, "up to %s of the time in spans", tc_percent(percent).text);
	advice.expected_improvement.basis = "time of spans whose attributes came before, times the name's share";
	tc_advice_prove(
		advisor, &advice, "equal attributes explain %.2f of the variance of its durations", calls->explained);
	tc_advise(advisor, &advice);
}

static void examine(struct tc_advisor *advisor, const struct tc_diagnosis *d, size_t i)
{
	const struct tc_span_view *const *span = &d->records.span[d->records.span_from[i]];
	size_t spans = tc_name_spans(&d->records, i), count = 0;
	struct call *call = spans < LEAST ? NULL : malloc(spans * sizeof *call);
	for (size_t k = 0; call && k < spans; k++)
		if (span[k]->attributes && !span[k]->attributes_lost && !span[k]->failed)
			call[count++] = (struct call){what_of(span[k]), (double)span[k]->duration_ns};
	if (call && count >= LEAST) {
		qsort(call, count, sizeof *call, by_what);
		struct calls calls = look(call, count);
		if (calls.kinds >= KINDS_LEAST && calls.again >= least_again * calls.time && calls.time > 0 &&
			calls.explained >= least_explained)
			advise_on(advisor, &d->name[i], &calls);
	}
	free(call);
}

static void advise(struct tc_advisor *advisor, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < d->names; i++)
		if (d->name[i].use.verdict.share >= least_share)
			examine(advisor, d, i);
}

const struct tc_advice_rule tc_advice_cache = {
	.kind = "cache",
	.looks = "spans with the same attributes, which take the same time, come again for half of the time of a name",
	.method = "variance between attributes beside that within",
	.advise = advise,
};
