/* SPDX-License-Identifier: MIT */
#include "analyze/load_judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/error.h>

static const struct tc_series_view none;

static const struct tc_series_view *find(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, name) && session->series_view[i].count)
			return &session->series_view[i];
	return NULL;
}

/* Where nobody could read what processes share, the sum of resident sizes is all there is. */
static int measure_tree(struct tc_load_judge *judge, const struct tc_session *session)
{
	const struct tc_series_view *resident = find(session, "process.memory"),
				    *count = find(session, "process.count"),
				    *together = find(session, "process.memory_proportional");
	struct tc_series_view held = resident ? *resident : none;
	double *bytes = malloc((held.count + 1) * sizeof *bytes);
	if (!bytes)
		return TACHO_ENOMEM;
	if (together) {
		tc_load_share_once(bytes, together, &held);
		held.value = bytes;
	}
	tc_load_peaks(judge->tree_bytes, &held, judge->window, judge->windows);
	judge->shared_often = !together && count && count->course.max > 1;
	free(bytes);
	return 0;
}

int tc_load_judge_make(struct tc_load_judge *out, const struct tc_session *session, struct tc_load_limits limits)
{
	size_t room = session->windows + 1;
	*out = (struct tc_load_judge){.session = session,
		.limits = limits,
		.window = malloc(room * sizeof *out->window),
		.sample = {malloc(room * sizeof(double)), malloc(room * sizeof(double))},
		.sorted = malloc(room * sizeof(double)),
		.tree_bytes = malloc(room * sizeof(double))};
	if (!out->window || !out->sample[TC_LOAD_CPU] || !out->sample[TC_LOAD_RAM] || !out->sorted ||
		!out->tree_bytes) {
		tc_load_judge_release(out);
		return TACHO_ENOMEM;
	}
	out->windows = tc_load_windows(out->window, session);
	int code = measure_tree(out, session);
	if (code)
		tc_load_judge_release(out);
	return code;
}

void tc_load_judge_release(struct tc_load_judge *judge)
{
	free(judge->window);
	free(judge->sample[TC_LOAD_CPU]);
	free(judge->sample[TC_LOAD_RAM]);
	free(judge->sorted);
	free(judge->tree_bytes);
	*judge = (struct tc_load_judge){0};
}

/* From samples in time order. */
static void judge_part(
	struct tc_load_part *part, const struct tc_load_judge *judge, const double *sample, struct tc_threshold limit)
{
	struct tc_level_watch watch = {.level = TC_LEVEL_GREEN};
	size_t known = 0;
	for (size_t i = 0; i < judge->windows; i++) {
		if (isnan(sample[i]))
			continue;
		if (!known || tc_level_step(&watch, sample[i], limit))
			part->since = judge->window[i].begin;
		judge->sorted[known++] = sample[i];
	}
	part->figure = tc_level_figure(judge->sorted, known, &part->provisional);
	part->level = tc_level_of(part->figure, limit);
	part->now = known ? watch.level : TC_LEVEL_UNKNOWN;
}

static enum tc_level worst(enum tc_level a, enum tc_level b)
{
	return a > b ? a : b;
}

void tc_load_judge_samples(struct tc_load *load, const struct tc_load_judge *judge)
{
	struct tc_load_part *cpu = &load->part[TC_LOAD_CPU], *ram = &load->part[TC_LOAD_RAM];
	judge_part(cpu, judge, judge->sample[TC_LOAD_CPU], judge->limits.cpu_percent);
	judge_part(ram, judge, judge->sample[TC_LOAD_RAM], judge->limits.ram_bytes);
	load->samples = judge->windows;
	load->level = worst(cpu->level, ram->level);
	load->now = worst(cpu->now, ram->now);
}

static bool has_share(const struct tc_window_place *place, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (place[i].entry->has_share)
			return true;
	return false;
}

enum { UNKNOWN_BYTES = 1 << 20 }; /* of growth that may be another's: more, and what a module holds is not known */

/* By how much a name grew at least, and how much more it may be.  Old recordings have no bounds. */
static double sure_growth(const struct tc_share *share, double *unknown)
{
	double low = (double)share->memory_low_bytes, high = (double)share->memory_high_bytes,
	       told = (double)share->memory_bytes;
	bool bounded = low <= told && told <= high;
	if (!bounded || high - low <= fmax(fabs(low), fabs(high)) / 2)
		return told;
	*unknown += high - low;
	return low;
}

/* Nothing in a window is 0.  What a module took and others gave back is no longer its own: it never holds more than the tree. */
static void sample_module(const struct tc_load_judge *judge, const struct tc_window_place *place, size_t count)
{
	const struct tc_window_view *first = judge->session->window;
	double cpus = judge->session->manifest.cpus, grown = 0, unknown = 0;
	size_t at = 0;
	for (size_t i = 0; i < judge->windows; i++) {
		const struct tc_load_window *window = &judge->window[i];
		double cpu_ns = 0, lasted_ns = (double)(window->end - window->begin);
		for (; at < count && place[at].window < first + window->behind; at++) {
			const struct tc_window_entry *entry = place[at].entry;
			tc_entry_soon(place, at, count);
			if (!entry->has_share)
				continue;
			cpu_ns += entry->share.running_ns > 0 ? (double)entry->share.running_ns : 0;
			grown += sure_growth(&entry->share, &unknown);
		}
		grown = fmin(grown, judge->tree_bytes[i]); /* as it was, where that is not known */
		judge->sample[TC_LOAD_CPU][i] = cpus > 0 && lasted_ns > 0 ? 100 * cpu_ns / lasted_ns / cpus : NAN;
		judge->sample[TC_LOAD_RAM][i] = unknown > fmax(UNKNOWN_BYTES, grown / 2) ? NAN : fmax(0, grown);
	}
}

void tc_load_judge_module(
	struct tc_load *load, const struct tc_load_judge *judge, const struct tc_window_place *place, size_t count)
{
	if (!has_share(place, count)) {
		load->part[TC_LOAD_CPU].figure = load->part[TC_LOAD_RAM].figure = NAN;
		return;
	}
	sample_module(judge, place, count);
	tc_load_judge_samples(load, judge);
}

void tc_load_judge_tree(struct tc_load *tree, const struct tc_load_judge *judge)
{
	const struct tc_series_view *cores = find(judge->session, "process.cpu");
	uint32_t cpus = judge->session->manifest.cpus;
	tc_load_means(judge->sample[TC_LOAD_CPU], cores ? cores : &none, judge->window, judge->windows);
	memcpy(judge->sample[TC_LOAD_RAM], judge->tree_bytes, judge->windows * sizeof *judge->tree_bytes);
	for (size_t i = 0; i < judge->windows; i++)
		judge->sample[TC_LOAD_CPU][i] *= cpus ? 100.0 / cpus : NAN;
	tree->active = true;
	tree->shared_often = judge->shared_often;
	tc_load_judge_samples(tree, judge);
}
