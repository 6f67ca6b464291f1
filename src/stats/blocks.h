/* SPDX-License-Identifier: MIT
 *
 * blocks.h - a series in time order, cut into blocks of as many values each as evenly as it goes: one figure of a block says what a
 * stretch of time was like, whatever single values did.
 */
#ifndef STATS_BLOCKS_H
#define STATS_BLOCKS_H

#include <stddef.h>

/* The first value of a block. */
size_t tc_block_begin(size_t block, size_t blocks, size_t count);

/* Quantile q of each of `blocks` blocks into out; blocks <= count.  0 or TACHO_ENOMEM. */
int tc_blocks(double *out, size_t blocks, const double *series, size_t count, double q);

#endif
