/* SPDX-License-Identifier: MIT
 *
 * multiple.h - many questions asked at once: of every hundred of them one is answered wrongly at p = 0.01 by chance alone.
 */
#ifndef STATS_MULTIPLE_H
#define STATS_MULTIPLE_H

#include <stddef.h>

/* q of each p by Benjamini and Hochberg: among those with q <= x, a share of x is expected to be chance.  p that are NAN were no questions
 * and get NAN.  q may be p.  0 or TACHO_ENOMEM. */
int tc_false_discovery(const double *p, double *q, size_t count);

#endif
