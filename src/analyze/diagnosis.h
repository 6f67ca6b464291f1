/* SPDX-License-Identifier: MIT
 *
 * diagnosis.h - everything that is concluded from a session, worked out in one call: where the time goes, what differs, what gets worse,
 * what limited the run, and what to do about it (docs/STATISTICS.md).  What shows it, on a screen or as JSON, works nothing out.
 */
#ifndef ANALYZE_DIAGNOSIS_H
#define ANALYZE_DIAGNOSIS_H

#include "analyze/advice.h"
#include "analyze/bottleneck.h"
#include "analyze/considered.h"
#include "analyze/limit.h"
#include "analyze/load.h"
#include "analyze/name_records.h"
#include "analyze/outlook.h"
#include "analyze/parallel.h"
#include "analyze/paths.h"
#include "analyze/variability.h"
#include "stats/trend.h"

enum {
	TC_DIAGNOSIS_BLOCKS = 18,  /* stretches of time that a severity is judged in again */
	TC_DIAGNOSIS_SAVINGS = 10, /* names with most time, of which is asked what halving them saves */
};

struct tc_time_use {        /* of a name; NAN: not known */
	double self_ns;     /* own time, of open spans too */
	double critical_ns; /* of it on the critical path */
	double time_ns;     /* the one of them that the verdict is of */
	struct tc_bottleneck_verdict verdict;
	size_t blocks,
		agreeing; /* stretches of time with something in them, and those in which it is at least as grave */
	const char *blocks_reason; /* why there are none of these; NULL: there are */
	double confidence;         /* in the severity: (agreeing + 1) / (blocks + 2) */
	/* Were it halved or not there, what is saved of the time of all names (paths.h); of the names with most time and of bottlenecks.
	 * ns NAN: not asked. */
	struct tc_saving halved, removed;
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
	uint64_t failed_itself; /* failed spans beyond as many as failed right below them */
};

struct tc_answer { /* to a what-if */
	const struct tc_what_if *asked;
	uint32_t name; /* TC_NO_NAME: no span is called so */
	struct tc_saving saving;
};

struct tc_diagnosis { /* Owns all but the session, which outlives it. */
	const struct tc_session *session;
	tc_instant from, to; /* the part of the session that is considered */
	struct tc_name_records records;
	struct tc_limited limited;
	struct tc_loads loads;
	struct tc_outlook outlook;
	struct tc_opportunities parallel;
	struct tc_paths *paths;
	struct tc_pool pool;
	char time_basis[160]; /* what the time of a name is: "critical path of all 12 trees" */
	size_t names;
	struct tc_name_diagnosis *name; /* as in the session */
	size_t *by_time;                /* names by time_ns, the most first */
	size_t answers;
	struct tc_answer *answer; /* to what was asked, in that order */
	size_t findings;
	const struct tc_advice *finding; /* the gravest first */
};

/* Advice on a name, of which no more is said yet. */
struct tc_advice tc_advice_on(const struct tc_name_diagnosis *name);
struct tc_advice tc_advice_on_series(const struct tc_series_view *series);

/* Of [from, to) of the session, or what of it is considered, with the levels of that.  0, or TACHO_ENOMEM.  Single spans should be at hand. */
int tc_diagnose(struct tc_diagnosis **out, const struct tc_session *session, tc_instant from, tc_instant to);
int tc_diagnose_part(
	struct tc_diagnosis **out, const struct tc_session *session, const struct tc_report_options *options);

/* The same piece by piece, each of some ms at most: for those who have to do something else in between, as follow.h has.  step: 1: there is
 * more; 0: it is whole, and what tc_diagnose_part() would have made; or TACHO_ENOMEM. */
int tc_diagnosis_begin(
	struct tc_diagnosis **out, const struct tc_session *session, const struct tc_report_options *options);
int tc_diagnosis_step(struct tc_diagnosis *diagnosis);
void tc_diagnosis_release(struct tc_diagnosis *diagnosis); /* whole or not; NULL too */

#endif
