/* SPDX-License-Identifier: MIT
 *
 * session_remove.h - what a session takes on disk, and removing one.
 */
#ifndef FORMAT_SESSION_REMOVE_H
#define FORMAT_SESSION_REMOVE_H

#include <stdint.h>

/* Bytes that its files take on their disks, those that still lie on a tmpfs too; of a link to one none. */
uint64_t tc_session_bytes(const char *directory);

/* Removes a session for good; of a link to one the link, and nothing of what it leads to.  0, or a negative code with the sentence
 * set and everything as it was: TACHO_ENOENT, it is not there any more, TACHO_EBUSY while it is being recorded or its processes run,
 * TACHO_EFORMAT, it is none, TACHO_EINVAL, there is something in it that is no session's, TACHO_EACCES. */
int tc_session_remove(const char *directory);

/* Whether it would: 0, or what it would say, but for what only the removal itself can meet. */
int tc_session_removable(const char *directory);

/* The same, and gives its name to the finished session that lies at `by` on the same filesystem; when that fails it has it again. */
int tc_session_replace(const char *directory, const char *by);

/* What so begins, or a name before it, is a session that is being imported by the process whose number follows. */
#define TC_IMPORTING ".importing-"

/* Removes what was left in a directory when somebody was killed at it: sessions that were being imported as `name`; name "": as any of a
 * store, and those that were being removed from it. */
void tc_session_clean(const char *directory, const char *name);

#endif
