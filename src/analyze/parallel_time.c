/* SPDX-License-Identifier: MIT */
#include "analyze/parallel_time.h"

#include <math.h>
#include <stdlib.h>
#include "analyze/critical_path.h"
#include "analyze/what_if.h"

static const double CPU_MOST = 0.8;

struct jobs { /* of a group below one parent: a span each, or all of a name whose spans wait for each other */
	size_t count, spans;
	double sum_ns, longest_ns;
};

static int longest_first(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

/* Those on the critical path, which never overlap. */
static void gather(struct jobs *jobs, const struct tc_parallel_timer *timer, const struct tc_siblings *siblings,
	const struct tc_sibling_group *group, uint32_t parent)
{
	const struct tc_tree_span *span = siblings->forest->span;
	double together_ns[TC_PARALLEL_NAMES + 1] = {0};
	*jobs = (struct jobs){0};
	for (uint32_t i = span[parent].child; i < span[parent].child + span[parent].children; i++) {
		size_t slot = siblings->slot[span[i].name];
		if (!group->member[slot] || timer->paths->path_ns[i] == TC_OFF_PATH)
			continue;
		double ns = (double)(span[i].end_ns - span[i].begin_ns);
		jobs->sum_ns += ns;
		jobs->spans++;
		if (group->alone[slot])
			timer->job_ns[jobs->count++] = ns;
		else
			together_ns[slot] += ns;
	}
	for (size_t i = 0; i < group->slots; i++)
		if (together_ns[group->slot[i]] > 0)
			timer->job_ns[jobs->count++] = together_ns[group->slot[i]];
	qsort(timer->job_ns, jobs->count, sizeof *timer->job_ns, longest_first);
	jobs->longest_ns = jobs->count ? timer->job_ns[0] : 0;
}

/* Each job, the longest first, to the core that is free first: a heap of when they are. */
static double makespan(const double *job_ns, size_t jobs, size_t cores, double *free_at)
{
	double latest = 0;
	for (size_t i = 0; i < cores; i++)
		free_at[i] = 0;
	for (size_t i = 0; i < jobs; i++) {
		double until = free_at[0] + job_ns[i];
		size_t at = 0;
		for (size_t next; (next = 2 * at + 1) < cores; at = next) {
			next += next + 1 < cores && free_at[next + 1] < free_at[next];
			if (free_at[next] >= until)
				break;
			free_at[at] = free_at[next];
		}
		free_at[at] = until;
		latest = until > latest ? until : latest;
	}
	return latest;
}

/* CPU time per time of the group; NAN: not known of all of it. */
static double busy(
	const struct tc_parallel_timer *timer, const struct tc_siblings *siblings, const struct tc_sibling_group *group)
{
	double most = 0;
	for (size_t i = 0; i < group->slots; i++) {
		double ratio = timer->cpu_ratio ? timer->cpu_ratio[siblings->name[group->slot[i]]] : NAN;
		if (isnan(ratio))
			return NAN;
		most = fmax(most, fmin(ratio, 1));
	}
	return most;
}

/* ns of the jobs that were gathered last; as long as one after another: it would be of no use. */
static double at_once(const struct jobs *jobs, const struct tc_parallel_timer *timer, double busy_ratio)
{
	double *free_at = timer->job_ns + jobs->count;
	if (jobs->count < 2)
		return jobs->sum_ns;
	if (timer->cores >= 2)
		return makespan(timer->job_ns, jobs->count, (size_t)fmin((double)jobs->count, timer->cores), free_at);
	return busy_ratio <= CPU_MOST ? fmax(jobs->longest_ns, busy_ratio * jobs->sum_ns) : jobs->sum_ns;
}

/* Parents of one name come by the index of their span, and so by tree. */
static size_t tree_of(const struct tc_forest *forest, size_t from, uint32_t span)
{
	while (span >= forest->tree[from].first + forest->tree[from].spans)
		from++;
	return from;
}

bool tc_parallel_weigh(struct tc_opportunity *out, const struct tc_parallel_timer *timer,
	const struct tc_siblings *siblings, const struct tc_sibling_group *group)
{
	const struct tc_forest *forest = siblings->forest;
	double roots_ns = 0, busy_ratio = busy(timer, siblings, group);
	size_t tree = 0, last = SIZE_MAX;
	for (size_t i = 0; i < siblings->parents; i++) {
		struct jobs jobs;
		gather(&jobs, timer, siblings, group, siblings->parent[i]);
		double parallel_ns = at_once(&jobs, timer, busy_ratio);
		if (!(parallel_ns < jobs.sum_ns))
			continue;
		tree = tree_of(forest, tree, siblings->parent[i]);
		double weight = timer->paths->weight[tree];
		roots_ns += tree == last ? 0 : weight * (double)tc_tree_duration(forest, &forest->tree[tree]);
		last = tree;
		out->parents++;
		out->spans += jobs.spans;
		out->cores = fmax(out->cores, timer->cores >= 2 ? fmin((double)jobs.count, timer->cores) : 1);
		out->sum_ns += weight * jobs.sum_ns;
		out->parallel_ns += weight * parallel_ns;
	}
	out->share_ratio = roots_ns > 0 ? fmin(1, out->sum_ns / roots_ns) : 0; /* groups within groups count twice */
	return out->parents;
}

/* Sets how much of its duration is left to each span of the group below a parent. */
static void shorten(const struct tc_parallel_timer *timer, const struct tc_siblings *siblings,
	const struct tc_sibling_group *group, uint32_t parent, double left)
{
	const struct tc_tree_span *span = siblings->forest->span;
	for (uint32_t i = span[parent].child; i < span[parent].child + span[parent].children; i++)
		if (group->member[siblings->slot[span[i].name]] && timer->paths->path_ns[i] != TC_OFF_PATH)
			timer->whole[i] = left;
}

void tc_parallel_retime(struct tc_opportunity *out, const struct tc_parallel_timer *timer,
	const struct tc_siblings *siblings, const struct tc_sibling_group *group)
{
	const struct tc_forest *forest = siblings->forest;
	const struct tc_change change = {.name = TC_NO_SPAN, .own_factor = 1, .whole = timer->whole};
	double busy_ratio = busy(timer, siblings, group);
	size_t tree = 0;
	for (size_t i = 0, next; i < siblings->parents; i = next) {
		struct jobs jobs;
		tree = tree_of(forest, tree, siblings->parent[i]);
		const struct tc_span_tree *t = &forest->tree[tree];
		for (next = i; next < siblings->parents && siblings->parent[next] < t->first + t->spans; next++) {
			gather(&jobs, timer, siblings, group, siblings->parent[next]);
			double left = jobs.count > 1 ? at_once(&jobs, timer, busy_ratio) / jobs.sum_ns : 1;
			shorten(timer, siblings, group, siblings->parent[next], left);
		}
		int64_t saved = tc_tree_duration(forest, t) - tc_retime(forest, t, &change, timer->end_ns);
		out->saving_hi_ns += timer->paths->weight[tree] * (double)saved;
		for (size_t k = i; k < next; k++)
			shorten(timer, siblings, group, siblings->parent[k], 1);
	}
	out->saving_lo_ns = out->saving_hi_ns / 2;
}
