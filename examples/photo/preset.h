/* SPDX-License-Identifier: MIT
 *
 * preset.h - what is done to a photo, chosen by rule.  A preset is one row of the table in preset.c.
 */
#ifndef PHOTO_PRESET_H
#define PHOTO_PRESET_H

#include <stdbool.h>
#include "evaluate.h"

struct preset {
	const char *name;
	bool (*fits)(const struct evaluation *evaluation);
	double gamma;    /* of the tone curve; under 1 lifts the shadows */
	double contrast; /* slope of the tone curve at middle grey; under 1 softens */
	double sharpen;  /* share of what a blur takes away that is added on top */
};

/* The first that fits; there is always one. */
const struct preset *preset_choose(const struct evaluation *evaluation);

int preset_apply(struct picture *picture, const struct preset *preset, struct failure *failure);

#endif
