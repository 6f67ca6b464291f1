/* SPDX-License-Identifier: MIT */
#include "observe/replay.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/error.h"
#include "format/store.h"
#include "observe/compact.h"
#include "observe/parts.h"

struct tc_replay {
	char log_path[PATH_MAX];
	struct tc_log *log;
	struct tc_parts parts;
	struct tc_trees trees;
	struct tc_windows windows;
	struct tc_series_set series;
	uint64_t due_ns, row_ns;
	size_t rows, calibrations;
	bool row, too_many_cells;
};

static void release(struct tc_replay *replay)
{
	tc_log_close(replay->log);
	tc_keeper_close(replay->parts.keeper);
	tc_parts_close(&replay->parts);
	tc_trees_release(&replay->trees);
	tc_windows_release(&replay->windows);
	tc_series_release(&replay->series);
	free(replay);
}

static void calibrate(struct tc_replay *replay, const struct tc_calibration *calibration)
{
	tc_log_calibration(replay->log, calibration);
	replay->calibrations++;
}

int tc_replay_open(struct tc_replay **out, const char *live, const char *directory, const struct tc_calibration *begin,
	const struct tc_packer *packer)
{
	struct tc_replay *replay = calloc(1, sizeof *replay);
	*out = NULL;
	if (!replay)
		return tc_error(TACHO_ENOMEM, "no memory to make the session");
	int code = tc_parts_open(&replay->parts, live, directory);
	if (!code && snprintf(replay->log_path, sizeof replay->log_path, "%s/" TC_LOG_FILE, live) >=
			     (int)sizeof replay->log_path)
		code = tc_error(TACHO_EINVAL, "the session's directory has too long a name");
	if (!code)
		code = tc_log_create(&replay->log, replay->log_path);
	if (!code)
		code = tc_keeper_open(&replay->parts.keeper, directory, packer);
	if (code) {
		release(replay);
		return code;
	}
	replay->trees.chance = begin->realtime_ns | 1; /* the same trace gives the same sample */
	replay->parts.trees = &replay->trees;
	tc_windows_init(&replay->windows, begin->monotonic_ns);
	replay->due_ns = tc_windows_due(&replay->windows, begin->monotonic_ns);
	calibrate(replay, begin);
	*out = replay;
	return 0;
}

static void on_growth(void *context, const struct tc_window_entry *entry)
{
	tc_windows_add(context, entry);
}

static void read_parts(struct tc_replay *replay, uint64_t now_ns, bool last)
{
	const struct tc_part_target target = {replay->log, &replay->windows, on_growth};
	tc_parts_read(&replay->parts, now_ns, last, &target);
	bool lost = replay->windows.ladder.cells_lost || replay->windows.seconds.cells_lost ||
	            replay->parts.totals.cells_lost;
	if (lost && !replay->too_many_cells)
		tc_log_note(replay->log, "Not every time window has the distribution of all names: there are more "
					 "names and durations than are kept in mind.");
	replay->too_many_cells |= lost;
}

static void write_row(struct tc_replay *replay)
{
	if (replay->row)
		tc_series_write(&replay->series, replay->log, replay->row_ns);
	replay->rows += replay->row;
	replay->row = false;
}

/* A log that cannot be shortened goes on as it was. */
static void merge_if_full(struct tc_replay *replay, uint64_t now_ns)
{
	if (!tc_windows_want_merge(&replay->windows) && replay->rows < TC_ROWS_MAX)
		return;
	struct tc_compaction compaction = {.path = replay->log_path,
		.now_ns = now_ns,
		.samples_rows = replay->rows,
		.calibrations = replay->calibrations,
		.series = &replay->series,
		.names = &replay->parts.names,
		.trees_limit = tc_trees_limit(&replay->trees)};
	if (tc_compact(&replay->log, &replay->windows, &compaction) < 0)
		return;
	replay->rows = compaction.samples_rows;
	replay->calibrations = compaction.calibrations;
}

uint64_t tc_replay_due(const struct tc_replay *replay)
{
	return replay->due_ns;
}

void tc_replay_tick(struct tc_replay *replay, uint64_t now_ns)
{
	if (now_ns < replay->due_ns)
		return;
	read_parts(replay, now_ns, false);
	tc_windows_tick(&replay->windows, replay->log, now_ns);
	merge_if_full(replay, now_ns);
	replay->due_ns = tc_windows_due(&replay->windows, now_ns);
	tc_log_flush(replay->log);
}

static int stopped(const struct tc_replay *replay)
{
	const char *why = tc_keep_stopped(replay->parts.keeper);
	return why ? tc_error(TACHO_ENOSPC, "%s", why) : 0;
}

int tc_replay_keep(struct tc_replay *replay, uint64_t now_ns)
{
	tc_parts_keep(&replay->parts, now_ns);
	return stopped(replay);
}

uint32_t tc_replay_series(struct tc_replay *replay, const struct tc_series *series)
{
	return tc_series_add(&replay->series, series);
}

void tc_replay_sample(struct tc_replay *replay, uint32_t series, uint64_t at_ns, double value)
{
	if (at_ns != replay->row_ns)
		write_row(replay);
	replay->row_ns = at_ns;
	replay->row = true;
	tc_series_put(&replay->series, series, (struct tc_reading){value, NAN});
	merge_if_full(replay, at_ns);
}

int tc_replay_close(struct tc_replay *replay, const struct tc_calibration *end)
{
	if (!replay)
		return 0;
	write_row(replay);
	read_parts(replay, end->monotonic_ns, true);
	tc_windows_finish(&replay->windows, replay->log, end->monotonic_ns);
	calibrate(replay, end);
	if (replay->series.refused)
		tc_log_note(replay->log, "Some counters found no room.");
	tc_log_flush(replay->log);
	int code = stopped(replay);
	if (!code && tc_log_lost_bytes(replay->log))
		code = tc_error(TACHO_ENOSPC, "the log of the session could not be written whole");
	release(replay);
	return code;
}
