/* SPDX-License-Identifier: MIT */
#include "stats/anomaly.h"

#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/anomaly_add.h"
#include "stats/normal.h"
#include "stats/spread.h"
#include "stats/values.h"

static double logarithm(double ns)
{
	return log(fmax(ns, 1));
}

int tc_duration_anomalies(struct tc_anomalies *out, const double *values, size_t n)
{
	static const double least_spread = 0.02, least_z = 3.5, false_alarms = 0.01;
	*out = (struct tc_anomalies){.n = n};
	if (n < TC_ANOMALY_DURATIONS_MIN) {
		out->reason = "fewer than 20 durations";
		return 0;
	}
	double *sorted = malloc(n * sizeof *sorted), limit = tc_normal_quantile(1 - false_alarms / (double)n);
	if (!sorted)
		return tc_error(TACHO_ENOMEM, "no memory for %zu durations", n);
	for (size_t i = 0; i < n; i++)
		sorted[i] = logarithm(values[i]);
	tc_values_exact(sorted, n, 0.5);
	struct tc_spread spread = tc_spread_floor(tc_spread(sorted, n), least_spread);
	int rc = 0;
	for (size_t i = 0; i < n && !rc; i++) {
		double z = tc_spread_z(&spread, logarithm(values[i]));
		if (fabs(z) > fmax(limit, least_z))
			rc = tc_anomaly_add(out, i, values[i], z, 1);
	}
	free(sorted);
	if (rc)
		tc_anomalies_release(out);
	return rc;
}
