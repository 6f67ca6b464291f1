/* SPDX-License-Identifier: MIT
 *
 * anomaly_add.h - how both kinds of anomalies are gathered; for the files beside this one.
 */
#ifndef STATS_ANOMALY_ADD_H
#define STATS_ANOMALY_ADD_H

#include "stats/anomaly.h"

/* In the order of index.  Those closer than `together` to the last are one with it.  0 or TACHO_ENOMEM. */
int tc_anomaly_add(struct tc_anomalies *out, size_t index, double value, double z, size_t together);

#endif
