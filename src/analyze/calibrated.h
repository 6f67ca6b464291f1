/* SPDX-License-Identifier: MIT
 *
 * calibrated.h - how often findings of a kind that said how sure they were turned out right: labelled cases with other seeds than those
 * that docs/STATISTICS.md reports on (tools/calibrate.py --fit).
 */
#ifndef ANALYZE_CALIBRATED_H
#define ANALYZE_CALIBRATED_H

/* kind: of advice; sure: 0 to 1.  As it is, for kinds that say what is so or that no labelled cases tell of. */
double tc_calibrated(const char *kind, double sure);

#endif
