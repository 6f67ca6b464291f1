/* SPDX-License-Identifier: MIT */
#include "export/destination.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

/* Such a one holds a place for what somebody expects there: neither is it replaced, nor is something made where nobody may look. */
static bool leads_nowhere(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode) && stat(path, &status) != 0;
}

static int refuse_link(const char *path)
{
	return tc_error(TACHO_EINVAL, "%.900s is a link that leads nowhere: remove it, or -o gives another name", path);
}

/* The directory in which a path lies, into out (TC_DESTINATION_PATH). */
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
	char directory[TC_DESTINATION_PATH];
	directory_of(directory, path);
	if (error == ENOENT && access(directory, F_OK) == 0)
		return tc_error(TACHO_ENOENT, "cannot write %.400s: no file can be made in %.400s", path, directory);
	if (error == ENOENT)
		return tc_error(TACHO_ENOENT, "cannot write %.400s: there is no directory %.400s", path, directory);
	return tc_error_errno(error, "cannot write into %.900s", directory);
}

/* A new file or directory beside the one that it will be; the file's descriptor or 0, -1 with errno set. */
static int make_temporary(char *temporary, const char *path, bool is_directory)
{
	char directory[TC_DESTINATION_PATH];
	const char *slash = strrchr(path, '/');
	uint32_t chance = 0;
	int made = -1;
	directory_of(directory, path);
	do {
		(void)!getrandom(&chance, sizeof chance, 0);
		int bytes = snprintf(temporary, TC_DESTINATION_PATH, "%s/.%.200s.unfinished-%08x", directory,
			slash ? slash + 1 : path, (unsigned)chance);
		errno = ENAMETOOLONG;
		if (bytes < TC_DESTINATION_PATH)
			made = is_directory ? mkdir(temporary, 0777)
			                    : open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	} while (made < 0 && errno == EEXIST);
	return made;
}

/* A FIFO waits for its reader here. */
static int open_straight(struct tc_destination *destination, const char *path)
{
	struct stat status;
	destination->straight = true;
	destination->out.fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (destination->out.fd < 0 || fstat(destination->out.fd, &status) != 0)
		return tc_error_errno(errno, "cannot write %.900s", path);
	if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))
		return 0;
	close(destination->out.fd);
	destination->out.fd = -1;
	return tc_error(TACHO_EINVAL, "%.900s is neither a file nor a FIFO: -o gives another name", path);
}

/* A name is given by a rename, which would replace a link and not what it leads to. */
static void follow(char *out, const char *path)
{
	char real[PATH_MAX];
	bool leads = realpath(path, real) && strlen(real) < TC_DESTINATION_PATH;
	strcpy(out, leads ? real : path);
}

static int open_file(struct tc_destination *destination, const char *path)
{
	struct stat status;
	if (strlen(path) >= TC_DESTINATION_PATH)
		return tc_error(TACHO_EINVAL, "the path %.100s… is too long", path);
	if (leads_nowhere(path))
		return refuse_link(path);
	bool is_there = stat(path, &status) == 0;
	destination->straight = false;
	if (is_there && (S_ISBLK(status.st_mode) || S_ISSOCK(status.st_mode)))
		return tc_error(TACHO_EINVAL, "%.900s is neither a file nor a FIFO: -o gives another name", path);
	if (is_there && !S_ISREG(status.st_mode))
		return open_straight(destination, path);
	if (is_there && !destination->force)
		return refuse(path);
	char *final = destination->file[destination->files].path;
	follow(final, path);
	destination->out.fd = make_temporary(destination->file[destination->files].temporary, final, false);
	if (destination->out.fd < 0)
		return cannot_make(path, errno);
	destination->files++;
	return 0;
}

/* Of a directory that gets its own name when it is whole: nobody else knows it before, so its files have theirs at once. */
static int open_inside(struct tc_destination *destination, const char *name)
{
	char *path = destination->file[destination->files].temporary;
	if (snprintf(path, TC_DESTINATION_PATH, "%s/%s", destination->made, name) >= TC_DESTINATION_PATH)
		return tc_error(TACHO_EINVAL, "the path %.100s… is too long", destination->path);
	destination->out.fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (destination->out.fd < 0)
		return cannot_make(destination->path, errno);
	destination->files++;
	return 0;
}

/* The file that is open is whole, or what went wrong is remembered. */
static void close_file(struct tc_destination *destination)
{
	int error = tc_out_flush(&destination->out);
	destination->bytes += destination->out.bytes;
	destination->out.bytes = 0;
	if (destination->out.fd >= 0 && !destination->standard && close(destination->out.fd) != 0 && !error)
		error = errno;
	destination->out.fd = -1;
	destination->error = destination->error ? destination->error : error;
}

static int begin_directory(struct tc_destination *destination)
{
	struct stat status;
	if (stat(destination->path, &status) == 0)
		return S_ISDIR(status.st_mode)
		               ? 0
		               : tc_error(TACHO_EINVAL,
					 "%.900s is a file, and this format makes a directory: -o gives another name",
					 destination->path);
	if (leads_nowhere(destination->path))
		return refuse_link(destination->path);
	if (make_temporary(destination->made, destination->path, true) == 0)
		return 0;
	int error = errno;
	*destination->made = '\0';
	return cannot_make(destination->path, error);
}

/* By its names too: what lies at them is a link, and what that leads to may be a file, which must not be replaced. */
static bool is_standard(const char *path)
{
	static const char *const names[] = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(path, names[i]))
			return true;
	return false;
}

int tc_destination_begin(struct tc_destination *destination, const char *path, bool is_directory, bool force)
{
	struct stat status;
	*destination = (struct tc_destination){.standard = is_standard(path), .force = force};
	tc_out_init(&destination->out, -1);
	if (!*path)
		return tc_error(TACHO_EINVAL, "-o takes the name of a file or directory, and it has none");
	if (strlen(path) >= sizeof destination->path)
		return tc_error(TACHO_EINVAL, "the path %.100s… is too long", path);
	strcpy(destination->path, path);
	for (size_t n = strlen(path); is_directory && n > 1 && destination->path[n - 1] == '/'; n--)
		destination->path[n - 1] = '\0';
	if (destination->standard && is_directory)
		return tc_error(TACHO_EINVAL, "this format makes several files, for which -o names a directory, not -");
	if (destination->standard) {
		destination->out.fd = STDOUT_FILENO;
		return 0;
	}
	if (is_directory)
		return begin_directory(destination);
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return tc_error(TACHO_EINVAL, "%.900s is a directory: -o names the file to be written", path);
	return open_file(destination, path);
}

int tc_destination_file(struct tc_destination *destination, const char *name)
{
	char path[2 * TC_DESTINATION_PATH];
	if (destination->files)
		close_file(destination);
	snprintf(path, sizeof path, "%s/%s", destination->path, name);
	int error = *destination->made ? open_inside(destination, name) : open_file(destination, path);
	if (error)
		return error;
	destination->out.error = destination->error; /* a full disk stays full: it is counted on */
	return 0;
}

bool tc_destination_is_lost(const struct tc_destination *destination)
{
	int error = destination->error ? destination->error : destination->out.error;
	return error && !is_want_of_space(error);
}

void tc_destination_abandon(struct tc_destination *destination)
{
	if (destination->out.fd >= 0 && !destination->standard)
		close(destination->out.fd);
	destination->out.fd = -1;
	for (size_t i = 0; i < destination->files; i++)
		unlink(destination->file[i].temporary);
	if (*destination->made)
		rmdir(destination->made);
	destination->files = 0;
}

static int explain(struct tc_destination *destination)
{
	char directory[TC_DESTINATION_PATH];
	struct statvfs space;
	int error = destination->error;
	tc_destination_abandon(destination); /* so that it does not itself take the space */
	if (error == ECANCELED)
		return tc_error(TACHO_EBUSY, "the export was stopped%s",
			destination->standard || destination->straight ? "" : ": nothing is left of it");
	if (destination->standard)
		return tc_error_errno(error, "cannot write to standard output");
	directory_of(directory, destination->path);
	if (!is_want_of_space(error) || destination->straight || statvfs(directory, &space) != 0)
		return tc_error_errno(error, "cannot write %.900s", destination->path);
	return tc_error_errno(error, "the export takes %s, and in %.600s there are %s free",
		tc_bytes((double)destination->bytes).text, directory,
		tc_bytes((double)space.f_bavail * (double)space.f_frsize).text);
}

/* What is not to be replaced must not come between either; where there are no links that cannot be had. */
static int give_name(const struct tc_destination *destination, size_t i)
{
	const char *from = destination->file[i].temporary, *to = destination->file[i].path;
	if (!destination->force && link(from, to) == 0) {
		unlink(from);
		return 0;
	}
	if (!destination->force && errno == EEXIST)
		return refuse(to);
	return rename(from, to) == 0 ? 0 : tc_error_errno(errno, "cannot write %.900s", to);
}

/* Where somebody made it meanwhile, and put something in, it is not this export's. */
static int give_directory_name(const struct tc_destination *destination)
{
	if (rename(destination->made, destination->path) == 0)
		return 0;
	if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
		return tc_error(TACHO_EINVAL, "%.900s was made by something else meanwhile: -o gives another name",
			destination->path);
	return tc_error_errno(errno, "cannot write %.900s", destination->path);
}

int tc_destination_finish(struct tc_destination *destination)
{
	close_file(destination);
	if (destination->error)
		return explain(destination);
	int error = *destination->made ? give_directory_name(destination) : 0;
	for (size_t i = 0; i < destination->files && !error && !*destination->made; i++)
		error = give_name(destination, i);
	if (error)
		tc_destination_abandon(destination);
	return error;
}
