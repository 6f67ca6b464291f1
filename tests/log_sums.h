/* SPDX-License-Identifier: MIT
 *
 * log_sums.h - what the windows of a session's log add up to, to be held against what its parts say.
 */
#ifndef TESTS_LOG_SUMS_H
#define TESTS_LOG_SUMS_H

#include <math.h>
#include "format/log.h"
#include "format/store.h"
#include "recorded.h"

enum { LOG_NAMES = 256 };

struct log_sums {
	char name[LOG_NAMES][64];
	uint32_t names;
	uint64_t count[LOG_NAMES], failed[LOG_NAMES], cells[LOG_NAMES],
		places[LOG_NAMES]; /* places: of the cells, added up */
	int64_t self[LOG_NAMES];
	tc_u128 sum[LOG_NAMES], squares[LOG_NAMES];
	uint64_t windows, seconds, begin_ns, end_ns, rows, values, processes, calibrations;
	char series[512][64];
	uint32_t series_count;
	double cpu_seconds, memory_peak;
	uint64_t last_row_ns;
};

static inline void log_on_name(void *context, const char *bytes, size_t count)
{
	struct log_sums *sums = context;
	assert_true(sums->names < LOG_NAMES);
	snprintf(sums->name[sums->names++], sizeof sums->name[0], "%.*s", (int)count, bytes);
}

static inline void log_on_window(void *context, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count)
{
	struct log_sums *sums = context;
	sums->seconds += kind == 1; /* the same spans once more */
	if (kind)
		return;
	assert_true(!sums->windows || begin_ns == sums->end_ns);
	sums->begin_ns = sums->windows++ ? sums->begin_ns : begin_ns;
	sums->end_ns = end_ns;
	for (size_t i = 0; i < count; i++) {
		uint32_t n = entries[i].name;
		assert_true(n < sums->names);
		sums->count[n] += entries[i].count;
		sums->failed[n] += entries[i].failed;
		sums->self[n] += entries[i].self_ns;
		sums->sum[n] += tc_u128_of(entries[i].sum_ns);
		sums->squares[n] += tc_u128_of(entries[i].squares_ns2);
		for (uint32_t c = 0; c < entries[i].cells; c++) {
			sums->cells[n] += entries[i].grown[c];
			sums->places[n] += (uint64_t)entries[i].grown[c] * entries[i].cell[c];
		}
	}
}

static inline void log_on_series(void *context, const struct tc_series *series)
{
	struct log_sums *sums = context;
	assert_true(sums->series_count < 512);
	snprintf(sums->series[sums->series_count++], sizeof sums->series[0], "%s", series->name);
}

static inline void log_on_samples(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	struct log_sums *sums = context;
	sums->rows++;
	for (size_t i = 0; i < count; i++) {
		const char *name = sums->series[samples[i].series];
		double value = samples[i].value;
		if (isnan(value))
			continue;
		sums->values++;
		if (!strcmp(name, "process.cpu") && sums->last_row_ns)
			sums->cpu_seconds += value * (double)(at_ns - sums->last_row_ns) / 1e9;
		if (!strcmp(name, "process.memory") && value > sums->memory_peak)
			sums->memory_peak = value;
	}
	sums->last_row_ns = at_ns;
}

static inline void log_on_process(void *context, const struct tc_process_entry *process)
{
	(void)process;
	((struct log_sums *)context)->processes++;
}

static inline void log_on_calibration(void *context, const struct tc_calibration *calibration)
{
	(void)calibration;
	((struct log_sums *)context)->calibrations++;
}

static inline void log_sums_read(const struct recorded *r, struct log_sums *sums)
{
	char path[128];
	uint64_t sound;
	*sums = (struct log_sums){.names = 0};
	const struct tc_log_visitor visitor = {.context = sums,
		.calibration = log_on_calibration,
		.series = log_on_series,
		.samples = log_on_samples,
		.name = log_on_name,
		.window = log_on_window,
		.process = log_on_process};
	snprintf(path, sizeof path, "%s/" TC_LOG_FILE, r->directory);
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(tc_log_read_fd(fd, &visitor, &sound), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), sound);
	close(fd);
}

static inline uint32_t log_number_of(const struct log_sums *sums, const char *name)
{
	for (uint32_t i = 0; i < sums->names; i++)
		if (!strcmp(sums->name[i], name))
			return i;
	fail_msg("no %s in the log", name);
	return 0;
}

static inline uint64_t log_places(const struct tc_histogram *histogram)
{
	uint64_t places = 0;
	for (uint32_t i = 0; i < histogram->cells; i++)
		places += histogram->count[i] * (histogram->first + i);
	return places;
}

/* The spans that were compared. */
static inline uint64_t log_sums_check(const struct recorded *r, const struct log_sums *sums)
{
	struct tc_session *session = recorded_open(r, NULL);
	uint64_t checked = 0;
	for (size_t i = 0; i < session->names; i++) {
		const struct tc_name_view *view = &session->name[i];
		if (!view->figures.count)
			continue;
		uint32_t n = 0;
		while (n < sums->names && strcmp(sums->name[n], view->name))
			n++;
		assert_true(n < sums->names);
		assert_int_equal(sums->count[n], view->figures.count);
		assert_int_equal(sums->failed[n], view->figures.failed);
		assert_true(sums->sum[n] == tc_u128_of(view->figures.sum_ns));
		assert_true(sums->squares[n] == tc_u128_of(view->figures.squares_ns2));
		assert_int_equal(sums->cells[n], view->figures.count);
		assert_int_equal(sums->places[n], log_places(&view->figures.histogram));
		checked += sums->count[n];
	}
	print_message("%lu spans in %lu windows, %lu rows\n", checked, sums->windows, sums->rows);
	tc_session_release(session);
	return checked;
}

#endif
