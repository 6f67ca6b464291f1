/* SPDX-License-Identifier: MIT
 *
 * store.h - where sessions lie, how one is made, found and closed.
 *
 *	STORE/NAME/            $TACHO_STORE, else $XDG_STATE_HOME/tacho, else ~/.local/state/tacho; or `run -o DIR`
 *	    manifest           what ran, when, how it ended (manifest.h); replaced by rename
 *	    lock               open-file-description write lock, held by the session's owner while it runs
 *	    live -> /dev/shm/tacho-UID/RANDOM   while it runs, where a tmpfs has room; parts and log lie there until adopted
 *	    part-RANDOM.tacho  one per recording process (part.h); locked likewise by its process
 *	    log.tacho          the observer's (log.h)
 */
#ifndef FORMAT_STORE_H
#define FORMAT_STORE_H

#include <stdbool.h>
#include <stddef.h>

#define TC_ENV_SESSION "TACHO_SESSION" /* directory of the session to record into */
#define TC_ENV_STORE "TACHO_STORE"
#define TC_ENV_PARENT "TACHO_PARENT" /* names of the enclosing spans of other processes, 0x1f between */
#define TC_ENV_LIVE \
	"TACHO_LIVE" /* a tmpfs to use instead of /dev/shm; one that is none, such as "none": not to use any */
#define TC_LOG_FILE "log.tacho"
#define TC_PART_PREFIX "part-"
#define TC_PART_SUFFIX ".tacho"

/* The store's directory, made if need be, into out (PATH_MAX bytes). 0 or a negative tacho_error code. */
int tc_store_path(char *out);

/* The same without making it: TACHO_ENOENT where there is none, and out is then how it would be called. */
int tc_store_find(char *out);

struct tc_session_paths {
	char directory[4096];
	char live[4096]; /* where new parts and the log go now: on a tmpfs, or the same as directory */
	int lock;        /* fd of the held lock; -1 */
};

/* Makes a session directory (0700) with its lock held and its live directory.  directory NULL: a new one in the store,
 * named NAME-YYYYMMDD-HHMMSS and made unique.  An existing directory that holds anything is refused. */
int tc_session_create(struct tc_session_paths *out, const char *directory, const char *name);

/* Gives a finished session that lies under another name a name in the store, as tc_session_create() does.  out: 4096 bytes. */
int tc_session_name(const char *directory, const char *name, char *out);

/* Moves what lies in the live directory into the session's and removes the live directory; the lock is released.  Called
 * by the owner at the end.  Parts whose processes still run stay where they are, and so does all that finds no room: that is
 * a negative code, nothing is lost, and the next command that reads moves it. */
int tc_session_close(struct tc_session_paths *paths);

/* The same after writing the manifest for the last time; without room for that it lies with the parts and follows them. */
struct tc_manifest;
int tc_session_finish(struct tc_session_paths *paths, const struct tc_manifest *manifest);

/* Removes a session in which nothing ran, with all that lies in it; the lock is released. */
void tc_session_discard(struct tc_session_paths *paths);

/* In a forked child: lets go of the parent's session without touching it. */
void tc_session_forget(struct tc_session_paths *paths);

/* Adopts what lies in a session's live directory if its owner is gone; parts whose processes still run stay there until
 * a later call.  0 also when there was nothing to do. */
int tc_session_adopt(const char *directory);

/* The live directory of a session: resolves SESSION/live when it is safe to (owned by this user, mode 0700), else the
 * session's own.  out: 4096 bytes. */
int tc_session_live(const char *directory, char *out);

/* Whether a file of this name is part of what was recorded, wherever it lies; docs/FORMAT.md has the list. */
bool tc_session_has_file(const char *name);

/* The session that a part belongs to, by the part's path, which may lie in a live directory.  out: 4096 bytes; false: that is no
 * part. */
bool tc_session_of_part(const char *part, char *out);

/* Where recordings are to lie while they run, into out (4096 bytes), and whether they can: whether that is a tmpfs with room. */
bool tc_live_place(char *out);

/* Whether an owner still holds the lock. */
bool tc_session_is_live(const char *directory);

/* Resolves what a user gave for SESSION to a directory, adopted if its owner is gone: a directory, one of the store, the
 * NAME of `tacho run --name` (the newest of that name) or NULL (the newest).  out: 4096 bytes. */
int tc_session_find(const char *given, char *out);

/* Adopts every session whose owner died, in the store and elsewhere; called once by each command that reads. */
void tc_store_adopt(void);

/* The sessions of the store, the one that began last first (tc_manifest_when(); of equal ones by name, the last first): names, each
 * malloc'ed, in a malloc'ed array. */
int tc_store_list(char ***names, size_t *count);

#endif
