/* SPDX-License-Identifier: MIT
 *
 * calibration_fixture.c - calibration_fixture FIRST COUNT: of COUNT labelled cases of each kind, seeds from FIRST on, every finding as a line
 * "KIND CONFIDENCE RAW RIGHT": what it says, what that was before it was calibrated, and 1 or 0.  tools/calibrate.py reads them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/diagnosis.h"
#include "analyze/made.h"
#include "analyze/parallel.h"
#include "cases_tree.h"
#include "stats/compare.h"
#include "stats/confidence.h"
#include "stats/leak.h"
#include "stats/trend.h"

enum { VALUES = 512, KINDS_OF_NAMES = 12 };

static void finding(const char *kind, double confidence, bool right)
{
	printf("%s %.6f %.6f %d\n", kind, confidence, confidence, right);
}

static void stop(int code)
{
	if (code)
		abort();
}

static bool is_near(const struct truth *truth, size_t index, size_t n)
{
	size_t off = index > truth->at ? index - truth->at : truth->at - index;
	return truth->course == COURSE_STEP && off <= (n / 10 > 2 ? n / 10 : 2);
}

static void series(uint64_t seed)
{
	struct chance chance = chance_of(1, seed);
	struct tc_change_points points;
	struct tc_trend trend;
	double values[VALUES];
	size_t n = (size_t)chance_scale(&chance, 8, 400);
	struct truth truth = chance_series(&chance, values, n);
	stop(tc_change_points(&points, values, n, 0.01));
	stop(tc_trend(&trend, values, n, 1, &points));
	if (trend.label == TC_TREND_DEGRADING)
		finding("trend", trend.confidence, truth.change > 0);
	else if (trend.label == TC_TREND_IMPROVING)
		finding("trend", trend.confidence, truth.change < 0);
	for (size_t i = 0; i < points.count && truth.course != COURSE_DRIFT; i++)
		finding("change_point", points.at[i].confidence, is_near(&truth, points.at[i].index, n));
	tc_change_points_release(&points);
}

static void memory(uint64_t seed)
{
	struct chance chance = chance_of(2, seed);
	struct tc_leak leak;
	double seconds[VALUES], bytes[VALUES];
	size_t n = 60 + chance_below(&chance, VALUES - 60);
	enum memory truth = chance_memory(&chance, bytes, n);
	for (size_t i = 0; i < n; i++)
		seconds[i] = (double)i;
	stop(tc_leak(&leak, seconds, bytes, n, TC_LEAK_LEAST_BYTES, NAN));
	if (leak.status == TC_LEAK_LEAK)
		finding("leak", tc_confidence(leak.p), truth == MEMORY_LEAK);
}

/* Runs of the same thing differ by some percent of their own: what is told of one pair is told of their code. */
static void pair(uint64_t seed)
{
	struct chance chance = chance_of(3, seed);
	double side[2][VALUES], change = 0, between = chance_between(&chance, 0, 0.05);
	bool single = chance_uniform(&chance) < 0.5;
	enum noise noise = (enum noise)chance_below(&chance, NOISES);
	double size = chance_scale(&chance, 0.02, 0.2);
	size_t n = single ? 20 : 3 + chance_below(&chance, 8);
	if (chance_uniform(&chance) < 0.5)
		change = chance_scale(&chance, 0.05, 0.8) * (chance_uniform(&chance) < 0.5 ? 1 : -0.5);
	for (int i = 0; i < 2; i++) {
		double run = between * chance_normal(&chance), shift = i ? 1 + change : 1;
		for (size_t k = 0; k < n; k++) {
			run = single ? run : between * chance_normal(&chance);
			side[i][k] = 1e6 * shift * exp(run) * chance_factor(&chance, noise, size / (single ? 1 : 4));
		}
	}
	struct tc_comparison c;
	stop(tc_compare(&c, side[0], n, side[1], n, single ? TC_OF_BLOCKS : TC_OF_SESSIONS, 1));
	tc_decide(&c, single ? TC_DELTA_LEAST : tc_worth_telling(side[0], n), single);
	const char *kind = single ? "comparison_of_two" : "comparison";
	if (c.verdict == TC_REGRESSION)
		finding(kind, c.confidence, change > 0);
	else if (c.verdict == TC_IMPROVEMENT)
		finding(kind, c.confidence, change < 0);
}

struct mix { /* what a program does, round after round */
	size_t names, rounds;
	double mean_ns[KINDS_OF_NAMES], size[KINDS_OF_NAMES];
	enum course course[KINDS_OF_NAMES];
	double change[KINDS_OF_NAMES];
	double stalls[KINDS_OF_NAMES]; /* of its spans, which take many times longer */
	size_t every[KINDS_OF_NAMES];
	enum noise noise[KINDS_OF_NAMES];
};

static const char *const names[KINDS_OF_NAMES] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};

static struct mix mix_of(struct chance *chance)
{
	struct mix mix = {
		.names = 2 + chance_below(chance, KINDS_OF_NAMES - 1), .rounds = 40 + chance_below(chance, 160)};
	for (size_t i = 0; i < mix.names; i++) {
		mix.mean_ns[i] = chance_scale(chance, 1e5, 5e6);
		mix.size[i] = chance_scale(chance, 0.03, 0.8);
		mix.noise[i] = (enum noise)chance_below(chance, NOISES);
		mix.every[i] = chance_uniform(chance) < 0.5 ? 1 : 1 + chance_below(chance, 4);
		mix.stalls[i] = chance_uniform(chance) < 0.3 ? chance_scale(chance, 0.002, 0.05) : 0;
		if (chance_uniform(chance) < 0.5)
			continue;
		mix.course[i] = chance_uniform(chance) < 0.5 ? COURSE_DRIFT : COURSE_STEP;
		mix.change[i] = chance_scale(chance, 0.55, 1.8) - 1;
	}
	return mix;
}

static double moved(const struct mix *mix, size_t name, size_t round)
{
	double part = (double)round / (double)(mix->rounds - 1);
	if (mix->course[name] == COURSE_STEP)
		part = part >= 0.5;
	return 1 + mix->change[name] * part;
}

static struct tc_diagnosis *run_of(struct made *made, const struct mix *mix, struct chance *chance)
{
	struct tc_diagnosis *diagnosis;
	struct chance noise[KINDS_OF_NAMES];
	tc_instant at = 0;
	for (size_t i = 0; i < mix->names; i++)
		noise[i] = chance_of(i, chance_bits(chance));
	for (size_t round = 0; round < mix->rounds; round++)
		for (size_t i = 0; i < mix->names; i++) {
			if (round % mix->every[i])
				continue;
			double noisy = chance_factor(&noise[i], mix->noise[i], mix->size[i]);
			if (chance_uniform(&noise[i]) < mix->stalls[i])
				noisy *= chance_scale(&noise[i], 5, 40);
			uint64_t ns = (uint64_t)(mix->mean_ns[i] * moved(mix, i, round) * noisy);
			made_span(made, names[i], at, ns, ns, false);
			at += (tc_instant)ns;
		}
	const struct tc_session *session = made_session(made);
	stop(tc_diagnose(&diagnosis, session, 0, session->end));
	return diagnosis;
}

static size_t name_of(const struct tc_diagnosis *d, const struct tc_advice *advice)
{
	size_t i = 0;
	while (i < d->names && d->name[i].view->name != advice->stage)
		i++;
	return i;
}

/* What is said of durations as they are is right when the same program, run again, gives reason for it too; what is said of their course,
 * when they were made so. */
static void judge(const struct tc_advice *advice, const struct tc_diagnosis *again, const struct mix *mix, size_t i)
{
	const struct tc_name_diagnosis *name = &again->name[i];
	char kind[64];
	bool right;
	if (!strcmp(advice->kind, "bottleneck"))
		right = name->use.verdict.severity >= advice->severity;
	else if (!strcmp(advice->kind, "degradation"))
		right = mix->change[*name->view->name - 'a'] > 0;
	else if (!strcmp(advice->kind, "spread"))
		right = name->variability.spread;
	else if (!strcmp(advice->kind, "tail"))
		right = name->variability.tail;
	else if (!strcmp(advice->kind, "outliers"))
		right = name->variability.outliers;
	else
		return; /* nobody knows */
	snprintf(kind, sizeof kind, "advice.%s", advice->kind);
	printf("%s %.6f %.6f %d\n", kind, advice->confidence, advice->sure, right);
}

static void programs(uint64_t seed)
{
	struct chance chance = chance_of(4, seed);
	struct mix mix = mix_of(&chance);
	struct made *first = made_new(), *other = made_new();
	struct tc_diagnosis *said = run_of(first, &mix, &chance), *again = run_of(other, &mix, &chance);
	for (size_t i = 0; i < said->findings; i++)
		if (said->finding[i].of == TC_STAGE_SPAN)
			judge(&said->finding[i], again, &mix, name_of(said, &said->finding[i]));
	tc_diagnosis_release(said);
	tc_diagnosis_release(again);
	made_release(first);
	made_release(other);
}

static void siblings(uint64_t seed)
{
	static const char *const kind[TC_EVIDENCES] = {
		"opportunity.none", "opportunity.row", "opportunity.order", "opportunity.overlap"};
	struct chance chance = chance_of(5, seed);
	struct program program = chance_program(&chance);
	struct trees *trees = trees_of(&program, &chance);
	struct tc_opportunities found;
	stop(tc_parallel_find(&found, &trees->paths, 8, NULL));
	for (size_t i = 0; i < found.count; i++)
		finding(kind[found.at[i].evidence], found.at[i].confidence,
			program_is_free(&program, found.at[i].name, found.at[i].names));
	tc_opportunities_release(&found);
	trees_release(trees);
}

int main(int argc, char **argv)
{
	uint64_t first = argc == 3 ? strtoull(argv[1], NULL, 10) : 0,
		 count = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	for (uint64_t seed = first; seed < first + count; seed++) {
		series(seed);
		memory(seed);
		pair(seed);
		programs(seed);
		siblings(seed);
	}
	return count ? 0 : 2;
}
