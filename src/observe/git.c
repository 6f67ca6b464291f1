/* SPDX-License-Identifier: MIT */
#include "observe/git.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE = 4096, PACKED_MOST = 8 << 20 };

/* The first line of a file; false: there is none, or it is too long. */
static bool read_line(const char *directory, const char *name, char line[LINE])
{
	char path[PATH_MAX];
	if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path)
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t bytes = fd < 0 ? -1 : read(fd, line, LINE - 1);
	if (fd >= 0)
		close(fd);
	if (bytes <= 0)
		return false;
	line[bytes] = 0;
	char *end = strchr(line, '\n');
	if (end)
		*end = 0;
	return end || bytes < LINE - 1;
}

static char *commit_of(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdef");
	return (digits == 40 || digits == 64) && (!text[digits] || strchr(" \n", text[digits])) ? strndup(text, digits)
	                                                                                        : NULL;
}

/* Relative ones count from `base`. */
static bool resolve(const char *base, const char *path, char out[PATH_MAX])
{
	return (*path == '/' ? snprintf(out, PATH_MAX, "%s", path) : snprintf(out, PATH_MAX, "%s/%s", base, path)) <
	       PATH_MAX;
}

/* Where git keeps what is of this working tree: .git, or where a file of that name says. */
static bool find_git(const char *directory, char out[PATH_MAX])
{
	char at[PATH_MAX], line[LINE], *slash;
	struct stat st;
	if (*directory != '/' || snprintf(at, sizeof at, "%s", directory) >= (int)sizeof at)
		return false;
	for (;; *slash = 0) {
		if (!resolve(at, ".git", out))
			return false;
		if (!stat(out, &st) && S_ISDIR(st.st_mode))
			return true;
		if (read_line(at, ".git", line) && !strncmp(line, "gitdir: ", 8))
			return resolve(at, line + 8, out);
		slash = strrchr(at, '/');
		if (!slash || slash == at)
			return false;
	}
}

static char *find_packed(const char *common, const char *name)
{
	char path[PATH_MAX], line[LINE], *found = NULL;
	size_t bytes = 0;
	if (snprintf(path, sizeof path, "%s/packed-refs", common) >= (int)sizeof path)
		return NULL;
	FILE *in = fopen(path, "re");
	while (in && !found && bytes < PACKED_MOST && fgets(line, sizeof line, in)) {
		const char *blank = strchr(line, ' ');
		bytes += strlen(line);
		if (blank && !strncmp(blank + 1, name, strlen(name)) && blank[1 + strlen(name)] == '\n')
			found = commit_of(line);
	}
	if (in)
		fclose(in);
	return found;
}

char *tc_git_commit(const char *directory)
{
	char git[PATH_MAX], common[PATH_MAX], head[LINE], line[LINE];
	if (!directory || !find_git(directory, git) || !read_line(git, "HEAD", head))
		return NULL;
	if (strncmp(head, "ref: ", 5))
		return commit_of(head);
	const char *name = head + 5;
	if (strstr(name, ".."))
		return NULL;
	/* Of one of several working trees the branches lie with the first one. */
	if (!read_line(git, "commondir", line) || !resolve(git, line, common))
		memcpy(common, git, sizeof common);
	char *commit = read_line(common, name, line) ? commit_of(line) : NULL;
	return commit ? commit : find_packed(common, name);
}
