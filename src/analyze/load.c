/* SPDX-License-Identifier: MIT */
#include "analyze/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/load_judge.h"
#include "base/error.h"

const struct tc_load_limits tc_load_usual = {{25, 50}, {50e6, 100e6}};

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

int tc_loads_begin(struct tc_loads *out, struct tc_load_judge *judge, const struct tc_session *session,
	struct tc_load_limits limits)
{
	*out = (struct tc_loads){.limits = limits, .cpus = session->manifest.cpus};
	int code = tc_load_judge_make(judge, session, limits);
	out->module = code ? NULL : calloc(session->names + 1, sizeof *out->module);
	if (!out->module)
		return tc_error(TACHO_ENOMEM, "not enough memory for the load of %zu modules", session->names);
	out->windows = judge->windows;
	tc_load_judge_tree(&out->tree, judge);
	return 0;
}

static void add(struct tc_loads *loads, const struct tc_load_judge *judge, const struct tc_name_records *records)
{
	size_t at = loads->modules++;
	const struct tc_name_view *name = &records->session->name[at];
	struct tc_load *load = &loads->module[at];
	*load = (struct tc_load){.name = name->name, .bytes = name->bytes};
	load->active = name->figures.count || name->open;
	tc_load_judge_module(load, judge, &records->entry[records->entry_from[at]], tc_name_entries(records, at));
	loads->active += load->active;
	loads->heavy += load->level >= TC_LEVEL_YELLOW;
}

bool tc_loads_step(struct tc_loads *loads, const struct tc_load_judge *judge, const struct tc_name_records *records)
{
	if (loads->modules < records->session->names) {
		add(loads, judge, records);
		return true;
	}
	qsort(loads->module, loads->modules, sizeof *loads->module, heaviest_first);
	return false;
}

void tc_loads_release(struct tc_loads *loads)
{
	free(loads->module);
	*loads = (struct tc_loads){0};
}
