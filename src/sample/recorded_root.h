/* SPDX-License-Identifier: MIT
 *
 * recorded_root.h - for tests: a directory that stands for "/", filled from trees recorded in tests/data or file by file, and
 * one source that reads it.
 */
#ifndef SAMPLE_RECORDED_ROOT_H
#define SAMPLE_RECORDED_ROOT_H

#include "base/test.h"
#include "sample/sample.h"

#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];
static pid_t looked_pid = 100;
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

static inline void root_put(const char *path, const char *text)
{
	root_put_bytes(path, text, strlen(text));
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

static inline void root_drop(const char *path)
{
	char whole[512];
	snprintf(whole, sizeof whole, "%s/%s", root, path);
	assert_int_equal(nftw(whole, root_remove_one, 8, FTW_PHYS | FTW_DEPTH), 0);
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

enum { LOOKED_SERIES = 32 };

struct looked {
	const struct tc_sampler *sampler;
	void *state;
	struct tc_series_set set; /* of devices */
	struct tc_series series[LOOKED_SERIES];
	struct tc_reading reading[LOOKED_SERIES];
};

static inline void look_open(struct looked *looked, const struct tc_sampler *sampler, uint64_t now_ns)
{
	*looked = (struct looked){.sampler = sampler, .state = calloc(1, sampler->state_bytes)};
	const struct tc_sample_place place = {
		.root = root, .now_ns = now_ns, .pid = looked_pid, .series = &looked->set};
	assert_true(looked->state && sampler->series_count <= LOOKED_SERIES);
	for (size_t i = 0; i < sampler->series_count; i++)
		looked->series[i] = sampler->series[i];
	sampler->open(looked->state, &place, looked->series);
}

static inline void look(struct looked *looked, uint64_t now_ns)
{
	for (size_t i = 0; i < LOOKED_SERIES; i++)
		looked->reading[i] = (struct tc_reading){NAN, NAN};
	for (uint32_t i = 0; i < looked->set.count; i++)
		looked->set.one[i].value = NAN;
	looked->sampler->read(looked->state, now_ns, looked->reading);
}

static inline void look_close(struct looked *looked)
{
	looked->sampler->close(looked->state, 0);
	tc_series_release(&looked->set);
	free(looked->state);
}

static inline size_t look_up(const struct looked *looked, const char *name)
{
	for (size_t i = 0; i < looked->sampler->series_count; i++)
		if (!strcmp(looked->series[i].name, name))
			return i;
	fail_msg("no series %s", name);
	return 0;
}

static inline const char *absent_of(const struct looked *looked, const char *name)
{
	return looked->series[look_up(looked, name)].absent;
}

static inline double value_of(const struct looked *looked, const char *name)
{
	for (size_t i = 0; i < looked->set.count; i++)
		if (!strcmp(looked->set.one[i].series.name, name))
			return looked->set.one[i].value;
	assert_null(absent_of(looked, name));
	return looked->reading[look_up(looked, name)].value;
}

static inline double total_of(const struct looked *looked, const char *name)
{
	for (size_t i = 0; i < looked->set.count; i++)
		if (!strcmp(looked->set.one[i].series.name, name))
			return looked->set.one[i].total;
	return looked->reading[look_up(looked, name)].total;
}

#endif
