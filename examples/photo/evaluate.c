/* SPDX-License-Identifier: MIT */
#include "evaluate.h"
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { NEARLY_BLACK = 5, NEARLY_WHITE = 250 };

/* Luminance after ITU-R BT.601, in whole 256ths. */
static void take_luminance(unsigned char *luminance, const struct picture *picture, uint64_t *histogram)
{
	size_t pixels = (size_t)picture->width * picture->height;

	for (size_t i = 0; i < pixels; i++) {
		const unsigned char *rgb = picture->rgb + i * 3;

		luminance[i] = (unsigned char)((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2]) >> 8);
		histogram[luminance[i]]++;
	}
}

static void judge_exposure(struct evaluation *evaluation, const uint64_t *histogram)
{
	uint64_t pixels = 0, lost = 0;
	double sum = 0, squares = 0, mean;

	for (int level = 0; level < 256; level++) {
		pixels += histogram[level];
		sum += (double)histogram[level] * level;
		squares += (double)histogram[level] * level * level;
		if (level <= NEARLY_BLACK || level >= NEARLY_WHITE)
			lost += histogram[level];
	}
	mean = sum / (double)pixels;
	evaluation->exposure = mean / 255;
	evaluation->contrast = sqrt(fmax(0, squares / (double)pixels - mean * mean)) / 255;
	evaluation->lost_share = (double)lost / (double)pixels;
}

static double laplacian_variance(const unsigned char *luminance, unsigned width, unsigned height)
{
	int64_t sum = 0, squares = 0;
	double count, mean;

	if (width < 3 || height < 3)
		return 0;
	for (size_t y = 1; y + 1 < height; y++) {
		const unsigned char *row = luminance + y * width;
		const unsigned char *above = row - width, *below = row + width;

		for (size_t x = 1; x + 1 < width; x++) {
			int value = 4 * row[x] - row[x - 1] - row[x + 1] - above[x] - below[x];

			sum += value;
			squares += value * value;
		}
	}
	count = (double)(width - 2) * (height - 2);
	mean = (double)sum / count;
	return (double)squares / count - mean * mean;
}

int evaluate(struct evaluation *evaluation, const struct picture *picture, struct failure *failure)
{
	unsigned char *luminance = malloc((size_t)picture->width * picture->height);
	uint64_t histogram[256] = {0};

	if (!luminance)
		return failure_set(failure, -ENOMEM, "not enough memory to evaluate %u x %u pixels", picture->width,
			picture->height);
	take_luminance(luminance, picture, histogram);
	judge_exposure(evaluation, histogram);
	evaluation->sharpness = laplacian_variance(luminance, picture->width, picture->height);
	free(luminance);
	return 0;
}
