/* SPDX-License-Identifier: MIT */
#include "sample/procfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool tc_procfile_path(char whole[PATH_MAX], const char *root, const char *path, va_list list)
{
	int used = snprintf(whole, PATH_MAX, "%s", root), more;
	while (used > 0 && used < PATH_MAX && whole[used - 1] == '/')
		used--;
	if (used < 0 || used >= PATH_MAX - 1)
		goto too_long;
	whole[used++] = '/';
	more = vsnprintf(whole + used, PATH_MAX - (size_t)used, path, list);
	if (more < 0 || more >= PATH_MAX - used)
		goto too_long;
	return true;
too_long:
	errno = ENAMETOOLONG;
	return false;
}

static int open_list(const char *root, const char *path, va_list list)
{
	char whole[PATH_MAX];
	return tc_procfile_path(whole, root, path, list) ? open(whole, O_RDONLY | O_CLOEXEC) : -1;
}

int tc_procfile_open(const char *root, const char *path, ...)
{
	va_list list;
	va_start(list, path);
	int fd = open_list(root, path, list);
	va_end(list);
	return fd;
}

size_t tc_procfile_read(int fd, char *text, size_t room)
{
	ssize_t got = fd < 0 ? 0 : pread(fd, text, room - 1, 0);
	size_t count = got > 0 ? (size_t)got : 0;
	text[count] = 0;
	return count;
}

size_t tc_procfile_read_now(int fd, char *text, size_t room, struct tc_moment *now)
{
	tc_moment_begin(now);
	size_t count = tc_procfile_read(fd, text, room);
	tc_moment_end(now);
	return count;
}

size_t tc_procfile_lines(int fd, char *text, size_t room)
{
	size_t count = 0;
	ssize_t got = fd < 0 ? 0 : 1;
	while (got > 0 && count < room - 1) {
		got = pread(fd, text + count, room - 1 - count, (off_t)count);
		count += got > 0 ? (size_t)got : 0;
	}
	while (got > 0 && count && text[count - 1] != '\n') /* it did not end: the last line may be cut */
		count--;
	text[count] = 0;
	return count;
}

size_t tc_procfile_slurp(const char *root, char *text, size_t room, const char *path, ...)
{
	va_list list;
	va_start(list, path);
	int fd = open_list(root, path, list);
	va_end(list);
	size_t count = tc_procfile_read(fd, text, room);
	if (fd >= 0)
		close(fd);
	return count;
}

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

const char *tc_parse_number(const char *at, uint64_t *number)
{
	*number = 0;
	if (!at)
		return NULL;
	at = skip_blanks(at);
	if (*at < '0' || *at > '9')
		return NULL;
	for (; *at >= '0' && *at <= '9'; at++)
		*number = *number * 10 + (uint64_t)(*at - '0');
	return at;
}

const char *tc_parse_skip(const char *at, unsigned fields)
{
	for (; at && fields; fields--) {
		at = skip_blanks(at);
		if (!*at || *at == '\n')
			return NULL;
		while (*at && *at != ' ' && *at != '\t' && *at != '\n')
			at++;
	}
	return at;
}

const char *tc_parse_behind(const char *text, const char *words)
{
	const char *at = strstr(text, words);
	return at ? at + strlen(words) : NULL;
}

const char *tc_parse_decimal(const char *at, double *number)
{
	uint64_t whole, digits = 0;
	double parts = 1;
	*number = NAN;
	if (!at)
		return NULL;
	at = skip_blanks(at);
	bool negative = *at == '-';
	if (!(at = tc_parse_number(at + negative, &whole)))
		return NULL;
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9'; at++)
			if (parts < 1e9) {
				digits = digits * 10 + (uint64_t)(*at - '0');
				parts *= 10;
			}
	*number = (double)whole + (double)digits / parts;
	*number = negative ? -*number : *number;
	return at;
}

const char *tc_parse_line(const char *at)
{
	at = strchr(at, '\n');
	return at && at[1] ? at + 1 : NULL;
}

unsigned tc_parse_keys(const char *text, const char *const *keys, uint64_t *values, unsigned count)
{
	unsigned found = 0;
	memset(values, 0, count * sizeof *values);
	for (const char *at = text; at && found != (1u << count) - 1; at = tc_parse_line(at))
		for (unsigned i = 0; i < count; i++) {
			size_t bytes = strlen(keys[i]);
			if (!(found & 1u << i) && !strncmp(at, keys[i], bytes) &&
				tc_parse_number(at + bytes, &values[i]))
				found |= 1u << i;
		}
	return found;
}
