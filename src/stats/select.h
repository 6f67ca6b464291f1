/* SPDX-License-Identifier: MIT
 *
 * select.h - one order statistic of many values, without sorting them all.
 */
#ifndef STATS_SELECT_H
#define STATS_SELECT_H

#include <stddef.h>

/* Rearranges so that value number k, from 0, is where it would be if all were sorted, none before it is larger and none behind it smaller;
 * and gives it.  k < n; no value is NAN.  O(n), where the order of the values is hostile O(n log n) (D. Musser, Introspective Sorting
 * and Selection Algorithms, 1997). */
double tc_select(double *values, size_t n, size_t k);

#endif
