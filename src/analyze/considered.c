/* SPDX-License-Identifier: MIT */
#include "analyze/considered.h"

size_t tc_considered_rows(const struct tc_report_options *options, size_t count, size_t usual)
{
	if (options->has_top)
		return options->top && options->top < count ? options->top : count;
	return count > usual + 1 ? usual : count;
}

double tc_runtime(const struct tc_session *session)
{
	return session->end > 0 ? (double)session->end : 0;
}

bool tc_considers_part(const struct tc_session *session, const struct tc_report_options *options)
{
	return session->last_since || (options->part && options->part->has_window);
}

tc_instant tc_considered_from(const struct tc_session *session, const struct tc_report_options *options)
{
	const struct tc_session_options *part = options->part;
	tc_instant from = part && part->has_window && part->from > 0 ? part->from : 0;
	return session->last_since > from ? session->last_since : from;
}

double tc_considered(const struct tc_session *session, const struct tc_report_options *options)
{
	const struct tc_session_options *part = options->part;
	if (!tc_considers_part(session, options))
		return tc_runtime(session);
	tc_instant from = tc_considered_from(session, options), to = session->end;
	if (part && part->has_window && part->to < to)
		to = part->to;
	return to > from ? (double)(to - from) : 0;
}
