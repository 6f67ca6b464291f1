/* SPDX-License-Identifier: MIT
 *
 * grid.h - the bucket grid of durations; tacho_cell() in tacho/hot.h finds a cell.
 */
#ifndef FORMAT_GRID_H
#define FORMAT_GRID_H

#include <tacho/hot.h>

/* Prometheus index of schema 7 = cell + this; OpenTelemetry's is one less.  Cell 0 is the zero bucket. */
#define TC_PROMETHEUS_OFFSET (-3827)

#endif
