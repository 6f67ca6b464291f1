/* SPDX-License-Identifier: MIT
 *
 * dump_metrics.h - every value of the metrics that was kept, for `tacho dump --metrics`.
 */
#ifndef CLI_DUMP_METRICS_H
#define CLI_DUMP_METRICS_H

#include "read/session.h"

int tc_dump_metrics_text(const struct tc_session *session); /* 0, or a negative code with the sentence set */
void tc_dump_metrics_json(const struct tc_session *session, double wall_ns);

#endif
