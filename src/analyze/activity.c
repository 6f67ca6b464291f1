/* SPDX-License-Identifier: MIT */
#include "analyze/activity.h"

#include <math.h>

static const tc_instant minute = INT64_C(60000000000);

static void count(struct tc_activity *out, const struct tc_session *session)
{
	for (size_t i = 0; i < session->names; i++)
		out->collected += session->name[i].figures.count;
	for (size_t i = 0; i < session->metrics; i++)
		out->collected += tc_metric_has_values(&session->metric[i]) ? session->metric[i].count : 0;
}

/* Puts the name where it belongs among those that rank before it by `key`. */
static void insert(
	const struct tc_name_view **at, double *key, size_t *used, const struct tc_name_view *name, double its)
{
	size_t place = *used;
	while (place && !(key[place - 1] >= its))
		place--;
	if (place == TC_ACTIVITY_NAMES)
		return;
	*used += *used < TC_ACTIVITY_NAMES;
	for (size_t i = *used - 1; i > place; i--) {
		at[i] = at[i - 1];
		key[i] = key[i - 1];
	}
	at[place] = name;
	key[place] = its;
}

static void find_top(struct tc_activity *out, const struct tc_session *session)
{
	double key[TC_ACTIVITY_NAMES];
	for (size_t i = 0; i < session->names; i++)
		if (session->name[i].figures.count)
			insert(out->by_average, key, &out->top, &session->name[i], session->name[i].summary.mean);
}

/* Whole windows that lie in the time. */
static void count_recent(struct tc_activity *out, const struct tc_session *session, tc_instant from, tc_instant to)
{
	tc_instant least = (to - from) / 10 < minute ? to - (to - from) / 10 : to - minute;
	for (size_t i = tc_session_span_windows(session); i-- > 0;) {
		const struct tc_window_view *window = &session->window[i];
		if (window->begin < from || window->end <= least)
			break;
		for (size_t k = 0; k < window->entries; k++)
			if (tc_entry_name(session, &window->entry[k]) < session->names)
				out->recent += window->entry[k].count;
		out->recent_ns = (double)(to - window->begin);
	}
}

/* Spans lie by begin; those that ended last need not have begun last. */
static void find_newest(struct tc_activity *out, const struct tc_session *session)
{
	const struct tc_span_view *last[TC_ACTIVITY_NAMES] = {NULL};
	for (size_t k = 0; k < TC_ACTIVITY_NAMES; k++) {
		for (size_t i = 0; i < session->spans; i++) {
			const struct tc_span_view *span = &session->span[i];
			bool known = false;
			for (size_t n = 0; n < k; n++)
				known |= last[n]->name == span->name;
			if (!known && (!last[k] || span->end > last[k]->end))
				last[k] = span;
		}
		if (!last[k])
			return;
		out->last[out->newest++] = &session->name[last[k]->name];
	}
}

void tc_activity_find(struct tc_activity *out, const struct tc_session *session, tc_instant from, tc_instant to)
{
	*out = (struct tc_activity){.recent_ns = NAN};
	count(out, session);
	find_top(out, session);
	count_recent(out, session, from, to);
	find_newest(out, session);
}
