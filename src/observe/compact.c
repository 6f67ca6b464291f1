/* SPDX-License-Identifier: MIT */
#include "observe/compact.h"
#include "base/error.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct mean { /* of one series over two rows */
	bool asked;
	double sum, weight;
};

struct extreme { /* a row of one sample to be kept */
	uint64_t at_ns;
	struct tc_sample sample;
};

struct work {
	struct tc_log *to;
	const struct tc_compaction *compaction;
	bool merge, thin_samples, thin_calibrations, failed;
	uint64_t width_ns; /* of the old ladder's windows */
	struct tc_build pair;
	bool half; /* the first of two windows lies in pair */
	uint64_t pair_begin_ns, pair_end_ns;
	uint64_t windows, seconds;
	struct mean *mean; /* by series, of the rows that become one */
	struct tc_sample *row;
	bool half_row; /* the first of two rows lies in mean */
	uint64_t last_row_ns;
	size_t rows, calibrations, calibrations_seen;
	struct tc_sample *total; /* by series, of the first of two rows; value NAN: none */
	uint64_t totals_at_ns;
	bool half_totals;
	struct extreme *extreme; /* by time */
	size_t extremes, extremes_done;
};

static void on_calibration(void *context, const struct tc_calibration *calibration)
{
	struct work *work = context;
	if (work->thin_calibrations && work->calibrations_seen++ % 2)
		return;
	tc_log_calibration(work->to, calibration);
	work->calibrations++;
}

/* ---- totals ---- */

static void forget_totals(struct work *work)
{
	for (uint32_t i = 0; i < work->compaction->series->count; i++)
		work->total[i] = (struct tc_sample){i, NAN};
	work->half_totals = false;
}

static void put_totals(struct work *work)
{
	size_t count = 0;
	for (size_t i = 0; i < work->compaction->series->count; i++)
		if (!isnan(work->total[i].value))
			work->total[count++] = work->total[i];
	if (count)
		tc_log_totals(work->to, work->totals_at_ns, work->total, count);
	forget_totals(work);
}

/* Two rows become one: of each series the newer total. */
static void on_totals(void *context, uint64_t at_ns, const struct tc_sample *totals, size_t count)
{
	struct work *work = context;
	if (!work->thin_calibrations) {
		tc_log_totals(work->to, at_ns, totals, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (totals[i].series < work->compaction->series->count)
			work->total[totals[i].series] = totals[i];
	work->totals_at_ns = at_ns;
	if (work->half_totals)
		put_totals(work);
	else
		work->half_totals = true;
}

static void on_process(void *context, const struct tc_process_entry *process)
{
	tc_log_process(((struct work *)context)->to, process);
}

static void on_note(void *context, const char *sentence)
{
	tc_log_note(((struct work *)context)->to, sentence);
}

static void on_tree(void *context, const struct tc_tree_entry *tree)
{
	struct work *work = context;
	if (tree->key <= work->compaction->trees_limit)
		tc_log_tree(work->to, tree);
}

/* ---- samples ---- */

static void put_extremes(struct work *work, uint64_t before_ns)
{
	for (; work->extremes_done < work->extremes && work->extreme[work->extremes_done].at_ns < before_ns;
		work->extremes_done++) {
		const struct extreme *extreme = &work->extreme[work->extremes_done];
		tc_log_samples(work->to, extreme->at_ns, &extreme->sample, 1);
	}
}

static void put_row(struct work *work, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	put_extremes(work, at_ns);
	tc_log_samples(work->to, at_ns, samples, count);
	work->rows++;
}

/* Each row is weighted with the time it stands for; a value that is missing in one is the other's. */
static void add_row(struct work *work, uint64_t length_ns, const struct tc_sample *samples, size_t count)
{
	double weight = (double)length_ns + 1;
	for (size_t i = 0; i < count; i++) {
		if (samples[i].series >= work->compaction->series->count)
			continue;
		struct mean *mean = &work->mean[samples[i].series];
		mean->asked = true;
		mean->sum += isnan(samples[i].value) ? 0 : samples[i].value * weight;
		mean->weight += isnan(samples[i].value) ? 0 : weight;
	}
}

static void put_mean(struct work *work)
{
	size_t count = 0;
	for (uint32_t i = 0; i < work->compaction->series->count; i++) {
		struct mean *mean = &work->mean[i];
		if (mean->asked)
			work->row[count++] = (struct tc_sample){i, mean->weight > 0 ? mean->sum / mean->weight : NAN};
		*mean = (struct mean){.asked = false};
	}
	put_row(work, work->last_row_ns, work->row, count);
	work->half_row = false;
}

static void on_samples(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	struct work *work = context;
	uint64_t length_ns = at_ns > work->last_row_ns ? at_ns - work->last_row_ns : 0;
	if (!work->thin_samples) {
		tc_log_samples(work->to, at_ns, samples, count);
		work->rows++;
		return;
	}
	if (count == 1 && work->extremes)
		return; /* an extreme of an earlier thinning: it is in the means, and here again if it still is one */
	work->last_row_ns = at_ns;
	add_row(work, length_ns, samples, count);
	if (work->half_row)
		put_mean(work);
	else
		work->half_row = true;
}

static int by_time(const void *a, const void *b)
{
	const struct extreme *one = a, *other = b;
	return (one->at_ns > other->at_ns) - (one->at_ns < other->at_ns);
}

/* A log of a single series has no rows that could be told from extremes, and none are kept. */
static bool list_extremes(struct work *work)
{
	const struct tc_series_set *set = work->compaction->series;
	size_t with_values = 0;
	for (uint32_t i = 0; i < set->count; i++)
		with_values += !isnan(set->one[i].extremes.max);
	if (with_values < 2)
		return true;
	work->extreme = malloc(2 * with_values * sizeof *work->extreme);
	if (!work->extreme)
		return false;
	for (uint32_t i = 0; i < set->count; i++) {
		const struct tc_extremes *extremes = &set->one[i].extremes;
		if (isnan(extremes->max))
			continue;
		work->extreme[work->extremes++] = (struct extreme){extremes->max_at_ns, {i, extremes->max}};
		work->extreme[work->extremes++] = (struct extreme){extremes->min_at_ns, {i, extremes->min}};
	}
	qsort(work->extreme, work->extremes, sizeof *work->extreme, by_time);
	return true;
}

/* ---- windows ---- */

static void put_pair(struct work *work)
{
	if (!work->half)
		return;
	tc_build_write(&work->pair, work->to, 0, work->pair_begin_ns, work->pair_end_ns);
	work->half = false;
	work->windows++;
}

static void put_second(
	struct work *work, uint64_t begin_ns, uint64_t end_ns, const struct tc_window_entry *entries, size_t count)
{
	if (end_ns + TC_WINDOW_HOUR_NS < work->compaction->now_ns)
		return;
	tc_log_window(work->to, 1, begin_ns, end_ns, entries, count);
	work->seconds++;
}

static void on_window(void *context, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count)
{
	struct work *work = context;
	if (kind == 1)
		put_second(work, begin_ns, end_ns, entries, count);
	if (kind != 0)
		return;
	if (!work->merge) {
		tc_log_window(work->to, 0, begin_ns, end_ns, entries, count);
		work->windows++;
		return;
	}
	if (work->width_ns ==
		TC_WINDOW_SECOND_NS) /* from now on the ladder is coarser: these are the first of the 1 s windows */
		put_second(work, begin_ns, end_ns, entries, count);
	bool second = work->half;
	if (!second)
		work->pair_begin_ns = begin_ns;
	work->half = true;
	work->pair_end_ns = end_ns;
	for (size_t i = 0; i < count; i++)
		tc_build_add(&work->pair, &entries[i]);
	if (second)
		put_pair(work);
}

static int stream(struct work *work, struct tc_log *from)
{
	const struct tc_log_visitor visitor = {
		.context = work,
		.calibration = on_calibration,
		.samples = on_samples,
		.totals = on_totals,
		.window = on_window,
		.process = on_process,
		.note = on_note,
		.tree = on_tree,
	};
	const struct tc_compaction *compaction = work->compaction;
	if (tc_series_define(compaction->series, work->to))
		work->failed = true;
	const struct tc_names *names = compaction->names;
	for (size_t i = 0; i < names->count; i++)
		tc_log_name(work->to, names->text + names->name[i].at, names->name[i].count);
	int code = tc_log_read_fd(tc_log_fd(from), &visitor, NULL);
	if (work->half_row)
		put_mean(work);
	put_extremes(work, UINT64_MAX);
	put_totals(work);
	put_pair(work);
	if (code < 0)
		return code;
	code = tc_log_flush(work->to);
	if (!code && (work->failed || tc_log_lost_bytes(work->to)))
		code = tc_error(TACHO_ENOMEM, "no memory to merge the log's windows");
	return code;
}

static bool make_room(struct work *work)
{
	size_t count = work->compaction->series->count + 1;
	work->total = malloc(count * sizeof *work->total);
	work->mean = calloc(count, sizeof *work->mean);
	work->row = malloc(count * sizeof *work->row);
	if (work->total)
		forget_totals(work);
	return work->total && work->mean && work->row && (!work->thin_samples || list_extremes(work));
}

int tc_compact(struct tc_log **log, struct tc_windows *windows, struct tc_compaction *compaction)
{
	char path[PATH_MAX];
	struct work work = {
		.compaction = compaction,
		.merge = windows->count >= TC_WINDOWS_MAX,
		.thin_samples = compaction->samples_rows >= TC_ROWS_MAX,
		.thin_calibrations = compaction->calibrations >= TC_ROWS_MAX,
		.width_ns = windows->width_ns,
	};
	int code;
	tc_log_flush(*log); /* where it can grow no more, what lies in it is still worth compacting */
	if (snprintf(path, sizeof path, "%s.new", compaction->path) >= (int)sizeof path)
		return tc_error(TACHO_EINVAL, "the session's directory has too long a name");
	code = tc_log_create(&work.to, path);
	if (code < 0)
		return code;
	bool memory = make_room(&work);
	code = memory ? stream(&work, *log) : tc_error(TACHO_ENOMEM, "no memory to thin the samples");
	if (!code && rename(path, compaction->path))
		code = tc_error_errno(errno, "cannot replace %s", compaction->path);
	if (code < 0) {
		tc_log_close(work.to);
		unlink(path);
	} else {
		tc_log_close(*log);
		*log = work.to;
		windows->count = work.windows;
		windows->seconds_count = work.seconds;
		windows->width_ns *= work.merge ? 2 : 1;
		windows->ladder.cells_lost |= work.pair.cells_lost;
		compaction->samples_rows = work.rows;
		compaction->calibrations = work.calibrations;
		compaction->series->defined = compaction->series->count;
	}
	tc_build_release(&work.pair);
	free(work.mean);
	free(work.row);
	free(work.extreme);
	free(work.total);
	return code;
}
