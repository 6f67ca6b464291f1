/* SPDX-License-Identifier: MIT
 *
 * diff_run.c - what a run came to as a whole: how long it took, its CPU time, the memory of its largest process.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/diff_work.h"
#include "base/error.h"
#include "stats/values.h"

static const struct {
	const char *name, *unit;
} totals[TC_DIFF_TOTALS] = {[TC_DIFF_RUNTIME] = {"runtime", "ns"},
	[TC_DIFF_CPU_TIME] = {"CPU time", "ns"},
	[TC_DIFF_PEAK] = {"largest process", "bytes"}};

static double total_of(const struct tc_session *session, enum tc_diff_total what)
{
	const struct tc_manifest *m = &session->manifest;
	if (what == TC_DIFF_RUNTIME)
		return (double)session->end;
	if (!m->has_usage)
		return NAN;
	return what == TC_DIFF_CPU_TIME ? (double)m->user_ns + (double)m->system_ns : (double)m->peak_rss_bytes;
}

/* Those that are known. */
static int gather(struct tc_evidence *out, const struct tc_diff_side *side, enum tc_diff_total what)
{
	int code = 0;
	out->count = 0;
	for (size_t i = 0; i < side->count && !code; i++) {
		double value = total_of(side->source[i].session, what);
		if (!isnan(value))
			code = tc_evidence_add(out, value);
	}
	return code;
}

double tc_diff_total(const struct tc_diff *diff, int side, enum tc_diff_total what)
{
	struct tc_evidence of = {0};
	double median = NAN;
	if (!diff->part && !gather(&of, &diff->side[side], what))
		median = tc_values_exact(of.value, of.count, 0.5);
	tc_evidence_release(&of);
	return median;
}

int tc_diff_compare_total(struct tc_diff_row *row, struct tc_diff_work *work, enum tc_diff_total what)
{
	struct tc_evidence *of = work->evidence;
	struct tc_diff_value *value = &row->value[0];
	int code = 0;
	*row = (struct tc_diff_row){
		.name = totals[what].name, .unit = totals[what].unit, .bytes = strlen(totals[what].name), .values = 1};
	for (int s = 0; s < 2 && !code; s++)
		code = gather(&of[s], &work->diff->side[s], what);
	if (code)
		return code;
	row->base_count = of[0].count;
	row->other_count = of[1].count;
	row->delta = tc_worth_telling(of[0].value, of[0].count);
	if (of[0].count < TC_EVIDENCE_SESSIONS || of[1].count < TC_EVIDENCE_SESSIONS)
		of[0].count = of[1].count = 0; /* one figure of a run says nothing of another run's */
	value->base = tc_diff_total(work->diff, 0, what);
	value->other = tc_diff_total(work->diff, 1, what);
	return tc_compare(&value->comparison, of[0].value, of[0].count, of[1].value, of[1].count, TC_OF_SESSIONS, 1);
}
