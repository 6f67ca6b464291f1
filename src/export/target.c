/* SPDX-License-Identifier: MIT */
#include "export/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "base/error.h"
#include "base/units.h"

static bool is_want_of_space(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

static int refuse(const char *path)
{
	return tc_error(TACHO_EINVAL, "%.900s is there already: --force replaces it, -o gives another name", path);
}

/* The directory in which a path lies, into out (TC_TARGET_PATH). */
static void directory_of(char *out, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t bytes = slash ? (size_t)(slash - path) : 0;
	memcpy(out, path, bytes);
	out[bytes] = '\0';
	if (!bytes)
		strcpy(out, slash ? "/" : ".");
}

static int cannot_make(const char *path, int error)
{
	char directory[TC_TARGET_PATH];
	directory_of(directory, path);
	if (error == ENOENT)
		return tc_error(TACHO_ENOENT, "cannot write %.400s: there is no directory %.400s", path, directory);
	return tc_error_errno(error, "cannot write into %.900s", directory);
}

/* A new file beside the one that it will be; its descriptor, -1 with errno set. */
static int open_temporary(char *temporary, const char *path)
{
	char directory[TC_TARGET_PATH];
	const char *slash = strrchr(path, '/');
	uint32_t chance = 0;
	int fd = -1;
	directory_of(directory, path);
	do {
		(void)!getrandom(&chance, sizeof chance, 0);
		int bytes = snprintf(temporary, TC_TARGET_PATH, "%s/.%.200s.%08x", directory, slash ? slash + 1 : path,
			(unsigned)chance);
		errno = ENAMETOOLONG;
		if (bytes < TC_TARGET_PATH)
			fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	} while (fd < 0 && errno == EEXIST);
	return fd;
}

static int open_file(struct tc_target *target, const char *path)
{
	if (strlen(path) >= TC_TARGET_PATH)
		return tc_error(TACHO_EINVAL, "the path %.100s… is too long", path);
	if (!target->force && access(path, F_OK) == 0)
		return refuse(path);
	target->out.fd = open_temporary(target->file[target->files].temporary, path);
	if (target->out.fd < 0)
		return cannot_make(path, errno);
	strcpy(target->file[target->files++].path, path);
	return 0;
}

/* The file that is open is whole, or what went wrong is remembered. */
static void close_file(struct tc_target *target)
{
	int error = tc_out_flush(&target->out);
	target->bytes += target->out.bytes;
	target->out.bytes = 0;
	if (target->out.fd >= 0 && !target->standard && close(target->out.fd) != 0 && !error)
		error = errno;
	target->out.fd = -1;
	target->error = target->error ? target->error : error;
}

static int begin_directory(struct tc_target *target)
{
	struct stat status;
	if (mkdir(target->path, 0777) == 0) {
		target->made_it = true;
		return 0;
	}
	if (errno != EEXIST)
		return cannot_make(target->path, errno);
	if (stat(target->path, &status) == 0 && S_ISDIR(status.st_mode))
		return 0;
	return tc_error(TACHO_EINVAL, "%.900s is a file, and this format makes a directory: -o gives another name",
		target->path);
}

int tc_target_begin(struct tc_target *target, const char *path, bool is_directory, bool force)
{
	struct stat status;
	*target = (struct tc_target){.standard = !strcmp(path, "-"), .force = force, .is_directory = is_directory};
	tc_out_init(&target->out, -1);
	if (strlen(path) >= sizeof target->path)
		return tc_error(TACHO_EINVAL, "the path %.100s… is too long", path);
	strcpy(target->path, path);
	if (target->standard && is_directory)
		return tc_error(TACHO_EINVAL, "this format makes several files, for which -o names a directory, not -");
	if (target->standard) {
		target->out.fd = STDOUT_FILENO;
		return 0;
	}
	if (is_directory)
		return begin_directory(target);
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return tc_error(TACHO_EINVAL, "%.900s is a directory: -o names the file to be written", path);
	return open_file(target, path);
}

int tc_target_file(struct tc_target *target, const char *name)
{
	char path[2 * TC_TARGET_PATH];
	if (target->files)
		close_file(target);
	snprintf(path, sizeof path, "%s/%s", target->path, name);
	int error = open_file(target, path);
	if (error)
		return error;
	target->out.error = target->error; /* a full disk stays full: it is counted on */
	return 0;
}

bool tc_target_is_lost(const struct tc_target *target)
{
	int error = target->error ? target->error : target->out.error;
	return error && !is_want_of_space(error);
}

void tc_target_abandon(struct tc_target *target)
{
	if (target->out.fd >= 0 && !target->standard)
		close(target->out.fd);
	target->out.fd = -1;
	for (size_t i = 0; i < target->files; i++)
		unlink(target->file[i].temporary);
	if (target->made_it)
		rmdir(target->path);
	target->files = 0;
}

static int explain(struct tc_target *target)
{
	char directory[TC_TARGET_PATH];
	struct statvfs space;
	int error = target->error;
	tc_target_abandon(target); /* so that it does not itself take the space */
	if (target->standard)
		return tc_error_errno(error, "cannot write to standard output");
	directory_of(directory, target->path);
	if (!is_want_of_space(error) || statvfs(directory, &space) != 0)
		return tc_error_errno(error, "cannot write %.900s", target->path);
	return tc_error_errno(error, "the export takes %s, and in %.600s there are %s free",
		tc_bytes((double)target->bytes).text, directory,
		tc_bytes((double)space.f_bavail * (double)space.f_frsize).text);
}

/* What is not to be replaced must not come between either; where there are no links that cannot be had. */
static int give_name(const struct tc_target *target, size_t i)
{
	const char *from = target->file[i].temporary, *to = target->file[i].path;
	if (!target->force && link(from, to) == 0) {
		unlink(from);
		return 0;
	}
	if (!target->force && errno == EEXIST)
		return refuse(to);
	return rename(from, to) == 0 ? 0 : tc_error_errno(errno, "cannot write %.900s", to);
}

int tc_target_finish(struct tc_target *target)
{
	close_file(target);
	if (target->error)
		return explain(target);
	int error = 0;
	for (size_t i = 0; i < target->files && !error; i++)
		error = give_name(target, i);
	if (error)
		tc_target_abandon(target);
	return error;
}
