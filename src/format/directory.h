/* SPDX-License-Identifier: MIT
 *
 * directory.h - what store.c, session_directory.c, live.c, adopt.c, shrink.c and session_remove.c share; nobody else includes it.
 */
#ifndef FORMAT_DIRECTORY_H
#define FORMAT_DIRECTORY_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

enum { TC_PATH_BYTES = 4096 };

/* Bytes of SESSION/lock: the first is held by the owner while it records, the second by whoever adopts. */
enum tc_lock_byte { TC_LOCK_OWNER = 0, TC_LOCK_ADOPTER = 1 };

/* Builds a path into out (TC_PATH_BYTES); TACHO_EINVAL with the sentence set when it is too long. */
int tc_path(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes a directory (mode 0700) and those above it. */
int tc_directory_make(const char *path);

/* Whether this is a directory, no link, of this user and closed to all others. */
bool tc_directory_is_private(const char *path);

/* The store's path, not made. */
int tc_store_place(char *out);

bool tc_lock_take(int fd, enum tc_lock_byte byte, bool wait);
bool tc_lock_is_held(int fd, enum tc_lock_byte byte); /* by another open file description */

/* Copies a file from its begin to an empty one.  A part has pages for more than was needed: those that hold nothing but zeros
 * become holes, which read the same.  Returns 0 or errno. */
int tc_copy_file(int out, int in, off_t bytes);

/* The same where a file lies.  EOPNOTSUPP where a file system has no holes. */
int tc_thin_file(int fd, off_t bytes);

/* What begins so is a session that is being removed, or was when somebody was killed at it. */
#define TC_REMOVING ".removing-"

/* To read what lies in it; NULL with errno set, also where it is a link: what that leads to is somebody else's. */
DIR *tc_directory_open(const char *path);

/* Removes all files in a directory that is no link; what is no file stays. */
void tc_files_remove(const char *directory);

/* Link in a live directory to its session. */
#define TC_LIVE_HOME ".home"

/* The directory in which this user's live directories lie, if there is one; false: none is to be used. */
bool tc_live_above(char *out);

/* A new private directory on a tmpfs with room, into out; false when there is none to be had. */
bool tc_live_make(char *out, const char *session);

/* Adopts or removes what others left behind. */
void tc_live_look_after_all(void);

/* Where SESSION/live leads, if it leads to a directory that tc_live_make() can have made. */
bool tc_live_follow(const char *session, char *out);

/* Removes an emptied live directory and what was made above it; false when something lies in it. */
bool tc_live_remove(const char *live);

/* Moves what nobody writes any more from the live directory to the session's.  The caller holds TC_LOCK_ADOPTER. */
int tc_adopt_files(const char *session);

#endif
