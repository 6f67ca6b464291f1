/* SPDX-License-Identifier: MIT
 *
 * paths.h - where the time of a session's roots went, by name: the exclusive time of each name on the critical paths, and what would be
 * saved, were its own time less.
 *
 * The time of every node is known of all spans, so that the trees at hand (tree_build.h) only have to tell how much of it was on critical
 * paths (paths_node.h).  A node of which no tree has a span has all of its own time there, as if nothing had run at the same time.  So where
 * nothing did, all names together have the time of all roots, however little the rings still hold; where something did they have it, too.
 */
#ifndef ANALYZE_PATHS_H
#define ANALYZE_PATHS_H

#include "analyze/paths_node.h"

struct tc_path_name {
	double path_ns;    /* T_s, over the session */
	double own_ns;     /* the same whether on a critical path or not */
	double guessed_ns; /* of path_ns: how much lies in trees longer than those at hand, beside other spans */
};

struct tc_paths {                      /* borrows from the session */
	struct tc_session_trees trees; /* trees.forest.trees and trees.of: how many, of how many; trees.basis */
	int64_t *path_ns;              /* by span of the forest: its exclusive time on the path, or TC_OFF_PATH */
	double *weight;                /* by tree: how much of the session's time 1 ns of it stands for; */
	double *span_weight;           /* the same of a span's own time, by span of the forest */
	struct tc_path_node *node;     /* by number */
	size_t names;
	struct tc_path_name *name; /* by index of session->name */
	double total_ns;           /* of all names' path_ns */
	double wall_ns;            /* of the session, or what of it is considered */
	double avg_parallelism;    /* own time of the trees' spans per time of the trees; NAN: there is none */
};

/* Needs a session with single spans (tc_session_options.no_spans unset) to know of trees.  0, or TACHO_ENOMEM with the sentence set and
 * nothing to release. */
int tc_paths_find(struct tc_paths **out, const struct tc_session *session);
void tc_paths_release(struct tc_paths *paths); /* NULL too */

/* path_ns, by name: adds what the trees whose roots ended in [from, to) have of it, as they stand, without weights. */
void tc_paths_between(const struct tc_paths *paths, tc_instant from, tc_instant to, double *path_ns);

struct tc_saving {
	double ns, low_ns, /* ns NAN: it is of spans that were cut off while they were open */
		high_ns; /* over the session; 95 % of such sessions, of as many trees, have it between low and high; NAN: not known */
	const char *reason; /* why low_ns and high_ns are NAN, or all three */
	bool overlap;       /* roots do: it is what is saved if as many of them run at a time then */
	size_t n;           /* what the interval is taken from: so many */
	const char *method; /* "trees", "stretches of time" (paths_stretch.h), "trees and stretches of time" */
};

/* How many roots there were at a time on average: above 1 they overlap, and the run is not shorter by all that they save. */
static inline double tc_paths_at_once(const struct tc_paths *paths)
{
	return paths->wall_ns > 0 ? paths->total_ns / paths->wall_ns : 0;
}

/* By more than rounding. */
static inline bool tc_paths_overlap(const struct tc_paths *paths)
{
	return tc_paths_at_once(paths) > 1.05;
}

/* More than a tenth of a name's time on critical paths is a guess: why, or NULL. */
static inline const char *tc_paths_guessed(const struct tc_path_name *name)
{
	return name->guessed_ns > name->path_ns / 10
	               ? "lies in trees longer than those at hand; what runs beside it there is unknown"
	               : NULL;
}

/* What savings are of: the time of all roots, or of the run where they overlap. */
static inline double tc_paths_all_ns(const struct tc_paths *paths)
{
	return tc_paths_overlap(paths) ? paths->wall_ns : paths->total_ns;
}

/* Were the own time of a name `factor` (0 to 1) of what it was. */
int tc_paths_save(struct tc_saving *out, const struct tc_paths *paths, uint32_t name, double factor);

#endif
