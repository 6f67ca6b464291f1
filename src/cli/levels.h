/* SPDX-License-Identifier: MIT
 *
 * levels.h - thresholds of load as people write them.
 */
#ifndef CLI_LEVELS_H
#define CLI_LEVELS_H

#include "analyze/load.h"

/* "25%,50%,50M,100M": from where yellow and above what red, of all CPUs and of memory; red no lower than yellow.  false: it is none. */
bool tc_levels_parse(struct tc_load_limits *out, const char *text);

#endif
