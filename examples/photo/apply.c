/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "preset.h"

static unsigned char to_byte(double value)
{
	return (unsigned char)(value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5);
}

static void apply_curve(struct picture *picture, double gamma, double contrast)
{
	unsigned char curve[256];
	size_t bytes = picture_bytes(picture);

	for (int level = 0; level < 256; level++)
		curve[level] = to_byte(255 * (0.5 + contrast * (pow(level / 255.0, gamma) - 0.5)));
	for (size_t i = 0; i < bytes; i++)
		picture->rgb[i] = curve[picture->rgb[i]];
}

/* The mean of the 3 x 3 samples around one, weighted 1 2 1 both ways; stride: bytes of a row. */
static int blurred(const unsigned char *at, size_t stride)
{
	const unsigned char *above = at - stride, *below = at + stride;

	return (above[-3] + 2 * above[0] + above[3] + 2 * (at[-3] + 2 * at[0] + at[3]) + below[-3] + 2 * below[0] +
		       below[3]) /
	       16;
}

/* An unsharp mask; the outermost pixels stay as they are. */
static int sharpen(struct picture *picture, double amount, struct failure *failure)
{
	size_t stride = (size_t)picture->width * 3;
	unsigned char *before;

	if (picture->width < 3 || picture->height < 3)
		return 0;
	before = malloc(picture_bytes(picture));
	if (!before)
		return failure_set(failure, -ENOMEM, "not enough memory to sharpen %u x %u pixels", picture->width,
			picture->height);
	memcpy(before, picture->rgb, picture_bytes(picture));
	for (size_t y = 1; y + 1 < picture->height; y++)
		for (size_t i = y * stride + 3; i < (y + 1) * stride - 3; i++)
			picture->rgb[i] = to_byte(before[i] + amount * (before[i] - blurred(before + i, stride)));
	free(before);
	return 0;
}

int preset_apply(struct picture *picture, const struct preset *preset, struct failure *failure)
{
	if (preset->gamma != 1 || preset->contrast != 1)
		apply_curve(picture, preset->gamma, preset->contrast);
	return preset->sharpen > 0 ? sharpen(picture, preset->sharpen, failure) : 0;
}
