/* SPDX-License-Identifier: MIT */
#include "analyze/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/diagnosis_parts.h"
#include "base/error.h"

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

static int make_names(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	(void)piece;
	d->names = d->session->names;
	d->name = calloc(d->names + 1, sizeof *d->name);
	d->by_time = calloc(d->names + 1, sizeof *d->by_time);
	if (!d->name || !d->by_time)
		return tc_error(TACHO_ENOMEM, "no memory to diagnose %zu names", d->names);
	for (size_t i = 0; i < d->names; i++)
		d->name[i].view = &d->session->name[i];
	find_failures(d, d->session->root);
	for (size_t i = 0; i < d->names; i++)
		d->name[i].failed_itself = bounded(d->name[i].failed_itself, d->name[i].view);
	return find_shares(d);
}

struct tc_advice tc_advice_on(const struct tc_name_diagnosis *name)
{
	struct tc_advice advice = {.of = TC_STAGE_SPAN,
		.stage = name->view->name,
		.stage_bytes = name->view->bytes,
		.n = name->view->figures.count};
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	return advice;
}

struct tc_advice tc_advice_on_series(const struct tc_series_view *series)
{
	struct tc_advice advice = {.of = TC_STAGE_SERIES,
		.stage = series->series.name,
		.stage_bytes = strlen(series->series.name),
		.n = series->count};
	advice.expected_improvement.percent_lo = advice.expected_improvement.percent_hi = NAN;
	return advice;
}

static int find_variability(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	if (piece >= d->names)
		return 0;
	tc_variability_find(&d->name[piece].variability, d->name[piece].view);
	return 1;
}

static int make_records(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	if (piece)
		return tc_name_records_step(&d->records);
	int code = tc_name_records_begin(&d->records, d->session);
	return code ? code : 1;
}

static int find_limit(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	(void)piece;
	tc_limit_find(&d->limited, d->session, d->from, d->to);
	return 0;
}

static int find_paths(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	(void)piece;
	int code = tc_paths_find(&d->paths, d->session);
	if (!code)
		d->paths->wall_ns = (double)(d->to - d->from);
	return code;
}

static int find_parallel(struct tc_diagnosing *making, size_t piece)
{
	(void)piece;
	return tc_parallel_of_session(&making->diagnosis.parallel, making->diagnosis.paths);
}

static int find_loads(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	if (piece)
		return tc_loads_step(&d->loads, &making->judge, &d->records);
	int code = tc_loads_begin(&d->loads, &making->judge, d->session, making->levels);
	return code ? code : 1;
}

static int look_ahead(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	if (piece)
		return tc_outlook_step(&d->outlook);
	int code = tc_outlook_begin(&d->outlook, d->session, d->from, d->to);
	return code ? code : 1;
}

static int advise(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	int code = tc_advisor_ask(&making->advisor, d, piece);
	d->findings = making->advisor.count;
	d->finding = making->advisor.advice;
	return code;
}

/* What each of these finds is asked of the others' results by the rules of advice alone. */
static int (*const stages[])(struct tc_diagnosing *making, size_t piece) = {
	make_names,
	find_variability,
	make_records,
	find_limit,
	find_paths,
	find_parallel,
	tc_diagnose_time,
	tc_diagnose_blocks,
	tc_diagnose_saving,
	tc_diagnose_what_ifs,
	tc_diagnose_course,
	find_loads,
	look_ahead,
	advise,
};
enum { STAGES = sizeof stages / sizeof *stages };

int tc_diagnosis_step(struct tc_diagnosis *diagnosis)
{
	struct tc_diagnosing *making = (struct tc_diagnosing *)diagnosis;
	if (making->stage == STAGES)
		return 0;
	int code = stages[making->stage](making, making->piece++);
	if (code < 0 || code > 0)
		return code;
	making->piece = 0;
	return ++making->stage < STAGES;
}

static int begin(struct tc_diagnosis **out, const struct tc_session *session, tc_instant from, tc_instant to,
	const struct tc_load_limits *levels)
{
	struct tc_diagnosing *making = calloc(1, sizeof *making);
	*out = NULL;
	if (!making)
		return tc_error(TACHO_ENOMEM, "no memory for a diagnosis");
	making->levels = *levels;
	making->diagnosis.session = session;
	making->diagnosis.from = from;
	making->diagnosis.to = to;
	*out = &making->diagnosis;
	return 0;
}

int tc_diagnosis_begin(
	struct tc_diagnosis **out, const struct tc_session *session, const struct tc_report_options *options)
{
	tc_instant from = tc_considered_from(session, options), to = from + (tc_instant)tc_considered(session, options);
	int code = begin(out, session, from, to, options->levels ? options->levels : &tc_load_usual);
	if (code)
		return code;
	(*out)->answers = options->what_ifs;
	((struct tc_diagnosing *)*out)->asked = options->what_if;
	return 0;
}

/* All of one that was begun. */
static int complete(struct tc_diagnosis **diagnosis, int code)
{
	for (code = code ? code : 1; code > 0;)
		code = tc_diagnosis_step(*diagnosis);
	if (code) {
		tc_diagnosis_release(*diagnosis);
		*diagnosis = NULL;
	}
	return code;
}

int tc_diagnose(struct tc_diagnosis **out, const struct tc_session *session, tc_instant from, tc_instant to)
{
	return complete(out, begin(out, session, from, to, &tc_load_usual));
}

int tc_diagnose_part(
	struct tc_diagnosis **out, const struct tc_session *session, const struct tc_report_options *options)
{
	return complete(out, tc_diagnosis_begin(out, session, options));
}

void tc_diagnosis_release(struct tc_diagnosis *diagnosis)
{
	struct tc_diagnosing *making = (struct tc_diagnosing *)diagnosis;
	if (!diagnosis)
		return;
	for (size_t i = 0; diagnosis->name && i < diagnosis->names; i++) {
		tc_change_points_release(&diagnosis->name[i].course.points);
		free(diagnosis->name[i].course.changed_at);
	}
	free(diagnosis->name);
	free(diagnosis->by_time);
	free(diagnosis->answer);
	tc_name_records_release(&diagnosis->records);
	tc_opportunities_release(&diagnosis->parallel);
	tc_paths_release(diagnosis->paths);
	tc_loads_release(&diagnosis->loads);
	tc_outlook_release(&diagnosis->outlook);
	tc_advisor_release(&making->advisor);
	tc_load_judge_release(&making->judge);
	free(making->blocks.time_ns);
	free(making->blocks.all_ns);
	free(making);
}
