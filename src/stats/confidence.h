/* SPDX-License-Identifier: MIT
 *
 * confidence.h - how much a finding is to be believed, from the p of its test.
 */
#ifndef STATS_CONFIDENCE_H
#define STATS_CONFIDENCE_H

/* 1 / (1 + B), B = -e p ln p below 1/e, else 1: the most that p can say against chance where both were as likely before.
 * From 0.5 to 0.99; NAN for NAN.  T. Sellke, M. J. Bayarri, J. O. Berger, Calibration of p Values for Testing Precise Null
 * Hypotheses, The American Statistician 55 (2001), doi:10.1198/000313001300339950. */
double tc_confidence(double p);

#endif
