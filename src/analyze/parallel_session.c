/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/parallel.h"
#include "base/error.h"

static double cores_of(const struct tc_manifest *manifest)
{
	return manifest->cpu_limit > 0 ? manifest->cpu_limit : (double)manifest->cpus;
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

int tc_parallel_of_session(struct tc_opportunities *out, const struct tc_paths *paths)
{
	const struct tc_session *session = paths->trees.session;
	double cores = cores_of(&session->manifest);
	if (cores >= 2)
		return tc_parallel_find(out, paths, cores, NULL);
	double *cpu_ratio = malloc((session->names + 1) * sizeof *cpu_ratio);
	if (!cpu_ratio)
		return tc_error(TACHO_ENOMEM, "out of memory for what could run at the same time");
	for (size_t i = 0; i < session->names; i++)
		cpu_ratio[i] = cpu_ratio_of(session, &session->name[i]);
	int error = tc_parallel_find(out, paths, cores, cpu_ratio);
	free(cpu_ratio);
	return error;
}
