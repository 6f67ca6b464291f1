/* SPDX-License-Identifier: MIT
 *
 * nearest.h - what somebody may have meant who wrote a name that there is not.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* The name of `names` most like `word`, when it is like it at all; NULL otherwise.  names: count pointers, stride bytes
 * apart. */
const char *tc_nearest(const char *word, const void *names, size_t count, size_t stride);

#endif
