/* SPDX-License-Identifier: MIT
 *
 * octave.h - the bounds of schema 7's buckets in one octave; in the others they are the same times a power of 2.
 */
#ifndef STATS_OCTAVE_H
#define STATS_OCTAVE_H

enum { TC_OCTAVE_CELLS = 128 };

extern const double tc_octave_ns[TC_OCTAVE_CELLS]; /* 1e9 * 2^(i / 128) */

#endif
