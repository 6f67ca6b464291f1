/* SPDX-License-Identifier: MIT
 *
 * settings_unknown.h - variables of the environment that look as if they were for tacho, and that nobody heeds.
 */
#ifndef FORMAT_SETTINGS_UNKNOWN_H
#define FORMAT_SETTINGS_UNKNOWN_H

#include <stdbool.h>
#include <stddef.h>

/* A sentence on the next such variable from *at on, which begins at environ and is moved on; false: there is none.  In a set-uid
 * program there is none, as none is heeded. */
bool tc_settings_unknown(char *const **at, char *sentence, size_t room);

#endif
