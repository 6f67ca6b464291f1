/* SPDX-License-Identifier: MIT */
#include "analyze/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/advisor.h"
#include "analyze/diagnosis_parts.h"
#include "base/error.h"

struct whole { /* a diagnosis with the memory its texts lie in */
	struct tc_diagnosis diagnosis;
	struct tc_advisor advisor;
};

static int by_name(const void *a, const void *b)
{
	const struct tc_share_view *x = *(const struct tc_share_view *const *)a,
				   *y = *(const struct tc_share_view *const *)b;
	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? -1 : 1;
	return memcmp(x->name, y->name, x->bytes);
}

static int find_shares(struct tc_diagnosis *d)
{
	const struct tc_session *session = d->session;
	const struct tc_share_view **share = calloc(session->shares + 1, sizeof *share);
	size_t count = 0;
	if (!share)
		return tc_error(TACHO_ENOMEM, "no memory for %zu shares", session->shares);
	for (size_t i = 0; i < session->shares; i++)
		if (session->share[i].row == TC_SHARE_OF_NAME)
			share[count++] = &session->share[i];
	qsort(share, count, sizeof *share, by_name);
	for (size_t i = 0; i < d->names; i++) {
		const struct tc_share_view key = {.name = d->name[i].view->name, .bytes = d->name[i].view->bytes},
					   *wanted = &key;
		const struct tc_share_view **found = bsearch(&wanted, share, count, sizeof *share, by_name);
		d->name[i].share = found ? *found : NULL;
	}
	free(share);
	return 0;
}

/* The tree is at most as deep as the reader lets it be. */
static void find_failures(struct tc_diagnosis *d, const struct tc_node_view *node)
{
	uint64_t below = 0, failed = node->figures.failed;
	for (size_t i = 0; i < node->children; i++) {
		below += node->child[i]->figures.failed;
		find_failures(d, node->child[i]);
	}
	if (node->name != TC_ROOT)
		d->name[node->name].failed_itself += failed > below ? failed - below : 0;
}

/* Of a torn record more may have failed than there were. */
static uint64_t bounded(uint64_t failed, const struct tc_name_view *view)
{
	return failed < view->figures.count ? failed : view->figures.count;
}

static int make_names(struct tc_diagnosis *d)
{
	d->names = d->session->names;
	d->name = calloc(d->names + 1, sizeof *d->name);
	d->by_time = calloc(d->names + 1, sizeof *d->by_time);
	if (!d->name || !d->by_time)
		return tc_error(TACHO_ENOMEM, "no memory to diagnose %zu names", d->names);
	for (size_t i = 0; i < d->names; i++) {
		d->name[i].view = &d->session->name[i];
		tc_variability_find(&d->name[i].variability, d->name[i].view);
	}
	find_failures(d, d->session->root);
	for (size_t i = 0; i < d->names; i++)
		d->name[i].failed_itself = bounded(d->name[i].failed_itself, d->name[i].view);
	int code = find_shares(d);
	return code ? code : tc_name_records_make(&d->records, d->session);
}

struct tc_advice tc_advice_on(const struct tc_name_diagnosis *name)
{
	struct tc_advice advice = {.of = TC_STAGE_SPAN, .stage = name->view->name, .stage_bytes = name->view->bytes};
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	return advice;
}

struct tc_advice tc_advice_on_series(const struct tc_series_view *series)
{
	struct tc_advice advice = {
		.of = TC_STAGE_SERIES, .stage = series->series.name, .stage_bytes = strlen(series->series.name)};
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	return advice;
}

static int advise(struct whole *whole)
{
	tc_advisor_ask(&whole->advisor, &whole->diagnosis);
	whole->diagnosis.findings = whole->advisor.count;
	whole->diagnosis.finding = whole->advisor.advice;
	return whole->advisor.failed ? tc_error(TACHO_ENOMEM, "no memory for what was found") : 0;
}

/* What each of these finds is asked of the others' results by the rules alone. */
static int find_all(struct tc_diagnosis *d, const struct tc_load_limits *levels)
{
	const struct tc_session *session = d->session;
	int code = make_names(d);
	tc_limit_find(&d->limited, session, d->from, d->to);
	if (!code)
		code = tc_paths_find(&d->paths, session);
	if (!code)
		code = tc_parallel_of_session(&d->parallel, d->paths);
	if (!code)
		code = tc_diagnose_time(d);
	if (!code)
		code = tc_diagnose_blocks(d);
	if (!code)
		code = tc_diagnose_course(d);
	if (!code)
		code = tc_loads_find(&d->loads, session, *levels);
	return code ? code : tc_outlook_find(&d->outlook, session, d->from, d->to);
}

static int diagnose(struct tc_diagnosis **out, const struct tc_session *session, tc_instant from, tc_instant to,
	const struct tc_load_limits *levels)
{
	struct whole *whole = calloc(1, sizeof *whole);
	*out = NULL;
	if (!whole)
		return tc_error(TACHO_ENOMEM, "no memory for a diagnosis");
	whole->diagnosis.session = session;
	whole->diagnosis.from = from;
	whole->diagnosis.to = to;
	int code = find_all(&whole->diagnosis, levels);
	if (!code)
		code = advise(whole);
	if (code)
		tc_diagnosis_release(&whole->diagnosis);
	else
		*out = &whole->diagnosis;
	return code;
}

int tc_diagnose(struct tc_diagnosis **out, const struct tc_session *session, tc_instant from, tc_instant to)
{
	return diagnose(out, session, from, to, &tc_load_usual);
}

int tc_diagnose_part(
	struct tc_diagnosis **out, const struct tc_session *session, const struct tc_report_options *options)
{
	tc_instant from = tc_considered_from(session, options), to = from + (tc_instant)tc_considered(session, options);
	return diagnose(out, session, from, to, options->levels ? options->levels : &tc_load_usual);
}

void tc_diagnosis_release(struct tc_diagnosis *diagnosis)
{
	struct whole *whole = (struct whole *)diagnosis;
	if (!diagnosis)
		return;
	for (size_t i = 0; diagnosis->name && i < diagnosis->names; i++) {
		tc_change_points_release(&diagnosis->name[i].course.points);
		free(diagnosis->name[i].course.changed_at);
	}
	free(diagnosis->name);
	free(diagnosis->by_time);
	tc_name_records_release(&diagnosis->records);
	tc_opportunities_release(&diagnosis->parallel);
	tc_paths_release(diagnosis->paths);
	tc_loads_release(&diagnosis->loads);
	tc_outlook_release(&diagnosis->outlook);
	tc_advisor_release(&whole->advisor);
	free(whole);
}
