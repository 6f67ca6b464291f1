/* SPDX-License-Identifier: MIT
 *
 * paths_save.c - what a name's spans would save, were their own time less: of its time on the path over the session as much as of that in the trees.
 *
 * The interval is for another session of as many trees: their savings x are as many draws anew (trees * variance of x), the ones reckoned
 * from were drawn as well (as much again; trees that are alike their neighbours are fewer draws, by the correlation of neighbours as in a
 * series that remembers its last value), and where only a sample of the trees is at hand, so is what x is per time on the path, p,
 * and that by the time of the spans, t (Cochran, Sampling Techniques, 6.4, ratio estimate of a total).  Where the spans at hand vary less than
 * all of the name did, by what is known of all, the rest of that variance is added.  The degrees of freedom are those of Satterthwaite.  Of nodes with few trees
 * the stretches of these take their place (paths_stretch.h).
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/critical_path.h"
#include "analyze/paths.h"
#include "analyze/paths_stretch.h"
#include "analyze/what_if.h"
#include "base/error.h"
#include "stats/student.h"

enum {
	TREES_LEAST = 6, /* that have the name, for an interval; of a node, for them to be what differs */
	FREEDOM_MOST = 1000000,
	FREEDOM_LEAST = 3 /* below it is of too few of a node's trees to tell how they differ */
};

static const double MOST_ALIKE = 0.995;

struct stratum {   /* the trees of a node, or their stretches: of each what it would save x, its time on the path p */
	size_t of; /* trees of the node */
	double trees, with_name;            /* or stretches */
	double x, p, xx, xt, tt;            /* t: what p is by the time of its spans */
	double first_x, last_x, neighbours; /* in order of time; the sum of products of neighbours' x */
	double all_p;                       /* over the session */
};

struct saver {
	const struct tc_paths *paths;
	struct tc_change change;
	struct stratum *stratum;    /* by node */
	int64_t *end_ns;            /* room for what a tree's spans are re-timed to, */
	struct tc_stretch *stretch; /* and for its stretches */
};

/* With all that lies in it, as far as its node's spans are on critical paths. */
static double told(const struct tc_paths *paths, uint32_t span)
{
	const struct tc_span_view *recorded = tc_tree_recorded(&paths->trees, span);
	const struct tc_path_node *node = &paths->node[recorded->node->number];
	return node->in_trees_ns > 0 ? (double)(recorded->end - recorded->begin) * node->within_ns / node->in_trees_ns
	                             : 0;
}

/* On its path, that is: 0 where it is not there or off the path; *by_time: as told by the time of its spans and those in it. */
static double path_time(struct stratum *stratum, const struct tc_paths *paths, const struct tc_span_tree *tree,
	uint32_t name, bool *there, double *by_time)
{
	const struct tc_tree_span *span = paths->trees.forest.span;
	double ns = 0;
	for (uint32_t i = tree->first; i < tree->first + tree->spans; i++) {
		if (span[i].parent != TC_NO_SPAN && span[span[i].parent].name == name)
			*by_time -= told(paths, i);
		if (span[i].name != name)
			continue;
		*there = true;
		*by_time += told(paths, i);
		if (paths->path_ns[i] == TC_OFF_PATH)
			continue;
		ns += (double)paths->path_ns[i];
		stratum->all_p += paths->span_weight[i] * (double)paths->path_ns[i];
	}
	return ns;
}

static void add_one(struct stratum *stratum, bool there, double x, double p, double t)
{
	stratum->first_x = stratum->trees ? stratum->first_x : x;
	stratum->neighbours += stratum->trees ? stratum->last_x * x : 0;
	stratum->last_x = x;
	stratum->trees++;
	stratum->with_name += there;
	stratum->x += x;
	stratum->p += p;
	stratum->xx += x * x;
	stratum->xt += x * t;
	stratum->tt += t * t;
}

/* Where no siblings overlap, everything is on the path and nothing else comes in its place. */
static void add_tree(struct saver *saver, size_t index)
{
	const struct tc_forest *forest = &saver->paths->trees.forest;
	const struct tc_span_tree *tree = &forest->tree[index];
	struct stratum *stratum = &saver->stratum[tc_tree_node(&saver->paths->trees, index)->number];
	bool there = false;
	double t = 0, p = path_time(stratum, saver->paths, tree, saver->change.name, &there, &t);
	double x = p * (1 - saver->change.own_factor);
	if (p > 0 && tree->overlaps)
		x = (double)(tc_tree_duration(forest, tree) - tc_retime(forest, tree, &saver->change, saver->end_ns));
	if (stratum->of >= TREES_LEAST || !(p > 0)) {
		add_one(stratum, there, x, p, t);
		return;
	}
	size_t count = tc_paths_stretches(saver->stretch, saver->paths, tree, &saver->change, saver->end_ns, x);
	for (size_t i = 0; i < count; i++)
		add_one(stratum, saver->stretch[i].there, saver->stretch[i].x, saver->stretch[i].path,
			saver->stretch[i].path);
}

/* On no path of the trees at hand: every ns of it counts. */
static double above(const struct tc_paths *paths, uint32_t name)
{
	double ns = 0;
	for (size_t i = 1; i < paths->trees.nodes; i++) {
		const struct tc_path_node *node = &paths->node[paths->trees.node[i]->number];
		if (paths->trees.node[i]->name == name && !(node->path_ns > 0))
			ns += node->all_path_ns;
	}
	return ns;
}

/* By how much more all spans of a name vary than those at hand do: what is rare and long they may not have. */
static double variance_beyond(const struct saver *saver)
{
	const struct tc_session_trees *trees = &saver->paths->trees;
	double beyond = 0;
	for (size_t i = 1; i < trees->nodes; i++) {
		const struct tc_figures *f = &trees->node[i]->figures;
		const struct tc_path_node *node = &saver->paths->node[trees->node[i]->number];
		double n = (double)f->count, at_hand = (double)node->spans, ns = tc_wide_double(f->sum_ns);
		if (trees->node[i]->name != saver->change.name || !node->spans || node->spans >= f->count || !(ns > 0))
			continue;
		double all = (tc_wide_double(f->squares_ns2) - ns / n * ns) / n,
		       seen = (node->squares_ns2 - node->ns / at_hand * node->ns) / at_hand,
		       part = (1 - saver->change.own_factor) * node->all_path_ns / ns;
		beyond += 2 * n * part * part * fmax(0, all - seen);
	}
	return beyond;
}

/* How many trees say as much as one that hangs on no other; 1: their neighbours tell nothing of them, as far as one can see.  Of a sample the
 * correlation of those between its neighbours is the root of theirs.  Its bias in short series: Kendall, Biometrika 41 (1954). */
static double alike(const struct stratum *s, double times)
{
	double n = s->trees, mean = s->x / n, spread = s->xx - n * mean * mean;
	double together = s->neighbours - mean * (2 * s->x - s->first_x - s->last_x) + (n - 1) * mean * mean;
	double r = spread > 0 ? together / spread : 0;
	if (r <= 2 / sqrt(n))
		return 1;
	r = fmin(MOST_ALIKE, r + (1 + 3 * r) / n);
	r = pow(r, 1 / fmax(1, times));
	return (1 + r) / (1 - r);
}

/* Of another session less what is told of this one; `times`: what a tree at hand stands for. */
static double variance_of(const struct stratum *s, double times, double as_one)
{
	double ratio = s->x / s->p, free = s->trees - 1;
	double drawn = fmax(0, s->xx - s->x * s->x / s->trees) / free;
	double estimated = fmax(0, s->xx - 2 * ratio * s->xt + ratio * ratio * s->tt) / free;
	return s->trees * times * (2 * as_one * drawn + fmax(0, times - 1) * estimated);
}

struct total {
	double variance, squares; /* of the variance, over the degrees of freedom */
	double n, with_name;
	bool single; /* some of it is of a root that was there but once */
	bool trees, stretches;
};

static void add_stratum(struct total *total, const struct stratum *s, double times)
{
	total->n += s->trees;
	total->with_name += s->with_name;
	total->single |= s->x > 0 && s->trees < 2;
	total->trees |= s->of >= TREES_LEAST;
	total->stretches |= s->of < TREES_LEAST;
	if (s->trees < 2)
		return;
	double as_one = alike(s, times), variance = variance_of(s, times, as_one);
	total->variance += variance;
	total->squares += variance * variance / fmax(1, fmin(s->trees, s->trees * fmax(1, times) / as_one) - 1);
}

static const char *why_no_interval(
	const struct total *total, const struct tc_saving *saving, const struct tc_path_name *name, double freedom)
{
	const char *guessed = tc_paths_guessed(name);

	if (!total->n && !(saving->ns > 0))
		return "is on no critical path";
	if (guessed)
		return guessed;
	if (total->with_name < TREES_LEAST)
		return "needs at least six whole trees with it, or stretches of one";
	if (freedom < FREEDOM_LEAST)
		return "differs in too few of the trees, or they hang on each other too much, to tell how much";
	return total->single ? "is in a tree of which there is no second one" : NULL;
}

static void sum_up(struct tc_saving *out, const struct saver *saver)
{
	const struct tc_session_trees *trees = &saver->paths->trees;
	struct total total = {.single = out->ns > 0};
	for (size_t i = 1; i < trees->nodes; i++) {
		const struct stratum *s = &saver->stratum[trees->node[i]->number];
		if (!(s->p > 0))
			continue;
		double times = s->all_p / s->p;
		out->ns += times * s->x;
		add_stratum(&total, s, times);
	}
	double freedom = total.variance > 0 ? total.variance * total.variance / total.squares : INFINITY;
	out->n = (size_t)total.n;
	out->method = total.trees && total.stretches ? "trees and stretches of time"
	              : total.stretches              ? "stretches of time"
	                                             : "trees";
	out->reason = why_no_interval(&total, out, &saver->paths->name[saver->change.name], freedom);
	if (out->reason)
		return;
	double variance = total.variance + variance_beyond(saver);
	double half = variance > 0 ? tc_student_quantile(0.975, fmin(freedom, FREEDOM_MOST)) * sqrt(variance) : 0;
	out->low_ns = fmax(0, out->ns - half);
	out->high_ns = out->ns + half;
}

/* Where roots overlap: the run is shorter by as much as the work is less that has to be done so many at a time. */
static void share_out(struct tc_saving *out, const struct tc_paths *paths)
{
	double roots = tc_paths_at_once(paths);
	out->overlap = tc_paths_overlap(paths);
	if (!out->overlap)
		return;
	out->ns /= roots;
	out->low_ns /= roots;
	out->high_ns /= roots;
}

/* How long it would have taken nobody knows: most of its time is of spans that were open when a signal ended the run. */
static bool is_cut_off(const struct tc_session *session, uint32_t name)
{
	const struct tc_name_view *view = &session->name[name];
	return !session->live && session->manifest.how == TC_HOW_SIGNALLED &&
	       (double)view->open_ns > tc_wide_double(view->figures.sum_ns);
}

int tc_paths_save(struct tc_saving *out, const struct tc_paths *paths, uint32_t name, double factor)
{
	const struct tc_session_trees *trees = &paths->trees;
	if (is_cut_off(trees->session, name)) {
		*out = (struct tc_saving){NAN, NAN, NAN, .reason = "had not ended", .method = "trees"};
		return 0;
	}
	struct saver saver = {.paths = paths,
		.change = {.name = name, .own_factor = factor},
		.stratum = calloc(trees->session->nodes + 1, sizeof *saver.stratum),
		.end_ns = malloc((trees->forest.spans + 1) * sizeof *saver.end_ns),
		.stretch = malloc((trees->forest.spans + 2) * sizeof *saver.stretch)};
	bool room = saver.stratum && saver.end_ns && saver.stretch;
	*out = (struct tc_saving){.ns = above(paths, name) * (1 - factor), .low_ns = NAN, .high_ns = NAN};
	for (size_t i = 0; room && i < trees->forest.trees; i++)
		saver.stratum[tc_tree_node(trees, i)->number].of++;
	for (size_t i = 0; room && i < trees->forest.trees; i++)
		add_tree(&saver, i);
	if (room) {
		sum_up(out, &saver);
		share_out(out, paths);
	}
	free(saver.stratum);
	free(saver.end_ns);
	free(saver.stretch);
	return room ? 0 : tc_error(TACHO_ENOMEM, "out of memory for a critical path");
}
