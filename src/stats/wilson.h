/* SPDX-License-Identifier: MIT
 *
 * wilson.h - what a sample says of a share.
 */
#ifndef STATS_WILSON_H
#define STATS_WILSON_H

#include "base/divide.h"

/* The 95 % interval of a share of which `ratio` of a sample was seen, the sample being worth `n` independent looks (Wilson
 * 1927, doi:10.2307/2276774); [0, 1] where n is 0. */
struct tc_range tc_wilson(double ratio, double n);

#endif
