/* SPDX-License-Identifier: MIT
 *
 * metric_text.h - names of the kinds of metrics, and how the observer's series of a metric says whose it is.
 */
#ifndef FORMAT_METRIC_TEXT_H
#define FORMAT_METRIC_TEXT_H

#include <tacho/metric.h>
#include "format/part.h"

enum { TC_METRIC_SOURCE_MAX = TC_METRIC_TEXT_MAX + 64 };

/* "counter", "wait", "gauge", "event", "time" … */
const char *tc_metric_kind_text(enum tacho_metric_kind kind);

/* What was given, or, where that is empty, what values of the kind are always in. */
const char *tc_metric_unit(enum tacho_metric_kind kind, const char *given);

/* "gauge of the program", "gauge of the program, from SOURCE": the source of the series that bears the metric's name. */
void tc_metric_source_text(char out[TC_METRIC_SOURCE_MAX], enum tacho_metric_kind kind, const char *source);

#endif
