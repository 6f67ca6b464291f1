/* SPDX-License-Identifier: MIT */
#include "read/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "format/fold.h"
#include "format/part.h"
#include "format/store.h"
#include "read/arena.h"

void tc_part_files_path(const struct tc_part_files *files, const char *name, int which, char *out)
{
	if (snprintf(out, 4096, "%s/%s", which ? files->directory : files->live, name) >= 4096)
		out[0] = 0; /* which opens as "no such file" */
}

static bool is_part(const char *name)
{
	size_t bytes = strlen(name), prefix = strlen(TC_PART_PREFIX), suffix = strlen(TC_PART_SUFFIX);
	return bytes > prefix + suffix && !strncmp(name, TC_PART_PREFIX, prefix) &&
	       !strcmp(name + bytes - suffix, TC_PART_SUFFIX);
}

static uint64_t begin_of(int directory, const char *name)
{
	struct tc_part_header header = {0};
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return UINT64_MAX;
	bool whole = pread(fd, &header, sizeof header, 0) == (ssize_t)sizeof header;
	close(fd);
	return whole ? header.begin.monotonic_ns : UINT64_MAX;
}

static struct tc_part_file *add_file(struct tc_part_files *files)
{
	void *grown = tc_grow(files->file, files->count, &files->room, sizeof *files->file);
	if (!grown)
		return NULL;
	files->file = grown;
	struct tc_part_file *file = &files->file[files->count++];
	*file = (struct tc_part_file){.at = 0};
	return file;
}

static int list(struct tc_part_files *files, const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int code = 0;
	if (!directory)
		return errno == ENOENT ? 0 : tc_error_errno(errno, "cannot read %s", path);
	while (!code && (entry = readdir(directory))) {
		if (!is_part(entry->d_name))
			continue;
		struct tc_part_file *file = add_file(files);
		if (!file) {
			code = tc_error(TACHO_ENOMEM, "no memory to list %s", path);
			break;
		}
		snprintf(file->name, sizeof file->name, "%s", entry->d_name);
		file->begin_ns = begin_of(dirfd(directory), file->name);
	}
	closedir(directory);
	return code;
}

static void name_of(const struct tc_fold_entry *entry, char *out, size_t room)
{
	snprintf(out, room, TC_PART_PREFIX "%016llx" TC_PART_SUFFIX, (unsigned long long)entry->id);
}

bool tc_part_files_refold(struct tc_part_files *files, struct tc_part_file *file)
{
	struct tc_fold_entry entry;
	char path[4096], name[64];
	tc_part_files_path(files, TC_FOLD_FILE, 1, path);
	if (files->fold < 0)
		files->fold = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	for (uint64_t at = 0, here = 0; files->fold >= 0 && tc_fold_next(files->fold, &at, &entry); here = at) {
		name_of(&entry, name, sizeof name);
		if (strcmp(name, file->name))
			continue;
		file->folded = true;
		file->at = here;
		return true;
	}
	return false;
}

/* Finished parts of a session with many processes lie in one file. */
static int list_fold(struct tc_part_files *files)
{
	struct tc_fold_entry entry;
	char path[4096];
	tc_part_files_path(files, TC_FOLD_FILE, 1, path);
	files->fold = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (files->fold < 0)
		return errno == ENOENT ? 0 : tc_error_errno(errno, "cannot read %s", path);
	for (uint64_t at = 0, here = 0; tc_fold_next(files->fold, &at, &entry); here = at) {
		struct tc_part_file *file = add_file(files);
		if (!file)
			return tc_error(TACHO_ENOMEM, "no memory to list %s", path);
		name_of(&entry, file->name, sizeof file->name);
		file->begin_ns = entry.begin_ns;
		file->folded = true;
		file->at = here;
	}
	return 0;
}

/* Of one name in a file of its own and in the fold, the file comes first. */
static int by_name(const void *a, const void *b)
{
	const struct tc_part_file *x = a, *y = b;
	int names = strcmp(x->name, y->name);
	return names ? names : x->folded - y->folded;
}

static int by_begin(const void *a, const void *b)
{
	const struct tc_part_file *x = a, *y = b;
	if (x->begin_ns != y->begin_ns)
		return x->begin_ns < y->begin_ns ? -1 : 1;
	return by_name(a, b);
}

static void unite(struct tc_part_files *files)
{
	size_t kept = 0;
	if (!files->count)
		return;
	qsort(files->file, files->count, sizeof *files->file, by_name);
	for (size_t i = 0; i < files->count; i++)
		if (!kept || strcmp(files->file[kept - 1].name, files->file[i].name))
			files->file[kept++] = files->file[i];
	files->count = kept;
	qsort(files->file, files->count, sizeof *files->file, by_begin);
}

int tc_part_files_list(struct tc_part_files *out, const char *directory)
{
	*out = (struct tc_part_files){.directory = directory, .fold = -1};
	if (tc_session_live(directory, out->live))
		snprintf(out->live, sizeof out->live, "%s", directory);
	/* live first: what is adopted meanwhile is then met in the other one */
	int code = strcmp(out->live, directory) ? list(out, out->live) : 0;
	if (!code)
		code = list(out, directory);
	if (!code)
		code = list_fold(out); /* last: what is folded meanwhile is then met here */
	unite(out);
	return code;
}

int tc_part_files_read(struct tc_part_files *files, struct tc_part_file *file, struct tc_part_copy *part)
{
	char path[4096];
	int code = TACHO_ENOENT;
	for (int i = 0; i < 3 && code == TACHO_ENOENT && !file->folded; i++) {
		tc_part_files_path(files, file->name, i % 2, path);
		code = tc_part_read(part, path, file->name);
	}
	if (file->folded || (code == TACHO_ENOENT && tc_part_files_refold(files, file)))
		code = tc_part_read_folded(part, files->fold, file->at, file->name);
	return code;
}

void tc_part_files_release(struct tc_part_files *files)
{
	free(files->file);
	if (files->fold >= 0)
		close(files->fold);
	*files = (struct tc_part_files){.fold = -1};
}

int tc_part_files_open(const struct tc_part_files *files, const char *name)
{
	char path[4096];
	for (int which = 0; which < 2; which++) {
		struct stat st;
		tc_part_files_path(files, name, which, path);
		int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return tc_error_errno(errno, "cannot read %s", path);
		if (!fstat(fd, &st) && S_ISREG(st.st_mode))
			return fd;
		close(fd);
		return tc_error(TACHO_EFORMAT, "it is no regular file");
	}
	return TACHO_ENOENT;
}
