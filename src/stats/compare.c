/* SPDX-License-Identifier: MIT */
#include "stats/compare.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include "base/error.h"
#include "stats/alike.h"
#include "stats/mann_whitney.h"
#include "stats/normal.h"
#include "stats/order.h"
#include "stats/shift.h"
#include "stats/values.h"

#define CAP_SINGLES 0.7
#define CAP_SINGLE_RUN 0.8
#define NEEDED_MOST 1e6
#define SETTLED 0.9 /* of what has as much evidence as is needed, so much has a verdict */

/* Ascending logarithms; false when a value has none. */
static bool logarithms(double *out, const double *value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!(value[i] > 0))
			return false;
		out[i] = log(value[i]);
	}
	tc_order_real(out, n);
	return true;
}

static int ratio(struct tc_comparison *out, const double *base, const double *other)
{
	double *a = calloc(out->base, sizeof *a), *b = calloc(out->other, sizeof *b);
	int code = a && b ? 0 : tc_error(TACHO_ENOMEM, "no memory to compare %zu values", out->base + out->other);
	if (!code && logarithms(a, base, out->base) && logarithms(b, other, out->other)) {
		struct tc_shift shift = tc_shift_of(a, out->base, b, out->other, out->inflation);
		out->ratio = exp(shift.shift);
		out->ratio_lo = exp(shift.lo);
		out->ratio_hi = exp(shift.hi);
	}
	free(a);
	free(b);
	return code;
}

static void test_of(struct tc_comparison *out, const struct tc_mann_whitney *test)
{
	out->u = test->u;
	out->p_value = out->p_widened = test->p_value;
	out->method = test->exact ? "Mann-Whitney, exact" : "Mann-Whitney, normal";
	if (out->inflation > 1) {
		double z = -tc_normal_quantile(test->p_value / 2);
		out->p_widened = tc_normal_two_sided(z / sqrt(out->inflation));
		out->method = "Mann-Whitney, widened by autocorrelation";
	}
	out->q_value = out->p_widened;
}

int tc_compare(struct tc_comparison *out, const double *base, size_t n, const double *other, size_t m,
	enum tc_units units, double inflation)
{
	struct tc_mann_whitney test;
	*out = (struct tc_comparison){
		n, m, units, 1, NAN, NAN, NAN, NAN, "none", NAN, NAN, NAN, NAN, NAN, TC_INCONCLUSIVE, NAN, false, NULL};
	if (!n || !m)
		return 0;
	int code = units == TC_OF_SESSIONS ? 0 : tc_alike(&out->inflation, base, n, other, m, 0);
	if (!code)
		code = tc_mann_whitney(&test, other, m, base, n);
	if (code)
		return code;
	out->inflation = fmax(out->inflation, inflation);
	test_of(out, &test);
	return ratio(out, base, other);
}

double tc_worth_telling(const double *median, size_t sessions)
{
	struct tc_values logs = {0};
	for (size_t i = 0; i < sessions; i++) {
		if (!(median[i] > 0))
			return TC_DELTA_LEAST;
		tc_values_add_moments(&logs, 1, log(median[i]), 0, 0, 0, 0);
	}
	return sessions >= TC_EVIDENCE_SESSIONS ? fmax(TC_DELTA_LEAST, 3 * sqrt(2) * tc_values_sd(&logs))
	                                        : TC_DELTA_LEAST;
}

double tc_confidence_of(double p)
{
	double against = p <= 0 ? 0 : p < exp(-1) ? -exp(1) * p * log(p) : 1;
	return fmin(0.99, fmax(0.5, 1 / (1 + against)));
}

/* How unlikely an interval this narrow is where the true ratio lies at the edge of what counts. */
static double p_of_equivalence(const struct tc_comparison *c)
{
	double error = log(c->ratio_hi / c->ratio_lo) / (2 * tc_normal_quantile(0.975));
	double room = log1p(c->delta) - fabs(log(c->ratio));
	return error > 0 ? tc_normal_cdf(-room / error) : 0;
}

/* What is worth so many independent units at most. */
static size_t worth(const struct tc_comparison *c, size_t units)
{
	return (size_t)((double)units / c->inflation);
}

static bool too_few(const struct tc_comparison *c)
{
	size_t base = worth(c, c->base), other = worth(c, c->other);
	return !base || !other || tc_mann_whitney_least(base, other) > TC_COMPARE_ALPHA;
}

static enum tc_verdict verdict_of(const struct tc_comparison *c)
{
	double more = 1 + c->delta;
	if (too_few(c))
		return TC_INCONCLUSIVE;
	if (c->q_value <= TC_COMPARE_ALPHA && c->ratio >= more && c->ratio_lo > 1)
		return TC_REGRESSION;
	if (c->q_value <= TC_COMPARE_ALPHA && c->ratio <= 1 / more && c->ratio_hi < 1)
		return TC_IMPROVEMENT;
	if (c->ratio_lo > 1 / more && c->ratio_hi < more)
		return TC_EQUIVALENT;
	return TC_INCONCLUSIVE;
}

size_t tc_compare_least(double asked)
{
	size_t n = 1;
	while (tc_mann_whitney_least(n, n) * asked > TC_COMPARE_ALPHA)
		n++;
	return n;
}

/* How far q is above p, by all that is asked at once. */
static double times_of(const struct tc_comparison *c)
{
	return c->q_value > c->p_widened && c->p_widened > 0 ? c->q_value / c->p_widened : 1;
}

/* The widest standard error with which nine of ten such comparisons have a verdict: the ratio lies so far from 1 for q, and from what counts;
 * or else the interval lies within what does not count. */
static double wanted_error(const struct tc_comparison *c, double times)
{
	double size = fabs(log(c->ratio)), edge = log1p(c->delta), sure = tc_normal_quantile(SETTLED);
	if (size < edge)
		return (edge - size) / (tc_normal_quantile(0.975) + sure);
	return fmin((size - edge) / sure, size / (tc_normal_quantile(1 - TC_COMPARE_ALPHA / times / 2) + sure));
}

/* The error shrinks with the root of the evidence; and so few that no p of theirs is small enough are never enough. */
static double needed_for(const struct tc_comparison *c)
{
	double n = (double)c->base, m = (double)c->other,
	       times = fabs(log(c->ratio)) < log1p(c->delta) ? 1 : times_of(c);
	double error = log(c->ratio_hi / c->ratio_lo) / 2 / tc_normal_quantile(0.975),
	       more = error / wanted_error(c, times);
	double needed =
		fmax(ceil(2 * n * m / (n + m) * more * more), ceil((double)tc_compare_least(times) * c->inflation));
	return needed <= NEEDED_MOST ? fmax(needed, fmin(n, m) + 1) : NAN;
}

bool tc_compare_apart(const struct tc_comparison *c)
{
	bool beyond = c->u == 0 || c->u == (double)c->base * (double)c->other;
	return beyond && !too_few(c) && fabs(log(c->ratio)) >= log1p(c->delta) && c->q_value > TC_COMPARE_ALPHA;
}

static const char *few_or_wide(const struct tc_comparison *c)
{
	bool alike = c->inflation > 1;
	if (too_few(c))
		return alike ? "each value is so much like the one before that they are worth too few"
		             : "too few values for any difference to show";
	if (tc_compare_apart(c))
		return "too few values for a difference to show among so many that are compared at once";
	return alike ? "the interval is too wide to tell, for each value is like the one before"
	             : "the interval is too wide to tell";
}

static void explain(struct tc_comparison *c)
{
	if (!c->base || !c->other) {
		c->reason = "too few values to compare";
	} else if (too_few(c) && isnan(c->ratio_lo)) {
		c->needed = ceil((double)tc_compare_least(times_of(c)) * c->inflation);
		c->at_least = true;
		c->reason = few_or_wide(c);
	} else if (isnan(c->ratio)) {
		c->reason = "a ratio needs values above 0";
	} else {
		c->needed = needed_for(c);
		c->reason =
			isnan(c->needed) ? "the ratio lies at the very edge of what is worth telling" : few_or_wide(c);
	}
}

void tc_decide(struct tc_comparison *c, double delta, bool single)
{
	c->delta = delta;
	c->verdict = verdict_of(c);
	if (c->verdict == TC_INCONCLUSIVE) {
		explain(c);
		return;
	}
	c->confidence = tc_confidence_of(c->verdict == TC_EQUIVALENT ? p_of_equivalence(c) : c->q_value);
	if (single)
		c->confidence = fmin(c->confidence, CAP_SINGLE_RUN);
	if (c->units == TC_OF_SINGLES)
		c->confidence = fmin(c->confidence, CAP_SINGLES);
}

const char *tc_verdict_name(enum tc_verdict verdict)
{
	static const char *const names[] = {"inconclusive", "regression", "improvement", "equivalent"};
	return names[verdict];
}

size_t tc_evidence_blocks(size_t n, size_t m, double q)
{
	size_t fewer = n < m ? n : m, least = q > 0.5 ? TC_TAIL_BLOCK_LEAST : TC_BLOCK_LEAST;
	return fewer >= TC_EVIDENCE_BLOCKS * least ? TC_EVIDENCE_BLOCKS : 0;
}
