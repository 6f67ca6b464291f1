/* SPDX-License-Identifier: MIT
 *
 * diagnosis_blocks.c - the same judged again in stretches of time: how many of them say the same tells how much a severity is to be
 * believed, and how much they differ, between what a saving lies.
 */
#include <math.h>
#include <stdlib.h>
#include "analyze/diagnosis_parts.h"
#include "base/error.h"
#include "stats/blocks.h"
#include "stats/normal.h"

enum { INTERVAL_LEAST = 4 };

struct blocks {
	size_t count, names;
	double *time_ns; /* [block * names + name] */
	double *all_ns;  /* of a block */
};

static size_t busy_windows(const struct tc_session *session)
{
	size_t busy = 0;
	for (size_t i = 0; i < session->windows; i++)
		busy += session->window[i].entries > 0;
	return busy;
}

/* A name's own time in a stretch, as far as it counts: the part of it that all of its time has. */
static double counted(const struct tc_diagnosis *d, size_t name, double self_ns)
{
	const struct tc_time_use *use = &d->name[name].use;
	return self_ns > 0 && use->self_ns > 0 ? self_ns * use->time_ns / use->self_ns : 0;
}

static void fill(struct blocks *b, const struct tc_diagnosis *d, size_t busy)
{
	const struct tc_session *session = d->session;
	size_t seen = 0;
	for (size_t w = 0; w < session->windows; w++) {
		const struct tc_window_view *window = &session->window[w];
		double *row = &b->time_ns[seen * b->count / busy * b->names];
		for (size_t k = 0; k < window->entries; k++)
			row[window->entry[k].name] += (double)window->entry[k].self_ns;
		seen += window->entries > 0;
	}
	for (size_t i = 0; i < b->count * b->names; i++) {
		b->time_ns[i] = counted(d, i % b->names, b->time_ns[i]);
		b->all_ns[i / b->names] += b->time_ns[i];
	}
}

/* 97.5 % of Student's t, by the expansion of Cornish and Fisher: within 0.02 from 3 degrees of freedom on. */
static double t_of(double degrees)
{
	double z = tc_normal_quantile(0.975), z2 = z * z;
	return z + z * (z2 + 1) / (4 * degrees) + z * ((5 * z2 + 16) * z2 + 3) / (96 * degrees * degrees) +
	       z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / (384 * degrees * degrees * degrees);
}

/* The share is a ratio of sums over stretches (W. G. Cochran, Sampling Techniques, 1977, section 6.3). */
static double share_error(const struct blocks *b, size_t name, double share)
{
	double squares = 0, all = 0, used = 0;
	for (size_t i = 0; i < b->count; i++) {
		double off = b->time_ns[i * b->names + name] - share * b->all_ns[i];
		squares += off * off;
		all += b->all_ns[i];
		used += b->all_ns[i] > 0;
	}
	return used >= INTERVAL_LEAST ? t_of(used - 1) * sqrt(squares * used / (used - 1)) / all : NAN;
}

static void judge(struct tc_diagnosis *d, const struct blocks *b, size_t name)
{
	struct tc_time_use *use = &d->name[name].use;
	const struct tc_bottleneck_verdict *verdict = &use->verdict;
	for (size_t i = 0; i < b->count; i++) {
		if (!(b->all_ns[i] > 0))
			continue;
		double share = b->time_ns[i * b->names + name] / b->all_ns[i];
		use->blocks++;
		use->agreeing += tc_bottleneck_severity(share, d->pool.names, verdict->documented) >= verdict->severity;
	}
	double error = share_error(b, name, verdict->share), all_ns = d->pool.time_ns;
	use->confidence = (double)(use->agreeing + 1) / (double)(use->blocks + 2);
	use->saving_ns = use->time_ns / 2;
	use->saving_lo_ns = fmax(0, verdict->share - error) * all_ns / 2;
	use->saving_hi_ns = fmin(1, verdict->share + error) * all_ns / 2;
	if (isnan(error))
		use->saving_lo_ns = use->saving_hi_ns = NAN;
}

int tc_diagnose_blocks(struct tc_diagnosis *d)
{
	size_t busy = busy_windows(d->session);
	struct blocks b = {.names = d->names, .count = busy < TC_DIAGNOSIS_BLOCKS ? busy : TC_DIAGNOSIS_BLOCKS};
	b.time_ns = calloc(b.count * b.names + 1, sizeof *b.time_ns);
	b.all_ns = calloc(b.count + 1, sizeof *b.all_ns);
	int code = 0;
	if (b.time_ns && b.all_ns) {
		if (busy)
			fill(&b, d, busy);
		for (size_t i = 0; i < d->names; i++)
			judge(d, &b, i);
	} else {
		code = tc_error(TACHO_ENOMEM, "no memory for %zu stretches of %zu names", b.count, b.names);
	}
	free(b.time_ns);
	free(b.all_ns);
	return code;
}
