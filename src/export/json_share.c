/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "export/report_json.h"

static const char no_wall[] = "only CPU time is known of this row";

static void range(struct tc_json *json, const char *const keys[3], double value, double low, double high)
{
	tc_json_known(json, keys[0], value, no_wall);
	tc_json_known(json, keys[1], low, no_wall);
	tc_json_known(json, keys[2], high, no_wall);
}

static const char *basis_of(const struct tc_session *session, const struct tc_share_view *view)
{
	switch (view->row) {
	case TC_SHARE_OF_OTHER_THREADS:
		return "the process's CPU time less that of its threads that record";
	case TC_SHARE_OF_OBSERVER:
		return "the CPU clock of the observer's thread";
	case TC_SHARE_OF_OTHERS:
		return session->share_basis;
	case TC_SHARE_OF_NAME:
	case TC_SHARE_OF_NO_SPAN:
		break;
	}
	return view->looks ? "CPU time and waiting of threads by the scheduler, wall time of spans, looks at the state "
	                     "of threads"
	                   : "CPU time and waiting of threads by the scheduler, wall time of spans";
}

static void memory(struct tc_json *json, const struct tc_share_view *view)
{
	const char *reason = isnan(view->memory_bytes) ? "the memory of these processes is not looked at by name"
	                                               : "the version that recorded this had no bounds of it";
	tc_json_known(json, "memory_growth_bytes", view->memory_bytes, reason);
	tc_json_known(json, "memory_growth_low_bytes", view->memory_low_bytes, reason);
	tc_json_known(json, "memory_growth_high_bytes", view->memory_high_bytes, reason);
	tc_json_bool(json, "memory_told_apart", view->memory_told_apart);
}

void tc_json_share(
	struct tc_json *json, const char *key, const struct tc_session *session, const struct tc_share_view *view)
{
	static const char *const rows[] = {"span", "no_span", "other_threads", "tacho", "other_processes"};
	static const char *const running[] = {"cpu_ns", "cpu_low_ns", "cpu_high_ns"};
	static const char *const waiting[] = {"waiting_ns", "waiting_low_ns", "waiting_high_ns"};
	static const char *const blocked[] = {"blocked_ns", "blocked_low_ns", "blocked_high_ns"};
	tc_json_object(json, key);
	tc_json_bytes(json, "name", view->name, view->bytes);
	tc_json_text(json, "row", rows[view->row]);
	tc_json_known(json, "wall_ns", view->wall_ns, no_wall);
	range(json, running, view->running_ns, view->running_low_ns, view->running_high_ns);
	range(json, waiting, view->waiting_ns, view->waiting_low_ns, view->waiting_high_ns);
	tc_json_known(json, "throttled_ns", view->throttled_ns, no_wall);
	range(json, blocked, view->blocked_ns, view->blocked_low_ns, view->blocked_high_ns);
	tc_json_known(
		json, "io_ns", view->io_ns, isnan(view->wall_ns) ? no_wall : "the state of threads was not looked at");
	memory(json, view);
	tc_json_u64(json, "looks", view->looks);
	tc_json_bool(json, "told_apart", view->told_apart);
	tc_json_bool(json, "waiting_told_apart", view->waiting_told_apart);
	tc_json_text(json, "basis", basis_of(session, view));
	tc_json_end(json);
}

void tc_json_shares(struct tc_json *json, const struct tc_session *session)
{
	tc_json_array(json, "shares");
	for (size_t i = 0; i < session->shares; i++)
		tc_json_share(json, NULL, session, &session->share[i]);
	tc_json_end(json);
}
