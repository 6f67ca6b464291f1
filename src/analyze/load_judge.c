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

int tc_load_judge_make(struct tc_load_judge *out, const struct tc_session *session, struct tc_load_limits limits)
{
	size_t room = session->windows + 1;
	*out = (struct tc_load_judge){.limits = limits,
		.cpus = session->manifest.cpus,
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
	const struct tc_series_view *memory = find(session, "process.memory");
	tc_load_peaks(out->tree_bytes, memory ? memory : &none, out->window, out->windows);
	return 0;
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

/* Nothing in a window is 0.  What a module took and others gave back is no longer its own: it never holds more than the tree. */
static void sample_module(const struct tc_load_judge *judge, const struct tc_load_moment *moment, size_t count)
{
	double grown = 0;
	size_t at = 0;
	for (size_t i = 0; i < judge->windows; i++) {
		const struct tc_load_window *window = &judge->window[i];
		double cpu_ns = 0, lasted_ns = (double)(window->end - window->begin);
		for (; at < count && moment[at].window < window->behind; at++) {
			cpu_ns += moment[at].cpu_ns;
			grown += moment[at].grown_bytes;
		}
		grown = fmin(grown, judge->tree_bytes[i]); /* as it was, where that is not known */
		judge->sample[TC_LOAD_CPU][i] =
			judge->cpus && lasted_ns > 0 ? 100 * cpu_ns / lasted_ns / judge->cpus : NAN;
		judge->sample[TC_LOAD_RAM][i] = fmax(0, grown);
	}
}

void tc_load_judge_module(
	struct tc_load *load, const struct tc_load_judge *judge, const struct tc_load_moment *moment, size_t count)
{
	if (!count) {
		load->part[TC_LOAD_CPU].figure = load->part[TC_LOAD_RAM].figure = NAN;
		return;
	}
	sample_module(judge, moment, count);
	tc_load_judge_samples(load, judge);
}

void tc_load_judge_tree(struct tc_load *tree, const struct tc_load_judge *judge, const struct tc_session *session)
{
	const struct tc_series_view *cores = find(session, "process.cpu");
	tc_load_means(judge->sample[TC_LOAD_CPU], cores ? cores : &none, judge->window, judge->windows);
	memcpy(judge->sample[TC_LOAD_RAM], judge->tree_bytes, judge->windows * sizeof *judge->tree_bytes);
	for (size_t i = 0; i < judge->windows; i++)
		judge->sample[TC_LOAD_CPU][i] *= judge->cpus ? 100.0 / judge->cpus : NAN;
	tree->active = true;
	tc_load_judge_samples(tree, judge);
}
