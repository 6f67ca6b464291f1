/* SPDX-License-Identifier: MIT
 *
 * metric.c - metrics of all parts, merged by kind, name and source, and what is said of them.
 */
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "format/metric_text.h"
#include "read/reader.h"

static const tc_instant minute_ns = INT64_C(60000000000);

static const char *text_of(struct tc_reader *reader, const unsigned char *bytes, uint64_t *at, uint32_t count)
{
	const char *text = tc_arena_text(reader->arena, bytes + *at, count);
	*at += count;
	return text ? text : "";
}

static bool is_same(const struct tc_metric_view *view, const struct tc_metric_entry *entry, const unsigned char *bytes)
{
	const char *name = (const char *)bytes + entry->at;
	const char *source = name + entry->name_bytes + entry->unit_bytes + entry->help_bytes;
	return view->kind == entry->kind && !strncmp(view->name, name, entry->name_bytes) &&
	       !view->name[entry->name_bytes] && !strncmp(view->source, source, entry->source_bytes) &&
	       !view->source[entry->source_bytes];
}

static struct tc_merged_metric *add(
	struct tc_reader *reader, const struct tc_metric_entry *entry, const unsigned char *bytes)
{
	uint64_t at = entry->at;
	if (!tc_reader_grow(reader, &reader->metric, reader->metrics, &reader->metric_room, sizeof *reader->metric))
		return NULL;
	struct tc_merged_metric *metric = &reader->metric[reader->metrics++];
	*metric = (struct tc_merged_metric){
		.view = {.kind = (enum tacho_metric_kind)entry->kind, .first = INT64_MAX}, .recent_from = INT64_MIN};
	struct tc_metric_view *view = &metric->view;
	view->name = text_of(reader, bytes, &at, entry->name_bytes);
	view->unit = tc_metric_unit(view->kind, text_of(reader, bytes, &at, entry->unit_bytes));
	view->help = text_of(reader, bytes, &at, entry->help_bytes);
	view->source = text_of(reader, bytes, &at, entry->source_bytes);
	view->last = view->sum = view->mean = view->sd = view->min = view->max = NAN;
	view->median = view->p90 = view->p95 = view->p99 = view->quantile_error = NAN;
	metric->values.of_time = entry->kind == TACHO_METRIC_TIME;
	metric->bad_name = entry->flags & TC_METRIC_BAD_NAME;
	return metric;
}

/* Processes of one program have the same metrics in nearly the same order, so the search begins behind the last find. */
static struct tc_merged_metric *find(
	struct tc_reader *reader, size_t *hint, const struct tc_metric_entry *entry, const unsigned char *bytes)
{
	for (size_t i = 0; i < reader->metrics; i++) {
		size_t at = (*hint + i) % reader->metrics;
		if (!is_same(&reader->metric[at].view, entry, bytes))
			continue;
		*hint = at + 1;
		return &reader->metric[at];
	}
	return add(reader, entry, bytes);
}

void tc_reader_metrics(struct tc_reader *reader, struct tc_part_copy *part, const struct tc_clock_map *clock)
{
	const struct tc_part_header *header = tc_part_copy_header(part);
	tc_instant begin = reader->session->process[reader->session->processes - 1].begin;
	size_t hint = 0;
	for (uint64_t i = 0; i < header->metrics && !reader->error; i++) {
		const struct tc_metric_entry *entry = tc_part_metric(part->bytes, i);
		struct tc_merged_metric *metric = entry ? find(reader, &hint, entry, part->bytes) : NULL;
		if (!metric)
			continue;
		tc_instant first = tc_instant_of(clock, tc_part_ns(clock, entry->first_ticks));
		first = first > begin ? first : begin; /* a forked child has its parent's metrics */
		metric->view.first = first < metric->view.first ? first : metric->view.first;
		for (uint64_t at = header->first_block; at;) {
			struct tacho_block *block = tc_part_block(part->bytes, at);
			struct tacho_metrics *metrics = tc_part_metrics(part->bytes, block);
			if (metrics)
				tc_metric_take(reader, metric, metrics, entry->cell, clock);
			at = block->next;
		}
	}
	reader->metrics_lost += header->metrics_lost;
	for (uint64_t at = header->first_block; at;) {
		struct tacho_block *block = tc_part_block(part->bytes, at);
		const struct tacho_metrics *metrics = tc_part_metrics(part->bytes, block);
		reader->updates_lost += metrics ? metrics->lost : 0;
		at = block->next;
	}
}

/* ---- when all is merged ---- */

static int by_instant(const void *a, const void *b)
{
	const struct tc_recent_view *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

static void finish_distribution(struct tc_reader *reader, struct tc_merged_metric *metric)
{
	struct tc_metric_view *view = &metric->view;
	struct tc_values *v = &metric->values;
	view->count = v->count;
	view->zero = v->zero;
	view->negative = v->negative;
	view->basis = view->invalid ? "all finite values: exact sums, quantiles from the histogram"
	                            : "all values: exact sums, quantiles from the histogram";
	if (!v->count)
		return;
	view->sum = (double)v->sum;
	view->mean = (double)v->mean;
	view->sd = tc_values_sd(v);
	view->min = v->min;
	view->max = v->max;
	double *figures[] = {&view->median, &view->p90, &view->p95, &view->p99};
	static const double q[] = {0.5, 0.9, 0.95, 0.99};
	bool exact = view->recent == v->count;
	double *values = exact ? malloc(view->recent * sizeof *values) : NULL;
	if (exact && !values)
		tc_reader_no_memory(reader);
	for (size_t i = 0; values && i < view->recent; i++)
		values[i] = view->recent_value[i].value;
	for (int i = 0; i < 4; i++)
		*figures[i] = values ? tc_values_exact(values, view->recent, q[i]) : tc_values_quantile(v, q[i]);
	free(values);
	view->quantile_error = exact || v->min == v->max ? 0 : TC_HISTOGRAM_ALPHA;
	if (exact)
		view->basis = view->invalid ? "all finite values: exact" : "all values: exact";
}

static void finish_event(struct tc_reader *reader, struct tc_merged_metric *metric)
{
	tc_instant end = reader->session->end, from = end - minute_ns;
	metric->view.minute_ns = (double)(end < minute_ns ? end : minute_ns);
	metric->view.basis = "all marks; the rate from the last 60 seconds, each counted whole";
	for (size_t i = 0; i < metric->seconds; i++)
		if (metric->second[i].at > from && metric->second[i].at <= reader->session->end)
			metric->view.last_minute += metric->second[i].count;
}

static const struct tc_series_view *find_series(const struct tc_session *session, const struct tc_metric_view *view)
{
	char source[TC_METRIC_SOURCE_MAX];
	tc_metric_source_text(source, view->kind, view->source);
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, view->name) &&
			!strcmp(session->series_view[i].series.source, source))
			return &session->series_view[i];
	return NULL;
}

static bool is_wanted(const struct tc_session_options *options, const struct tc_metric_view *view)
{
	return (!options->metric_glob || !fnmatch(options->metric_glob, view->name, 0)) &&
	       (!options->source_glob || !fnmatch(options->source_glob, view->source, 0)) &&
	       (!options->has_kinds || (options->metric_kinds >> view->kind & 1));
}

/* A process knows its metrics through all its sessions: what nobody used in this one is left out. */
static bool is_used(struct tc_reader *reader, const struct tc_merged_metric *metric)
{
	const struct tc_metric_view *view = &metric->view;
	if ((!view->threads && !view->invalid && !view->missing) || !is_wanted(&reader->options, view))
		return false;
	if (metric->bad_name)
		tc_reader_note(reader,
			"metric \"%s\": names of metrics are area.plural_noun in lower case, without a unit and "
			"without _total",
			view->name);
	if (view->invalid)
		tc_reader_note(reader, "metric \"%s\": %llu %s infinite or not a number, and in none of its figures",
			view->name, (unsigned long long)view->invalid,
			view->invalid == 1 ? "value was" : "values were");
	return true;
}

static void finish_whole(struct tc_reader *reader, struct tc_merged_metric *metric)
{
	struct tc_metric_view *view = &metric->view;
	if (view->kind == TACHO_METRIC_GAUGE)
		tc_metric_finish_gauge(reader, metric);
	else if (view->kind == TACHO_METRIC_EVENT)
		finish_event(reader, metric);
	else if (view->kind >= TACHO_METRIC_TIME)
		finish_distribution(reader, metric);
	else
		view->basis = "all additions: exact";
	if (view->kind <= TACHO_METRIC_WAIT || view->kind == TACHO_METRIC_EVENT)
		view->sum = (double)view->count;
}

static void finish_one(struct tc_reader *reader, struct tc_merged_metric *metric)
{
	struct tc_metric_view *view = &metric->view;
	view->series = find_series(reader->session, view);
	if (view->recent)
		qsort(view->recent_value, view->recent, sizeof *view->recent_value, by_instant);
	if (reader->options.last)
		tc_metric_last(reader, metric);
	else if (reader->options.has_window)
		tc_metric_part(reader, metric);
	else
		finish_whole(reader, metric);
	tc_metric_cut_recent(reader, view);
}

/* Why a gauge that was set has no figures. */
static void note_figureless(struct tc_reader *reader, const struct tc_metric_view *view)
{
	bool figures = isfinite(view->last) || isfinite(view->min) || isfinite(view->max) || !isnan(view->median);
	if (view->kind == TACHO_METRIC_GAUGE && view->count && !figures)
		tc_reader_note(reader,
			"metric \"%s\": what it was set to was infinite or not a number, so that it has no figures",
			view->name);
}

static int by_first(const void *a, const void *b)
{
	const struct tc_metric_view *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	int order = strcmp(x->name, y->name);
	return order ? order : (int)x->kind - (int)y->kind;
}

/* What the observer read of a metric goes with it; readings of the machine have a name and a source, but no kind. */
static void leave_series_out(struct tc_reader *reader)
{
	const struct tc_session_options *options = &reader->options;
	const struct tc_session *session = reader->session;
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series *series = &session->series_view[i].series;
		session->series_view[i].left_out =
			(options->metric_glob && fnmatch(options->metric_glob, series->name, 0)) ||
			(options->source_glob && fnmatch(options->source_glob, series->source, 0));
	}
	for (size_t i = 0; i < reader->metrics; i++) {
		const struct tc_metric_view *metric = &reader->metric[i].view;
		const struct tc_series_view *view = find_series(session, metric);
		if (view)
			session->series_view[view - session->series_view].left_out = !is_wanted(options, metric);
	}
}

/* Their figures cannot be set beside each other. */
static void note_units(struct tc_reader *reader)
{
	const struct tc_session *session = reader->session;
	for (size_t i = 0; i < session->metrics; i++)
		for (size_t k = 0; k < i; k++) {
			const struct tc_metric_view *one = &session->metric[k], *other = &session->metric[i];
			if (strcmp(one->name, other->name) || !strcmp(one->unit, other->unit))
				continue;
			tc_reader_note(reader,
				"metric \"%s\" is in \"%s\" and in \"%s\": give one of them another name", one->name,
				one->unit, other->unit);
			break;
		}
}

void tc_reader_finish_metrics(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	session->metric = calloc(reader->metrics + 1, sizeof *session->metric);
	if (!session->metric) {
		tc_reader_no_memory(reader);
		return;
	}
	if (reader->options.metric_glob || reader->options.source_glob || reader->options.has_kinds)
		leave_series_out(reader);
	for (size_t i = 0; i < reader->metrics; i++) {
		if (!is_used(reader, &reader->metric[i])) {
			free(reader->metric[i].view.recent_value);
			continue;
		}
		finish_one(reader, &reader->metric[i]);
		note_figureless(reader, &reader->metric[i].view);
		session->metric[session->metrics++] = reader->metric[i].view;
	}
	qsort(session->metric, session->metrics, sizeof *session->metric, by_first);
	note_units(reader);
	if (reader->metrics_lost)
		tc_reader_note(reader,
			"%llu metrics found no room: what they counted lies under \"(other)\" or is lost",
			(unsigned long long)reader->metrics_lost);
	if (reader->updates_lost)
		tc_reader_note(reader,
			"%llu %s not recorded: they found no room, were of another kind than their metric, or came "
			"from "
			"a signal handler in the midst of another",
			(unsigned long long)reader->updates_lost,
			reader->updates_lost == 1 ? "value of a metric was" : "values of metrics were");
}
