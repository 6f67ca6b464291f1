/* SPDX-License-Identifier: MIT */
#include "history/runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"

static bool add(struct tc_history_runs *out, const struct tc_query *query)
{
	if (isnan(tc_query_get_real(query, 1)))
		return true;
	if ((out->count & (out->count + 1)) == 0) { /* full: there is room for 2^k - 1 */
		struct tc_history_run *more = realloc(out->run, (2 * out->count + 2) * sizeof *more);
		if (!more)
			return false;
		out->run = more;
	}
	out->run[out->count] = (struct tc_history_run){tc_query_take_text(query, 0), tc_query_get_integer(query, 1),
		(uint64_t)tc_query_get_integer(query, 2), (uint64_t)tc_query_get_integer(query, 3)};
	return out->run[out->count++].folder;
}

static int by_folder(const void *a, const void *b)
{
	return strcmp(((const struct tc_history_run *)a)->folder, ((const struct tc_history_run *)b)->folder);
}

static int read_runs(struct tc_history_runs *out, const struct tc_history *history)
{
	struct tc_query query;
	*out = (struct tc_history_runs){.run = NULL};
	int code = tc_query_begin(&query, history->db, "SELECT folder, runtime_ns, spans, failed FROM session");
	while (!code && (code = tc_query_step(&query)) == 1)
		code = add(out, &query) ? 0 : tc_error(TACHO_ENOMEM, "out of memory");
	tc_query_end(&query);
	if (!code && out->count)
		qsort(out->run, out->count, sizeof *out->run, by_folder);
	return code;
}

int tc_history_runs(struct tc_history_runs *out, struct tc_history *history)
{
	int code = read_runs(out, history);
	if (code != TACHO_EFORMAT)
		return code;
	tc_history_runs_release(out);
	code = tc_history_anew(history);
	return code ? code : read_runs(out, history);
}

void tc_history_runs_release(struct tc_history_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		free(runs->run[i].folder);
	free(runs->run);
	*runs = (struct tc_history_runs){.run = NULL};
}

const struct tc_history_run *tc_history_runs_find(const struct tc_history_runs *runs, const char *folder)
{
	const struct tc_history_run key = {.folder = (char *)(uintptr_t)folder};
	return runs->count ? bsearch(&key, runs->run, runs->count, sizeof *runs->run, by_folder) : NULL;
}
