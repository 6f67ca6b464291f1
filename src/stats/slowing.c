/* SPDX-License-Identifier: MIT */
#include "stats/slowing.h"

#include <stdlib.h>
#include "base/error.h"
#include "stats/forecast_look.h"

static void judge(struct tc_slowing *out, const struct tc_way *way, const double *x)
{
	double begin = x[way->begin], all = tc_bent(begin, way->kind, way->bend) / begin;
	double middle = tc_bent_slope(begin / 2, way->kind, way->bend);
	double last = tc_bent_slope(begin / 6, way->kind, way->bend);
	out->slows += last < 0.65 * middle ? way->weight : 0;
	out->ceases += last < 0.25 * all ? way->weight : 0;
}

int tc_slowing(struct tc_slowing *out, const double *values, size_t n)
{
	struct tc_look *look = malloc(sizeof *look);
	*out = (struct tc_slowing){0};
	if (!look)
		return tc_error(TACHO_ENOMEM, "not enough memory to look at growth");
	int code = tc_look(look, values, n, 0);
	for (size_t i = 0; !code && i < look->ways.count; i++)
		judge(out, &look->ways.way[i], look->x);
	free(look);
	return code;
}
