/* SPDX-License-Identifier: MIT
 *
 * diff.h - whether sessions differ from others, name by name: by how much, how sure that is, and how many runs would settle what is not
 * told (docs/STATISTICS.md, Comparison).  Every name is compared by its median and by its p95; what the process tree used, by its
 * averages.  All names are asked at once, and so are all resources: the rate of false discoveries is held for each of both.
 */
#ifndef ANALYZE_DIFF_H
#define ANALYZE_DIFF_H

#include "analyze/diff_evidence.h"

struct tc_diff_value {
	double base, other; /* of a side: its figure, the median of those of its sessions; NAN: it has none */
	struct tc_comparison comparison;
	double needed_runs; /* on each side that settle it nine times in ten; NAN: it is settled, or no number would */
	bool at_least; /* how far the runs of a side lie apart is not known: so many where they do not overlap, else more */
};

struct tc_diff_row {             /* a name or a series that both sides have; its text belongs to a session */
	const char *name, *unit; /* "ns", or the series' */
	size_t bytes;
	uint64_t base_count, other_count; /* spans that ended, readings */
	double base_total, other_total;   /* ns of all its spans of a side that ended */
	double delta;                     /* what the base's own sessions differ by is not worth a verdict */
	size_t values;                    /* a name: median and tail; a series: its average; a total: itself */
	struct tc_diff_value value[TC_DIFF_FIGURES];
};

struct tc_diff_alone { /* a name on one side; its text belongs to a session */
	const char *name;
	size_t bytes;
	uint64_t count;             /* of those that ended */
	uint64_t open, open_ns;     /* of those that have not, and how long they have run */
	bool there;                 /* ended, open, or around others that ended */
	double total_ns, median_ns; /* of all its sessions; of the first that has it; of those that ended */
};

struct tc_diff {                     /* Owns the arrays; the sessions outlive it. */
	struct tc_diff_side side[2]; /* the base, the new ones */
	bool single;                 /* one run against one: what is told is of this pair only */
	bool part;                   /* of each session only a time was opened */
	size_t rows;
	struct tc_diff_row *row; /* by name */
	size_t resources;
	struct tc_diff_row *resource;    /* totals of whole runs first, then series */
	size_t vanished, added, unended; /* unended: both sides have it, and on one of them no span of it has ended */
	struct tc_diff_alone *gone, *fresh, *running;
};

enum tc_diff_total { TC_DIFF_RUNTIME, TC_DIFF_CPU_TIME, TC_DIFF_PEAK, TC_DIFF_TOTALS };

/* Neither side is empty.  part: of each session only a time was opened.  0, or TACHO_ENOMEM with nothing to release. */
int tc_diff_make(struct tc_diff *out, const struct tc_session *const *base, size_t bases,
	const struct tc_session *const *other, size_t others, bool part);
void tc_diff_release(struct tc_diff *diff);

/* What a side came to, in ns or bytes: the median over its sessions; NAN: not known, as of a part of a run. */
double tc_diff_total(const struct tc_diff *diff, int side, enum tc_diff_total what);

/* That of the median; but a regression, or else an improvement, of the tail counts for more.  A tail that is not told hides nothing. */
enum tc_verdict tc_diff_verdict(const struct tc_diff_row *row);

#endif
