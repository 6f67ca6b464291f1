/* SPDX-License-Identifier: MIT */
#include "analyze/variability.h"

#include <math.h>
#include "stats/confidence.h"
#include "stats/normal.h"

enum { SPREAD_LEAST = 10 };

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

static double sure_of_tail(const struct tc_figures *f, double median)
{
	double beyond = 0, count = (double)f->count, low, high;
	for (uint32_t i = f->histogram.cells;
		i-- > 0 && (tc_cell_bounds(f->histogram.first + i, &low, &high), low >= 10 * median);)
		beyond += (double)f->histogram.count[i];
	return tc_confidence(tc_normal_two_sided((beyond - 0.01 * count) / sqrt(0.0099 * count)));
}

void tc_variability_find(struct tc_variability *out, const struct tc_name_view *name)
{
	const struct tc_figures *f = &name->figures;
	const struct tc_summary *s = &name->summary;
	double mad = isnan(s->mad) ? tc_histogram_mad(&f->histogram, f->min_ns, f->max_ns) : s->mad;
	*out = (struct tc_variability){.rcv = s->median > 0 ? TC_MAD_TO_SD * mad / s->median : NAN,
		.cv = s->cv,
		.tail_ratio = s->tail_ratio,
		.above_p75 = above_p75(f)};
	out->spread = f->count >= SPREAD_LEAST && out->rcv > 0.5;
	out->tail = f->count >= TC_TAIL_LEAST && out->tail_ratio >= 10;
	out->outliers = f->count >= SPREAD_LEAST && out->cv > 0.5 && out->rcv <= 0.2;
	out->spread_sure = out->spread ? sure_of_rcv(out->rcv, 0.5, f->count) : NAN;
	out->outliers_sure = out->outliers ? sure_of_rcv(out->rcv, 0.2, f->count) : NAN;
	out->tail_sure = out->tail ? sure_of_tail(f, s->median) : NAN;
}
