/* SPDX-License-Identifier: MIT
 *
 * prometheus.c - a session as Prometheus reads it, in its text form 0.0.4 or in OpenMetrics 1.0: durations of spans as histograms whose
 * bounds are powers of two seconds, which are bounds of ours; where their time went; the program's metrics under their own names;
 * readings of the machine.
 */
#include <math.h>
#include "base/error.h"
#include "export/export.h"
#include "export/prometheus_text.h"
#include "stats/sketch.h"

enum { LE_LEAST = -20, LE_MOST = 9 }; /* 2^-20 s is 0.95 µs, 2^9 s 512 s */

static const char *name_of(const struct tc_session *session, size_t i)
{
	return session->name[i].name;
}

/* What every process that Prometheus scrapes tells of itself; here of the command and all below it. */
static void about_process(struct tc_exposition *e, const struct tc_session *session)
{
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *view = &session->series_view[i];
		if (!strcmp(view->series.name, "process.cpu") && isfinite(view->total)) {
			tc_family_begin(e, TC_FAMILY_COUNTER, "process_", "cpu", "seconds",
				"CPU time of the command and the processes below it.");
			tc_sample(e, "_total", NULL, view->total);
		} else if (!strcmp(view->series.name, "process.memory") && isfinite(view->course.last)) {
			tc_family_begin(e, TC_FAMILY_GAUGE, "process_", "resident_memory", "bytes",
				"Resident memory of the command and the processes below it.");
			tc_sample(e, "", NULL, view->course.last);
		}
	}
}

static void about_session(struct tc_exposition *e, const struct tc_session *session)
{
	const struct tc_manifest *m = &session->manifest;
	const char *labels[] = {"name", m->name ? m->name : "", "host", m->host ? m->host : "", "kernel",
		m->kernel ? m->kernel : "", "tacho_version", m->tacho ? m->tacho : "", NULL};
	tc_family_begin(e, TC_FAMILY_INFO, "tacho_", "session", "", "What was recorded, and where.");
	tc_sample(e, "_info", labels, 1);
	tc_family_begin(e, TC_FAMILY_GAUGE, "tacho_", "session_runtime", "seconds", "How long it ran, or has run.");
	tc_sample(e, "", NULL, tc_runtime(session) / 1e9);
	tc_family_begin(e, TC_FAMILY_GAUGE, "tacho_", "session_running", "", "1 while it runs, 0 afterwards.");
	tc_sample(e, "", NULL, session->live);
	tc_family_begin(e, TC_FAMILY_GAUGE, "process_", "start_time", "seconds", "When the command began, since 1970.");
	if (m->begin.realtime_ns)
		tc_sample(e, "", NULL, (double)m->begin.realtime_ns / 1e9);
}

/* One of the slowest spans that lies in the bucket up to 2^exponent seconds, with what finds it in the session. */
static void exemplar(
	struct tc_exposition *e, const struct tc_session *session, const struct tc_name_view *name, int exponent)
{
	for (size_t i = 0; e->is_open && i < name->slowest_count; i++) {
		const struct tc_span_view *span = &name->slowest[i];
		double seconds = (double)span->duration_ns / 1e9;
		bool above = exponent == LE_LEAST || seconds > ldexp(1, exponent - 1);
		if (!above || (exponent <= LE_MOST && seconds > ldexp(1, exponent)))
			continue;
		tc_out_puts(e->out, " # {span_id=\"");
		tc_out_hex(e->out, span->id);
		tc_out_printf(e->out, "\",thread=\"%u\"} ", span->thread);
		tc_out_f64(e->out, seconds);
		if (session->manifest.begin.realtime_ns) {
			tc_out_putc(e->out, ' ');
			tc_out_fixed(e->out,
				(int64_t)session->manifest.begin.realtime_ns + span->begin + (int64_t)span->duration_ns,
				9);
		}
		return;
	}
}

static void bucket(struct tc_exposition *e, const char *name, const char *le, uint64_t count)
{
	tc_sample_begin(e, "_bucket", (const char *[]){"span", name, "le", le, NULL});
	tc_out_putc(e->out, ' ');
	tc_out_u64(e->out, count);
}

static int histogram(struct tc_exposition *e, const struct tc_session *session, const struct tc_name_view *name)
{
	struct tc_sketch sketch;
	char le[32];
	const char *labels[] = {"span", name->name, NULL};
	int error = tc_sketch_of(&sketch, &name->figures.histogram);
	if (!error)
		error = tc_sketch_downscale(&sketch, 0);
	if (error)
		return tc_error(TACHO_ENOMEM, "out of memory");
	uint64_t below = sketch.zero;
	uint32_t at = 0;
	for (int exponent = LE_LEAST; exponent <= LE_MOST; exponent++) {
		for (; at < sketch.buckets && sketch.first + (int32_t)at <= exponent; at++)
			below += sketch.count[at];
		snprintf(le, sizeof le, exponent >= 0 && e->is_open ? "%.1f" : "%.17g", ldexp(1, exponent));
		bucket(e, name->name, le, below);
		exemplar(e, session, name, exponent);
		tc_sample_end(e);
	}
	bucket(e, name->name, "+Inf", name->figures.count);
	exemplar(e, session, name, LE_MOST + 1);
	tc_sample_end(e);
	tc_sample(e, "_sum", labels, tc_wide_double(name->figures.sum_ns) / 1e9);
	tc_sample(e, "_count", labels, (double)name->figures.count);
	tc_sketch_release(&sketch);
	return 0;
}

static int spans(struct tc_exposition *e, const struct tc_session *session)
{
	int error = 0;
	tc_family_begin(e, TC_FAMILY_HISTOGRAM, "tacho_", "span_duration", "seconds", "How long spans took, by name.");
	for (size_t i = 0; i < session->names && !error; i++)
		error = histogram(e, session, &session->name[i]);
	tc_family_begin(e, TC_FAMILY_COUNTER, "tacho_", "span_failures", "", "Spans that failed.");
	for (size_t i = 0; i < session->names; i++)
		tc_sample(e, "_total", (const char *[]){"span", name_of(session, i), NULL},
			(double)session->name[i].figures.failed);
	tc_family_begin(e, TC_FAMILY_COUNTER, "tacho_", "span_self", "seconds",
		"Time of spans that was not spent in spans below them.");
	for (size_t i = 0; i < session->names; i++)
		tc_sample(e, "_total", (const char *[]){"span", name_of(session, i), NULL},
			(double)session->name[i].figures.self_ns / 1e9);
	tc_family_begin(e, TC_FAMILY_GAUGE, "tacho_", "open_spans", "", "Spans under way, or when the record ended.");
	for (size_t i = 0; i < session->names; i++)
		tc_sample(e, "", (const char *[]){"span", name_of(session, i), NULL}, (double)session->name[i].open);
	return error;
}

static void shares(struct tc_exposition *e, const struct tc_session *session)
{
	tc_family_begin(e, TC_FAMILY_COUNTER, "tacho_", "span_state", "seconds",
		"Where own time of spans went, as estimated: running, waiting for a CPU, blocked.");
	for (size_t i = 0; i < session->shares; i++) {
		const struct tc_share_view *share = &session->share[i];
		const char *const states[] = {"running", "waiting", "blocked"};
		const double ns[] = {share->running_ns, share->waiting_ns, share->blocked_ns};
		for (size_t k = 0; k < 3 && share->row == TC_SHARE_OF_NAME && share->told_apart; k++)
			if (isfinite(ns[k]))
				tc_sample(e, "_total", (const char *[]){"span", share->name, "state", states[k], NULL},
					fmin(ns[k], share->wall_ns) / 1e9);
	}
}

static bool is_same_metric(const struct tc_metric_view *a, const struct tc_metric_view *b)
{
	return a->kind == b->kind && !strcmp(a->name, b->name) && !strcmp(a->unit, b->unit);
}

static void distribution(struct tc_exposition *e, const struct tc_metric_view *m, double factor)
{
	static const char *const texts[] = {"0.5", "0.9", "0.95", "0.99"};
	const double values[] = {m->median, m->p90, m->p95, m->p99};
	const char *source[] = {*m->source ? "source" : NULL, m->source, NULL};
	for (size_t i = 0; i < 4; i++)
		if (isfinite(values[i]))
			tc_sample(e, "", (const char *[]){"quantile", texts[i], source[0], m->source, NULL},
				values[i] * factor);
	if (isfinite(m->sum))
		tc_sample(e, "_sum", source, m->sum * factor);
	if (tc_metric_has_count(m))
		tc_sample(e, "_count", source, (double)m->count);
}

static void metric_sample(struct tc_exposition *e, const struct tc_metric_view *m, double factor)
{
	const char *source[] = {*m->source ? "source" : NULL, m->source, NULL};
	if (e->family.type == TC_FAMILY_COUNTER && tc_metric_has_count(m))
		tc_sample(e, "_total", source, (double)m->count * factor);
	else if (e->family.type == TC_FAMILY_GAUGE && isfinite(m->last))
		tc_sample(e, "", source, m->last * factor);
	else if (e->family.type == TC_FAMILY_SUMMARY)
		distribution(e, m, factor);
}

/* A family's samples stand together: those of one metric from several sources. */
static void metrics(struct tc_exposition *e, const struct tc_session *session)
{
	for (size_t i = 0; i < session->metrics; i++) {
		const struct tc_metric_view *m = &session->metric[i];
		bool before = false;
		for (size_t k = 0; k < i && !before; k++)
			before = is_same_metric(&session->metric[k], m);
		if (before)
			continue;
		struct tc_base_unit unit = tc_base_unit(m->unit);
		bool counts = m->kind == TACHO_METRIC_COUNTER || m->kind == TACHO_METRIC_EVENT ||
		              m->kind == TACHO_METRIC_WAIT;
		tc_family_begin(e,
			counts                          ? TC_FAMILY_COUNTER
			: m->kind == TACHO_METRIC_GAUGE ? TC_FAMILY_GAUGE
							: TC_FAMILY_SUMMARY,
			"", m->name, unit.name, m->help);
		for (size_t k = i; k < session->metrics; k++)
			if (is_same_metric(m, &session->metric[k]))
				metric_sample(e, &session->metric[k], unit.factor);
	}
}

/* What one reads of a metric over time has been said already. */
static bool is_of_metric(const struct tc_session *session, const struct tc_series_view *view)
{
	for (size_t i = 0; i < session->metrics; i++)
		if (session->metric[i].series == view)
			return true;
	return false;
}

/* Bytes of "system.disk_read" in "system.disk_read.sda", and the device; NULL: it is of no device. */
static const char *device_of(const char *name, size_t *base)
{
	const char *dot = strchr(name, '.'), *second = dot ? strchr(dot + 1, '.') : NULL;
	*base = second ? (size_t)(second - name) : strlen(name);
	return second ? second + 1 : NULL;
}

/* What it came to, or where it stood last; NAN: not known. */
static double value_of(const struct tc_series_view *view)
{
	return !view->count ? NAN : view->series.total_unit ? view->total : view->course.last;
}

static void reading(struct tc_exposition *e, const struct tc_series_view *view, double factor)
{
	size_t base;
	const char *device = device_of(view->series.name, &base);
	bool counts = e->family.type == TC_FAMILY_COUNTER;
	double value = value_of(view);
	if (isfinite(value))
		tc_sample(e, counts ? "_total" : "", device ? (const char *[]){"device", device, NULL} : NULL,
			value * factor);
}

static bool is_same_series(const char *a, const char *b)
{
	size_t x, y;
	bool of_devices = device_of(a, &x) && device_of(b, &y);
	return of_devices ? x == y && !strncmp(a, b, x) : !strcmp(a, b);
}

static void readings(struct tc_exposition *e, const struct tc_session *session)
{
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *view = &session->series_view[i];
		const char *text = view->series.name;
		char of_device[TC_FAMILY_NAME];
		size_t base;
		bool said = is_of_metric(session, view) || !isfinite(value_of(view));
		for (size_t k = 0; k < i && !said; k++)
			said = isfinite(value_of(&session->series_view[k])) &&
			       is_same_series(session->series_view[k].series.name, text);
		if (said)
			continue;
		if (device_of(text, &base)) {
			snprintf(of_device, sizeof of_device, "%.*s_by_device", (int)base, text);
			text = of_device;
		}
		bool counts = view->series.total_unit != NULL;
		struct tc_base_unit unit = tc_base_unit(counts ? view->series.total_unit : view->series.unit);
		tc_family_begin(
			e, counts ? TC_FAMILY_COUNTER : TC_FAMILY_GAUGE, "tacho_", text, unit.name, view->series.help);
		for (size_t k = i; k < session->series; k++)
			if (is_same_series(view->series.name, session->series_view[k].series.name))
				reading(e, &session->series_view[k], unit.factor);
	}
}

static int write_exposition(struct tc_export *export, bool is_open)
{
	const struct tc_session *session = export->session;
	struct tc_exposition e = {.out = export->out, .is_open = is_open};
	about_session(&e, session);
	about_process(&e, session);
	int error = spans(&e, session);
	shares(&e, session);
	readings(&e, session);
	metrics(&e, session);
	tc_exposition_end(&e);
	return error ? error : e.no_memory ? tc_error(TACHO_ENOMEM, "not enough memory for the names of metrics") : 0;
}

static int write_prometheus(struct tc_export *export)
{
	return write_exposition(export, false);
}

static int write_openmetrics(struct tc_export *export)
{
	return write_exposition(export, true);
}

const struct tc_format tc_format_prometheus = {
	.name = "prometheus",
	.ending = ".prom",
	.summary = "Prometheus' text form 0.0.4, for its textfile collector and whatever scrapes",
	.is_state = true,
	.write = write_prometheus,
};

const struct tc_format tc_format_openmetrics = {
	.name = "openmetrics",
	.ending = ".openmetrics",
	.summary = "OpenMetrics 1.0: the same with units and with the slowest spans as exemplars",
	.is_state = true,
	.write = write_openmetrics,
};
