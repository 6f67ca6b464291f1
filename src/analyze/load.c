/* SPDX-License-Identifier: MIT */
#include "analyze/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/load_window.h"
#include "base/error.h"

const struct tc_load_limits tc_load_usual = {{25, 50}, {50 * 0x1p20, 100 * 0x1p20}};

struct moment { /* a module in a window */
	uint32_t window;
	double cpu_ns, grown_bytes;
};

struct work {
	const struct tc_session *session;
	struct tc_load_window *window;
	size_t windows;
	size_t *first; /* of the moments of each name, and behind the last */
	struct moment *moment;
	double *sample[TC_LOAD_PARTS], *sorted;
	double *tree_bytes; /* what the whole tree held at most in each window; NAN: not known */
};

static enum tc_level worst(enum tc_level a, enum tc_level b)
{
	return a > b ? a : b;
}

/* From samples in time order. */
static void judge_part(
	struct tc_load_part *part, const struct work *work, const double *sample, struct tc_threshold limit)
{
	struct tc_level_watch watch = {.level = TC_LEVEL_GREEN};
	size_t known = 0;
	for (size_t i = 0; i < work->windows; i++) {
		if (isnan(sample[i]))
			continue;
		if (!known || tc_level_step(&watch, sample[i], limit))
			part->since = work->window[i].begin;
		work->sorted[known++] = sample[i];
	}
	part->figure = tc_level_figure(work->sorted, known, &part->provisional);
	part->level = tc_level_of(part->figure, limit);
	part->now = known ? watch.level : TC_LEVEL_UNKNOWN;
}

static void judge(struct tc_load *load, const struct work *work, const struct tc_load_limits *limits)
{
	struct tc_load_part *cpu = &load->part[TC_LOAD_CPU], *ram = &load->part[TC_LOAD_RAM];
	judge_part(cpu, work, work->sample[TC_LOAD_CPU], limits->cpu_percent);
	judge_part(ram, work, work->sample[TC_LOAD_RAM], limits->ram_bytes);
	load->samples = work->windows;
	load->level = worst(cpu->level, ram->level);
	load->now = worst(cpu->now, ram->now);
}

static const struct tc_series_view *find(const struct tc_session *session, const char *name)
{
	for (size_t i = 0; i < session->series; i++)
		if (!strcmp(session->series_view[i].series.name, name) && session->series_view[i].count)
			return &session->series_view[i];
	return NULL;
}

static void judge_tree(struct tc_loads *out, const struct work *work)
{
	static const struct tc_series_view none;
	const struct tc_series_view *cores = find(work->session, "process.cpu");
	const struct tc_series_view *memory = find(work->session, "process.memory");
	tc_load_means(work->sample[TC_LOAD_CPU], cores ? cores : &none, work->window, work->windows);
	tc_load_peaks(work->tree_bytes, memory ? memory : &none, work->window, work->windows);
	memcpy(work->sample[TC_LOAD_RAM], work->tree_bytes, work->windows * sizeof *work->tree_bytes);
	for (size_t i = 0; i < work->windows; i++)
		work->sample[TC_LOAD_CPU][i] *= out->cpus ? 100.0 / out->cpus : NAN;
	out->tree.active = true;
	judge(&out->tree, work, &out->limits);
}

/* Samples of a module: nothing in a window is 0.  What it took and others gave back is no longer its own: it never holds
 * more than the tree. */
static void judge_module(struct tc_load *load, const struct work *work, size_t name, const struct tc_loads *loads)
{
	double grown = 0;
	size_t at = work->first[name], behind = work->first[name + 1];
	for (size_t i = 0; i < work->windows; i++) {
		double cpu_ns = 0, lasted_ns = (double)(work->window[i].end - work->window[i].begin);
		for (; at < behind && work->moment[at].window == i; at++) {
			cpu_ns += work->moment[at].cpu_ns;
			grown += work->moment[at].grown_bytes;
		}
		grown = fmin(grown, work->tree_bytes[i]); /* as it was, where that is not known */
		work->sample[TC_LOAD_CPU][i] =
			loads->cpus && lasted_ns > 0 ? 100 * cpu_ns / lasted_ns / loads->cpus : NAN;
		work->sample[TC_LOAD_RAM][i] = fmax(0, grown);
	}
	judge(load, work, &loads->limits);
}

/* Entries of a name in the order of windows: counted first, then put where they belong. */
static int gather(struct work *work)
{
	const struct tc_session *session = work->session;
	size_t all = 0;
	for (size_t i = 0; i < session->windows; i++)
		for (size_t k = 0; k < session->window[i].entries; k++)
			if (session->window[i].entry[k].has_share && session->window[i].entry[k].name < session->names)
				work->first[session->window[i].entry[k].name + 1]++;
	for (size_t i = 0; i < session->names; i++)
		all = work->first[i + 1] += work->first[i];
	size_t *next = malloc((session->names + 1) * sizeof *next);
	work->moment = malloc((all + 1) * sizeof *work->moment);
	if (!next || !work->moment) {
		free(next);
		return TACHO_ENOMEM;
	}
	memcpy(next, work->first, (session->names + 1) * sizeof *next);
	for (size_t w = 0; w < work->windows; w++)
		for (size_t i = work->window[w].first; i < work->window[w].behind; i++)
			for (size_t k = 0; k < session->window[i].entries; k++) {
				const struct tc_window_entry *e = &session->window[i].entry[k];
				if (e->has_share && e->name < session->names)
					work->moment[next[e->name]++] = (struct moment){(uint32_t)w,
						fmax(0, (double)e->share.running_ns), (double)e->share.memory_bytes};
			}
	free(next);
	return 0;
}

static int heaviest_first(const void *a, const void *b)
{
	const struct tc_load *x = a, *y = b;
	double p = x->part[TC_LOAD_CPU].figure, q = y->part[TC_LOAD_CPU].figure;
	if (x->level != y->level)
		return x->level < y->level ? 1 : -1;
	if (p < q || p > q)
		return p < q ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int judge_modules(struct tc_loads *out, struct work *work)
{
	const struct tc_session *session = work->session;
	out->module = calloc(session->names + 1, sizeof *out->module);
	if (!out->module || gather(work))
		return TACHO_ENOMEM;
	for (size_t i = 0; i < session->names; i++) {
		const struct tc_name_view *name = &session->name[i];
		struct tc_load *load = &out->module[out->modules++];
		*load = (struct tc_load){.name = name->name, .bytes = name->bytes};
		load->active = name->figures.count || name->open;
		if (work->first[i] < work->first[i + 1])
			judge_module(load, work, i, out);
		else
			load->part[TC_LOAD_CPU].figure = load->part[TC_LOAD_RAM].figure = NAN;
		out->active += load->active;
		out->heavy += load->level >= TC_LEVEL_YELLOW;
	}
	qsort(out->module, out->modules, sizeof *out->module, heaviest_first);
	return 0;
}

static int make_room(struct work *work)
{
	size_t room = work->session->windows + 1;
	work->window = malloc(room * sizeof *work->window);
	work->first = calloc(work->session->names + 2, sizeof *work->first);
	work->sample[TC_LOAD_CPU] = malloc(room * sizeof(double));
	work->sample[TC_LOAD_RAM] = malloc(room * sizeof(double));
	work->sorted = malloc(room * sizeof(double));
	work->tree_bytes = malloc(room * sizeof(double));
	bool made = work->window && work->first && work->sample[TC_LOAD_CPU] && work->sample[TC_LOAD_RAM] &&
	            work->sorted && work->tree_bytes;
	return made ? 0 : TACHO_ENOMEM;
}

int tc_loads_find(struct tc_loads *out, const struct tc_session *session, struct tc_load_limits limits)
{
	struct work work = {.session = session};
	*out = (struct tc_loads){.limits = limits, .cpus = session->manifest.cpus};
	int code = make_room(&work);
	if (!code) {
		out->windows = work.windows = tc_load_windows(work.window, session);
		judge_tree(out, &work);
		code = judge_modules(out, &work);
	}
	free(work.window);
	free(work.first);
	free(work.moment);
	free(work.sample[TC_LOAD_CPU]);
	free(work.sample[TC_LOAD_RAM]);
	free(work.sorted);
	free(work.tree_bytes);
	if (code)
		tc_loads_release(out);
	return code ? tc_error(code, "not enough memory for the load of %zu modules", session->names) : 0;
}

void tc_loads_release(struct tc_loads *loads)
{
	free(loads->module);
	loads->module = NULL;
	loads->modules = 0;
}
