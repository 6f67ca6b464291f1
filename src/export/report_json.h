/* SPDX-License-Identifier: MIT
 *
 * report_json.h - the report as JSON, and the pieces of it that commands and exports share.  A value that is not there is null, and KEY_reason says why.
 */
#ifndef EXPORT_REPORT_JSON_H
#define EXPORT_REPORT_JSON_H

#include "analyze/considered.h"
#include "base/json.h"
#include "read/session.h"
#include "stats/compare.h"

struct tc_change_point;
struct tc_course_of_name;
struct tc_diagnosis;
struct tc_forecast;
struct tc_leak;
struct tc_limited;
struct tc_outlook;
struct tc_trend;

/* Everything as JSON, schema "tacho.report/1".  0, or a negative tacho_error code with the sentence set. */
int tc_report_json(const struct tc_session *session, const struct tc_report_options *options, FILE *out);

/* KEY: value; null and KEY_reason when it is NAN. */
void tc_json_known(struct tc_json *json, const char *key, double value, const char *reason);
/* KEY: text; null and KEY_reason when it is NULL. */
void tc_json_given(struct tc_json *json, const char *key, const char *text, const char *reason);
/* git_commit, NULL: none is known, and git_dirty */
void tc_json_commit(struct tc_json *json, const char *commit, enum tc_git_changes changes);
/* KEY: null and KEY_reason. */
void tc_json_absent(struct tc_json *json, const char *key, const char *reason);
/* KEY: RFC 3339 of an instant of the session. */
void tc_json_instant(struct tc_json *json, const char *key, const struct tc_session *session, tc_instant at);

/* What ran, when, where and how it ended. */
void tc_json_session(struct tc_json *json, const char *key, const struct tc_session *session);
/* One span as an object. */
void tc_json_span(
	struct tc_json *json, const char *key, const struct tc_session *session, const struct tc_span_view *span);
/* count, total_ns, mean_ns … of a set of durations, as members of the open object. */
void tc_json_figures(struct tc_json *json, const struct tc_figures *figures, const struct tc_summary *summary);
/* Verdict, ratio, interval … of two sets of values, as members of the open object. */
void tc_json_comparison(struct tc_json *json, const struct tc_comparison *comparison);
/* Series with their points and windows with their entries, as arrays. */
void tc_json_series(struct tc_json *json, const struct tc_session *session);
/* A trend, a change point, as members of the open object, named as docs/STATISTICS.md has them. */
void tc_json_trend_members(struct tc_json *json, const struct tc_trend *trend, const char *basis);
void tc_json_change_point_members(struct tc_json *json, const struct tc_change_point *point);
/* The course of a name: its trend and change points. */
void tc_json_course(struct tc_json *json, const char *key, const struct tc_course_of_name *course);
/* Everything known of one name: schema "tacho.explain/1".  0 or TACHO_ENOMEM. */
int tc_json_explain(struct tc_json *json, const struct tc_diagnosis *diagnosis, size_t name);
/* Findings and recommendations of one stage, or all of them (NULL), as arrays. */
void tc_json_advice(struct tc_json *json, const struct tc_diagnosis *diagnosis, const char *stage);
/* The verdict on one name, as an object. */
void tc_json_bottleneck(struct tc_json *json, const char *key, const struct tc_diagnosis *diagnosis, size_t name);
/* What limited the run. */
void tc_json_limit(struct tc_json *json, const struct tc_limited *limited);
/* The head, findings, recommendations and bottlenecks. */
void tc_json_diagnosis(struct tc_json *json, const struct tc_diagnosis *diagnosis);
/* A metric, as members of the open object; wall_ns: the time that waits are a share of. */
void tc_json_metric_members(
	struct tc_json *json, const struct tc_session *session, const struct tc_metric_view *m, double wall_ns);
void tc_json_points(struct tc_json *json, const struct tc_series_view *view);
void tc_json_metrics(struct tc_json *json, const struct tc_session *session, double wall_ns);
void tc_json_share(struct tc_json *json, const char *key, const struct tc_session *session,
	const struct tc_share_view *view);                                   /* one row of them */
void tc_json_shares(struct tc_json *json, const struct tc_session *session); /* where time went, by name */
/* How heavy modules are. */
void tc_json_load(struct tc_json *json, const struct tc_loads *loads);
/* Where levels are heading, as an array; a leak, a forecast: as members "leak" and "forecast" of the open object. */
void tc_json_outlook(struct tc_json *json, const struct tc_outlook *outlook);
void tc_json_leak(struct tc_json *json, const struct tc_leak *leak);
void tc_json_forecast(struct tc_json *json, const struct tc_forecast *forecast);
void tc_json_windows(struct tc_json *json, const struct tc_session *session);
/* Critical paths, what could run at the same time, and what was asked for.  0 or TACHO_ENOMEM. */
int tc_json_paths(struct tc_json *json, const struct tc_diagnosis *diagnosis);
void tc_json_what_ifs(
	struct tc_json *json, const struct tc_diagnosis *diagnosis); /* "what_if", which is part of that */

#endif
