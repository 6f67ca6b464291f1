/* SPDX-License-Identifier: MIT
 *
 * slurp.h - a small file of /proc or /sys, whole.
 */
#ifndef BASE_SLURP_H
#define BASE_SLURP_H

#include <stddef.h>

/* Into text, NUL-terminated; bytes read, 0 where it is empty or cannot be read.  Leaves errno alone, and allocates nothing. */
size_t tc_slurp(const char *path, char *text, size_t room);

#endif
