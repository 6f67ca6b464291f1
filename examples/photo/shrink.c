/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include "picture.h"

/* How much of pixel `at` (from at to at + 1) lies between from and to. */
static float covered(unsigned at, double from, double to)
{
	double low = at > from ? at : from;
	double high = at + 1 < to ? at + 1 : to;

	return high > low ? (float)(high - low) : 0;
}

static unsigned last_of(double to, unsigned size)
{
	unsigned end = (unsigned)to;

	if (end < to)
		end++;
	return end < size ? end : size;
}

/* sums[x] = the weighted sum of the source rows that output row y covers. */
static void sum_rows(float *sums, const struct picture *from, unsigned y, double step)
{
	size_t row_bytes = (size_t)from->width * 3;
	unsigned end = last_of((y + 1) * step, from->height);

	for (size_t x = 0; x < row_bytes; x++)
		sums[x] = 0;
	for (unsigned at = (unsigned)(y * step); at < end; at++) {
		const unsigned char *row = from->rgb + at * row_bytes;
		float weight = covered(at, y * step, (y + 1) * step);

		for (size_t x = 0; x < row_bytes; x++)
			sums[x] += weight * row[x];
	}
}

static void sum_columns(
	unsigned char *out, unsigned width, const float *sums, unsigned from_width, double step, double area)
{
	for (unsigned x = 0; x < width; x++) {
		unsigned end = last_of((x + 1) * step, from_width);
		float pixel[3] = {0, 0, 0};

		for (unsigned at = (unsigned)(x * step); at < end; at++) {
			float weight = covered(at, x * step, (x + 1) * step);

			for (int channel = 0; channel < 3; channel++)
				pixel[channel] += weight * sums[(size_t)at * 3 + channel];
		}
		for (int channel = 0; channel < 3; channel++) {
			double value = pixel[channel] / area + 0.5;

			out[(size_t)x * 3 + channel] = value < 255 ? (unsigned char)value : 255;
		}
	}
}

int picture_shrink(struct picture *picture, unsigned side, struct failure *failure)
{
	unsigned longer = picture->width > picture->height ? picture->width : picture->height;
	struct picture small = {.rgb = NULL};
	double step_x, step_y;
	float *sums;

	if (longer <= side)
		return 0;
	small.width = (unsigned)((double)picture->width * side / longer + 0.5);
	small.height = (unsigned)((double)picture->height * side / longer + 0.5);
	if (picture_allocate(&small, small.width ? small.width : 1, small.height ? small.height : 1, failure))
		return failure->code;
	sums = malloc((size_t)picture->width * 3 * sizeof(*sums));
	if (!sums) {
		picture_release(&small);
		return failure_set(failure, -ENOMEM, "not enough memory for a row of %u pixels", picture->width);
	}
	step_x = (double)picture->width / small.width;
	step_y = (double)picture->height / small.height;
	for (unsigned y = 0; y < small.height; y++) {
		sum_rows(sums, picture, y, step_y);
		sum_columns(small.rgb + (size_t)y * small.width * 3, small.width, sums, picture->width, step_x,
			step_x * step_y);
	}
	free(sums);
	free(picture->rgb);
	picture->rgb = small.rgb;
	picture->width = small.width;
	picture->height = small.height;
	return 0;
}
