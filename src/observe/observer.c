/* SPDX-License-Identifier: MIT
 *
 * observer.c - the ticks.  Samples, windows and calibrations each have a time when they are due; a tick does what is due
 * and says when the next thing is.  What a tick appended goes to the log in one write.
 */
#include "observe/observer.h"
#include "base/error.h"
#include "base/units.h"
#include "format/clock.h"
#include "format/settings.h"
#include "format/store.h"
#include "observe/compact.h"
#include "observe/pace.h"
#include "observe/parts.h"
#include "observe/share.h"
#include "sample/patient.h"
#include "sample/sample.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const uint64_t second_ns = 1000000000, fastest_ns = 20000000, fastest_dear_ns = 100000000,
		      quiet_ns = 5000000000; /* a short run has no note on the cost of its curve */
enum {
	CURVE = 200,          /* a sample each 1/200 of what has passed, until that is the interval; */
	DEAR_CURVE = 10,      /* of what is dear each 1/10 */
	PROCESSES_ALL = 4096, /* that are listed whatever they did; */
	LATE_NOTES = 8,       /* on files that do not answer; then they are counted */
	PROCESSES_MAX = 16384 /* then those that took CPU time, up to here; the rest is counted */
};

struct tc_observer {
	char log_path[PATH_MAX];
	struct tc_log *log;
	struct tc_sampling *sampling;
	struct tc_parts parts;
	struct tc_shares shares;
	struct tc_trees trees;
	struct tc_states states;
	struct tc_windows windows;
	struct tc_series_set series;
	struct tc_pace pace;
	uint64_t begin_ns, budget_ns, off_since_ns, off_ns; /* off: while programs want no samples */
	uint64_t samples_due_ns[TC_SAMPLE_GROUPS], windows_due_ns, calibration_due_ns, metrics_due_ns;
	size_t rows, calibrations;
	uint64_t processes, processes_left_out;
	uint64_t late, late_notes; /* files that did not answer: looked at, told; */
	uint64_t missed;           /* readings that had been missing for it before */
	enum tc_clock clock;
	bool slow, too_many_cells, merge_failed; /* notes that were made */
	uint64_t merge_again;                    /* at so many windows, after a merge that failed */
};

static void calibrate(struct tc_observer *observer)
{
	struct tc_calibration calibration;
	tc_clock_calibrate(observer->clock, &calibration);
	tc_log_calibration(observer->log, &calibration);
	observer->calibrations++;
}

static void on_process(void *context, const struct tc_process_entry *process)
{
	struct tc_observer *observer = context;
	bool list = observer->processes < PROCESSES_ALL ||
	            (observer->processes < PROCESSES_MAX && process->cpu_seconds >= 0.1);
	if (list)
		tc_log_process(observer->log, process);
	observer->processes += list;
	observer->processes_left_out += !list;
}

/* How long to leave alone what cost so much, so that by itself it takes no more than half of the budget. */
static uint64_t rest_ns(const struct tc_observer *observer, uint64_t cost_ns)
{
	return (uint64_t)((double)cost_ns * 2 / observer->pace.budget_cores);
}

/* Where there is much to read the metrics come more seldom than the samples, and are missing in the rows between. */
static void read_metrics(struct tc_observer *observer, uint64_t now_ns)
{
	uint64_t before_ns = tc_worked_ns(),
		 read_ns = tc_monotonic_ns(); /* sources may have kept us since the tick began */
	tc_parts_read_metrics(&observer->parts);
	tc_metrics_put(&observer->parts.metrics, &observer->series, read_ns);
	observer->metrics_due_ns = now_ns + rest_ns(observer, tc_worked_ns() - before_ns);
}

/* The time from one sample to the next.  That a run has a curve from its begin on is what is given up first: for the budget, and
 * for whoever asked for an interval, which is kept from the first reading on. */
static uint64_t step_ns(const struct tc_observer *observer, enum tc_sample_group group, uint64_t now_ns)
{
	bool dear = group == TC_DEAR;
	uint64_t interval_ns = tc_pace_interval(&observer->pace, group), least_ns = dear ? fastest_dear_ns : fastest_ns;
	if (tc_pace_is_asked(&observer->pace, group))
		return interval_ns;
	uint64_t curve_ns = (now_ns - observer->begin_ns) / (dear ? DEAR_CURVE : CURVE);
	uint64_t affordable_ns =
		2 * rest_ns(observer, observer->pace.work[dear ? TC_WORK_DEAR : TC_WORK_CHEAP].cost_ns);
	if (affordable_ns > least_ns)
		least_ns = affordable_ns;
	curve_ns = curve_ns < least_ns ? least_ns : curve_ns;
	return curve_ns < interval_ns ? curve_ns : interval_ns;
}

static void read_group(struct tc_observer *observer, enum tc_sample_group group, uint64_t now_ns, bool last)
{
	enum tc_work work = group == TC_DEAR ? TC_WORK_DEAR : TC_WORK_CHEAP;
	uint64_t before_ns = tc_worked_ns();
	tc_sampling_read(observer->sampling, 0, 1u << group | (last ? TC_LAST : 0));
	if (group == TC_CHEAP && (last || now_ns >= observer->metrics_due_ns))
		read_metrics(observer, now_ns);
	tc_pace_spent(&observer->pace, work, tc_worked_ns() - before_ns, 1);
	uint64_t every_ns = observer->pace.work[work].every_ns = step_ns(observer, group, now_ns);
	observer->samples_due_ns[group] = now_ns + tc_pace_slowed(&observer->pace, work, every_ns);
}

static void note(struct tc_observer *observer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(struct tc_observer *observer, const char *format, ...)
{
	char sentence[384];
	va_list list;
	va_start(list, format);
	vsnprintf(sentence, sizeof sentence, format, list);
	va_end(list);
	tc_log_note(observer->log, sentence);
}

static void note_late(struct tc_observer *observer)
{
	char path[TC_PATIENT_PATH_BYTES];
	while (tc_patient_late(&observer->late, path))
		if (observer->late_notes++ < LATE_NOTES)
			note(observer,
				"%s did not answer: the kernel made its reader wait. What is read from it is missing "
				"until it does; the other sources are read all the same.",
				path);
}

static void sample(struct tc_observer *observer, uint64_t now_ns, bool last)
{
	bool any = false;
	for (enum tc_sample_group group = 0; group < TC_SAMPLE_GROUPS; group++) {
		if (!last && now_ns < observer->samples_due_ns[group])
			continue;
		read_group(observer, group, now_ns, last);
		any = true;
	}
	if (!any)
		return;
	note_late(observer);
	tc_series_write(&observer->series, observer->log, now_ns);
	observer->rows++;
}

static void on_growth(void *context, const struct tc_window_entry *entry)
{
	tc_windows_add(context, entry);
}

static void read_parts(struct tc_observer *observer, uint64_t now_ns, bool last)
{
	const struct tc_part_target target = {observer->log, &observer->windows, on_growth};
	tc_parts_read(&observer->parts, now_ns, last, &target);
	bool lost = observer->windows.ladder.cells_lost || observer->windows.seconds.cells_lost ||
	            observer->parts.totals.cells_lost;
	if (lost && !observer->too_many_cells) {
		observer->too_many_cells = true;
		tc_log_note(observer->log, "Not every time window has the distribution of all names: there are more "
					   "names and durations than the observer keeps in mind.");
	}
}

static void merge(struct tc_observer *observer, uint64_t now_ns)
{
	struct tc_compaction compaction = {.path = observer->log_path,
		.now_ns = now_ns,
		.samples_rows = observer->rows,
		.calibrations = observer->calibrations,
		.series = &observer->series,
		.names = &observer->parts.names,
		.trees_limit = tc_trees_limit(&observer->trees)};
	uint64_t lost_bytes = tc_log_lost_bytes(observer->log);
	if (tc_compact(&observer->log, &observer->windows, &compaction) < 0) {
		observer->merge_again = observer->windows.count + TC_WINDOWS_MAX / 8;
		if (!observer->merge_failed)
			note(observer, "The observer could not shorten its log: %.300s", tacho_last_error());
		observer->merge_failed = true;
		return;
	}
	if (lost_bytes)
		note(observer, "For want of room %s of time windows and samples got lost for good.",
			tc_counted(lost_bytes, "byte").text);
	observer->merge_again = 0;
	observer->rows = compaction.samples_rows;
	observer->calibrations = compaction.calibrations;
}

static void merge_if_due(struct tc_observer *observer, uint64_t now_ns)
{
	bool full = tc_windows_want_merge(&observer->windows) || observer->rows >= TC_ROWS_MAX ||
	            observer->calibrations >= TC_ROWS_MAX;
	if (full && observer->windows.count >= observer->merge_again)
		merge(observer, now_ns);
}

static void do_windows(struct tc_observer *observer, uint64_t now_ns)
{
	uint64_t before_ns = tc_worked_ns();
	read_parts(observer, now_ns, false);
	tc_windows_tick(&observer->windows, observer->log, now_ns);
	uint64_t cost_ns = tc_worked_ns() - before_ns, due_ns = tc_windows_due(&observer->windows, now_ns);
	uint64_t pause_ns = rest_ns(observer, cost_ns);
	merge_if_due(observer, now_ns);
	tc_pace_spent(
		&observer->pace, TC_WORK_WINDOWS, cost_ns, due_ns - now_ns > pause_ns ? due_ns - now_ns : pause_ns);
	pause_ns = tc_pace_slowed(&observer->pace, TC_WORK_WINDOWS, pause_ns);
	observer->windows_due_ns = due_ns > now_ns + pause_ns ? due_ns : now_ns + pause_ns;
	if (due_ns == observer->windows_due_ns)
		return;
	if (observer->slow || pause_ns <= second_ns || !observer->parts.count)
		return;
	observer->slow = true;
	tc_log_note(observer->log,
		"To read the recordings takes so much of the observer_budget that time windows are longer than usual.");
}

/* Sooner than was planned where an interval is shorter now. */
static void take_wishes(struct tc_observer *observer, uint64_t now_ns)
{
	struct tc_wishes *wishes = &observer->pace.wishes, before = *wishes;
	*wishes = tc_wishes_of(&observer->parts);
	if (wishes->off && !before.off)
		observer->off_since_ns = now_ns;
	if (!wishes->off && before.off)
		observer->off_ns += now_ns - observer->off_since_ns;
	for (enum tc_sample_group group = 0; group < TC_SAMPLE_GROUPS; group++) {
		uint64_t soon_ns = now_ns + tc_pace_interval(&observer->pace, group);
		if (wishes->interval_ns[group] != before.interval_ns[group] &&
			soon_ns < observer->samples_due_ns[group])
			observer->samples_due_ns[group] = soon_ns;
	}
}

static void keep_budget(struct tc_observer *observer, uint64_t now_ns)
{
	char sentence[384];
	tc_pace_passed(&observer->pace, now_ns - observer->budget_ns);
	observer->budget_ns = now_ns;
	if (tc_pace_keep(&observer->pace, now_ns - observer->begin_ns < quiet_ns, sentence, sizeof sentence))
		tc_log_note(observer->log, sentence);
}

static void look_at_states(struct tc_observer *observer, uint64_t now_ns)
{
	struct tc_states *states = &observer->states;
	bool due = now_ns >= states->due_ns;
	uint64_t before_ns = due ? tc_worked_ns() : 0;
	tc_states_tick(states, &observer->parts, observer->log, now_ns);
	if (states->due_ns == UINT64_MAX)
		tc_pace_spent(&observer->pace, TC_WORK_STATES, 0, 0); /* there is nobody to look at */
	else if (due) {
		uint64_t every_ns = states->due_ns > now_ns ? states->due_ns - now_ns : 1;
		tc_pace_spent(&observer->pace, TC_WORK_STATES, tc_worked_ns() - before_ns, every_ns);
		states->due_ns = now_ns + tc_pace_slowed(&observer->pace, TC_WORK_STATES, every_ns);
	}
}

/* Not part of what the budget is for: it was asked for, and what is not done in time is lost. */
static void keep(struct tc_observer *observer)
{
	uint64_t now_ns = tc_monotonic_ns();
	if (!observer->parts.keeper || now_ns < tc_keep_due(observer->parts.keeper))
		return;
	uint64_t before_ns = tc_worked_ns();
	tc_parts_keep(&observer->parts, now_ns);
	tc_pace_apart(&observer->pace, tc_worked_ns() - before_ns);
}

static uint64_t next_due(const struct tc_observer *observer)
{
	uint64_t due_ns = observer->windows_due_ns;
	for (int group = 0; group < TC_SAMPLE_GROUPS; group++)
		if (!observer->pace.wishes.off && observer->samples_due_ns[group] < due_ns)
			due_ns = observer->samples_due_ns[group];
	if (observer->parts.keeper && tc_keep_due(observer->parts.keeper) < due_ns)
		due_ns = tc_keep_due(observer->parts.keeper);
	due_ns = observer->states.due_ns < due_ns ? observer->states.due_ns : due_ns;
	return observer->calibration_due_ns < due_ns ? observer->calibration_due_ns : due_ns;
}

static void do_what_is_due(struct tc_observer *observer)
{
	keep(observer);
	uint64_t now_ns = tc_monotonic_ns();
	if (now_ns >= observer->windows_due_ns) {
		do_windows(observer, now_ns);
		take_wishes(observer, now_ns);
		keep(observer);
	}
	now_ns = tc_monotonic_ns(); /* that may have taken long, and what is read now is of now */
	look_at_states(observer, now_ns);
	if (!observer->pace.wishes.off)
		sample(observer, now_ns, false);
	if (now_ns >= observer->calibration_due_ns) {
		calibrate(observer);
		tc_series_write_totals(&observer->series, observer->log, now_ns);
		observer->calibration_due_ns = now_ns + second_ns;
	}
	tc_log_flush(observer->log);
}

uint64_t tc_observer_tick(struct tc_observer *observer)
{
	uint64_t before_ns = tc_worked_ns();
	do_what_is_due(observer);
	tc_pace_ticked(&observer->pace, tc_worked_ns() - before_ns);
	uint64_t now_ns = tc_monotonic_ns(), due_ns = next_due(observer);
	if (now_ns - observer->budget_ns >= second_ns)
		keep_budget(observer, now_ns);
	return due_ns > now_ns ? due_ns - now_ns : 0;
}

void tc_observer_look(struct tc_observer *observer)
{
	observer->shares.urgent = true;
	read_parts(observer, tc_monotonic_ns(), false);
	observer->shares.urgent = false;
}

static uint64_t set_ns(const struct tc_settings *settings, enum tc_setting_id id)
{
	return settings->value[id].origin == TC_FROM_DEFAULT ? 0 : tc_settings_number(settings, id);
}

void tc_observer_set(struct tc_observer_options *options, const struct tc_settings *settings)
{
	options->interval_ns = set_ns(settings, TC_SET_INTERVAL);
	options->dear_interval_ns = set_ns(settings, TC_SET_DEAR_INTERVAL);
	options->state_interval_ns = tc_settings_number(settings, TC_SET_STATE_INTERVAL);
	options->keep = tc_settings_number(settings, TC_SET_KEEP) == TC_KEEP_ALL;
	options->budget_cores = (double)tc_settings_number(settings, TC_SET_OBSERVER_BUDGET) / 1e5;
}

static void init_pace(struct tc_pace *pace, const struct tc_observer_options *options)
{
	const uint64_t asked_ns[] = {[TC_CHEAP] = options->interval_ns, [TC_DEAR] = options->dear_interval_ns};
	tc_pace_init(pace, asked_ns, options->budget_cores > 0 ? options->budget_cores : 0.01);
}

int tc_observer_open(struct tc_observer **out, const struct tc_observer_options *options)
{
	struct tc_observer *observer = calloc(1, sizeof *observer);
	int code;
	*out = NULL;
	if (!observer)
		return tc_error(TACHO_ENOMEM, "no memory to observe the session");
	observer->begin_ns = observer->budget_ns = tc_monotonic_ns();
	observer->late = tc_patient_counts().late;
	observer->missed = tc_patient_counts().missed;
	init_pace(&observer->pace, options);
	observer->clock = tc_clock_source();
	tc_windows_init(&observer->windows, observer->begin_ns);
	const struct tc_sample_place place = {.root = "/",
		.pid = options->root,
		.started_ns = options->started_ns,
		.arguments = options->arguments,
		.reaper = options->started_ns ? getpid() : 0,
		.samplers = options->samplers,
		.sampler_count = options->sampler_count,
		.group = options->group,
		.series = &observer->series,
		.context = observer,
		.process = on_process};
	code = tc_parts_open(&observer->parts, options->live, options->directory);
	if (code < 0)
		goto failed;
	if (snprintf(observer->log_path, sizeof observer->log_path, "%s/" TC_LOG_FILE, options->live) >= PATH_MAX) {
		code = tc_error(TACHO_EINVAL, "the session's directory has too long a name");
		goto failed;
	}
	observer->parts.metrics.row_ns = observer->begin_ns;
	tc_shares_init(&observer->shares, &observer->parts.names,
		options->started_ns ? options->started_ns : observer->begin_ns);
	observer->parts.shares = &observer->shares;
	observer->trees.chance = observer->begin_ns | 1;
	observer->parts.trees = &observer->trees;
	tc_states_init(&observer->states, options->state_interval_ns);
	code = tc_log_create(&observer->log, observer->log_path);
	if (code < 0)
		goto failed;
	code = tc_sampling_open(&observer->sampling, &place);
	if (code < 0)
		goto failed;
	observer->windows_due_ns = tc_windows_due(&observer->windows, observer->begin_ns);
	if (options->keep)
		code = tc_keeper_open(&observer->parts.keeper, options->directory, options->packer);
	if (code < 0)
		goto failed;
	*out = observer;
	return 0;
failed:
	tc_sampling_close(observer->sampling, observer->begin_ns);
	tc_log_close(observer->log);
	tc_parts_close(&observer->parts);
	tc_shares_release(&observer->shares);
	tc_trees_release(&observer->trees);
	tc_series_release(&observer->series);
	free(observer);
	return code;
}

/* What is wrong with the record is said in it. */
static void last_notes(struct tc_observer *observer, uint64_t now_ns)
{
	if (observer->pace.wishes.off)
		observer->off_ns += now_ns - observer->off_since_ns;
	if (observer->off_ns)
		note(observer, "The programs had the sampling of the machine stopped for %.3g s in all.",
			(double)observer->off_ns / 1e9);
	uint64_t missed = tc_patient_counts().missed - observer->missed;
	if (missed)
		note(observer, "%s missing, as files of the kernel's did not answer.",
			tc_counted(missed, "reading").text);
	if (observer->processes_left_out)
		note(observer, "%s came and went than the table of processes lists.",
			tc_counted(observer->processes_left_out, "more process").text);
	if (observer->parts.metrics.left_out || observer->parts.totals.metrics_lost)
		note(observer,
			"There are more metrics than the observer keeps in mind: those beyond the first %d have "
			"figures, "
			"but no course over time.",
			TC_METRIC_SERIES_MAX);
	if (observer->series.refused)
		note(observer, "%llu series of readings found no room.", (unsigned long long)observer->series.refused);
	if (observer->shares.elsewhere)
		note(observer, "Where time went is not known of %s in another pid namespace than the observer's.",
			tc_counted(observer->shares.elsewhere, "process").text);
	if (observer->parts.keeper && tc_keep_stopped(observer->parts.keeper))
		note(observer, "Not every span was stored: %s", tc_keep_stopped(observer->parts.keeper));
	if (observer->parts.totals.refused)
		note(observer,
			"%llu files that look like recordings are of another version of tacho and are in no time "
			"window.",
			(unsigned long long)observer->parts.totals.refused);
}

static void note_unwaited(struct tc_observer *observer)
{
	const char *process = tc_sampling_unwaited(observer->sampling);
	if (process)
		note(observer,
			"Nobody waits for the children of %s (SIGCHLD is ignored): their CPU time is in no sum of the "
			"kernel's, and process.cpu has only what was seen of it, which may be far too little. `tacho "
			"run` has all where it may make a control group, as root or below `systemd-run --user --scope "
			"-p Delegate=yes`.",
			process);
}

void tc_observer_close(struct tc_observer *observer)
{
	if (!observer)
		return;
	uint64_t now_ns = tc_monotonic_ns();
	read_parts(observer, now_ns, true);
	tc_windows_finish(&observer->windows, observer->log, now_ns);
	now_ns = tc_monotonic_ns();
	sample(observer, now_ns, true);
	tc_series_write_totals(&observer->series, observer->log, now_ns);
	note_unwaited(observer);
	tc_sampling_close(observer->sampling, now_ns);
	calibrate(observer);
	last_notes(observer, now_ns);
	tc_log_close(observer->log);
	tc_keeper_close(observer->parts.keeper);
	tc_parts_close(&observer->parts);
	tc_shares_release(&observer->shares);
	tc_trees_release(&observer->trees);
	tc_windows_release(&observer->windows);
	tc_series_release(&observer->series);
	free(observer);
}
