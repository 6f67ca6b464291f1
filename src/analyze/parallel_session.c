/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/parallel.h"
#include "base/error.h"

static int by_instant(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The most spans with nothing below them that were open at the same time; 0: no memory. */
static size_t most_at_once(const struct tc_forest *forest)
{
	int64_t *begin = malloc(2 * (forest->spans + 1) * sizeof *begin), *end = begin + forest->spans + 1;
	size_t count = 0, ended = 0, most = 0;
	if (!begin)
		return 0;
	for (size_t i = 0; i < forest->spans; i++)
		if (!forest->span[i].children) {
			begin[count] = forest->span[i].begin_ns;
			end[count++] = forest->span[i].end_ns;
		}
	qsort(begin, count, sizeof *begin, by_instant);
	qsort(end, count, sizeof *end, by_instant);
	for (size_t i = 0; i < count; i++) {
		while (end[ended] <= begin[i] && ended < i)
			ended++;
		most = i + 1 - ended > most ? i + 1 - ended : most;
	}
	free(begin);
	return most;
}

/* Of an import nobody knows the CPUs: as many as did something at the same time it had surely. */
static double cores_of(const struct tc_paths *paths)
{
	const struct tc_manifest *manifest = &paths->trees.session->manifest;
	if (manifest->cpu_limit > 0)
		return manifest->cpu_limit;
	return manifest->cpus ? (double)manifest->cpus : (double)most_at_once(&paths->trees.forest);
}

/* CPU time per own time of a name; NAN: not observed, or not told apart from others'. */
static double cpu_ratio_of(const struct tc_session *session, const struct tc_name_view *name)
{
	for (size_t i = 0; i < session->shares; i++) {
		const struct tc_share_view *share = &session->share[i];
		if (share->row == TC_SHARE_OF_NAME && share->bytes == name->bytes &&
			!memcmp(share->name, name->name, name->bytes))
			return share->told_apart && share->wall_ns > 0 ? share->running_ns / share->wall_ns : NAN;
	}
	return NAN;
}

/* As other savings: of the time of the run, where roots overlap. */
static void share_out(struct tc_opportunities *found, double roots)
{
	for (size_t i = 0; i < found->count; i++) {
		found->at[i].saving_hi_ns /= roots;
		found->at[i].saving_lo_ns /= roots;
	}
}

static int find_on_one_core(struct tc_opportunities *out, const struct tc_paths *paths, double cores)
{
	const struct tc_session *session = paths->trees.session;
	double *cpu_ratio = malloc((session->names + 1) * sizeof *cpu_ratio);
	if (!cpu_ratio)
		return tc_error(TACHO_ENOMEM, "out of memory for what could run at the same time");
	for (size_t i = 0; i < session->names; i++)
		cpu_ratio[i] = cpu_ratio_of(session, &session->name[i]);
	int error = tc_parallel_find(out, paths, cores, cpu_ratio);
	free(cpu_ratio);
	if (!error && !session->manifest.cpus && !out->count)
		out->reason = "how many CPUs there were is not known, and no two spans were seen at the same time";
	return error;
}

int tc_parallel_of_session(struct tc_opportunities *out, const struct tc_paths *paths)
{
	double cores = cores_of(paths);
	int error = cores >= 2 ? tc_parallel_find(out, paths, cores, NULL) : find_on_one_core(out, paths, cores);
	if (!error)
		share_out(out, tc_paths_overlap(paths) ? tc_paths_at_once(paths) : 1);
	return error;
}
