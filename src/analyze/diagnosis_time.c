/* SPDX-License-Identifier: MIT
 *
 * diagnosis_time.c - what of the time each name accounts for, and the verdict on it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "analyze/diagnosis_parts.h"
#include "base/error.h"
#include "stats/values.h"

enum { EXACT_MAX = 4096 };

static bool is_a_stage(const struct tc_name_view *view)
{
	return view->figures.count || view->open;
}

static uint64_t all_spans(const struct tc_diagnosis *d)
{
	uint64_t all = 0;
	for (size_t i = 0; i < d->names; i++)
		all += d->name[i].view->figures.count;
	return all;
}

/* From the spans themselves, where the rings have all of them and they are few. */
static int exact_p95(struct tc_diagnosis *d)
{
	const struct tc_session *session = d->session;
	double *value = malloc((session->spans + 1) * sizeof *value);
	if (!value)
		return tc_error(TACHO_ENOMEM, "no memory for %zu durations", session->spans);
	for (size_t i = 0; i < session->spans; i++)
		value[i] = (double)session->span[i].duration_ns;
	d->pool.p95_ns = session->spans ? tc_values_select(value, session->spans, 0.95) : 0;
	d->pool.p95_error = 0;
	free(value);
	return 0;
}

static int p95_of_histograms(struct tc_diagnosis *d)
{
	struct tc_histogram all = {0};
	uint64_t min = UINT64_MAX, max = 0;
	int code = 0;
	for (size_t i = 0; i < d->names && !code; i++) {
		const struct tc_figures *f = &d->name[i].view->figures;
		if (!f->count)
			continue;
		min = f->min_ns < min ? f->min_ns : min;
		max = f->max_ns > max ? f->max_ns : max;
		code = tc_histogram_merge(&all, &f->histogram);
	}
	double p95 = tc_histogram_quantile(&all, 0.95, min, max);
	d->pool.p95_ns = isnan(p95) ? 0 : p95;
	d->pool.p95_error = 2 * TC_HISTOGRAM_ALPHA;
	tc_histogram_release(&all);
	return code;
}

static int pool_durations(struct tc_diagnosis *d)
{
	uint64_t spans = all_spans(d);
	double sum_ns = 0;
	for (size_t i = 0; i < d->names; i++)
		sum_ns += d->name[i].view->summary.total;
	d->pool.mean_ns = spans ? sum_ns / (double)spans : 0;
	return spans <= EXACT_MAX && spans == d->session->spans ? exact_p95(d) : p95_of_histograms(d);
}

static void use_time(struct tc_diagnosis *d)
{
	const struct tc_saving not_asked = {
		.ns = NAN, .low_ns = NAN, .high_ns = NAN, .reason = "others take more", .method = "trees"};
	const struct tc_session_trees *trees = &d->paths->trees;
	bool traced = trees->forest.trees;
	snprintf(d->time_basis, sizeof d->time_basis, traced ? "critical path, from %s" : "own time on all threads",
		trees->basis);
	for (size_t i = 0; i < d->names; i++) {
		struct tc_time_use *use = &d->name[i].use;
		use->self_ns = (double)d->name[i].view->figures.self_ns;
		use->time_ns = d->paths->name[i].path_ns;
		use->critical_ns = traced ? use->time_ns : NAN;
		use->halved = use->removed = not_asked;
		d->pool.names += is_a_stage(d->name[i].view);
	}
	d->pool.time_ns = d->paths->total_ns;
}

static int most_time_first(const void *a, const void *b, void *context)
{
	const struct tc_name_diagnosis *name = context;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	double x = name[i].use.time_ns, y = name[k].use.time_ns;
	return x < y ? 1 : x > y ? -1 : (i > k) - (i < k);
}

int tc_diagnose_time(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	(void)piece; /* there is one */
	int code = pool_durations(d);
	use_time(d);
	for (size_t i = 0; i < d->names; i++) {
		const struct tc_summary *s = &d->name[i].view->summary;
		const struct tc_stage stage = {s->count, s->mean, s->cv, d->name[i].use.time_ns};
		tc_bottleneck_judge(&d->name[i].use.verdict, &stage, &d->pool);
		d->by_time[i] = i;
	}
	if (d->names)
		qsort_r(d->by_time, d->names, sizeof *d->by_time, most_time_first, d->name);
	return code;
}
