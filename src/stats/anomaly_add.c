/* SPDX-License-Identifier: MIT */
#include "stats/anomaly_add.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"

static const double extreme_z = 8;

static void join(struct tc_anomaly *at, const struct tc_anomaly *next)
{
	at->last = next->last;
	if (isnan(at->z) || fabs(next->z) <= fabs(at->z))
		return;
	at->index = next->index;
	at->value = next->value;
	at->z = next->z;
	at->extreme = next->extreme;
}

int tc_anomaly_add(struct tc_anomalies *out, size_t index, double value, double z, size_t together)
{
	struct tc_anomaly *at = out->at, next = {index, index, index, value, z, !(z <= extreme_z)};
	if (out->count && index - at[out->count - 1].last < together) {
		join(&at[out->count - 1], &next);
		return 0;
	}
	if (!(out->count & (out->count - 1))) { /* full at each power of two */
		at = realloc(at, (out->count ? out->count * 2 : 1) * sizeof *at);
		if (!at)
			return tc_error(TACHO_ENOMEM, "no memory for %zu anomalies", out->count + 1);
		out->at = at;
	}
	at[out->count++] = next;
	return 0;
}

void tc_anomalies_release(struct tc_anomalies *anomalies)
{
	free(anomalies->at);
	*anomalies = (struct tc_anomalies){0};
}
