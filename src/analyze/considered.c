/* SPDX-License-Identifier: MIT */
#include "analyze/considered.h"

double tc_runtime(const struct tc_session *session)
{
	return session->end > 0 ? (double)session->end : 0;
}

tc_instant tc_considered_from(const struct tc_report_options *options)
{
	return options->part && options->part->has_window && options->part->from > 0 ? options->part->from : 0;
}

double tc_considered(const struct tc_session *session, const struct tc_report_options *options)
{
	const struct tc_session_options *part = options->part;
	if (!part || !part->has_window)
		return tc_runtime(session);
	tc_instant from = tc_considered_from(options), to = part->to < session->end ? part->to : session->end;
	return to > from ? (double)(to - from) : 0;
}
