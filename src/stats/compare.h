/* SPDX-License-Identifier: MIT
 *
 * compare.h - whether two runs differ, by how much, and how sure that is (docs/STATISTICS.md section 5).  A unit of evidence is what is
 * independent of the next: the median of a session, of a block of a series; where there is too little for these, a single value.
 *
 * To compare: tc_compare() for each pair, tc_false_discovery() over all their p_widened into q_value, tc_decide() for each.
 */
#ifndef STATS_COMPARE_H
#define STATS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#define TC_COMPARE_ALPHA 0.01
#define TC_DELTA_LEAST 0.05

/* From so many sessions a side on their figures are the evidence; else blocks, with so many values each at least. */
enum { TC_EVIDENCE_SESSIONS = 3, TC_EVIDENCE_BLOCKS = 20, TC_BLOCK_LEAST = 5, TC_TAIL_BLOCK_LEAST = 20 };

enum tc_units { TC_OF_SESSIONS, TC_OF_BLOCKS, TC_OF_SINGLES };
enum tc_verdict { TC_INCONCLUSIVE, TC_REGRESSION, TC_IMPROVEMENT, TC_EQUIVALENT };

struct tc_comparison {      /* NAN: not known, and reason says why */
	size_t base, other; /* units of evidence */
	enum tc_units units;
	double inflation; /* how many times wider than of independent units, for each is like the one before it (stats/alike.h); 1: it is not */
	double u, p_value;         /* of independent units */
	double p_widened, q_value; /* p of units that are as much alike as these; q of it */
	const char *method;
	double ratio, ratio_lo, ratio_hi; /* other / base, 95 % interval */
	double delta;                     /* a ratio of 1 + this is worth a verdict */
	double confidence;                /* that the verdict is right */
	enum tc_verdict verdict;
	double needed; /* units on each side that settle it nine times in ten; NAN: it is settled, or no number would */
	bool at_least; /* how far the values scatter is not known: so many are needed where they do not overlap, else more */
	const char *reason; /* why the verdict is inconclusive; NULL: it is not */
};

/* Fills all but the verdict; q_value is p_widened.  Larger is worse.  Blocks and single values are in time order: what they are like the one
 * before widens p and the interval, by `inflation` at least, which is what is known of that already, 1: nothing.  0 or TACHO_ENOMEM. */
int tc_compare(struct tc_comparison *out, const double *base, size_t n, const double *other, size_t m,
	enum tc_units units, double inflation);

/* What differs less than sessions of the same thing do is not worth a verdict: from three medians of base sessions on. */
double tc_worth_telling(const double *median, size_t sessions);

/* The verdict from q_value, ratio and delta.  single: one run against one, which says nothing of other runs. */
void tc_decide(struct tc_comparison *comparison, double delta, bool single);

/* Each value of one side is beyond all of the other, so far that it counts, and what is asked besides leaves it undecided all the same. */
bool tc_compare_apart(const struct tc_comparison *comparison);

/* Units on each side without which none of so many comparisons at once has a q that is enough, were it alone to differ. */
size_t tc_compare_least(double asked);

/* "regression", "improvement", "equivalent", "inconclusive" */
const char *tc_verdict_name(enum tc_verdict verdict);

/* Blocks of evidence of two series in time order: medians, or with q = 0.95 the tail.  0: one of them is too short for it. */
size_t tc_evidence_blocks(size_t n, size_t m, double q);

/* How sure one may be of what has a p, at even odds before (Sellke, Bayarri, Berger 2001): 0.5 to 0.99. */
double tc_confidence_of(double p);

#endif
