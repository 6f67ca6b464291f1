/* SPDX-License-Identifier: MIT */
#include "analyze/statistic.h"

#include <math.h>
#include <stddef.h>
#include <string.h>
#include "analyze/considered.h"
#include "base/nearest.h"
#include "read/taken.h"

typedef void measure(struct tc_measured *out, const struct tc_subject *subject);

struct way {         /* all zero: there is none */
	size_t at;   /* 1 + offset of the figure in struct tc_summary, tc_metric_view, tc_course */
	measure *by; /* what takes more than that */
};

struct tc_statistic {
	const char *name, *also;
	unsigned kinds; /* of amounts, as bits; 0: any, after its subject's unit */
	struct way of[TC_SUBJECT_KINDS];
};

static double considered_ns(const struct tc_subject *s)
{
	const struct tc_report_options options = {.part = s->part};
	double ns = tc_considered(s->session, &options);
	return ns > 0 ? ns : NAN;
}

static bool is_whole(const struct tc_subject *s)
{
	const struct tc_report_options options = {.part = s->part};
	return !tc_considers_part(s->session, &options);
}

static void set(struct tc_measured *out, double value, enum tc_amount_kind kind)
{
	out->amount = (struct tc_amount){value, kind, false};
	out->low = out->high = value;
}

static void unknown(struct tc_measured *out, const char *reason)
{
	set(out, NAN, out->amount.kind);
	out->reason = reason;
}

static void span_count(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, (double)s->name->figures.count, TC_AMOUNT_NUMBER);
}

static void span_failed(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, (double)s->name->figures.failed, TC_AMOUNT_NUMBER);
}

static void span_failure_rate(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, 100 * (1 - s->name->summary.success_rate), TC_AMOUNT_PERCENT);
	if (s->name->figures.count) /* without the rounding of 1 - x */
		set(out, 100 * (double)s->name->figures.failed / (double)s->name->figures.count, TC_AMOUNT_PERCENT);
}

static void span_success_rate(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, 100 * s->name->summary.success_rate, TC_AMOUNT_PERCENT);
}

static void span_cv(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, 100 * s->name->summary.cv, TC_AMOUNT_PERCENT);
}

static void span_self(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, (double)s->name->figures.self_ns, TC_AMOUNT_TIME);
}

/* What has not ended can only become longer.  In a part of the session it is none of those that ended there. */
static void add_open(struct tc_measured *out, const struct tc_subject *s, double longest_ns)
{
	if (s->name->open && is_whole(s))
		out->at_least = longest_ns;
}

static void span_max(struct tc_measured *out, const struct tc_subject *s)
{
	uint64_t longest_ns = 0;
	for (size_t i = 0; i < s->session->open_spans; i++) {
		const struct tc_span_view *open = &s->session->open_span[i];
		if (&s->session->name[open->name] == s->name && open->duration_ns > longest_ns)
			longest_ns = open->duration_ns;
	}
	set(out, s->name->summary.max, TC_AMOUNT_TIME);
	add_open(out, s, (double)longest_ns);
}

static void span_total(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, s->name->summary.total, TC_AMOUNT_TIME);
	add_open(out, s, tc_wide_double(s->name->figures.sum_ns) + (double)s->name->open_ns);
}

static void span_throughput(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, (double)s->name->figures.count * 1e9 / considered_ns(s), TC_AMOUNT_NUMBER);
	out->amount.per_second = true;
}

static const struct tc_share_view *share_of(struct tc_measured *out, const struct tc_subject *s)
{
	for (size_t i = 0; i < s->session->shares; i++) {
		const struct tc_share_view *share = &s->session->share[i];
		if (share->row == TC_SHARE_OF_NAME && share->bytes == s->name->bytes &&
			!memcmp(share->name, s->name->name, share->bytes) && share->wall_ns > 0)
			return share;
	}
	unknown(out, "nobody watched where the time of its threads went (docs/ATTRIBUTION.md)");
	return NULL;
}

/* A part of the name's own time: as time where that is wanted, else as a share of it. */
static void part_of(struct tc_measured *out, double value, double low, double high, double whole)
{
	bool as_time = out->amount.kind == TC_AMOUNT_TIME;
	double scale = as_time ? 1 : 100 / whole;
	set(out, value * scale, as_time ? TC_AMOUNT_TIME : TC_AMOUNT_PERCENT);
	if (isnan(value))
		out->reason = "the kernel told nothing of it here";
	out->low = isnan(low) ? out->amount.value : low * scale;
	out->high = isnan(high) ? out->amount.value : fmin(high, whole) * scale;
}

static void span_cpu(struct tc_measured *out, const struct tc_subject *s)
{
	const struct tc_share_view *share = share_of(out, s);
	if (share)
		part_of(out, share->running_ns, share->running_low_ns, share->running_high_ns, share->wall_ns);
}

static void span_waiting(struct tc_measured *out, const struct tc_subject *s)
{
	const struct tc_share_view *share = share_of(out, s);
	if (share)
		part_of(out, share->waiting_ns, share->waiting_low_ns, share->waiting_high_ns, share->wall_ns);
}

static void span_blocked(struct tc_measured *out, const struct tc_subject *s)
{
	const struct tc_share_view *share = share_of(out, s);
	if (share)
		part_of(out, share->blocked_ns, share->blocked_low_ns, share->blocked_high_ns, share->wall_ns);
}

static void span_throttled(struct tc_measured *out, const struct tc_subject *s)
{
	const struct tc_share_view *share = share_of(out, s);
	if (share)
		part_of(out, share->throttled_ns, NAN, NAN, share->wall_ns);
}

/* CPU time for each second of the run, of one core: what a budget of a module means. */
static void span_load(struct tc_measured *out, const struct tc_subject *s)
{
	const struct tc_share_view *share = share_of(out, s);
	double scale = 100 / considered_ns(s);
	if (!share)
		return;
	set(out, share->running_ns * scale, TC_AMOUNT_PERCENT);
	out->low = share->running_low_ns * scale;
	out->high = share->running_high_ns * scale;
}

static void span_memory(struct tc_measured *out, const struct tc_subject *s)
{
	const struct tc_share_view *share = share_of(out, s);
	if (share)
		set(out, share->memory_bytes, TC_AMOUNT_BYTES);
}

static void metric_count(struct tc_measured *out, const struct tc_subject *s)
{
	bool wait = s->metric->kind == TACHO_METRIC_WAIT;
	set(out, tc_metric_has_count(s->metric) && !wait ? (double)s->metric->count : NAN, TC_AMOUNT_NUMBER);
	out->reason = wait ? "how often something was waited for is not counted" : NULL;
}

static void metric_per_minute(struct tc_measured *out, const struct tc_subject *s)
{
	bool short_of_it = s->metric->kind == TACHO_METRIC_EVENT && tc_metric_has_count(s->metric);
	set(out, tc_metric_per_minute(s->metric), TC_AMOUNT_NUMBER);
	out->reason = short_of_it ? "less than a second is no time to tell a rate from"
	                          : "only an event has a rate per minute";
}

static void metric_share(struct tc_measured *out, const struct tc_subject *s)
{
	bool known = s->metric->kind == TACHO_METRIC_WAIT;
	set(out, known ? 100 * s->metric->sum / considered_ns(s) : NAN, TC_AMOUNT_PERCENT);
	out->reason = "only a wait is a share of the time";
}

/* What a rate adds up to; of CPU time the kernel has it, which no reading misses. */
static void series_total(struct tc_measured *out, const struct tc_subject *s)
{
	const struct tc_series *series = &s->series->series;
	struct tc_amount unit = tc_amount_of_unit(series->total_unit);
	set(out, s->series->total * unit.value, unit.kind);
	if (is_whole(s) && !strcmp(series->name, "process.cpu"))
		set(out, tc_session_taken(s->session).cpu_ns, TC_AMOUNT_TIME);
	if (!series->total_unit)
		out->reason = "it is a level, which adds up to nothing";
}

/* A share of cores is one of a single core. */
static struct tc_amount unit_of(const char *unit, enum tc_amount_kind wanted)
{
	if (wanted == TC_AMOUNT_PERCENT && !strcmp(unit, "cores"))
		return (struct tc_amount){100, TC_AMOUNT_PERCENT, false};
	return tc_amount_of_unit(unit);
}

/* Between two readings memory may have been higher: of the largest process the kernel has the peak. */
static void series_peak(struct tc_measured *out, const struct tc_subject *s)
{
	struct tc_amount unit = unit_of(s->series->series.unit, out->amount.kind);
	double peak = s->series->course.max * unit.value;
	if (is_whole(s) && !strcmp(s->series->series.name, "process.memory"))
		peak = fmax(peak, tc_session_taken(s->session).peak_rss_bytes);
	set(out, peak, unit.kind);
	out->amount.per_second = unit.per_second;
}

static void run_time(struct tc_measured *out, const struct tc_subject *s)
{
	set(out, considered_ns(s), TC_AMOUNT_TIME);
	out->reason = "no time has passed";
}

#define SPAN(member) [TC_OF_SPAN] = {.at = 1 + offsetof(struct tc_summary, member)}
#define METRIC(member) [TC_OF_METRIC] = {.at = 1 + offsetof(struct tc_metric_view, member)}
#define SERIES(member) [TC_OF_SERIES] = {.at = 1 + offsetof(struct tc_course, member)}
#define BY(subject, function) [subject] = {.by = (function)}
enum {
	NUMBER = 1 << TC_AMOUNT_NUMBER,
	TIME = 1 << TC_AMOUNT_TIME,
	BYTES = 1 << TC_AMOUNT_BYTES,
	SHARE = 1 << TC_AMOUNT_PERCENT
};

/* clang-format off */
static const struct tc_statistic table[] = {
	{"count", NULL, NUMBER, {BY(TC_OF_SPAN, span_count), BY(TC_OF_METRIC, metric_count)}},
	{"total", "sum", 0, {BY(TC_OF_SPAN, span_total), METRIC(sum), BY(TC_OF_SERIES, series_total)}},
	{"mean", "average", 0, {SPAN(mean), METRIC(mean), SERIES(average)}},
	{"median", "p50", 0, {SPAN(median), METRIC(median)}},
	{"p90", NULL, 0, {SPAN(p90), METRIC(p90)}},
	{"p95", NULL, 0, {SPAN(p95), METRIC(p95), SERIES(p95)}},
	{"p99", NULL, 0, {SPAN(p99), METRIC(p99)}},
	{"p999", NULL, TIME, {SPAN(p999)}},
	{"min", NULL, 0, {SPAN(min), METRIC(min), SERIES(min)}},
	{"max", "peak", 0, {BY(TC_OF_SPAN, span_max), METRIC(max), BY(TC_OF_SERIES, series_peak)}},
	{"last", "current", 0, {METRIC(last), SERIES(last)}},
	{"sd", "stdev", 0, {SPAN(sd), METRIC(sd)}},
	{"cv", NULL, SHARE, {BY(TC_OF_SPAN, span_cv)}},
	{"failed", NULL, NUMBER, {BY(TC_OF_SPAN, span_failed)}},
	{"failure_rate", NULL, SHARE, {BY(TC_OF_SPAN, span_failure_rate)}},
	{"success_rate", NULL, SHARE, {BY(TC_OF_SPAN, span_success_rate)}},
	{"throughput", NULL, NUMBER, {BY(TC_OF_SPAN, span_throughput)}},
	{"self", NULL, TIME, {BY(TC_OF_SPAN, span_self)}},
	{"cpu", NULL, SHARE | TIME, {BY(TC_OF_SPAN, span_cpu)}},
	{"waiting", NULL, SHARE | TIME, {BY(TC_OF_SPAN, span_waiting)}},
	{"throttled", NULL, SHARE | TIME, {BY(TC_OF_SPAN, span_throttled)}},
	{"blocked", NULL, SHARE | TIME, {BY(TC_OF_SPAN, span_blocked)}},
	{"load", NULL, SHARE, {BY(TC_OF_SPAN, span_load)}},
	{"memory", NULL, BYTES, {BY(TC_OF_SPAN, span_memory)}},
	{"per_minute", NULL, NUMBER, {BY(TC_OF_METRIC, metric_per_minute)}},
	{"share", NULL, SHARE, {BY(TC_OF_METRIC, metric_share)}},
	{"runtime", NULL, TIME, {BY(TC_OF_RUN, run_time)}},
};
/* clang-format on */
enum { STATISTICS = sizeof table / sizeof *table };

const struct tc_statistic *tc_statistic_find(const char *name)
{
	for (size_t i = 0; i < STATISTICS; i++)
		if (!strcmp(table[i].name, name) || (table[i].also && !strcmp(table[i].also, name)))
			return &table[i];
	return NULL;
}

const char *tc_statistic_name(const struct tc_statistic *statistic)
{
	return statistic->name;
}

/* "p96": 0.96; NAN: it is no percentile. */
static double percentile_of(const char *name)
{
	size_t digits = name[0] == 'p' ? strspn(name + 1, "0123456789") : 0;
	double share = 0, place = 0.1;
	if (!digits || name[1 + digits])
		return NAN;
	for (const char *digit = name + 1; *digit; digit++, place /= 10)
		share += (*digit - '0') * place;
	return share;
}

/* Of percentiles the one that says most nearly the same, not the one that is written most alike. */
static const char *nearest_percentile(double share)
{
	const char *near = NULL;
	double least = INFINITY;
	for (size_t i = 0; i < STATISTICS; i++) {
		const char *name =
			table[i].also && !isnan(percentile_of(table[i].also)) ? table[i].also : table[i].name;
		double away = fabs(percentile_of(name) - share);
		if (away < least) {
			least = away;
			near = name;
		}
	}
	return near;
}

const char *tc_statistic_nearest(const char *name)
{
	if (!isnan(percentile_of(name)))
		return nearest_percentile(percentile_of(name));
	return tc_nearest(name, &table[0].name, STATISTICS, sizeof *table);
}

static bool has(const struct tc_statistic *statistic, enum tc_subject_kind kind)
{
	return kind == TC_SUBJECT_KINDS || statistic->of[kind].at || statistic->of[kind].by;
}

void tc_statistic_list(struct tc_strbuf *out, enum tc_subject_kind kind)
{
	size_t listed = 0;
	for (size_t i = 0; i < STATISTICS; i++)
		if (has(&table[i], kind))
			tc_strbuf_printf(out, "%s%s", listed++ ? ", " : "", table[i].name);
}

const char *tc_subject_word(enum tc_subject_kind kind)
{
	static const char *const words[TC_SUBJECT_KINDS] = {"a span", "a metric", "a series", "the run"};
	return words[kind];
}

bool tc_statistic_takes(const struct tc_statistic *statistic, struct tc_amount limit)
{
	return !statistic->kinds || (statistic->kinds >> limit.kind & 1) ||
	       (limit.value == 0 && limit.kind == TC_AMOUNT_NUMBER);
}

/* A figure that lies ready, in the unit of its subject. */
static void take(struct tc_measured *out, size_t at, const struct tc_subject *s, enum tc_amount_kind wanted)
{
	const void *from = s->kind == TC_OF_SPAN     ? (const void *)&s->name->summary
	                   : s->kind == TC_OF_METRIC ? (const void *)s->metric
	                                             : (const void *)&s->series->course;
	const char *unit = s->kind == TC_OF_SPAN     ? "ns"
	                   : s->kind == TC_OF_METRIC ? s->metric->unit
	                                             : s->series->series.unit;
	struct tc_amount one = unit_of(unit, wanted);
	double value;
	memcpy(&value, (const char *)from + at - 1, sizeof value);
	set(out, value * one.value, one.kind);
	out->amount.per_second = one.per_second;
}

static const char *why_not(const struct tc_subject *s)
{
	if (s->kind == TC_OF_SPAN)
		return s->name->figures.count ? "that takes two spans" : "no span of it has ended";
	if (s->kind == TC_OF_METRIC)
		return "a metric of its kind has none, or nothing was recorded";
	return s->series->series.absent ? s->series->series.absent : "there are no readings of it";
}

static uint64_t values_of(const struct tc_subject *s)
{
	return s->kind == TC_OF_SPAN     ? s->name->figures.count
	       : s->kind == TC_OF_METRIC ? tc_metric_has_count(s->metric) ? s->metric->count : 0
	       : s->kind == TC_OF_SERIES ? s->series->count
	                                 : 1;
}

bool tc_measure(struct tc_measured *out, const struct tc_statistic *statistic, const struct tc_subject *subject,
	enum tc_amount_kind wanted)
{
	const struct way *way = &statistic->of[subject->kind];
	*out = (struct tc_measured){.amount.kind = wanted, .at_least = NAN, .n = values_of(subject)};
	if (way->by)
		way->by(out, subject);
	else if (way->at)
		take(out, way->at, subject, wanted);
	else
		return false;
	if (!isfinite(out->amount.value)) {
		out->amount.value = out->low = out->high = NAN;
		out->reason = out->reason ? out->reason : why_not(subject);
	} else
		out->reason = NULL;
	return true;
}
