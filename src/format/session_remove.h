/* SPDX-License-Identifier: MIT
 *
 * session_remove.h - what a session takes on disk, and removing one.
 */
#ifndef FORMAT_SESSION_REMOVE_H
#define FORMAT_SESSION_REMOVE_H

#include <stdint.h>

/* Bytes that its files take on their disks, those that still lie on a tmpfs too. */
uint64_t tc_session_bytes(const char *directory);

/* Removes a session for good.  0, or a negative code with the sentence set and everything as it was: TACHO_EBUSY while it is
 * being recorded or its processes run, TACHO_EFORMAT, it is none, TACHO_EINVAL, there are folders in it, TACHO_EACCES. */
int tc_session_remove(const char *directory);

#endif
