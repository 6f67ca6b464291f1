/* SPDX-License-Identifier: MIT
 *
 * cases.h - labelled cases for the calibration of confidences: random numbers that are the same everywhere, four kinds of noise, and courses
 * whose truth is known because they were made so.
 */
#ifndef TESTS_CASES_H
#define TESTS_CASES_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t state;
	double last; /* of noise that remembers */
};

/* SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014). */
static inline uint64_t chance_bits(struct chance *chance)
{
	uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static inline struct chance chance_of(uint64_t kind, uint64_t seed)
{
	struct chance chance = {.state = kind * UINT64_C(0x100000000) + seed};
	chance_bits(&chance);
	return chance;
}

/* Between 0 and 1, never either. */
static inline double chance_uniform(struct chance *chance)
{
	return ((double)(chance_bits(chance) >> 11) + 0.5) / 9007199254740992.0;
}

static inline double chance_between(struct chance *chance, double low, double high)
{
	return low + (high - low) * chance_uniform(chance);
}

/* As likely between 1 and 10 as between 10 and 100. */
static inline double chance_scale(struct chance *chance, double low, double high)
{
	return low * pow(high / low, chance_uniform(chance));
}

static inline size_t chance_below(struct chance *chance, size_t count)
{
	return (size_t)(chance_uniform(chance) * (double)count);
}

static inline double chance_normal(struct chance *chance)
{
	double far = sqrt(-2 * log(chance_uniform(chance)));
	return far * cos(2 * M_PI * chance_uniform(chance));
}

enum noise { NOISE_NORMAL, NOISE_SKEWED, NOISE_REMEMBERING, NOISE_OUTLIERS, NOISES };

/* A number without unit, about 1 in size, its median at 0 or near it. */
static inline double chance_noise(struct chance *chance, enum noise noise)
{
	double z = chance_normal(chance);
	if (noise == NOISE_SKEWED)
		return exp(0.8 * z) - 1;
	if (noise == NOISE_REMEMBERING)
		return chance->last = 0.4 * chance->last + sqrt(0.84) * z;
	return noise == NOISE_OUTLIERS && chance_uniform(chance) < 0.03 ? 8 * fabs(z) : z;
}

/* What a duration is multiplied by: above 0, its median about 1. */
static inline double chance_factor(struct chance *chance, enum noise noise, double size)
{
	double z = chance_noise(chance, noise);
	return noise == NOISE_OUTLIERS && z > 4 ? 1 + size * z
	       : noise == NOISE_SKEWED          ? (1 + size * (z + 1)) / (1 + size)
	                                        : exp(size * z);
}

enum course { COURSE_REST, COURSE_DRIFT, COURSE_STEP };

struct truth { /* of a series */
	enum course course;
	double change; /* of the last value against the first, without noise; 0 at rest */
	size_t at;     /* the first value of the new level, of a step */
	enum noise noise;
};

/* Half of them at rest; n durations above 0. */
static inline struct truth chance_series(struct chance *chance, double *values, size_t n)
{
	struct truth truth = {.noise = (enum noise)chance_below(chance, NOISES)};
	double level = chance_scale(chance, 1e3, 1e9), size = chance_scale(chance, 0.02, 0.2);
	if (chance_uniform(chance) < 0.5) {
		truth.course = chance_uniform(chance) < 0.5 ? COURSE_DRIFT : COURSE_STEP;
		truth.change = chance_scale(chance, 0.05, 0.8);
		truth.change = chance_uniform(chance) < 0.5 ? truth.change : 1 / (1 + truth.change) - 1;
		truth.at = n / 4 + chance_below(chance, n / 2);
	}
	for (size_t i = 0; i < n; i++) {
		double part = truth.course == COURSE_STEP ? i >= truth.at : (double)i / (double)(n - 1);
		values[i] = level * (1 + truth.change * part) * chance_factor(chance, truth.noise, size);
	}
	return truth;
}

enum memory { MEMORY_REST, MEMORY_SAWTOOTH, MEMORY_WARM_UP, MEMORY_STEP, MEMORY_LEAK, MEMORIES };

/* Bytes a second apart; half of them leak. */
static inline enum memory chance_memory(struct chance *chance, double *bytes, size_t n)
{
	enum memory memory =
		chance_uniform(chance) < 0.5 ? MEMORY_LEAK : (enum memory)chance_below(chance, MEMORY_LEAK);
	double level = chance_scale(chance, 20e6, 2e9), size = chance_scale(chance, 0.001, 0.03) * level;
	double growth = level * chance_scale(chance, 0.03, 1), period = chance_between(chance, 5, (double)n / 8);
	double at = chance_between(chance, 0.1, 0.9) * (double)n, soon = chance_between(chance, 0.05, 0.25) * (double)n;
	enum noise noise = (enum noise)chance_below(chance, NOISES);
	for (size_t i = 0; i < n; i++) {
		double t = (double)i, more = 0;
		if (memory == MEMORY_SAWTOOTH || memory == MEMORY_LEAK)
			more = growth / 4 * fmod(t, period) / period; /* a collector comes round */
		if (memory == MEMORY_LEAK)
			more += growth * t / (double)n;
		if (memory == MEMORY_WARM_UP)
			more = growth * (1 - exp(-t / soon));
		if (memory == MEMORY_STEP)
			more = t >= at ? growth : 0;
		bytes[i] = fmax(0, level + more + size * chance_noise(chance, noise));
	}
	return memory;
}

#endif
