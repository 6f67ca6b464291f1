/* SPDX-License-Identifier: MIT
 *
 * evaluate.h - how well a photo is exposed and how sharp it is.
 */
#ifndef PHOTO_EVALUATE_H
#define PHOTO_EVALUATE_H

#include "picture.h"

struct evaluation {
	double exposure;   /* mean luminance, 0 (black) to 1 (white) */
	double contrast;   /* standard deviation of the luminance, 0 to 0.5 */
	double lost_share; /* of the pixels that are all but black or all but white */
	double sharpness;  /* variance of the Laplacian of the luminance, in steps of 1/255 */
};

int evaluate(struct evaluation *evaluation, const struct picture *picture, struct failure *failure);

#endif
