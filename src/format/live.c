/* SPDX-License-Identifier: MIT
 *
 * live.c - the directory on a tmpfs in which a session lies while it is recorded.  The first touch of a page costs up
 * to 0.2 ms there and up to 17 ms on a disk's filesystem, and a recording must not wait for a disk.
 */
#include "format/directory.h"
#include "format/settings.h"
#include "format/store.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define TC_LIVE_ROOM_BYTES (UINT64_C(64) << 20)

bool tc_directory_is_private(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 07777) == 0700;
}

/* Small tmpfs (a container's has 64 MiB) are used as long as a tenth of them is free. */
static bool has_room(const char *path)
{
	struct statfs fs;
	if (statfs(path, &fs) != 0 || fs.f_type != TMPFS_MAGIC)
		return false;
	uint64_t tenth = (uint64_t)fs.f_blocks / 10 * (uint64_t)fs.f_bsize;
	uint64_t needed = tenth && tenth < TC_LIVE_ROOM_BYTES ? tenth : TC_LIVE_ROOM_BYTES;
	return (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize >= needed;
}

static void root_of_all(char *out)
{
	if (!tc_setting_get(TC_SET_LIVE, out) || !*out)
		strcpy(out, "/dev/shm");
}

bool tc_live_above(char *out)
{
	char root[TC_SETTING_TEXT_BYTES];
	root_of_all(root);
	return root[0] == '/' && tc_path(out, "%s/tacho-%u", root, (unsigned)geteuid()) == 0;
}

static bool link_home(const char *live, const char *session)
{
	char link[TC_PATH_BYTES];
	return tc_path(link, "%s/" TC_LIVE_HOME, live) == 0 && symlink(session, link) == 0;
}

bool tc_live_make(char *out, const char *session)
{
	char above[TC_PATH_BYTES], root[TC_SETTING_TEXT_BYTES];
	uint64_t random;
	root_of_all(root);
	if (!tc_live_above(above) || !has_room(root))
		return false;
	/* Another session's end may remove the empty directory above between these calls: try again. */
	for (int attempt = 0; attempt < 8; attempt++) {
		if (mkdir(above, 0700) != 0 && errno != EEXIST)
			return false;
		if (!tc_directory_is_private(above) && errno != ENOENT)
			return false;
		if (getrandom(&random, sizeof random, 0) != sizeof random)
			return false;
		if (tc_path(out, "%s/%016" PRIx64, above, random) != 0)
			return false;
		if (mkdir(out, 0700) == 0)
			return link_home(out, session) &&
			       tc_directory_is_private(out); /* an odd umask takes bits away */
		if (errno != ENOENT && errno != EEXIST)
			return false;
	}
	return false;
}

/* The link lies in a directory that somebody may have sent us, and what it leads to will be moved: so follow it only
 * to a private directory of our own in a private directory of that very name. */
bool tc_live_follow(const char *session, char *out)
{
	char link[TC_PATH_BYTES], above[TC_PATH_BYTES], expected[32];
	if (tc_path(link, "%s/live", session) != 0)
		return false;
	ssize_t bytes = readlink(link, out, TC_PATH_BYTES - 1);
	if (bytes <= 0)
		return false;
	out[bytes] = '\0';
	if (out[0] != '/' || strstr(out, "/.") || strstr(out, "//"))
		return false;
	strcpy(above, out);
	char *leaf = strrchr(above, '/');
	*leaf = '\0';
	const char *parent = strrchr(above, '/');
	snprintf(expected, sizeof expected, "/tacho-%u", (unsigned)geteuid());
	return parent && strcmp(parent, expected) == 0 && tc_directory_is_private(above) &&
	       tc_directory_is_private(out);
}

bool tc_live_place(char *out)
{
	char root[TC_SETTING_TEXT_BYTES];
	root_of_all(root);
	return tc_path(out, "%s", root) == 0 && has_room(root);
}

bool tc_session_of_part(const char *part, char *out)
{
	char link[TC_PATH_BYTES];
	const char *slash = strrchr(part, '/');
	if (!slash || strncmp(slash + 1, TC_PART_PREFIX, strlen(TC_PART_PREFIX)) != 0 ||
		tc_path(link, "%.*s/" TC_LIVE_HOME, (int)(slash - part), part) != 0)
		return false;
	ssize_t bytes = readlink(link, out, TC_PATH_BYTES - 1);
	if (bytes > 0)
		out[bytes] = '\0';
	return bytes > 0 || tc_path(out, "%.*s", (int)(slash - part), part) == 0;
}

bool tc_live_remove(const char *live)
{
	char above[TC_PATH_BYTES], link[TC_PATH_BYTES], home[TC_PATH_BYTES];
	if (tc_path(link, "%s/" TC_LIVE_HOME, live) != 0)
		return false;
	ssize_t bytes = readlink(link, home, sizeof home - 1);
	home[bytes > 0 ? bytes : 0] = '\0';
	unlink(link);
	if (rmdir(live) != 0 && errno != ENOENT) {
		if (home[0])
			link_home(live, home); /* a part was made in this moment */
		return false;
	}
	strcpy(above, live);
	*strrchr(above, '/') = '\0';
	rmdir(above); /* not empty: other sessions are live */
	return true;
}
