/* SPDX-License-Identifier: MIT
 *
 * figure.h - numbers whose unit is what somebody says it is.
 */
#ifndef CLI_FIGURE_H
#define CLI_FIGURE_H

#include <stdbool.h>
#include "base/units.h"

/* Durations (ns, us, ms, s, min, h) and sizes (B, bytes, KiB, kB, …) in the unit that fits them best; of any other unit, or of none, the number
 * alone with four significant digits.  NAN is "-". */
struct tc_figure tc_unit_figure(double value, const char *unit);

/* Whether the figures say their unit. */
bool tc_unit_is_known(const char *unit);

/* How many ns or bytes one of it is; NAN: it is no unit of them. */
double tc_unit_ns(const char *unit);
double tc_unit_bytes(const char *unit);

#endif
