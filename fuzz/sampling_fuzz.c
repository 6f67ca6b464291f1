/* SPDX-License-Identifier: MIT
 *
 * Everything that parses /proc and /sys, one source at a time.  An input is the name of the source, then files: a line
 * "@proc/stat" and what is in it from then on.  A line "%" is an instant: the source is opened at the first, read at each.
 * Files are written in place, so that those that are open are read anew.
 *
 * An input makes dozens of files, so that mutations in tests: 20000.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "format/series.h"
#include "sample/sample.h"

enum { MADE_MAX = 512, PATH_BYTES = 256 };

static char root[64];
static char made[MADE_MAX][PATH_BYTES + sizeof root]; /* files and directories of this run, in order */
static size_t made_count;

struct run {
	const struct tc_sampler *sampler;
	struct tc_sampling *sampling;
	struct tc_series_set set;
	uint64_t now_ns;
	double total[TC_SERIES_MAX];
};

static void remove_all(void)
{
	while (made_count)
		remove(made[--made_count]);
}

static void remove_root(void)
{
	remove_all();
	rmdir(root);
}

static void make_root(void)
{
	strcpy(root, access("/dev/shm", W_OK) ? "/tmp/tacho-fuzz-XXXXXX" : "/dev/shm/tacho-fuzz-XXXXXX");
	if (!mkdtemp(root))
		abort();
	atexit(remove_root);
}

/* Below the root, and nowhere else. */
static bool is_path(const char *path, size_t bytes)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.,-! ";
	if (!bytes || bytes >= PATH_BYTES || *path == '/' || path[bytes - 1] == '/' || memmem(path, bytes, "..", 2))
		return false;
	for (size_t i = 0; i < bytes; i++)
		if (!path[i] || !strchr(plain, path[i]))
			return false;
	return true;
}

static void put(const char *path, size_t path_bytes, const void *bytes, size_t count)
{
	char whole[PATH_BYTES + sizeof root];
	if (!is_path(path, path_bytes))
		return;
	snprintf(whole, sizeof whole, "%s/%.*s", root, (int)path_bytes, path);
	for (char *at = whole + strlen(root) + 1; (at = strchr(at, '/')) && made_count < MADE_MAX; *at++ = '/') {
		*at = 0;
		if (!mkdir(whole, 0700))
			strcpy(made[made_count++], whole);
	}
	bool fresh = access(whole, F_OK);
	if (fresh && made_count == MADE_MAX)
		return;
	int fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (fresh)
		strcpy(made[made_count++], whole);
	if (write(fd, bytes, count) != (ssize_t)count)
		abort();
	close(fd);
}

/* No share of time is above all of it, no total falls, nothing is infinite. */
static void check(struct run *run)
{
	for (size_t i = 0; i < run->set.count; i++) {
		const struct tc_series_one *one = &run->set.one[i];
		bool share = !strcmp(one->series.unit, "percent") && !strstr(one->series.name, "memory_percent");
		if (isinf(one->value) || isinf(one->total) ||
			(share && (one->value < -1e-6 || one->value > 100 + 1e-6)) || one->total < run->total[i])
			__builtin_trap();
		if (!isnan(one->total))
			run->total[i] = one->total;
		if (one->series.absent && !*one->series.absent)
			__builtin_trap();
	}
}

static void instant(struct run *run)
{
	const struct tc_sample_place place = {.root = root,
		.now_ns = run->now_ns,
		.pid = 100,
		.series = &run->set,
		.samplers = &run->sampler,
		.sampler_count = 1};
	if (!run->sampling && tc_sampling_open(&run->sampling, &place))
		abort();
	run->now_ns += 1000000000;
	tc_sampling_read(run->sampling, run->now_ns, 1u << TC_CHEAP | 1u << TC_DEAR);
	check(run);
}

static const struct tc_sampler *sampler_named(const char *name, size_t bytes)
{
	const struct tc_sampler *const *samplers;
	size_t count = tc_samplers(&samplers);
	for (size_t i = 0; i < count; i++)
		if (strlen(samplers[i]->name) == bytes && !memcmp(samplers[i]->name, name, bytes))
			return samplers[i];
	return NULL;
}

static const char *end_of_line(const char *at, const char *end)
{
	const char *line = memchr(at, '\n', (size_t)(end - at));
	return line ? line : end;
}

/* From `at`, up to the next line that begins with '@' or is "%". */
static const char *end_of_file(const char *at, const char *end)
{
	while (at < end && *at != '@' && !(*at == '%' && end_of_line(at, end) == at + 1)) {
		at = end_of_line(at, end);
		at += at < end;
	}
	return at;
}

static void play(struct run *run, const char *at, const char *end)
{
	while (at < end) {
		const char *line = end_of_line(at, end), *text = line + (line < end);
		if (*at == '%') {
			instant(run);
			at = text;
			continue;
		}
		const char *behind = end_of_file(text, end);
		put(at + 1, (size_t)(line - at) - (line > at), text, (size_t)(behind - text));
		at = behind;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run run;
	const char *at = (const char *)data, *end = at + size, *line = size ? end_of_line(at, end) : at;
	if (!root[0])
		make_root();
	run = (struct run){.sampler = sampler_named(at, (size_t)(line - at)), .now_ns = 1000000000};
	if (run.sampler) {
		play(&run, line + (line < end), end);
		tc_sampling_close(run.sampling, run.now_ns);
		tc_series_release(&run.set);
	}
	remove_all();
	return 0;
}
