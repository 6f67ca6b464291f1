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

static tc_instant within(const struct tc_session *session, tc_instant at)
{
	tc_instant end = session->end > 0 ? session->end : 0;
	return at < 0 ? 0 : at > end ? end : at;
}

tc_instant tc_considered_from(const struct tc_session *session, const struct tc_report_options *options)
{
	const struct tc_session_options *part = options->part;
	tc_instant from = within(session, part && part->has_window ? part->from : 0);
	return session->last_since > from ? session->last_since : from;
}

tc_instant tc_considered_to(const struct tc_session *session, const struct tc_report_options *options)
{
	const struct tc_session_options *part = options->part;
	return within(session, part && part->has_window ? part->to : session->end);
}

double tc_considered(const struct tc_session *session, const struct tc_report_options *options)
{
	tc_instant from = tc_considered_from(session, options), to = tc_considered_to(session, options);
	return to > from ? (double)(to - from) : 0;
}

/* What was measured elsewhere may end when the session no longer is. */
static bool has_spans(const struct tc_session *session)
{
	for (size_t i = 0; i < session->names; i++)
		if (session->name[i].figures.count)
			return true;
	return false;
}

const char *tc_considers_nothing(const struct tc_session *session, const struct tc_report_options *options)
{
	bool nothing = options->part && options->part->has_window && !(tc_considered(session, options) > 0) &&
	               !has_spans(session);
	return nothing ? "nothing of the session lies in the time that was asked for" : NULL;
}
