/* SPDX-License-Identifier: MIT
 *
 * diagnosis.h - everything that is concluded from a session, worked out in one call: where the time goes, what differs, what gets worse,
 * what limited the run, and what to do about it (docs/STATISTICS.md).  What shows it, on a screen or as JSON, works nothing out.
 */
#ifndef ANALYZE_DIAGNOSIS_H
#define ANALYZE_DIAGNOSIS_H

#include "analyze/advice.h"
#include "analyze/bottleneck.h"
#include "analyze/limit.h"
#include "analyze/name_records.h"
#include "analyze/variability.h"
#include "stats/trend.h"

enum { TC_DIAGNOSIS_BLOCKS = 18 }; /* stretches of time that a severity is judged in again */

struct tc_time_use {        /* of a name; NAN: not known */
	double self_ns;     /* own time, of open spans too */
	double critical_ns; /* of it on the critical path */
	double time_ns;     /* the one of them that the verdict is of */
	struct tc_bottleneck_verdict verdict;
	size_t blocks,
		agreeing;  /* stretches of time with something in them, and those in which it is at least as grave */
	double confidence; /* in the severity: (agreeing + 1) / (blocks + 2) */
	/* Of the time of all names: what it saves to halve this one, and between what that lies, with 95 %, in a run made of such
	 * stretches of time; below 4 of them no interval is known. */
	double saving_ns, saving_lo_ns, saving_hi_ns;
};

struct tc_course_of_name { /* its durations in time order */
	const char *basis; /* see name_series.h; NULL: no span has ended */
	size_t values;     /* that the trend is judged by */
	bool grouped;      /* they are medians of groups, not single spans */
	struct tc_trend trend;
	double q; /* p of the trend, when it is asked of all names at once; NAN: not enough data */
	struct tc_change_points points;
	tc_instant *changed_at; /* of each change point */
};

struct tc_name_diagnosis {
	const struct tc_name_view *view;
	const struct tc_share_view *share; /* where its own time went; NULL: not observed */
	struct tc_time_use use;
	struct tc_course_of_name course;
	struct tc_variability variability;
};

struct tc_diagnosis { /* Owns all but the session, which outlives it. */
	const struct tc_session *session;
	tc_instant from, to; /* the part of the session that is considered */
	struct tc_name_records records;
	struct tc_limited limited;
	struct tc_pool pool;
	const char *time_basis; /* what the time of a name is: a constant text */
	size_t names;
	struct tc_name_diagnosis *name; /* as in the session */
	size_t *by_time;                /* names by time_ns, the most first */
	size_t findings;
	const struct tc_advice *finding; /* the gravest first */
};

/* Advice on a name, of which no more is said yet. */
struct tc_advice tc_advice_on(const struct tc_name_diagnosis *name);

/* Of [from, to) of the session.  0, or TACHO_ENOMEM. */
int tc_diagnose(struct tc_diagnosis **out, const struct tc_session *session, tc_instant from, tc_instant to);
void tc_diagnosis_release(struct tc_diagnosis *diagnosis);

#endif
