/* SPDX-License-Identifier: MIT
 *
 * session_remove.c - the files of a session, counted and removed.
 */
#include "format/session_remove.h"
#include "format/directory.h"
#include "format/manifest.h"
#include "format/store.h"

#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t bytes_in(const char *directory)
{
	uint64_t bytes = 0;
	DIR *stream = tc_directory_open(directory);
	if (!stream)
		return 0;
	for (struct dirent *file; (file = readdir(stream));) {
		struct stat status;
		if (!fstatat(dirfd(stream), file->d_name, &status, AT_SYMLINK_NOFOLLOW) && S_ISREG(status.st_mode))
			bytes += (uint64_t)status.st_blocks * 512;
	}
	closedir(stream);
	return bytes;
}

uint64_t tc_session_bytes(const char *directory)
{
	char live[TC_PATH_BYTES];
	uint64_t bytes = bytes_in(directory);
	if (!tc_session_live(directory, live) && strcmp(live, directory) != 0)
		bytes += bytes_in(live);
	return bytes;
}

/* What a writer puts into a session, half written too; all else is somebody's own. */
static bool is_ours(int directory, const char *name)
{
	struct stat status;
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return true;
	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT;
	return !S_ISDIR(status.st_mode) && (name[0] == '.' || tc_session_has_file(name));
}

static int check_files(const char *directory)
{
	int r = 0;
	DIR *stream = tc_directory_open(directory);
	if (!stream)
		return tc_error_errno(errno, "cannot remove %s", directory);
	for (struct dirent *file; r == 0 && (file = readdir(stream));)
		if (!is_ours(dirfd(stream), file->d_name))
			r = tc_error(TACHO_EINVAL, "%s holds %s, which is no session's: move that away", directory,
				file->d_name);
	closedir(stream);
	return r;
}

/* A link to one may go at any time: what it leads to stays. */
int tc_session_removable(const char *directory)
{
	char path[TC_PATH_BYTES];
	struct stat itself, st;
	if (tc_path(path, "%s/" TC_MANIFEST_FILE, directory) != 0 || stat(path, &st) != 0 ||
		lstat(directory, &itself) != 0)
		return tc_error(TACHO_EFORMAT, "%s is no session", directory);
	if (S_ISLNK(itself.st_mode))
		return 0;
	tc_session_adopt(directory);
	if (tc_session_is_live(directory))
		return tc_error(TACHO_EBUSY, "%s is being recorded", directory);
	if (tc_path(path, "%s/live", directory) == 0 && lstat(path, &st) == 0)
		return tc_error(TACHO_EBUSY, "processes of %s still run, or its files cannot be moved home", directory);
	return check_files(directory);
}

/* Under this name nobody finds half of it; what a kill leaves of that is no session any more. */
static int name_aside(char *aside, const char *directory)
{
	const char *slash = strrchr(directory, '/');
	return slash ? tc_path(aside, "%.*s/" TC_REMOVING "%s", (int)(slash - directory), directory, slash + 1)
	             : tc_path(aside, TC_REMOVING "%s", directory);
}

/* A directory with its files, or a link; it may have been removed meanwhile. */
static int remove_aside(const char *aside)
{
	if (unlink(aside) == 0 || errno == ENOENT)
		return 0;
	tc_files_remove(aside);
	return rmdir(aside) == 0 || errno == ENOENT ? 0 : tc_error_errno(errno, "cannot remove %s", aside);
}

/* given: as the user wrote it; directory: without the slashes at its end, which would lead through a link. */
static int put_aside(char *directory, char *aside, const char *given)
{
	struct stat st;
	int r = tc_path(directory, "%s", given);
	for (size_t n = r == 0 ? strlen(directory) : 0; n > 1 && directory[n - 1] == '/'; n--)
		directory[n - 1] = '\0';
	if (r == 0)
		r = tc_session_removable(directory);
	if (r == 0)
		r = name_aside(aside, directory);
	if (r == 0)
		r = remove_aside(aside); /* that somebody was killed at */
	if (r == 0 && rename(directory, aside) != 0)
		r = tc_error_errno(errno, "cannot remove %s", directory);
	if (r != 0 && lstat(directory, &st) != 0 && errno == ENOENT)
		r = tc_error(TACHO_ENOENT, "%s is not there any more", directory);
	return r;
}

int tc_session_remove(const char *given)
{
	char directory[TC_PATH_BYTES], aside[TC_PATH_BYTES];
	int r = put_aside(directory, aside, given);
	return r == 0 ? remove_aside(aside) : r;
}

int tc_session_replace(const char *given, const char *by)
{
	char directory[TC_PATH_BYTES], aside[TC_PATH_BYTES];
	int r = put_aside(directory, aside, given);
	if (r == 0 && rename(by, directory) != 0) {
		r = tc_error_errno(errno, "cannot name the session %s", directory);
		rename(aside, directory);
	}
	return r == 0 ? remove_aside(aside) : r;
}

/* Whether the process that made it is gone; one of another PID namespace still holds the session's lock. */
static bool is_left_behind(const char *entry, const char *name)
{
	int pid;
	size_t bytes = strlen(name);
	const char *mark = *name ? entry + bytes : strstr(entry, TC_IMPORTING);
	return mark && !strncmp(entry, name, bytes) && sscanf(mark, TC_IMPORTING "%d-", &pid) == 1 && pid > 0 &&
	       kill(pid, 0) != 0 && errno == ESRCH;
}

void tc_session_clean(const char *directory, const char *name)
{
	DIR *entries = opendir(directory);
	for (const struct dirent *e; entries && (e = readdir(entries));) {
		struct tc_session_paths paths = {.lock = -1};
		if (tc_path(paths.directory, "%s/%s", directory, e->d_name) != 0)
			continue;
		if (!*name && !strncmp(e->d_name, TC_REMOVING, strlen(TC_REMOVING)))
			remove_aside(paths.directory);
		else if (is_left_behind(e->d_name, name) && !tc_session_is_live(paths.directory) &&
			 !tc_session_live(paths.directory, paths.live))
			tc_session_discard(&paths);
	}
	if (entries)
		closedir(entries);
}
