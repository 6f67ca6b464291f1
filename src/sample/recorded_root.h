/* SPDX-License-Identifier: MIT
 *
 * recorded_root.h - for tests: a directory that stands for "/", filled from trees recorded in tests/data or file by file.
 */
#ifndef SAMPLE_RECORDED_ROOT_H
#define SAMPLE_RECORDED_ROOT_H

#include "base/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];
static size_t root_prefix; /* of the tree that nftw walks */

/* Written in place: who has the file open reads what is new. */
static inline void root_put_bytes(const char *path, const void *bytes, size_t count)
{
	char whole[512];
	int used = snprintf(whole, sizeof whole, "%s/%s", root, path);
	assert_true(used > 0 && used < (int)sizeof whole);
	for (char *at = whole + strlen(root) + 1; (at = strchr(at, '/')); *at++ = '/') {
		*at = 0;
		mkdir(whole, 0700);
	}
	int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && write(fd, bytes, count) == (ssize_t)count);
	close(fd);
}

static inline void root_put(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void root_put(const char *path, const char *format, ...)
{
	char *text;
	va_list list;
	va_start(list, format);
	int bytes = vasprintf(&text, format, list);
	va_end(list);
	assert_true(bytes >= 0);
	root_put_bytes(path, text, (size_t)bytes);
	free(text);
}

static inline int root_copy_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	char bytes[8192];
	(void)stat, (void)ftw;
	if (type != FTW_F)
		return 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = read(fd, bytes, sizeof bytes);
	close(fd);
	assert_true(got >= 0 && got < (ssize_t)sizeof bytes);
	root_put_bytes(path + root_prefix, bytes, (size_t)got);
	return 0;
}

/* Lays a recorded tree over what is there. */
static inline void root_copy(const char *tree)
{
	root_prefix = strlen(tree) + 1;
	assert_int_equal(nftw(tree, root_copy_one, 8, FTW_PHYS), 0);
}

static inline int root_remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	(void)stat, (void)ftw;
	return (type == FTW_F && truncate(path, 0)) || remove(path); /* an emptied file reads as one that is gone */
}

/* All below it as well. */
static inline void root_drop(const char *path)
{
	char whole[512];
	snprintf(whole, sizeof whole, "%s/%s", root, path);
	nftw(whole, root_remove_one, 8, FTW_PHYS | FTW_DEPTH);
}

static inline int root_make(void **state)
{
	(void)state;
	strcpy(root, "/tmp/tacho-root-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static inline int root_remove(void **state)
{
	(void)state;
	return nftw(root, root_remove_one, 8, FTW_PHYS | FTW_DEPTH);
}

#endif
