/* SPDX-License-Identifier: MIT
 *
 * csv.c - a directory of tables as of RFC 4180, one per kind of data: UTF-8 with its mark, lines end in CR LF, a heading in the first.  Numbers have a
 * point and no unit, which is in the heading; what is not known is an empty cell.
 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/error.h"
#include "base/strbuf.h"
#include "export/escape.h"
#include "export/export.h"
#include "format/identity.h"
#include "format/metric_text.h"

/* Without the mark of UTF-8 spreadsheets take the bytes for characters of another code. */
static int begin_table(struct tc_export *export, const char *file, const char *heading)
{
	int error = tc_export_file(export, file);
	if (error)
		return error;
	tc_out_puts(export->out, "\xef\xbb\xbf");
	tc_out_puts(export->out, heading);
	tc_out_puts(export->out, "\r\n");
	return 0;
}

static void cell(struct tc_out *out, const char *text)
{
	tc_escape_csv(out, text, strlen(text));
	tc_out_putc(out, ',');
}

static void real(struct tc_out *out, double value)
{
	tc_out_f64(out, value);
	tc_out_putc(out, ',');
}

/* The comma behind the last cell becomes the line's end. */
static void line_end(struct tc_out *out)
{
	out->used--;
	tc_out_add(out, "\r\n", 2);
}

/* All attributes in one cell, as JSON, so that a program can take them apart again. */
static void attributes(struct tc_out *out, struct tc_strbuf *scratch, const struct tc_span_view *span)
{
	tc_strbuf_clear(scratch);
	tc_attributes_json(scratch, span);
	tc_escape_csv(out, scratch->text, scratch->bytes);
}

static void span_line(struct tc_export *export, const struct tc_escaped *names, const uint64_t *pid,
	struct tc_strbuf *scratch, const struct tc_span_view *span)
{
	struct tc_out *out = export->out;
	tc_out_name(out, names, span->name);
	tc_out_putc(out, ',');
	tc_out_fixed(out, span->begin, 9);
	tc_out_putc(out, ',');
	tc_out_fixed(out, (int64_t)span->duration_ns, 6);
	tc_out_putc(out, ',');
	tc_out_u64(out, pid[span->process]);
	tc_out_putc(out, ',');
	tc_out_u64(out, span->thread);
	tc_out_putc(out, ',');
	tc_out_u64(out, span->node ? span->node->depth : span->depth);
	tc_out_putc(out, ',');
	if (span->kind != TACHO_KIND_SCOPE)
		tc_out_puts(out, tc_kind_text(span->kind));
	tc_out_puts(out, span->open ? ",open," : span->failed ? ",failed," : ",ok,");
	if (span->message)
		tc_escape_csv(out, span->message, strlen(span->message));
	tc_out_putc(out, ',');
	if (span->attributes)
		attributes(out, scratch, span);
	tc_out_add(out, "\r\n", 2);
}

static int spans(struct tc_export *export)
{
	struct tc_strbuf scratch = {0};
	struct tc_escaped names = {0};
	uint64_t *pid = tc_export_pids(export->session);
	int error = pid ? tc_escaped_names(&names, export->session, tc_escape_csv) : TACHO_ENOMEM;
	if (error || (error = begin_table(export, "spans.csv",
			      "name,start_seconds,duration_ms,pid,thread,depth,kind,outcome,message,attributes")))
		goto out;
	for (const struct tc_span_view *span; (span = tc_export_span(export));)
		span_line(export, &names, pid, &scratch, span);
out:
	tc_escaped_release(&names);
	tc_strbuf_release(&scratch);
	free(pid);
	return error;
}

static int summary(struct tc_export *export)
{
	int error = begin_table(export, "summary.csv",
		"name,count,failed,open,success_ratio,total_seconds,self_seconds,mean_ms,sd_ms,min_ms,median_ms,"
		"p90_ms,p95_ms,p99_ms,p999_ms,max_ms,first_seconds");
	if (error)
		return error;
	struct tc_out *out = export->out;
	for (size_t i = 0; i < export->session->names; i++) {
		const struct tc_name_view *name = &export->session->name[i];
		const struct tc_summary *s = &name->summary;
		tc_escape_csv(out, name->name, name->bytes);
		tc_out_printf(out, ",%llu,%llu,%zu,", (unsigned long long)name->figures.count,
			(unsigned long long)name->figures.failed, name->open);
		real(out, s->success_rate);
		real(out, tc_wide_double(name->figures.sum_ns) / 1e9);
		real(out, (double)name->figures.self_ns / 1e9);
		const double ms[] = {s->mean, s->sd, s->min, s->median, s->p90, s->p95, s->p99, s->p999, s->max};
		for (size_t k = 0; k < sizeof ms / sizeof *ms; k++)
			real(out, ms[k] / 1e6);
		real(out, (double)name->first / 1e9);
		line_end(out);
	}
	return 0;
}

static void metric_head(struct tc_out *out, const struct tc_metric_view *m)
{
	cell(out, m->name);
	cell(out, tc_metric_kind_text(m->kind));
	cell(out, m->unit);
	cell(out, m->source);
	if (tc_metric_has_count(m) && m->kind != TACHO_METRIC_WAIT) /* how often is not known, its sum is the time */
		tc_out_u64(out, m->count);
	tc_out_putc(out, ',');
}

static int metrics(struct tc_export *export)
{
	int error = begin_table(
		export, "metrics.csv", "name,kind,unit,source,count,last,sum,mean,sd,min,median,p90,p95,p99,max,help");
	if (error)
		return error;
	struct tc_out *out = export->out;
	for (size_t i = 0; i < export->session->metrics; i++) {
		const struct tc_metric_view *m = &export->session->metric[i];
		if (m->kind == TACHO_METRIC_EVENT)
			continue;
		metric_head(out, m);
		real(out, m->last);
		if (tc_metric_sum_is_count(m)) {
			tc_out_u64(out, m->count);
			tc_out_putc(out, ',');
		} else
			real(out, m->sum);
		const double figures[] = {m->mean, m->sd, m->min, m->median, m->p90, m->p95, m->p99, m->max};
		for (size_t k = 0; k < sizeof figures / sizeof *figures; k++)
			real(out, figures[k]);
		cell(out, m->help);
		line_end(out);
	}
	return 0;
}

static int events(struct tc_export *export)
{
	int error = begin_table(export, "events.csv", "name,kind,unit,source,count,per_minute,first_seconds,help");
	if (error)
		return error;
	struct tc_out *out = export->out;
	for (size_t i = 0; i < export->session->metrics; i++) {
		const struct tc_metric_view *m = &export->session->metric[i];
		if (m->kind != TACHO_METRIC_EVENT)
			continue;
		metric_head(out, m);
		real(out, tc_metric_per_minute(m));
		real(out, (double)m->first / 1e9);
		cell(out, m->help);
		line_end(out);
	}
	return 0;
}

static bool is_of_gpu(const struct tc_series_view *view)
{
	return !strncmp(view->series.name, "gpu.", 4);
}

/* A table of an older export, which would be taken for one of this. */
static bool is_there(const struct tc_export *export, const char *file)
{
	char path[TC_DESTINATION_PATH + 64];
	snprintf(path, sizeof path, "%s/%s", export->destination->path, file);
	return access(path, F_OK) == 0;
}

static int samples(struct tc_export *export, const char *file, bool of_gpu)
{
	const struct tc_session *session = export->session;
	bool any = !of_gpu || is_there(export, file);
	for (size_t i = 0; i < session->series; i++)
		any |= is_of_gpu(&session->series_view[i]) && session->series_view[i].count &&
		       !session->series_view[i].left_out;
	int error = any ? begin_table(export, file, "series,at_seconds,value,unit") : 0;
	if (error || !any)
		return error;
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *view = &session->series_view[i];
		for (size_t k = 0; k < view->count && is_of_gpu(view) == of_gpu && !view->left_out; k++) {
			if (!isfinite(view->value[k]))
				continue;
			cell(export->out, view->series.name);
			tc_out_fixed(export->out, view->at[k], 9);
			tc_out_putc(export->out, ',');
			real(export->out, view->value[k]);
			cell(export->out, view->series.unit);
			line_end(export->out);
		}
	}
	return 0;
}

static int write_csv(struct tc_export *export)
{
	int error = spans(export);
	if (!error)
		error = summary(export);
	if (!error)
		error = metrics(export);
	if (!error)
		error = events(export);
	if (!error)
		error = samples(export, "samples.csv", false);
	return error ? error : samples(export, "gpu.csv", true);
}

const struct tc_format tc_format_csv = {
	.name = "csv",
	.ending = "-csv",
	.summary = "a directory of tables for a spreadsheet or a notebook: spans, summary, metrics, events, samples",
	.is_directory = true,
	.has_spans = true,
	.streams = true,
	.write = write_csv,
};
