/* SPDX-License-Identifier: MIT
 *
 * session_directory.c - makes the directory of one session and says who owns it.
 */
#include "format/directory.h"
#include "format/fold.h"
#include "format/manifest.h"
#include "format/spans_file.h"
#include "format/store.h"

#include "base/error.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	TC_PART_DIGITS = 16,
	TC_NAME_KEPT = 64,      /* bytes of a program's name in a session's */
	TC_NAME_ROOM = 128,     /* bytes that the longest file name in a session needs */
	TC_HIGH_FD = 200,       /* programs count on low descriptors being theirs */
	TC_SAME_SECOND = 100000 /* sessions of one program begun in one second */
};

bool tc_lock_take(int fd, enum tc_lock_byte byte, bool wait)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
	int r;
	do
		r = fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
	while (r != 0 && errno == EINTR);
	return r == 0;
}

bool tc_lock_is_held(int fd, enum tc_lock_byte byte)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool tc_session_is_live(const char *directory)
{
	char path[TC_PATH_BYTES];
	if (tc_path(path, "%s/lock", directory) != 0)
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	bool held = tc_lock_is_held(fd, TC_LOCK_OWNER);
	close(fd);
	return held;
}

int tc_session_live(const char *directory, char *out)
{
	return tc_live_follow(directory, out) ? 0 : tc_path(out, "%s", directory);
}

/* NAME-YYYYMMDD-HHMMSS of a program's name, which may be a path and hold anything. */
static void name_session(char *out, size_t size, const char *program)
{
	char kept[TC_NAME_KEPT + 1];
	size_t n = 0;
	const char *slash = strrchr(program, '/');
	for (const char *c = slash ? slash + 1 : program; *c && n < TC_NAME_KEPT; c++, n++) {
		bool plain = isalnum((unsigned char)*c) || (*c != '\0' && strchr(n ? "._-" : "_", *c));
		kept[n] = plain ? *c : '_';
	}
	kept[n] = '\0';
	struct tm local;
	time_t now = time(NULL);
	localtime_r(&now, &local);
	snprintf(out, size, "%s-%04d%02d%02d-%02d%02d%02d", n ? kept : "session", local.tm_year + 1900,
		local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec);
}

/* A directory of this name that was not there: a new one, or the one that lies at `from`. */
static bool take_name(const char *path, const char *from)
{
	return !mkdir(path, 0700) && (!from || !rename(from, path)); /* over an empty directory */
}

static int name_in_store(char *out, const char *program, const char *from)
{
	char store[TC_PATH_BYTES], name[TC_NAME_ROOM];
	int r = tc_store_path(store);
	if (r != 0)
		return r;
	name_session(name, sizeof name, program);
	r = tc_path(out, "%s/%s", store, name);
	for (int n = 2; r == 0; n++) {
		if (take_name(out, from))
			return 0;
		if (errno != EEXIST || n > TC_SAME_SECOND)
			return tc_error_errno(errno,
				"cannot make a session in the store %s (set TACHO_STORE or use tacho run -o DIR to "
				"record elsewhere)",
				store);
		r = tc_path(out, "%s/%s-%d", store, name, n);
	}
	return r;
}

int tc_session_name(const char *directory, const char *name, char *out)
{
	return name_in_store(out, name, directory);
}

/* What is there already is never overwritten: it may be the only record of something. */
static int make_given(char *out, const char *directory)
{
	int r = *directory ? tc_directory_make(directory)
	                   : tc_error(TACHO_EINVAL, "the session's directory has no name");
	if (r != 0)
		return r;
	if (!realpath(directory, out))
		return tc_error_errno(errno, "cannot record into %s", directory);
	DIR *entries = opendir(out);
	if (!entries)
		return tc_error_errno(errno, "cannot record into %s", directory);
	for (struct dirent *e; r == 0 && (e = readdir(entries));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			r = tc_error(TACHO_EBUSY,
				"%s is not empty, and a session needs a directory of its own: name a new one or remove "
				"it",
				directory);
	closedir(entries);
	return r;
}

static int take_lock(struct tc_session_paths *paths)
{
	char path[TC_PATH_BYTES];
	int r = tc_path(path, "%s/lock", paths->directory);
	if (r != 0)
		return r;
	int low = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (low < 0)
		return tc_error_errno(errno, "cannot record into %s", paths->directory);
	paths->lock = fcntl(low, F_DUPFD_CLOEXEC, TC_HIGH_FD);
	if (paths->lock < 0)
		paths->lock = low;
	else
		close(low);
	if (!tc_lock_take(paths->lock, TC_LOCK_OWNER, false))
		return tc_error_errno(errno,
			"cannot lock %s (if its filesystem has no locks, set TACHO_STORE or use tacho run -o DIR to "
			"record elsewhere)",
			path);
	return 0;
}

int tc_session_create(struct tc_session_paths *out, const char *directory, const char *name)
{
	char link[TC_PATH_BYTES];
	out->lock = -1;
	out->live[0] = out->directory[0] = '\0';
	int r = directory ? make_given(out->directory, directory) : name_in_store(out->directory, name, NULL);
	if (r != 0)
		return r;
	if (strlen(out->directory) + TC_NAME_ROOM > TC_PATH_BYTES)
		r = tc_error(TACHO_EINVAL,
			"the path of the session is too long: choose a shorter one with -o DIR or TACHO_STORE");
	if (r == 0)
		r = take_lock(out);
	if (r != 0) {
		tc_session_discard(out);
		return r;
	}
	if (!tc_live_make(out->live, out->directory) || tc_path(link, "%s/live", out->directory) != 0 ||
		symlink(out->live, link) != 0) {
		if (out->live[0])
			tc_live_remove(out->live);
		strcpy(out->live, out->directory);
	}
	return 0;
}

/* part-0123456789abcdef.tacho */
static bool is_part(const char *name)
{
	size_t prefix = strlen(TC_PART_PREFIX);
	return !strncmp(name, TC_PART_PREFIX, prefix) && strspn(name + prefix, "0123456789abcdef") == TC_PART_DIGITS &&
	       !strcmp(name + prefix + TC_PART_DIGITS, TC_PART_SUFFIX);
}

bool tc_session_has_file(const char *name)
{
	static const char *const files[] = {TC_MANIFEST_FILE, "lock", TC_LOG_FILE, TC_FOLD_FILE, TC_SPANS_FILE};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (!strcmp(name, files[i]))
			return true;
	return is_part(name);
}

DIR *tc_directory_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	if (!entries && fd >= 0)
		close(fd);
	return entries;
}

void tc_files_remove(const char *directory)
{
	DIR *entries = tc_directory_open(directory);
	if (!entries)
		return;
	for (struct dirent *e; (e = readdir(entries));)
		unlinkat(dirfd(entries), e->d_name, 0); /* fails on . and .. */
	closedir(entries);
}

void tc_session_discard(struct tc_session_paths *paths)
{
	if (paths->live[0] && strcmp(paths->live, paths->directory) != 0) {
		tc_files_remove(paths->live);
		tc_live_remove(paths->live);
	}
	if (paths->directory[0]) {
		tc_files_remove(paths->directory);
		rmdir(paths->directory);
	}
	tc_session_forget(paths);
}

void tc_session_forget(struct tc_session_paths *paths)
{
	if (paths->lock >= 0)
		close(paths->lock);
	paths->lock = -1;
}
