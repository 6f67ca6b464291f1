/* SPDX-License-Identifier: MIT */
#include "analyze/diff_work.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"

int tc_diff_by_name(const void *left, const void *right)
{
	const struct tc_name_view *a = *(const struct tc_name_view *const *)left,
				  *b = *(const struct tc_name_view *const *)right;
	int order = memcmp(a->name, b->name, a->bytes < b->bytes ? a->bytes : b->bytes);
	return order ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

static int open_source(struct tc_diff_source *out, const struct tc_session *session)
{
	out->session = session;
	out->sorted = malloc((session->names + 1) * sizeof *out->sorted);
	if (!out->sorted)
		return tc_error(TACHO_ENOMEM, "no memory for %zu names", session->names);
	for (size_t i = 0; i < session->names; i++)
		out->sorted[i] = &session->name[i];
	qsort(out->sorted, session->names, sizeof *out->sorted, tc_diff_by_name);
	int code = tc_name_records_make(&out->records, session);
	if (code) {
		free(out->sorted);
		*out = (struct tc_diff_source){0};
	}
	return code;
}

static int open_side(struct tc_diff_side *side, const struct tc_session *const *session, size_t count)
{
	int code = 0;
	side->source = calloc(count + 1, sizeof *side->source);
	if (!side->source)
		return tc_error(TACHO_ENOMEM, "no memory for %zu sessions", count);
	for (; side->count < count && !code; side->count += !code)
		code = open_source(&side->source[side->count], session[side->count]);
	return code;
}

int tc_diff_make(struct tc_diff *out, const struct tc_session *const *base, size_t bases,
	const struct tc_session *const *other, size_t others, bool part)
{
	struct tc_diff_work work = {.diff = out};
	*out = (struct tc_diff){.single = bases == 1 && others == 1, .part = part};
	int code = open_side(&out->side[0], base, bases);
	if (!code)
		code = open_side(&out->side[1], other, others);
	if (!code && !(work.figure = malloc((bases + others) * sizeof *work.figure)))
		code = tc_error(TACHO_ENOMEM, "no memory for %zu sessions", bases + others);
	if (!code)
		code = tc_diff_names(out, &work);
	if (!code)
		code = tc_diff_resources(out, &work);
	tc_evidence_release(&work.evidence[0]);
	tc_evidence_release(&work.evidence[1]);
	free(work.figure);
	if (code)
		tc_diff_release(out);
	return code;
}

void tc_diff_release(struct tc_diff *diff)
{
	for (int s = 0; s < 2; s++) {
		for (size_t i = 0; i < diff->side[s].count; i++) {
			tc_name_records_release(&diff->side[s].source[i].records);
			free(diff->side[s].source[i].sorted);
		}
		free(diff->side[s].source);
	}
	free(diff->row);
	free(diff->resource);
	free(diff->gone);
	free(diff->fresh);
	free(diff->running);
	*diff = (struct tc_diff){0};
}

enum tc_verdict tc_diff_verdict(const struct tc_diff_row *row)
{
	static const int grave[] = {
		[TC_EQUIVALENT] = 0, [TC_INCONCLUSIVE] = 1, [TC_IMPROVEMENT] = 2, [TC_REGRESSION] = 3};
	enum tc_verdict worst = row->value[0].comparison.verdict;
	for (size_t k = 1; k < row->values; k++) {
		enum tc_verdict verdict = row->value[k].comparison.verdict;
		bool decided = verdict == TC_REGRESSION ||
		               verdict == TC_IMPROVEMENT; /* a tail that is not told hides nothing */
		worst = decided && grave[verdict] > grave[worst] ? verdict : worst;
	}
	return worst;
}
