/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <tacho/version.h>
#include "base/error.h"
#include "export/otlp.h"
#include "stats/sketch.h"

enum { BUCKETS = 160, CUMULATIVE = 2 };

void tc_otlp_text(struct tc_out *out, const char *key, const char *text, size_t bytes)
{
	tc_out_puts(out, "{\"key\":");
	tc_escape_json(out, key, strlen(key));
	tc_out_puts(out, ",\"value\":{\"stringValue\":");
	tc_escape_json(out, text, bytes);
	tc_out_puts(out, "}}");
}

void tc_otlp_int(struct tc_out *out, const char *key, int64_t value)
{
	tc_out_puts(out, "{\"key\":");
	tc_escape_json(out, key, strlen(key));
	tc_out_puts(out, ",\"value\":{\"intValue\":\"");
	tc_out_i64(out, value);
	tc_out_puts(out, "\"}}");
}

void tc_otlp_attribute(struct tc_out *out, const struct tc_attribute_view *a)
{
	tc_out_putc(out, ',');
	if (a->type == TACHO_ATTR_TEXT)
		tc_otlp_text(out, a->key, a->text, a->text_bytes);
	else if (a->type == TACHO_ATTR_I64)
		tc_otlp_int(out, a->key, a->i64);
	else {
		tc_out_puts(out, "{\"key\":");
		tc_escape_json(out, a->key, strlen(a->key));
		if (a->type == TACHO_ATTR_BOOL)
			tc_out_puts(out, a->i64 ? ",\"value\":{\"boolValue\":true" : ",\"value\":{\"boolValue\":false");
		else if (isfinite(a->f64)) {
			tc_out_puts(out, ",\"value\":{\"doubleValue\":");
			tc_out_f64(out, a->f64);
		} else
			tc_out_printf(out, ",\"value\":{\"doubleValue\":\"%s\"",
				isnan(a->f64) ? "NaN"
				: a->f64 > 0  ? "Infinity"
					      : "-Infinity"); /* so has protobuf's JSON */
		tc_out_puts(out, "}}");
	}
}

void tc_otlp_resource(struct tc_out *out, const struct tc_session *session)
{
	const struct tc_manifest *m = &session->manifest;
	const char *name = m->name ? m->name : "session";
	tc_out_puts(out, "\"resource\":{\"attributes\":[");
	tc_otlp_text(out, "service.name", name, strlen(name));
	if (m->host) {
		tc_out_putc(out, ',');
		tc_otlp_text(out, "host.name", m->host, strlen(m->host));
	}
	tc_out_puts(out, ",{\"key\":\"process.command_args\",\"value\":{\"arrayValue\":{\"values\":[");
	for (size_t i = 0; m->arguments && m->arguments[i]; i++) {
		tc_out_puts(out, i ? ",{\"stringValue\":" : "{\"stringValue\":");
		tc_escape_json(out, m->arguments[i], strlen(m->arguments[i]));
		tc_out_putc(out, '}');
	}
	tc_out_puts(out, "]}}}]}");
}

struct metrics {
	const struct tc_session *session;
	struct tc_out *out;
	uint64_t begin, end; /* since 1970 */
	size_t written, points;
};

/* Units by UCUM, which has words of ours in braces. */
static void put_unit(struct tc_out *out, const char *unit)
{
	static const char *const known[][2] = {{"percent", "%"}, {"bytes", "By"}, {"bytes/s", "By/s"}, {"seconds", "s"},
		{"ns", "ns"}, {"Hz", "Hz"}, {"celsius", "Cel"}, {"ratio", "1"}, {"", "1"}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(unit, known[i][0])) {
			tc_out_printf(out, "\"%s\"", known[i][1]);
			return;
		}
	char braced[66];
	size_t n = 0;
	braced[n++] = '{';
	for (; *unit && n < sizeof braced - 2; unit++)
		braced[n++] = *unit == '{' || *unit == '}' ? '_' : *unit;
	braced[n++] = '}';
	tc_escape_json(out, braced, n);
}

static void begin_metric(struct metrics *m, const char *name, const char *unit, const char *help, const char *kind)
{
	tc_out_puts(m->out, m->written++ ? ",{\"name\":" : "{\"name\":");
	tc_escape_json(m->out, name, strlen(name));
	tc_out_puts(m->out, ",\"unit\":");
	put_unit(m->out, unit);
	tc_out_puts(m->out, ",\"description\":");
	tc_escape_json(m->out, help, strlen(help));
	tc_out_printf(m->out, ",\"%s\":{\"dataPoints\":[", kind);
	m->points = 0;
}

static void begin_point(struct metrics *m, uint64_t at)
{
	tc_out_printf(m->out, "%s{\"startTimeUnixNano\":\"%llu\",\"timeUnixNano\":\"%llu\"", m->points++ ? "," : "",
		(unsigned long long)m->begin, (unsigned long long)at);
}

static void put_labelled(struct metrics *m, const char *key, const char *text, size_t bytes)
{
	tc_out_puts(m->out, ",\"attributes\":[");
	if (bytes)
		tc_otlp_text(m->out, key, text, bytes);
	tc_out_putc(m->out, ']');
}

static void put_buckets(struct tc_out *out, const struct tc_sketch *sketch)
{
	tc_out_printf(out, ",\"scale\":%d,\"zeroCount\":\"%llu\",\"positive\":{\"offset\":%d,\"bucketCounts\":[",
		sketch->schema, (unsigned long long)sketch->zero, sketch->buckets ? sketch->first - 1 : 0);
	for (uint32_t i = 0; i < sketch->buckets; i++)
		tc_out_printf(out, "%s\"%llu\"", i ? "," : "", (unsigned long long)sketch->count[i]);
	tc_out_puts(out, "]}");
}

static int put_durations(struct metrics *m)
{
	begin_metric(m, "tacho.span.duration", "seconds", "How long spans took, by name.", "exponentialHistogram");
	for (size_t i = 0; i < m->session->names; i++) {
		const struct tc_name_view *name = &m->session->name[i];
		struct tc_sketch sketch;
		if (!name->figures.count)
			continue;
		int error = tc_sketch_of(&sketch, &name->figures.histogram);
		if (!error)
			error = tc_sketch_fit(&sketch, BUCKETS);
		if (error)
			return tc_error(TACHO_ENOMEM, "out of memory");
		begin_point(m, m->end);
		put_labelled(m, "span.name", name->name, name->bytes);
		tc_out_printf(m->out, ",\"count\":\"%llu\",\"sum\":", (unsigned long long)tc_sketch_total(&sketch));
		tc_out_f64(m->out, tc_wide_double(name->figures.sum_ns) / 1e9);
		tc_out_puts(m->out, ",\"min\":");
		tc_out_f64(m->out, (double)name->figures.min_ns / 1e9);
		tc_out_puts(m->out, ",\"max\":");
		tc_out_f64(m->out, (double)name->figures.max_ns / 1e9);
		put_buckets(m->out, &sketch);
		tc_out_putc(m->out, '}');
		tc_sketch_release(&sketch);
	}
	tc_out_printf(m->out, "],\"aggregationTemporality\":%d}}", CUMULATIVE);
	return 0;
}

static void put_value(struct metrics *m, double value)
{
	tc_out_puts(m->out, ",\"asDouble\":");
	tc_out_f64(m->out, value);
	tc_out_putc(m->out, '}');
}

/* All its digits; but integers have a sign there. */
static void put_count(struct metrics *m, uint64_t count)
{
	if (count > INT64_MAX)
		put_value(m, (double)count);
	else
		tc_out_printf(m->out, ",\"asInt\":\"%llu\"}", (unsigned long long)count);
}

static void put_failures(struct metrics *m)
{
	begin_metric(m, "tacho.span.failures", "spans", "Spans that failed.", "sum");
	for (size_t i = 0; i < m->session->names; i++) {
		begin_point(m, m->end);
		put_labelled(m, "span.name", m->session->name[i].name, m->session->name[i].bytes);
		put_count(m, m->session->name[i].figures.failed);
	}
	tc_out_printf(m->out, "],\"isMonotonic\":true,\"aggregationTemporality\":%d}}", CUMULATIVE);
}

static void put_distribution(struct metrics *m, const struct tc_metric_view *view)
{
	const double quantiles[] = {0.5, 0.9, 0.95, 0.99}, values[] = {view->median, view->p90, view->p95, view->p99};
	begin_metric(m, view->name, view->unit, view->help, "summary");
	if (tc_metric_has_count(view) && isfinite(view->sum)) {
		begin_point(m, m->end);
		put_labelled(m, "source", view->source, strlen(view->source));
		tc_out_printf(m->out, ",\"count\":\"%llu\",\"sum\":", (unsigned long long)view->count);
		tc_out_f64(m->out, view->sum);
		tc_out_puts(m->out, ",\"quantileValues\":[");
		for (int i = 0, n = 0; i < 4; i++) {
			if (!isfinite(values[i]))
				continue;
			tc_out_printf(m->out, "%s{\"quantile\":%g,\"value\":", n++ ? "," : "", quantiles[i]);
			tc_out_f64(m->out, values[i]);
			tc_out_putc(m->out, '}');
		}
		tc_out_puts(m->out, "]}");
	}
	tc_out_puts(m->out, "]}}");
}

static void put_number(struct metrics *m, const struct tc_metric_view *view, bool counts)
{
	begin_metric(m, view->name, view->unit, view->help, counts ? "sum" : "gauge");
	if (counts ? tc_metric_has_count(view) : isfinite(view->last)) {
		begin_point(m, m->end);
		put_labelled(m, "source", view->source, strlen(view->source));
		if (counts)
			put_count(m, view->count);
		else
			put_value(m, view->last);
	}
	if (counts)
		tc_out_printf(m->out, "],\"isMonotonic\":true,\"aggregationTemporality\":%d}}", CUMULATIVE);
	else
		tc_out_puts(m->out, "]}}");
}

static void put_metrics(struct metrics *m)
{
	for (size_t i = 0; i < m->session->metrics; i++) {
		const struct tc_metric_view *view = &m->session->metric[i];
		bool counts = view->kind <= TACHO_METRIC_WAIT || view->kind == TACHO_METRIC_EVENT;
		if (counts || view->kind == TACHO_METRIC_GAUGE)
			put_number(m, view, counts);
		else
			put_distribution(m, view);
	}
}

/* Readings of what is no metric of the program, each with its instant. */
static void put_readings(struct metrics *m)
{
	for (size_t i = 0; i < m->session->series; i++) {
		const struct tc_series_view *view = &m->session->series_view[i];
		bool of_metric = false;
		for (size_t k = 0; k < m->session->metrics && !of_metric; k++)
			of_metric = m->session->metric[k].series == view;
		if (of_metric || view->left_out || !view->count)
			continue;
		begin_metric(m, view->series.name, view->series.unit, view->series.help, "gauge");
		for (size_t k = 0; k < view->count; k++)
			if (isfinite(view->value[k])) {
				begin_point(m, m->begin + (uint64_t)view->at[k]);
				put_value(m, view->value[k]);
			}
		tc_out_puts(m->out, "]}}");
	}
}

int tc_otlp_metrics(struct tc_export *export)
{
	const struct tc_session *session = export->session;
	struct metrics m = {.session = session, .out = export->out, .begin = session->manifest.begin.realtime_ns};
	m.end = m.begin + (uint64_t)session->end;
	tc_out_puts(m.out, "{\"resourceMetrics\":[{");
	tc_otlp_resource(m.out, session);
	tc_out_puts(m.out,
		",\"scopeMetrics\":[{\"scope\":{\"name\":\"tacho\",\"version\":\"" TACHO_VERSION "\"},\"metrics\":[");
	int error = put_durations(&m);
	if (error)
		return error;
	put_failures(&m);
	put_metrics(&m);
	put_readings(&m);
	tc_out_puts(m.out, "]}]}]}\n");
	return 0;
}
