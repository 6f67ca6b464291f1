/* SPDX-License-Identifier: MIT
 *
 * read_at.h - bytes of a file, all of those that were asked for.
 */
#ifndef BASE_READ_AT_H
#define BASE_READ_AT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False where the file ends before or cannot be read.  Leaves the file's position alone. */
bool tc_read_at(int fd, void *to, size_t bytes, uint64_t at);

#endif
