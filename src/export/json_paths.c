/* SPDX-License-Identifier: MIT
 *
 * json_paths.c - what the ends of roots waited for, what it saves to make that shorter, and what might run at the same time.
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/diagnosis.h"
#include "base/error.h"
#include "export/report_json.h"

enum { NAMES_MOST = 64 };

static void name_of(struct tc_json *json, const char *key, const struct tc_diagnosis *d, uint32_t name)
{
	tc_json_bytes(json, key, d->session->name[name].name, d->session->name[name].bytes);
}

static void saving(struct tc_json *json, const char *key, const struct tc_saving *saving)
{
	tc_json_object(json, key);
	tc_json_known(json, "ns", saving->ns, saving->reason);
	tc_json_known(json, "lo_ns", saving->low_ns, saving->reason);
	tc_json_known(json, "hi_ns", saving->high_ns, saving->reason);
	tc_json_bool(json, "roots_overlap", saving->overlap);
	tc_json_u64(json, "n", saving->n);
	tc_json_text(json, "method", saving->method);
	tc_json_end(json);
}

static int name_on_path(struct tc_json *json, const struct tc_diagnosis *d, uint32_t name)
{
	const struct tc_path_name *on = &d->paths->name[name];
	struct tc_saving halved, removed;
	int error = tc_paths_save(&halved, d->paths, name, 0.5);
	if (!error)
		error = tc_paths_save(&removed, d->paths, name, 0);
	if (error)
		return error;
	tc_json_object(json, NULL);
	name_of(json, "name", d, name);
	tc_json_f64(json, "path_ns", on->path_ns);
	tc_json_f64(json, "share_ratio", on->path_ns / d->paths->total_ns);
	tc_json_f64(json, "own_ns", on->own_ns);
	saving(json, "saving_if_halved", &halved);
	saving(json, "saving_if_removed", &removed);
	tc_json_end(json);
	return 0;
}

static int by_path(const void *a, const void *b, void *context)
{
	const struct tc_path_name *name = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	if (name[x].path_ns != name[y].path_ns)
		return name[x].path_ns < name[y].path_ns ? 1 : -1;
	return (x > y) - (x < y);
}

static int names(struct tc_json *json, const struct tc_diagnosis *d)
{
	const struct tc_paths *paths = d->paths;
	uint32_t *order = malloc((paths->names + 1) * sizeof *order);
	size_t count = 0;
	int error = 0;
	if (!order)
		return tc_error(TACHO_ENOMEM, "out of memory for critical paths");
	for (uint32_t i = 0; i < paths->names; i++)
		if (paths->name[i].path_ns > 0)
			order[count++] = i;
	qsort_r(order, count, sizeof *order, by_path, paths->name);
	tc_json_u64(json, "names_left_out", count > NAMES_MOST ? count - NAMES_MOST : 0);
	tc_json_array(json, "names");
	for (size_t i = 0; i < count && i < NAMES_MOST && !error; i++)
		error = name_on_path(json, d, order[i]);
	tc_json_end(json);
	free(order);
	return error;
}

static void opportunity(struct tc_json *json, const struct tc_diagnosis *d, const struct tc_opportunity *o)
{
	tc_json_object(json, NULL);
	name_of(json, "parent", d, o->parent);
	tc_json_array(json, "names");
	for (size_t i = 0; i < o->names; i++)
		name_of(json, NULL, d, o->name[i]);
	tc_json_end(json);
	tc_json_text(json, "evidence", tc_evidence_name(o->evidence));
	tc_json_text(json, "evidence_text", tc_evidence_text(o->evidence));
	tc_json_f64(json, "confidence", o->confidence);
	tc_json_u64(json, "parents", o->parents);
	tc_json_u64(json, "spans", o->spans);
	tc_json_f64(json, "cores", o->cores);
	tc_json_f64(json, "share_ratio", o->share_ratio);
	tc_json_f64(json, "sum_ns", o->sum_ns);
	tc_json_f64(json, "parallel_ns", o->parallel_ns);
	tc_json_f64(json, "saving_lo_ns", o->saving_lo_ns);
	tc_json_f64(json, "saving_hi_ns", o->saving_hi_ns);
	tc_json_end(json);
}

void tc_json_what_ifs(struct tc_json *json, const struct tc_diagnosis *d)
{
	tc_json_array(json, "what_if");
	for (size_t i = 0; i < d->answers; i++) {
		const struct tc_answer *answer = &d->answer[i];
		tc_json_object(json, NULL);
		tc_json_bytes(json, "name", answer->asked->name, answer->asked->bytes);
		tc_json_f64(json, "factor", answer->asked->factor);
		if (answer->name == TC_NO_NAME)
			tc_json_given(json, "saving", NULL, "no span is called so");
		else
			saving(json, "saving", &answer->saving);
		tc_json_end(json);
	}
	tc_json_end(json);
}

int tc_json_paths(struct tc_json *json, const struct tc_diagnosis *d)
{
	const struct tc_paths *paths = d->paths;
	tc_json_object(json, "critical_path");
	tc_json_text(json, "basis", paths->trees.basis);
	tc_json_u64(json, "n", paths->trees.forest.trees);
	tc_json_u64(json, "of", paths->trees.of);
	tc_json_text(json, "method", "critical paths of whole trees of spans; elsewhere own time");
	tc_json_bool(json, "enough_data", paths->trees.forest.trees > 0);
	tc_json_f64(json, "total_ns", paths->total_ns);
	tc_json_known(json, "avg_parallelism", paths->avg_parallelism, paths->trees.basis);
	int error = names(json, d);
	if (d->parallel.reason)
		tc_json_text(json, "opportunities_reason", d->parallel.reason);
	tc_json_array(json, "opportunities");
	for (size_t i = 0; i < d->parallel.count; i++)
		opportunity(json, d, &d->parallel.at[i]);
	tc_json_end(json);
	tc_json_what_ifs(json, d);
	tc_json_end(json);
	return error;
}
