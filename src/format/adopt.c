/* SPDX-License-Identifier: MIT
 *
 * adopt.c - brings what was recorded on a tmpfs home.  A file is copied under a name that nobody reads, renamed, and only
 * then removed where it was: whenever this is killed, everything lies in one of the two places, and the next call goes on.
 */
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

enum moved { MOVED, IN_USE, FAILED };

static enum moved move_file(int from, int to, const char *name)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	enum moved result = FAILED;
	struct stat st;
	char half[300];
	int out = -1, error = 0;
	int in = openat(from, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (in < 0 || fstat(in, &st) != 0)
		goto out;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		goto out;
	}
	/* While its process lives a part is locked.  A recorder that comes to lock one we have here finds it taken or gone. */
	if (fcntl(in, F_OFD_SETLK, &whole) != 0) {
		result = IN_USE;
		goto out;
	}
	if (fstat(in, &st) != 0)
		goto out;
	snprintf(half, sizeof half, ".adopting-%s", name);
	out = openat(to, half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out < 0)
		goto out;
	error = tc_copy_file(out, in, st.st_size);
	if (error == 0 && renameat(to, half, to, name) != 0)
		error = errno;
	if (error != 0) {
		unlinkat(to, half, 0);
		errno = error;
		goto out;
	}
	unlinkat(from, name, 0);
	result = MOVED;
out:
	error = errno;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	errno = error;
	return result;
}

/* Moves all it can; false with errno set when something could not be moved.  *left: files that stay. */
static bool move_files(DIR *from, int to, size_t *left)
{
	int error = 0;
	for (struct dirent *e; (e = readdir(from));) {
		if (e->d_name[0] == '.')
			continue;
		enum moved moved = move_file(dirfd(from), to, e->d_name);
		*left += moved != MOVED;
		if (moved == FAILED && error == 0)
			error = errno;
	}
	errno = error;
	return error == 0;
}

/* Where no tmpfs had room what was recorded is at home already, with pages that were never needed.  One that is in use stays
 * as it is, and one without a byte is a recorder's that comes to lock it. */
static void thin_files(const char *session)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	DIR *directory = tc_directory_open(session);
	struct stat st;
	for (struct dirent *e; directory && (e = readdir(directory));) {
		if (strncmp(e->d_name, TC_PART_PREFIX, strlen(TC_PART_PREFIX)) != 0)
			continue;
		int fd = openat(dirfd(directory), e->d_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 &&
			!fcntl(fd, F_OFD_SETLK, &whole))
			tc_thin_file(fd, st.st_size);
		if (fd >= 0)
			close(fd);
	}
	if (directory)
		closedir(directory);
}

int tc_adopt_files(const char *session)
{
	char live[TC_PATH_BYTES], link[TC_PATH_BYTES];
	struct stat st;
	size_t left = 0;
	int r = tc_path(link, "%s/live", session);
	if (r != 0)
		return r;
	if (!tc_live_follow(session, live)) {
		if (stat(link, &st) != 0 && errno == ENOENT)
			unlink(link); /* the machine was started anew since, and the tmpfs is gone */
		thin_files(session);
		return 0;
	}
	DIR *from = opendir(live);
	int to = open(session, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!from || to < 0 || !move_files(from, to, &left))
		r = tc_error_errno(errno,
			"the recording stays in %s for now, as it cannot be moved to %s (mend that, and the next tacho "
			"command moves it)",
			live, session);
	if (r == 0 && left == 0 && tc_live_remove(live))
		unlink(link);
	if (from)
		closedir(from);
	if (to >= 0)
		close(to);
	return r;
}

int tc_session_close(struct tc_session_paths *paths)
{
	if (paths->lock < 0)
		return 0;
	tc_lock_take(paths->lock, TC_LOCK_ADOPTER, true);
	int r = tc_adopt_files(paths->directory);
	/* A forked child may hold this descriptor too: closing it would not be enough. */
	struct flock all = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
	fcntl(paths->lock, F_OFD_SETLK, &all);
	tc_session_forget(paths);
	return r;
}

int tc_session_finish(struct tc_session_paths *paths, const struct tc_manifest *manifest)
{
	int r = tc_manifest_write(paths->directory, manifest);
	if (r != 0 && strcmp(paths->live, paths->directory) != 0)
		r = tc_manifest_write(paths->live, manifest);
	if (r == 0)
		return tc_session_close(paths);
	tc_session_close(paths);
	return r; /* the worse of the two: a session that seems not to have ended */
}

int tc_session_adopt(const char *directory)
{
	char path[TC_PATH_BYTES], live[TC_PATH_BYTES];
	struct stat st;
	if (tc_path(path, "%s/live", directory) != 0 || lstat(path, &st) != 0 || !S_ISLNK(st.st_mode))
		return 0;
	if (!tc_live_follow(directory, live) && stat(path, &st) == 0)
		return 0; /* leads to where we have no business */
	if (tc_path(path, "%s/lock", directory) != 0)
		return 0;
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return 0;
	int r = 0;
	if (tc_lock_take(fd, TC_LOCK_ADOPTER, false) && !tc_lock_is_held(fd, TC_LOCK_OWNER))
		r = tc_adopt_files(directory);
	close(fd);
	return r;
}
