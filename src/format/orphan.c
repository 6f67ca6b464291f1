/* SPDX-License-Identifier: MIT
 *
 * orphan.c - goes through the live directories of this user for sessions that lie outside of the store (`run -o`) and whose
 * owner was killed, and for those that somebody removed before they came home.
 */
#include "format/directory.h"
#include "format/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A session that is not where it was may only have been moved. */
enum { TC_ORPHAN_SECONDS = 7 * 24 * 3600 };

static bool is_in_use(int directory, const char *name)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = openat(directory, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	bool locked = fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
	close(fd);
	return locked;
}

static void remove_orphan(const char *live)
{
	struct stat st;
	bool used = false;
	DIR *files = opendir(live);
	if (!files)
		return;
	if (fstat(dirfd(files), &st) != 0 || time(NULL) - st.st_mtime < TC_ORPHAN_SECONDS)
		used = true;
	for (struct dirent *e; !used && (e = readdir(files));)
		used = e->d_name[0] != '.' && is_in_use(dirfd(files), e->d_name);
	rewinddir(files);
	for (struct dirent *e; !used && (e = readdir(files));)
		unlinkat(dirfd(files), e->d_name, 0); /* fails on . and .. */
	closedir(files);
	if (!used)
		tc_live_remove(live);
}

static void look_after(const char *live)
{
	char link[TC_PATH_BYTES], home[TC_PATH_BYTES], there[TC_PATH_BYTES];
	struct stat st;
	if (!tc_directory_is_private(live) || tc_path(link, "%s/" TC_LIVE_HOME, live) != 0)
		return;
	ssize_t bytes = readlink(link, home, sizeof home - 1);
	if (bytes <= 0)
		return;
	home[bytes] = '\0';
	if (lstat(home, &st) != 0 && errno == ENOENT)
		remove_orphan(live);
	else if (tc_live_follow(home, there) && strcmp(there, live) == 0)
		tc_session_adopt(home);
}

void tc_live_look_after_all(void)
{
	char above[TC_PATH_BYTES], live[TC_PATH_BYTES];
	if (!tc_live_above(above) || !tc_directory_is_private(above))
		return;
	DIR *all = opendir(above);
	if (!all)
		return;
	for (struct dirent *e; (e = readdir(all));)
		if (e->d_name[0] != '.' && tc_path(live, "%s/%s", above, e->d_name) == 0)
			look_after(live);
	closedir(all);
}
