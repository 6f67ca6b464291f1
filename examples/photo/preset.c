/* SPDX-License-Identifier: MIT */
#include "preset.h"

static bool is_underexposed(const struct evaluation *evaluation)
{
	return evaluation->exposure < 0.35;
}

static bool is_harsh(const struct evaluation *evaluation)
{
	return evaluation->contrast > 0.22 || evaluation->lost_share > 0.04;
}

static bool is_soft(const struct evaluation *evaluation)
{
	return evaluation->sharpness < 40;
}

static bool is_any(const struct evaluation *evaluation)
{
	(void)evaluation;
	return true;
}

static const struct preset presets[] = {
	/* name, when, gamma, contrast, sharpen */
	{"lift", is_underexposed, 0.75, 1.0, 0.0},
	{"soften", is_harsh, 1.0, 0.88, 0.0},
	{"sharpen", is_soft, 1.0, 1.0, 0.6},
	{"neutral", is_any, 1.0, 1.0, 0.0},
};

const struct preset *preset_choose(const struct evaluation *evaluation)
{
	const struct preset *preset = presets;

	while (!preset->fits(evaluation))
		preset++;
	return preset;
}
