/* SPDX-License-Identifier: MIT
 *
 * public.c - include/tacho/session.h, on top of session.h.
 */
#include "read/public.h"
#include <string.h>
#include <tacho/session.h>
#include "base/error.h"
#include "format/store.h"

_Static_assert((int)TACHO_SESSION_TEXT == (int)TACHO_ATTR_TEXT && (int)TACHO_SESSION_BOOL == (int)TACHO_ATTR_BOOL,
	"attributes have the recorder's types");
_Static_assert((int)TACHO_SESSION_COUNTER == (int)TACHO_METRIC_COUNTER &&
		       (int)TACHO_SESSION_CUSTOM == (int)TACHO_METRIC_CUSTOM,
	"metrics have the recorder's kinds");

/* struct tacho_session is what programs call struct tc_session. */
static const struct tc_session *inner(const struct tacho_session *session)
{
	return (const struct tc_session *)(const void *)session;
}

/* As much of a filled struct as the caller's version has; what it has more is zero.  Both begin with their size. */
static int hand_out(void *out, const void *filled, size_t bytes)
{
	size_t room;
	memcpy(&room, out, sizeof room);
	if (room <= sizeof room)
		return tc_error(TACHO_EINVAL, "the struct to be filled has no size: initialise it with its macro");
	size_t common = (room < bytes ? room : bytes) - sizeof room;
	memset((char *)out + sizeof room, 0, room - sizeof room);
	memcpy((char *)out + sizeof room, (const char *)filled + sizeof room, common);
	return 0;
}

int tc_session_filter(struct tc_session_options *out, const struct tacho_session_filter *filter)
{
	struct tacho_session_filter wanted = TACHO_SESSION_FILTER_INIT;
	if (filter && filter->struct_size <= sizeof filter->struct_size)
		return tc_error(TACHO_EINVAL, "the filter has no size: initialise it with TACHO_SESSION_FILTER_INIT");
	if (filter)
		memcpy(&wanted, filter, filter->struct_size < sizeof wanted ? filter->struct_size : sizeof wanted);
	*out = (struct tc_session_options){
		.no_spans = wanted.figures_only,
		.has_window = wanted.has_window,
		.from = wanted.from_ns,
		.to = wanted.to_ns,
		.name_glob = wanted.names,
		.metric_glob = wanted.metrics,
	};
	return 0;
}

int tacho_session_open(struct tacho_session **out, const char *session, const struct tacho_session_filter *filter)
{
	struct tc_session_options options;
	struct tc_session *opened;
	char directory[4096];
	*out = NULL;
	int code = tc_session_filter(&options, filter);
	if (!code)
		code = tc_session_find(session, directory);
	if (!code)
		code = tc_session_open(&opened, directory, &options);
	if (!code)
		*out = (struct tacho_session *)(void *)opened;
	return code;
}

void tacho_session_close(struct tacho_session *session)
{
	tc_session_release((struct tc_session *)(void *)session);
}

int tacho_session_get_info(struct tacho_session_info *out, const struct tacho_session *session)
{
	const struct tc_session *s = inner(session);
	const struct tc_manifest *manifest = &s->manifest;
	bool lost = !s->live && manifest->how == TC_HOW_RUNNING;
	struct tacho_session_info info = {
		.name = manifest->name,
		.directory = s->directory,
		.begin_realtime_ns = manifest->begin.realtime_ns,
		.duration_ns = s->end > 0 ? (uint64_t)s->end : 0,
		.state = lost ? TACHO_SESSION_LOST : (enum tacho_session_state)manifest->how,
		.status = manifest->status,
		.processes = s->processes,
		.basis = s->basis,
	};
	return hand_out(out, &info, sizeof info);
}

int tacho_session_next_name(struct tacho_session_name *out, const struct tacho_session *session, size_t *at)
{
	const struct tc_session *s = inner(session);
	if (*at >= s->names)
		return TACHO_END;
	const struct tc_name_view *view = &s->name[(*at)++];
	const struct tc_summary *summary = &view->summary;
	struct tacho_session_name name = {
		.name = view->name,
		.name_bytes = view->bytes,
		.count = view->figures.count,
		.failed = view->figures.failed,
		.open = view->open,
		.first_ns = view->first,
		.total_ns = tc_wide_bounded(view->figures.sum_ns),
		.self_ns = view->figures.self_ns,
		.min_ns = view->figures.min_ns,
		.max_ns = view->figures.max_ns,
		.mean_ns = summary->mean,
		.sd_ns = summary->sd,
		.median_ns = summary->median,
		.p90_ns = summary->p90,
		.p95_ns = summary->p95,
		.p99_ns = summary->p99,
		.p999_ns = summary->p999,
		.quantile_error = summary->quantile_error,
		.success_ratio = summary->success_rate,
	};
	return hand_out(out, &name, sizeof name);
}

static int hand_out_span(struct tacho_session_span *out, const struct tc_session *s, const struct tc_span_view *view)
{
	struct tacho_session_span span = {
		.name = s->name[view->name].name,
		.name_bytes = s->name[view->name].bytes,
		.begin_ns = view->begin,
		.duration_ns = view->duration_ns,
		.pid = s->process[view->process].pid,
		.thread = view->thread,
		.depth = view->depth,
		.failed = view->failed,
		.open = view->open,
		.has_code = view->has_code,
		.attributes_lost = view->attributes_lost,
		.code = view->code,
		.message = view->message,
		.attributes = view->attributes,
		.own = view,
	};
	return hand_out(out, &span, sizeof span);
}

int tacho_session_next_span(struct tacho_session_span *out, const struct tacho_session *session, size_t *at)
{
	const struct tc_session *s = inner(session);
	return *at < s->spans ? hand_out_span(out, s, &s->span[(*at)++]) : TACHO_END;
}

int tacho_session_next_open(struct tacho_session_span *out, const struct tacho_session *session, size_t *at)
{
	const struct tc_session *s = inner(session);
	return *at < s->open_spans ? hand_out_span(out, s, &s->open_span[(*at)++]) : TACHO_END;
}

int tacho_session_next_attribute(struct tacho_session_attribute *out, const struct tacho_session_span *span, size_t *at)
{
	const struct tc_span_view *view = span->own;
	if (!view || *at >= view->attributes)
		return TACHO_END;
	const struct tc_attribute_view *from = &view->attribute[(*at)++];
	struct tacho_session_attribute attribute = {
		.key = from->key,
		.type = (enum tacho_session_attribute_type)from->type,
		.text = from->text,
		.text_bytes = from->text_bytes,
		.i64 = from->i64,
		.f64 = from->f64,
	};
	return hand_out(out, &attribute, sizeof attribute);
}

int tacho_session_next_metric(struct tacho_session_metric *out, const struct tacho_session *session, size_t *at)
{
	const struct tc_session *s = inner(session);
	if (*at >= s->metrics)
		return TACHO_END;
	const struct tc_metric_view *view = &s->metric[(*at)++];
	struct tacho_session_metric metric = {
		.name = view->name,
		.unit = view->unit,
		.help = view->help,
		.source = view->source,
		.kind = (enum tacho_session_metric_kind)view->kind,
		.has_count = tc_metric_has_count(view),
		.count = view->count,
		.last_minute = view->last_minute,
		.first_ns = view->first,
		.last = view->last,
		.sum = view->sum,
		.mean = view->mean,
		.sd = view->sd,
		.min = view->min,
		.max = view->max,
		.median = view->median,
		.p90 = view->p90,
		.p95 = view->p95,
		.p99 = view->p99,
		.quantile_error = view->quantile_error,
		.basis = view->basis,
		.values = view->recent,
		.points = view->series ? view->series->count : 0,
		.own = view,
	};
	return hand_out(out, &metric, sizeof metric);
}

int tacho_session_next_value(struct tacho_session_value *out, const struct tacho_session_metric *metric, size_t *at)
{
	const struct tc_metric_view *view = metric->own;
	if (!view || *at >= view->recent)
		return TACHO_END;
	const struct tc_recent_view *recent = &view->recent_value[(*at)++];
	const struct tacho_session_value value = {.at_ns = recent->at, .value = recent->value};
	return hand_out(out, &value, sizeof value);
}

int tacho_session_next_point(struct tacho_session_value *out, const struct tacho_session_metric *metric, size_t *at)
{
	const struct tc_metric_view *view = metric->own;
	if (!view || !view->series || *at >= view->series->count)
		return TACHO_END;
	size_t i = (*at)++;
	const struct tacho_session_value value = {.at_ns = view->series->at[i], .value = view->series->value[i]};
	return hand_out(out, &value, sizeof value);
}

int tacho_session_next_note(const char **out, const struct tacho_session *session, size_t *at)
{
	const struct tc_session *s = inner(session);
	if (*at >= s->notes)
		return TACHO_END;
	*out = s->note[(*at)++];
	return 0;
}
