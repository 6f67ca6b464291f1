/* SPDX-License-Identifier: MIT
 *
 * prometheus.c - a session as Prometheus reads it, in its text form 0.0.4 or in OpenMetrics 1.0: durations of spans as histograms whose
 * bounds are powers of two seconds, which are bounds of ours; where their time went; the program's metrics under their own names;
 * readings of the machine.
 */
#include <math.h>
#include "analyze/usual.h"
#include "export/export.h"
#include "export/prometheus_text.h"
#include "format/metric_text.h"
#include "stats/sketch.h"

enum { LE_LEAST = -20, LE_MOST = 9 }; /* 2^-20 s is 0.95 µs, 2^9 s 512 s */

static const char *name_of(const struct tc_session *session, size_t i)
{
	return session->name[i].name;
}

static void own(struct tc_exposition *e, enum tc_family_type type, const char *prefix, const char *text,
	const char *unit, const char *help)
{
	const struct tc_family family = {type, TC_FAMILY_OWN, .prefix = prefix, .text = text, .unit = unit, .kind = ""};
	tc_family_begin(e, &family, help);
}

/* What every process that Prometheus scrapes tells of itself; here of the command and all below it. */
static void about_process(struct tc_exposition *e, const struct tc_session *session)
{
	const struct tc_series_view *cpu = tc_series_find(session, "process.cpu"),
				    *memory = tc_series_find(session, "process.memory");
	if (cpu && isfinite(cpu->total)) {
		own(e, TC_FAMILY_COUNTER, "process_", "cpu", "seconds",
			"CPU time of the command and the processes below it.");
		tc_sample(e, "_total", NULL, cpu->total);
	}
	if (memory && isfinite(memory->course.last)) {
		own(e, TC_FAMILY_GAUGE, "process_", "resident_memory", "bytes",
			"Resident memory of the command and the processes below it.");
		tc_sample(e, "", NULL, memory->course.last);
	}
}

static void about_session(struct tc_exposition *e, const struct tc_session *session)
{
	const struct tc_manifest *m = &session->manifest;
	const char *labels[] = {"name", m->name ? m->name : "", "host", m->host ? m->host : "", "kernel",
		m->kernel ? m->kernel : "", "tacho_version", m->tacho ? m->tacho : "", NULL};
	own(e, TC_FAMILY_INFO, "tacho_", "session", "", "What was recorded, and where.");
	tc_sample(e, "_info", labels, 1);
	own(e, TC_FAMILY_GAUGE, "tacho_", "session_runtime", "seconds", "How long it ran, or has run.");
	tc_sample(e, "", NULL, tc_runtime(session) / 1e9);
	own(e, TC_FAMILY_GAUGE, "tacho_", "session_running", "", "1 while it runs, 0 afterwards.");
	tc_sample(e, "", NULL, session->live);
	own(e, TC_FAMILY_GAUGE, "process_", "start_time", "seconds", "When the command began, since 1970.");
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
	tc_out_u64(e->out, count);
}

static void histogram(struct tc_exposition *e, const struct tc_session *session, const struct tc_name_view *name)
{
	struct tc_sketch sketch;
	char le[32];
	const char *labels[] = {"span", name->name, NULL};
	e->no_memory |= tc_sketch_of(&sketch, &name->figures.histogram) || tc_sketch_downscale(&sketch, 0);
	if (e->no_memory)
		return;
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
	tc_sample_count(e, "_count", labels, name->figures.count);
	tc_sketch_release(&sketch);
}

static void spans(struct tc_exposition *e, const struct tc_session *session)
{
	own(e, TC_FAMILY_HISTOGRAM, "tacho_", "span_duration", "seconds", "How long spans took, by name.");
	for (size_t i = 0; i < session->names && !e->names_only; i++)
		histogram(e, session, &session->name[i]);
	own(e, TC_FAMILY_COUNTER, "tacho_", "span_failures", "", "Spans that failed.");
	for (size_t i = 0; i < session->names; i++)
		tc_sample_count(e, "_total", (const char *[]){"span", name_of(session, i), NULL},
			session->name[i].figures.failed);
	own(e, TC_FAMILY_COUNTER, "tacho_", "span_self", "seconds",
		"Time of spans that was not spent in spans below them.");
	for (size_t i = 0; i < session->names; i++)
		tc_sample(e, "_total", (const char *[]){"span", name_of(session, i), NULL},
			(double)session->name[i].figures.self_ns / 1e9);
	own(e, TC_FAMILY_GAUGE, "tacho_", "open_spans", "", "Spans under way, or when the record ended.");
	for (size_t i = 0; i < session->names; i++)
		tc_sample_count(e, "", (const char *[]){"span", name_of(session, i), NULL}, session->name[i].open);
}

static void shares(struct tc_exposition *e, const struct tc_session *session)
{
	own(e, TC_FAMILY_COUNTER, "tacho_", "span_state", "seconds",
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

/* Every sample of a family of metrics; there is one for each source. */
struct family_metrics {
	const struct tc_session *session;
	size_t first;
};

static const struct tc_metric_view *next_source(const struct family_metrics *of, size_t *at)
{
	const struct tc_metric_view *first = &of->session->metric[of->first], *m;
	while (*at < of->session->metrics)
		if (is_same_metric(first, m = &of->session->metric[(*at)++]))
			return m;
	return NULL;
}

static void quantiles(struct tc_exposition *e, const struct tc_metric_view *m)
{
	static const char *const texts[] = {"0.5", "0.9", "0.95", "0.99"};
	const double values[] = {m->median, m->p90, m->p95, m->p99};
	for (size_t i = 0; i < 4; i++)
		if (isfinite(values[i]))
			tc_sample(e, "",
				(const char *[]){"quantile", texts[i], *m->source ? "source" : NULL, m->source, NULL},
				values[i] * e->factor);
}

static void distributions(struct tc_exposition *e, const struct family_metrics *of)
{
	const struct tc_metric_view *m;
	for (size_t at = of->first; (m = next_source(of, &at));)
		quantiles(e, m);
	tc_family_part(e, "_sum");
	for (size_t at = of->first; (m = next_source(of, &at));)
		if (isfinite(m->sum))
			tc_sample(e, "_sum", (const char *[]){*m->source ? "source" : NULL, m->source, NULL},
				m->sum * e->factor);
	tc_family_part(e, "_count");
	for (size_t at = of->first; (m = next_source(of, &at));)
		if (tc_metric_has_count(m))
			tc_sample_count(
				e, "_count", (const char *[]){*m->source ? "source" : NULL, m->source, NULL}, m->count);
}

static void numbers(struct tc_exposition *e, const struct family_metrics *of)
{
	const struct tc_metric_view *m;
	for (size_t at = of->first; (m = next_source(of, &at));) {
		const char *source[] = {*m->source ? "source" : NULL, m->source, NULL};
		if (e->type == TC_FAMILY_GAUGE && isfinite(m->last))
			tc_sample(e, "", source, m->last * e->factor);
		else if (e->type == TC_FAMILY_COUNTER && tc_metric_has_count(m) && e->factor != 1)
			tc_sample(e, "_total", source, (double)m->count * e->factor);
		else if (e->type == TC_FAMILY_COUNTER && tc_metric_has_count(m))
			tc_sample_count(e, "_total", source, m->count); /* all its digits */
	}
}

static bool is_signed(const struct family_metrics *of)
{
	const struct tc_metric_view *m;
	for (size_t at = of->first; (m = next_source(of, &at));)
		if (m->min < 0 || m->median < 0 || m->sum < 0 || (tc_metric_has_count(m) && m->negative))
			return true;
	return false;
}

static enum tc_family_type type_of(const struct family_metrics *of)
{
	enum tacho_metric_kind kind = of->session->metric[of->first].kind;
	if (kind == TACHO_METRIC_COUNTER || kind == TACHO_METRIC_EVENT || kind == TACHO_METRIC_WAIT)
		return TC_FAMILY_COUNTER;
	return kind == TACHO_METRIC_GAUGE ? TC_FAMILY_GAUGE : is_signed(of) ? TC_FAMILY_SIGNED : TC_FAMILY_SUMMARY;
}

static void metrics(struct tc_exposition *e, const struct tc_session *session)
{
	for (size_t i = 0; i < session->metrics; i++) {
		const struct tc_metric_view *m = &session->metric[i];
		const struct family_metrics of = {session, i};
		bool before = false;
		for (size_t k = 0; k < i && !before; k++)
			before = is_same_metric(&session->metric[k], m);
		if (before)
			continue;
		const struct tc_family family = {type_of(&of), TC_FAMILY_METRIC, .prefix = "", .text = m->name,
			.unit = m->unit, .kind = tc_metric_kind_text(m->kind)};
		tc_family_begin(e, &family, m->help);
		if (e->type == TC_FAMILY_COUNTER || e->type == TC_FAMILY_GAUGE)
			numbers(e, &of);
		else
			distributions(e, &of);
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

static void reading(struct tc_exposition *e, const struct tc_series_view *view)
{
	size_t base;
	const char *device = device_of(view->series.name, &base);
	bool counts = e->type == TC_FAMILY_COUNTER;
	double value = value_of(view);
	if (isfinite(value))
		tc_sample(e, counts ? "_total" : "", device ? (const char *[]){"device", device, NULL} : NULL,
			value * e->factor);
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
		bool said = view->left_out || is_of_metric(session, view) || !isfinite(value_of(view));
		for (size_t k = 0; k < i && !said; k++)
			said = isfinite(value_of(&session->series_view[k])) && !session->series_view[k].left_out &&
			       is_same_series(session->series_view[k].series.name, text);
		if (said)
			continue;
		if (device_of(text, &base)) {
			snprintf(of_device, sizeof of_device, "%.*s_by_device", (int)base, text);
			text = of_device;
		}
		bool counts = view->series.total_unit != NULL;
		const char *unit = counts ? view->series.total_unit : view->series.unit;
		const struct tc_family family = {counts ? TC_FAMILY_COUNTER : TC_FAMILY_GAUGE, TC_FAMILY_READING,
			.prefix = "tacho_", .text = text, .unit = unit, .kind = "",
			.note = counts                     ? " Here what it came to in all."
		                : !strcmp(unit, "percent") ? " Here a ratio, 1 where that is 100."
		                                           : NULL};
		tc_family_begin(e, &family, view->series.help);
		for (size_t k = i; k < session->series; k++)
			if (!session->series_view[k].left_out &&
				is_same_series(view->series.name, session->series_view[k].series.name))
				reading(e, &session->series_view[k]);
	}
}

static void write_families(struct tc_exposition *e)
{
	const struct tc_session *session = e->context;
	about_session(e, session);
	about_process(e, session);
	spans(e, session);
	shares(e, session);
	readings(e, session);
	metrics(e, session);
}

static int write_exposition(struct tc_export *export, bool is_open)
{
	struct tc_exposition e = {.out = export->out, .is_open = is_open, .context = export->session};
	return tc_exposition_write(&e, write_families);
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
