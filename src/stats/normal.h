/* SPDX-License-Identifier: MIT
 *
 * normal.h - the standard normal distribution, to the last digits of a double in both tails.
 */
#ifndef STATS_NORMAL_H
#define STATS_NORMAL_H

double tc_normal_cdf(double z);       /* P(Z <= z) */
double tc_normal_two_sided(double z); /* P(|Z| >= |z|) */

/* The z with P(Z <= z) = p, 0 < p < 1; NAN for another p.  M. J. Wichura, Algorithm AS 241: The Percentage Points of the
 * Normal Distribution, Applied Statistics 37 (1988), PPND16: relative error about 1e-16. */
double tc_normal_quantile(double p);

#endif
