/* SPDX-License-Identifier: MIT */
#include "analyze/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/load_judge.h"
#include "base/error.h"

const struct tc_load_limits tc_load_usual = {{25, 50}, {50 * 0x1p20, 100 * 0x1p20}};

struct work {
	const struct tc_session *session;
	struct tc_load_judge judge;
	size_t *first; /* of the moments of each name, and behind the last */
	struct tc_load_moment *moment;
};

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
	for (size_t w = 0; w < session->windows; w++)
		for (size_t k = 0; k < session->window[w].entries; k++) {
			const struct tc_window_entry *e = &session->window[w].entry[k];
			if (e->has_share && e->name < session->names)
				work->moment[next[e->name]++] = tc_load_moment_of(e, w);
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
		tc_load_judge_module(
			load, &work->judge, &work->moment[work->first[i]], work->first[i + 1] - work->first[i]);
		out->active += load->active;
		out->heavy += load->level >= TC_LEVEL_YELLOW;
	}
	qsort(out->module, out->modules, sizeof *out->module, heaviest_first);
	return 0;
}

int tc_loads_find(struct tc_loads *out, const struct tc_session *session, struct tc_load_limits limits)
{
	struct work work = {.session = session, .first = calloc(session->names + 2, sizeof *work.first)};
	*out = (struct tc_loads){.limits = limits, .cpus = session->manifest.cpus};
	int code = work.first ? tc_load_judge_make(&work.judge, session, limits) : TACHO_ENOMEM;
	if (!code) {
		out->windows = work.judge.windows;
		tc_load_judge_tree(&out->tree, &work.judge, session);
		code = judge_modules(out, &work);
	}
	tc_load_judge_release(&work.judge);
	free(work.first);
	free(work.moment);
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
