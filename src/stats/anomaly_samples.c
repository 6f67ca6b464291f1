/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/anomaly.h"
#include "stats/anomaly_add.h"
#include "stats/spread.h"
#include "stats/values.h"

enum { HISTORY = 576, CYCLES_MIN = 3, TOGETHER = 12 };

struct history { /* up to HISTORY of the values before this one, sorted */
	size_t n;
	double sorted[HISTORY + 1];
};

static void remember(struct history *history, const double *values, size_t index)
{
	tc_sorted_insert(history->sorted, history->n++, values[index]);
	if (history->n > HISTORY)
		tc_sorted_remove(history->sorted, history->n--, values[index - HISTORY]);
}

/* The share of the history that is as far out, or all but. */
static double as_extreme(const struct history *history, const struct tc_spread *spread, double value)
{
	if (value > spread->median)
		return 1 -
		       (double)tc_sorted_below(history->sorted, history->n, value - spread->above) / (double)history->n;
	double limit = nextafter(value + spread->below, INFINITY);
	return (double)tc_sorted_below(history->sorted, history->n, limit) / (double)history->n;
}

/* level: of the samples; value: one of them, or what is left of it. */
static bool out_of_bounds(const struct history *history, double level, double value, double *z)
{
	static const double least_part = 0.05, least_z = 5, most_as_extreme = 0.004;
	struct tc_spread spread = tc_spread(history->sorted, history->n);
	spread = tc_spread_floor(spread, least_part * fabs(level));
	*z = tc_spread_z(&spread, value);
	return !(fabs(*z) <= least_z) && as_extreme(history, &spread, value) < most_as_extreme;
}

/* What is left of a sample without what the same time of earlier cycles leads to expect: the median of as many cycles as there are in
 * HISTORY. */
static double without_cycle(const double *values, size_t index, size_t period)
{
	double same[HISTORY];
	size_t most = HISTORY / period > CYCLES_MIN ? HISTORY / period : CYCLES_MIN, cycles = 0;
	for (size_t at = index; cycles < most && at >= period; cycles++)
		same[cycles] = values[at -= period];
	return values[index] - tc_values_exact(same, cycles, 0.5);
}

struct work {
	struct history samples, rest;
	double *left; /* of each sample, without its cycle */
};

static int judge_all(struct tc_anomalies *out, struct work *work, const double *values, size_t period)
{
	size_t first = period ? CYCLES_MIN * period : out->n; /* from which on cycles are known */
	for (size_t i = 0; i < out->n; i++) {
		const struct history *history = &work->samples;
		double value = values[i], z = 0;
		if (i >= first) {
			work->left[i] = without_cycle(values, i, period);
			if (work->rest.n >= TC_ANOMALY_SAMPLES_MIN) {
				history = &work->rest;
				value = work->left[i];
			}
		}
		if (history->n >= TC_ANOMALY_SAMPLES_MIN) {
			double level = tc_spread(work->samples.sorted, work->samples.n).median;
			int rc = out_of_bounds(history, level, value, &z)
			                 ? tc_anomaly_add(out, i, values[i], z, TOGETHER)
			                 : 0;
			if (rc)
				return rc;
		}
		remember(&work->samples, values, i);
		if (i >= first)
			remember(&work->rest, work->left, i);
	}
	return 0;
}

static bool all_equal(const double *values, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (values[i] != values[0])
			return false;
	return true;
}

int tc_sample_anomalies(struct tc_anomalies *out, const double *values, size_t n, size_t period)
{
	*out = (struct tc_anomalies){.n = n};
	if (n <= TC_ANOMALY_SAMPLES_MIN) {
		out->reason =
			n > 1 && all_equal(values, n) ? "all values are the same" : "that takes more than 100 values";
		return 0;
	}
	struct work *work = calloc(1, sizeof *work);
	double *left = calloc(n, sizeof *left);
	int rc = TACHO_ENOMEM;
	if (work && left) {
		work->left = left;
		rc = judge_all(out, work, values, period < n ? period : 0);
	} else {
		tc_error(rc, "no memory for %zu samples", n);
	}
	free(work);
	free(left);
	if (rc)
		tc_anomalies_release(out);
	return rc;
}
