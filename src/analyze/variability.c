/* SPDX-License-Identifier: MIT */
#include "analyze/variability.h"

#include <math.h>
#include "stats/confidence.h"
#include "stats/normal.h"

enum { SPREAD_LEAST = 10 };

static const double alike_rcv = 0.2, differing_cv = 0.5, few = 0.05;

/* sum max(0, v - p75) / sum v, a cell's values being its middle. */
static double above_p75(const struct tc_figures *f)
{
	double p75 = tc_histogram_quantile(&f->histogram, 0.75, f->min_ns, f->max_ns), beyond = 0, all = 0;
	for (uint32_t i = 0; i < f->histogram.cells; i++) {
		double low, high, count = (double)f->histogram.count[i];
		if (!f->histogram.count[i])
			continue;
		tc_cell_bounds(f->histogram.first + i, &low, &high);
		double value = fmin(fmax((low + high) / 2, (double)f->min_ns), (double)f->max_ns);
		beyond += count * fmax(0, value - p75);
		all += count * value;
	}
	return all > 0 ? beyond / all : NAN;
}

static double sure_of_rcv(double rcv, double bound, uint64_t count)
{
	double off = log(fmax(rcv, bound / 1e3) / bound);
	return tc_confidence(tc_normal_two_sided(off * sqrt((double)count) / 1.17));
}

/* Of count spans those beyond something are more, or fewer, than that share of them. */
static double sure_of_share(double beyond, double count, double share)
{
	return tc_confidence(tc_normal_two_sided((beyond - share * count) / sqrt(share * (1 - share) * count)));
}

static double sure_of_tail(const struct tc_figures *f, double median)
{
	double beyond = 0, low, high;
	for (uint32_t i = f->histogram.cells;
		i-- > 0 && (tc_cell_bounds(f->histogram.first + i, &low, &high), low >= 10 * median);)
		beyond += (double)f->histogram.count[i];
	return sure_of_share(beyond, (double)f->count, 0.01);
}

/* The cells from twice the median on; and those up to half of it.  They own no counts. */
static struct tc_histogram far_above(const struct tc_histogram *all, double median)
{
	uint32_t i = all->cells;
	double low, high;
	while (i > 0 && (tc_cell_bounds(all->first + i - 1, &low, &high), low >= 2 * median))
		i--;
	return (struct tc_histogram){all->first + i, all->cells - i, all->count + i};
}

static struct tc_histogram far_below(const struct tc_histogram *all, double median)
{
	uint32_t i = 0;
	double low, high;
	while (i < all->cells && (tc_cell_bounds(all->first + i, &low, &high), high <= median / 2))
		i++;
	return (struct tc_histogram){all->first, i, all->count};
}

static bool are_alike(const struct tc_figures *f, const struct tc_histogram *group, double median)
{
	return TC_MAD_TO_SD * tc_histogram_mad(group, f->min_ns, f->max_ns) <= alike_rcv * median;
}

/* Of a name most spans of which are alike, and not all. */
static void find_far(struct tc_variability *out, const struct tc_figures *f, double median)
{
	struct tc_histogram above = far_above(&f->histogram, median), below = far_below(&f->histogram, median);
	uint64_t slow = tc_histogram_total(&above), fast = tc_histogram_total(&below), most = slow > fast ? slow : fast;
	double count = (double)f->count, sure = sure_of_rcv(out->rcv, alike_rcv, f->count);
	const struct tc_histogram *group = slow >= fast ? &above : &below;
	out->outliers = slow && (double)(slow + fast) <= fmax(1, few * count);
	out->far = out->outliers ? slow : most;
	out->far_median = tc_histogram_quantile(group, 0.5, f->min_ns, f->max_ns);
	bool one_sided = (double)(slow + fast - most) <= few * count;
	out->groups = most >= SPREAD_LEAST && !out->outliers && one_sided && are_alike(f, group, out->far_median);
	if (out->outliers)
		out->outliers_sure = fmin(sure, sure_of_share((double)(slow + fast), count, few));
	if (out->groups)
		out->groups_sure = fmin(sure, sure_of_share((double)most, count, few));
}

void tc_variability_find(struct tc_variability *out, const struct tc_name_view *name)
{
	const struct tc_figures *f = &name->figures;
	const struct tc_summary *s = &name->summary;
	double mad = isnan(s->mad) ? tc_histogram_mad(&f->histogram, f->min_ns, f->max_ns) : s->mad;
	*out = (struct tc_variability){.rcv = s->median > 0 ? TC_MAD_TO_SD * mad / s->median : NAN,
		.cv = s->cv,
		.tail_ratio = s->tail_ratio,
		.above_p75 = above_p75(f),
		.far_median = NAN,
		.outliers_sure = NAN,
		.groups_sure = NAN};
	out->spread = f->count >= SPREAD_LEAST && out->rcv > 0.5;
	out->tail = f->count >= TC_TAIL_LEAST && out->tail_ratio >= 10;
	if (f->count >= SPREAD_LEAST && out->cv > differing_cv && out->rcv <= alike_rcv)
		find_far(out, f, s->median);
	out->spread_sure = out->spread ? sure_of_rcv(out->rcv, 0.5, f->count) : NAN;
	out->tail_sure = out->tail ? sure_of_tail(f, s->median) : NAN;
}
