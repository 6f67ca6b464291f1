/* SPDX-License-Identifier: MIT
 *
 * phases.c - the phase report that masking pipelines know (R6.4), field for field: local time without an offset, seconds as numbers, and
 * "4m 5.67s" beside them.  What else tacho knows has names of its own.
 *
 * Entries stand below their phase, but spans come by begin.  So one goes through all spans several times, each time for as many names
 * as have a few thousand of them, whose entries wait in memory.
 */
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include "analyze/usual.h"
#include "base/error.h"
#include "base/json.h"
#include "export/escape.h"
#include "export/export.h"

enum { WAITING = 8192 }; /* entries in memory, unless one name alone has more: these are written as they come */

struct phases {
	struct tc_export *export;
	struct tc_out *out;
	uint64_t *kept; /* finished single spans, by name */
	struct tc_strbuf *entry;
	size_t begun; /* phases written */
};

/* "2.34s", "4m 5.67s", "2h 15m 30s" */
static void formatted(char *out, size_t room, double seconds)
{
	uint64_t hundredths = (uint64_t)(seconds * 100 + 0.5), whole = (uint64_t)(seconds + 0.5);
	if (hundredths < 6000)
		snprintf(out, room, "%.2fs", (double)hundredths / 100);
	else if (hundredths < 360000)
		snprintf(out, room, "%llum %.2fs", (unsigned long long)hundredths / 6000,
			(double)(hundredths % 6000) / 100);
	else
		snprintf(out, room, "%lluh %llum %llus", (unsigned long long)whole / 3600,
			(unsigned long long)whole / 60 % 60, (unsigned long long)whole % 60);
}

/* "2025-01-04T15:30:45" of the local clock. */
static void local_time(char out[32], uint64_t realtime_ns)
{
	time_t seconds = (time_t)(realtime_ns / 1000000000u);
	struct tm local;
	localtime_r(&seconds, &local);
	strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &local);
}

static void head(struct phases *p)
{
	const struct tc_session *session = p->export->session;
	double seconds = tc_considered(session, &p->export->what) / 1e9;
	struct timespec now;
	char stamp[32], text[64];
	clock_gettime(CLOCK_REALTIME, &now);
	local_time(stamp, (uint64_t)now.tv_sec * 1000000000u);
	formatted(text, sizeof text, seconds);
	tc_out_printf(p->out, "{\n  \"report_timestamp\": \"%s\",\n  \"total_runtime_seconds\": ", stamp);
	tc_out_f64(p->out, seconds);
	tc_out_printf(p->out, ",\n  \"total_runtime_formatted\": \"%s\",\n", text);
}

static void known(struct tc_out *out, const char *key, double value)
{
	tc_out_printf(out, "    \"%s\": ", key);
	if (isfinite(value))
		tc_out_f64(out, value);
	else
		tc_out_puts(out, "null");
	tc_out_puts(out, ",\n");
	if (!isfinite(value))
		tc_out_printf(out, "    \"%s_reason\": \"the machine was not observed for long enough\",\n", key);
}

static void resources(struct phases *p)
{
	const struct tc_session *session = p->export->session;
	const struct tc_series_view *cpu = tc_series_find(session, "system.cpu"),
				    *memory = tc_series_find(session, "system.memory_percent");
	size_t samples = cpu ? cpu->count : memory ? memory->count : 0;
	tc_out_puts(p->out, "  \"resource_usage\": {\n");
	known(p->out, "average_cpu_percent", cpu ? cpu->course.average : NAN);
	known(p->out, "average_memory_percent", memory ? memory->course.average : NAN);
	known(p->out, "peak_cpu_percent", cpu ? cpu->course.max : NAN);
	known(p->out, "peak_memory_percent", memory ? memory->course.max : NAN);
	tc_out_printf(p->out, "    \"samples_collected\": %zu\n  },\n", samples);
}

/* So many decimals, without zeros at their end: entries are many, and instants are in ms in the reports that are known. */
static void seconds_member(struct tc_strbuf *out, const char *key, uint64_t ns, unsigned decimals)
{
	char text[48];
	int bytes = snprintf(text, sizeof text, "\"%s\":%llu.%09llu", key, (unsigned long long)ns / 1000000000u,
		(unsigned long long)ns % 1000000000u);
	for (bytes -= (int)(9 - decimals); text[bytes - 1] == '0';)
		bytes--;
	tc_strbuf_add(out, text, (size_t)bytes - (text[bytes - 1] == '.'));
}

static void add(void *buf, const char *text, size_t bytes)
{
	tc_strbuf_add(buf, text, bytes);
}

/* The name of an attribute among the results of its span; NULL: it is none of them. */
static const char *result_key(const struct tc_attribute_view *attribute)
{
	static const char prefix[] = "result.";
	const size_t bytes = sizeof prefix - 1;
	return strncmp(attribute->key, prefix, bytes) || !attribute->key[bytes] ? NULL : attribute->key + bytes;
}

static void metadata(struct tc_strbuf *out, const struct tc_span_view *span)
{
	const char *between = "";
	tc_strbuf_putc(out, '{');
	for (size_t i = 0; i < span->attributes; i++) {
		if (result_key(&span->attribute[i]))
			continue;
		tc_strbuf_puts(out, between);
		tc_attribute_json(out, span->attribute[i].key, &span->attribute[i]);
		between = ",";
	}
	tc_strbuf_putc(out, '}');
}

/* How it ended, unless the program says that itself, and what came out of it. */
static void result(struct tc_strbuf *out, const struct tc_span_view *span)
{
	bool status = false, error = false;
	tc_strbuf_puts(out, ",\"result_metadata\":{");
	for (size_t i = 0; i < span->attributes; i++) {
		const char *key = result_key(&span->attribute[i]);
		if (!key)
			continue;
		status |= !strcmp(key, "status");
		error |= !strcmp(key, "error");
		tc_attribute_json(out, key, &span->attribute[i]);
		tc_strbuf_putc(out, ',');
	}
	if (span->failed && span->message && !error) {
		tc_strbuf_puts(out, "\"error\":");
		tc_json_escape(add, out, span->message, strlen(span->message));
		tc_strbuf_putc(out, ',');
	}
	if (status) /* a comma is the last that was put */
		out->bytes--;
	else
		tc_strbuf_puts(out, span->failed ? "\"status\":\"failed\"" : "\"status\":\"success\"");
	tc_strbuf_puts(out, "}}");
}

static void put_times(struct tc_strbuf *out, uint64_t epoch, const struct tc_span_view *span)
{
	static const char *const keys[] = {"start_time", "start_timestamp", "end_time", "end_timestamp"};
	uint64_t begin = epoch + (uint64_t)span->begin, end = begin + span->duration_ns;
	char begin_text[32], end_text[32];
	for (size_t i = 0; i < 4 && !epoch; i++)
		tc_strbuf_printf(out, "\"%s\":null,\"%s_reason\":\"the trace has no date\",", keys[i], keys[i]);
	if (!epoch)
		return;
	local_time(begin_text, begin);
	local_time(end_text, end);
	seconds_member(out, "start_time", begin, 3);
	tc_strbuf_printf(out, ",\"start_timestamp\":\"%s\",", begin_text);
	seconds_member(out, "end_time", end, 3);
	tc_strbuf_printf(out, ",\"end_timestamp\":\"%s\",", end_text);
}

static void put_entry(struct phases *p, struct tc_strbuf *out, const struct tc_span_view *span)
{
	tc_strbuf_putc(out, '{');
	put_times(out, p->export->session->manifest.begin.realtime_ns, span);
	seconds_member(out, "duration_seconds", span->duration_ns, 9);
	tc_strbuf_puts(out, ",\"metadata\":");
	metadata(out, span);
	result(out, span);
}

static void begin_phase(struct phases *p, size_t name)
{
	const struct tc_name_view *view = &p->export->session->name[name];
	const struct tc_figures *f = &view->figures;
	const char *keys[] = {"total_duration", "average_duration", "min_duration", "max_duration"};
	double total = tc_wide_double(f->sum_ns) / 1e9, count = (double)f->count;
	const double values[] = {total, total / count, (double)f->min_ns / 1e9, (double)f->max_ns / 1e9};
	tc_out_puts(p->out, p->begun++ ? ",\n    " : "\n    ");
	tc_escape_json(p->out, view->name, view->bytes);
	tc_out_printf(p->out, ": {\n      \"count\": %llu,\n", (unsigned long long)f->count);
	for (size_t i = 0; i < 4; i++) {
		tc_out_printf(p->out, "      \"%s\": ", keys[i]);
		tc_out_f64(p->out, values[i]);
		tc_out_puts(p->out, ",\n");
	}
	uint64_t left_out = f->count > p->kept[name] ? f->count - p->kept[name] : 0;
	tc_out_printf(
		p->out, "      \"entries_left_out\": %llu,\n      \"entries\": [\n", (unsigned long long)left_out);
}

/* A phase is a name of which a span has ended. */
static bool is_phase(const struct phases *p, size_t name)
{
	return p->export->session->name[name].figures.count > 0;
}

/* Names [first, end), whose entries are few enough, or one name. */
static int write_names(struct phases *p, size_t first, size_t end)
{
	bool alone = end - first == 1, failed = false, some = false;
	if (alone && is_phase(p, first))
		begin_phase(p, first);
	for (const struct tc_span_view *span; (span = tc_export_span(p->export));) {
		if (span->name < first || span->name >= end || span->open)
			continue;
		struct tc_strbuf *entry = &p->entry[span->name];
		tc_strbuf_puts(entry, some || entry->bytes ? ",\n" : ""); /* not set in: there may be a great many */
		put_entry(p, entry, span);
		if (!alone)
			continue;
		tc_out_add(p->out, tc_strbuf_text(entry), entry->bytes);
		failed |= entry->failed;
		entry->bytes = 0;
		some = true;
	}
	for (size_t i = first; i < end; i++) {
		if (!alone && is_phase(p, i)) {
			begin_phase(p, i);
			tc_out_add(p->out, tc_strbuf_text(&p->entry[i]), p->entry[i].bytes);
		}
		if (is_phase(p, i))
			tc_out_puts(p->out, "\n      ]\n    }");
		failed |= p->entry[i].failed;
		tc_strbuf_release(&p->entry[i]);
		p->entry[i] = (struct tc_strbuf){0};
	}
	return failed ? tc_error(TACHO_ENOMEM, "not enough memory for the entries of a phase") : 0;
}

static int write_phases_of(struct phases *p)
{
	size_t names = p->export->session->names;
	int error = 0;
	p->export->going.leaves_open_out = true;
	for (const struct tc_span_view *span; (span = tc_export_span(p->export));)
		p->kept[span->name] += !span->open;
	tc_out_puts(p->out, "  \"phases\": {");
	for (size_t first = 0, end; first < names && !error; first = end) {
		uint64_t waiting = p->kept[first];
		for (end = first + 1; end < names && waiting + p->kept[end] <= WAITING; end++)
			waiting += p->kept[end];
		error = write_names(p, first, end);
	}
	tc_out_puts(p->out, "\n  },\n  \"phase_order\": [");
	for (size_t i = 0, n = 0; i < names; i++)
		if (is_phase(p, i)) {
			tc_out_puts(p->out, n++ ? ", " : "");
			tc_escape_json(p->out, p->export->session->name[i].name, p->export->session->name[i].bytes);
		}
	tc_out_puts(p->out, "]\n}\n");
	return error;
}

static int write_phases(struct tc_export *export)
{
	size_t names = export->session->names;
	struct phases p = {.export = export,
		.out = export->out,
		.kept = calloc(names + 1, sizeof *p.kept),
		.entry = calloc(names + 1, sizeof *p.entry)};
	int error = p.kept && p.entry ? 0 : tc_error(TACHO_ENOMEM, "not enough memory for %zu names", names);
	if (!error) {
		head(&p);
		resources(&p);
		error = write_phases_of(&p);
	}
	free(p.kept);
	free(p.entry);
	return error;
}

const struct tc_format tc_format_phases = {
	.name = "phases",
	.ending = ".phases.json",
	.summary = "a phase report: count, durations and every entry of each phase, as masking pipelines know it",
	.has_spans = true,
	.streams = true,
	.write = write_phases,
};
