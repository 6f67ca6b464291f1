/* SPDX-License-Identifier: MIT */
#include "format/metric_text.h"

#include <stdbool.h>
#include <stdio.h>

const char *tc_metric_kind_text(enum tacho_metric_kind kind)
{
	static const char *const texts[] = {
		[TACHO_METRIC_COUNTER] = "counter",
		[TACHO_METRIC_WAIT] = "wait",
		[TACHO_METRIC_GAUGE] = "gauge",
		[TACHO_METRIC_EVENT] = "event",
		[TACHO_METRIC_TIME] = "time",
		[TACHO_METRIC_THROUGHPUT] = "throughput",
		[TACHO_METRIC_MEMORY] = "memory",
		[TACHO_METRIC_RATIO] = "ratio",
		[TACHO_METRIC_PERCENTAGE] = "percentage",
		[TACHO_METRIC_CUSTOM] = "custom",
	};
	return kind >= TACHO_METRIC_COUNTER && kind <= TACHO_METRIC_CUSTOM ? texts[kind] : "unknown";
}

const char *tc_metric_unit(enum tacho_metric_kind kind, const char *given)
{
	if (*given)
		return given;
	switch (kind) {
	case TACHO_METRIC_WAIT:
	case TACHO_METRIC_TIME:
		return "ns";
	case TACHO_METRIC_MEMORY:
		return "bytes";
	case TACHO_METRIC_PERCENTAGE:
		return "percent";
	default:
		return given;
	}
}

void tc_metric_source_text(char out[TC_METRIC_SOURCE_MAX], enum tacho_metric_kind kind, const char *source)
{
	bool given = source && *source;
	snprintf(out, TC_METRIC_SOURCE_MAX, "%s of the program%s%s", tc_metric_kind_text(kind), given ? ", from " : "",
		given ? source : "");
}
