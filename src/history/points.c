/* SPDX-License-Identifier: MIT */
#include "history/points.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"

const struct tc_history_stat tc_history_stats[] = {
	{"median", "n.median_ns", "ns", false},
	{"mean", "n.mean_ns", "ns", false},
	{"p90", "n.p90_ns", "ns", false},
	{"p95", "n.p95_ns", "ns", false},
	{"p99", "n.p99_ns", "ns", false},
	{"min", "n.min_ns", "ns", false},
	{"max", "n.max_ns", "ns", false},
	{"total", "n.total_ns", "ns", false},
	{"self", "n.self_ns", "ns", false},
	{"count", "n.count", "", false},
	{"failed", "n.failed", "", false},
	{"runtime", "s.runtime_ns", "ns", true},
	{"cpu", "s.user_ns + s.system_ns", "ns", true},
	{"peak_rss", "s.largest_process_peak_rss_bytes", "bytes", true},
	{"tree_peak_rss", "s.tree_peak_rss_bytes", "bytes", true},
	{"spans", "s.spans", "", true},
	{NULL, NULL, NULL, false},
};

const struct tc_history_stat *tc_history_stat_find(const char *name, bool of_runs)
{
	char all[256] = "";
	size_t used = 0;
	for (const struct tc_history_stat *stat = tc_history_stats; stat->name; stat++) {
		if (stat->of_runs != of_runs)
			continue;
		if (!strcmp(stat->name, name))
			return stat;
		used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used ? ", " : "", stat->name);
	}
	tc_error(TACHO_EINVAL, "--stat takes %s%s, not \"%.40s\"", all, of_runs ? " without a NAME" : " of a NAME",
		name);
	return NULL;
}

static bool add(struct tc_history_points *out, const struct tc_query *query)
{
	double value = tc_query_get_real(query, 3);
	if (isnan(value))
		return true;
	struct tc_history_point *more = realloc(out->point, (out->count + 1) * sizeof *more);
	if (!more)
		return false;
	out->point = more;
	struct tc_history_point *point = &more[out->count++];
	*point = (struct tc_history_point){tc_query_take_text(query, 0), tc_query_take_text(query, 2),
		tc_query_take_text(query, 5), tc_query_take_text(query, 4), tc_query_get_integer(query, 1), value};
	return point->folder;
}

static void turn(struct tc_history_points *points)
{
	for (size_t i = 0; i < points->count / 2; i++) {
		struct tc_history_point other = points->point[i];
		points->point[i] = points->point[points->count - 1 - i];
		points->point[points->count - 1 - i] = other;
	}
}

static int read_points(
	struct tc_history_points *out, const struct tc_history *history, const struct tc_history_choice *choice)
{
	struct tc_query query;
	char sql[512];
	*out = (struct tc_history_points){.point = NULL};
	snprintf(sql, sizeof sql,
		"SELECT s.folder, s.begin_ns, s.git_commit, %s, s.name, s.git_changes FROM session s %s WHERE (?1 IS "
		"NULL OR s.name = "
		"?1)%s "
		"ORDER BY coalesce(s.begin_ns, s.imported_ns, s.stamp) DESC, s.folder DESC LIMIT ?2",
		choice->stat->column, choice->name ? "JOIN name n ON n.session = s.id" : "",
		choice->name ? " AND n.name = ?3" : "");
	int code = tc_query_begin(&query, history->db, sql);
	if (!code) {
		tc_query_text(&query, 1, choice->runs, choice->runs ? strlen(choice->runs) : 0);
		tc_query_integer(&query, 2, choice->last ? (int64_t)choice->last : -1);
		if (choice->name)
			tc_query_text(&query, 3, choice->name, strlen(choice->name));
	}
	while (!code && (code = tc_query_step(&query)) == 1)
		code = add(out, &query) ? 0 : tc_error(TACHO_ENOMEM, "out of memory");
	tc_query_end(&query);
	turn(out);
	return code;
}

int tc_history_points(struct tc_history_points *out, struct tc_history *history, const struct tc_history_choice *choice)
{
	int code = read_points(out, history, choice);
	if (code != TACHO_EFORMAT)
		return code;
	tc_history_points_release(out);
	code = tc_history_anew(history);
	return code ? code : read_points(out, history, choice);
}

void tc_history_points_release(struct tc_history_points *points)
{
	for (size_t i = 0; i < points->count; i++) {
		free(points->point[i].folder);
		free(points->point[i].commit);
		free(points->point[i].changes);
		free(points->point[i].runs);
	}
	free(points->point);
	*points = (struct tc_history_points){.point = NULL};
}
