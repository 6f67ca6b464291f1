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
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t bytes_in(const char *directory)
{
	uint64_t bytes = 0;
	DIR *stream = opendir(directory);
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

/* Nothing but a session's files may be in it: a folder of somebody's own keeps all of it. */
static bool has_only_files(const char *directory)
{
	bool only = true;
	DIR *stream = opendir(directory);
	if (!stream)
		return false;
	for (struct dirent *file; only && (file = readdir(stream));) {
		struct stat status;
		bool dots = !strcmp(file->d_name, ".") || !strcmp(file->d_name, "..");
		only = dots || (!fstatat(dirfd(stream), file->d_name, &status, AT_SYMLINK_NOFOLLOW) &&
				       !S_ISDIR(status.st_mode));
	}
	closedir(stream);
	return only;
}

static int check(const char *directory)
{
	char path[TC_PATH_BYTES];
	struct stat st;
	if (tc_path(path, "%s/" TC_MANIFEST_FILE, directory) != 0 || stat(path, &st) != 0)
		return tc_error(TACHO_EFORMAT, "%s is no session", directory);
	tc_session_adopt(directory);
	if (tc_session_is_live(directory))
		return tc_error(TACHO_EBUSY, "%s is being recorded", directory);
	if (tc_path(path, "%s/live", directory) == 0 && lstat(path, &st) == 0)
		return tc_error(TACHO_EBUSY, "processes of %s still run, or its files cannot be moved home", directory);
	return has_only_files(directory) ? 0
	                                 : tc_error(TACHO_EINVAL, "%s holds folders that are no session's", directory);
}

/* Under another name first, so that nobody finds half of it; what a kill leaves of that is no session any more. */
int tc_session_remove(const char *directory)
{
	char aside[TC_PATH_BYTES];
	const char *slash = strrchr(directory, '/');
	int r = check(directory);
	if (r == 0)
		r = slash ? tc_path(aside, "%.*s/.removing-%s", (int)(slash - directory), directory, slash + 1)
		          : tc_path(aside, ".removing-%s", directory);
	if (r == 0 && rename(directory, aside) != 0)
		r = tc_error_errno(errno, "cannot remove %s", directory);
	if (r != 0)
		return r;
	tc_files_remove(aside);
	return rmdir(aside) == 0 ? 0 : tc_error_errno(errno, "cannot remove %s", aside);
}
