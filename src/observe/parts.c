/* SPDX-License-Identifier: MIT */
#include "observe/parts.h"
#include "base/error.h"
#include "format/fold.h"
#include "format/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	OPEN_FILES_MAX = 64, /* kept open; a program that observes itself wants its own */
	FOLD_FROM = 32,      /* finished parts that stay files of their own */
	UNLOCKED_LOOKS = 3   /* so many seconds without a lock and without a change: its process is gone */
};
static const int64_t fresh_ns = 20000000; /* a directory's mtime has the grain of the kernel's tick */

int tc_parts_open(struct tc_parts *parts, const char *live, const char *directory)
{
	*parts = (struct tc_parts){.count = 0};
	parts->scratch = malloc(sizeof *parts->scratch);
	parts->folder[0].path = strdup(live);
	bool two = strcmp(live, directory) != 0;
	if (two)
		parts->folder[1].path = strdup(directory);
	if (parts->scratch && parts->folder[0].path && (!two || parts->folder[1].path))
		return 0;
	tc_parts_close(parts);
	return tc_error(TACHO_ENOMEM, "no memory to observe the session");
}

void tc_parts_close(struct tc_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		if (parts->part[i].fd >= 0)
			close(parts->part[i].fd);
		tc_seen_release(&parts->part[i], &parts->totals, parts->shares);
	}
	free(parts->part);
	free(parts->done);
	free(parts->scratch);
	free(parts->folder[0].path);
	free(parts->folder[1].path);
	tc_names_release(&parts->names);
	tc_metrics_release(&parts->metrics);
	*parts = (struct tc_parts){.count = 0};
}

/* part-0123456789abcdef.tacho; 0: no such name. */
static uint64_t id_of(const char *name)
{
	size_t prefix = strlen(TC_PART_PREFIX);
	char *end;
	if (strncmp(name, TC_PART_PREFIX, prefix) || strspn(name + prefix, "0123456789abcdef") != 16)
		return 0;
	uint64_t id = strtoull(name + prefix, &end, 16);
	return strcmp(end, TC_PART_SUFFIX) ? 0 : id;
}

static bool is_done(const struct tc_parts *parts, uint64_t id)
{
	for (size_t at = id & (parts->done_room - 1); parts->done_room && parts->done[at];
		at = (at + 1) & (parts->done_room - 1))
		if (parts->done[at] == id)
			return true;
	return false;
}

static void put_done(uint64_t *done, size_t room, uint64_t id)
{
	size_t at = id & (room - 1);
	while (done[at])
		at = (at + 1) & (room - 1);
	done[at] = id;
}

static bool add_done(struct tc_parts *parts, uint64_t id)
{
	if (2 * (parts->done_count + 1) > parts->done_room) {
		size_t room = parts->done_room ? 2 * parts->done_room : 32;
		uint64_t *done = calloc(room, sizeof *done);
		if (!done)
			return false;
		for (size_t i = 0; i < parts->done_room; i++)
			if (parts->done[i])
				put_done(done, room, parts->done[i]);
		free(parts->done);
		parts->done = done;
		parts->done_room = room;
	}
	put_done(parts->done, parts->done_room, id);
	parts->done_count++;
	return true;
}

static bool is_known(const struct tc_parts *parts, uint64_t id)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->part[i].id == id)
			return true;
	return is_done(parts, id);
}

static void add_part(struct tc_parts *parts, uint64_t id, uint8_t folder)
{
	if (parts->count == parts->room) {
		size_t room = parts->room ? parts->room * 2 : 8;
		struct tc_part_seen *part = realloc(parts->part, room * sizeof *part);
		if (!part)
			return; /* found again when the folder changes */
		parts->part = part;
		parts->room = room;
	}
	parts->part[parts->count++] = (struct tc_part_seen){.id = id, .fd = -1, .folder = folder};
}

static void list_folder(struct tc_parts *parts, uint8_t folder)
{
	DIR *directory = opendir(parts->folder[folder].path);
	const struct dirent *entry;
	while (directory && (entry = readdir(directory))) {
		uint64_t id = id_of(entry->d_name);
		if (id && !is_known(parts, id))
			add_part(parts, id, folder);
	}
	if (directory)
		closedir(directory);
}

static int64_t since(struct timespec then)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (now.tv_sec - then.tv_sec) * INT64_C(1000000000) + now.tv_nsec - then.tv_nsec;
}

/* Lists a folder when its mtime moved since, or had been so fresh at the last listing that a move might not show. */
static void look_for_parts(struct tc_parts *parts, bool last)
{
	for (uint8_t i = 0; i < 2; i++) {
		struct tc_parts_folder *folder = &parts->folder[i];
		struct stat st;
		if (!folder->path || stat(folder->path, &st))
			continue;
		bool same =
			st.st_mtim.tv_sec == folder->changed.tv_sec && st.st_mtim.tv_nsec == folder->changed.tv_nsec;
		if (same && folder->settled && !last)
			continue;
		folder->changed = st.st_mtim;
		int64_t age_ns = since(st.st_mtim);
		folder->settled = age_ns > fresh_ns; /* a clock set back is never settled */
		list_folder(parts, i);
	}
}

static bool path_of(const struct tc_parts *parts, const struct tc_part_seen *part, uint8_t folder, char *out)
{
	return parts->folder[folder].path && snprintf(out, PATH_MAX, "%s/" TC_PART_PREFIX "%016lx" TC_PART_SUFFIX,
						     parts->folder[folder].path, (unsigned long)part->id) < PATH_MAX;
}

/* -1 with errno set. */
static int open_part(const struct tc_parts *parts, struct tc_part_seen *part)
{
	errno = ENOENT;
	for (uint8_t i = 0; i < 2; i++) { /* it may have moved from the one to the other meanwhile */
		uint8_t folder = part->folder ^ i;
		char path[PATH_MAX];
		if (!path_of(parts, part, folder, path))
			continue;
		int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		struct stat st;
		if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode))
			return fd;
		if (fd >= 0) {
			close(fd);
			errno = EINVAL;
		}
		if (errno != ENOENT)
			return -1;
	}
	return -1;
}

/* The kernel drops the lock with the process.  Where locks do not work there is never one: then something must stand
 * still, too. */
static bool is_abandoned(struct tc_part_seen *part, int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	uint64_t finished = 0;
	for (size_t i = 0; i < part->blocks; i++)
		finished += part->block[i].finished;
	bool moves = finished != part->finished_before;
	part->finished_before = finished;
	if (moves || fcntl(fd, F_OFD_GETLK, &lock) || lock.l_type != F_UNLCK)
		part->unlocked = 0;
	else
		part->unlocked++;
	return part->unlocked >= UNLOCKED_LOOKS;
}

static int descriptor(struct tc_parts *parts, struct tc_part_seen *part)
{
	int fd = part->fd >= 0 ? part->fd : open_part(parts, part);
	if (fd < 0) /* Deleted or not ours to read; without a descriptor left it is tried again. */
		part->done = errno != EMFILE && errno != ENFILE && errno != ENOMEM;
	return fd;
}

static void keep_or_close(struct tc_parts *parts, struct tc_part_seen *part, int fd)
{
	if (part->fd >= 0)
		return;
	if (part->done || parts->open_files >= OPEN_FILES_MAX) {
		close(fd);
		return;
	}
	part->fd = fd;
	parts->open_files++;
}

static struct tc_part_reading reading_of(struct tc_parts *parts, struct tc_part_seen *part, int fd)
{
	return (struct tc_part_reading){.fd = fd,
		.part = part,
		.names = &parts->names,
		.metrics = &parts->metrics,
		.totals = &parts->totals,
		.scratch = parts->scratch,
		.shares = parts->shares,
		.keeper = parts->keeper,
		.trees = parts->trees};
}

static void read_part(struct tc_parts *parts, struct tc_part_seen *part, bool liveness, bool last,
	const struct tc_part_target *target)
{
	int fd = descriptor(parts, part);
	if (fd < 0)
		return;
	struct tc_part_reading reading = reading_of(parts, part, fd);
	reading.target = target;
	reading.last = last || (liveness && is_abandoned(part, fd));
	part->done = reading.last && !last;
	tc_seen_read(&reading);
	keep_or_close(parts, part, fd);
}

void tc_parts_keep(struct tc_parts *parts, uint64_t now_ns)
{
	look_for_parts(parts, false);
	tc_keep_begin(parts->keeper, now_ns);
	for (size_t i = 0; i < parts->count; i++) {
		int fd = descriptor(parts, &parts->part[i]);
		if (fd < 0)
			continue;
		struct tc_part_reading reading = reading_of(parts, &parts->part[i], fd);
		tc_seen_keep(&reading);
		keep_or_close(parts, &parts->part[i], fd);
	}
}

void tc_parts_read_metrics(struct tc_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		int fd = descriptor(parts, &parts->part[i]);
		if (fd < 0)
			continue;
		struct tc_part_reading reading = reading_of(parts, &parts->part[i], fd);
		tc_seen_read_metrics(&reading);
		keep_or_close(parts, &parts->part[i], fd);
	}
}

void tc_parts_look(struct tc_parts *parts, struct tc_states_round *round)
{
	for (size_t i = 0; i < parts->count; i++) {
		int fd = parts->part[i].process ? descriptor(parts, &parts->part[i]) : -1;
		if (fd < 0)
			continue;
		struct tc_part_reading reading = reading_of(parts, &parts->part[i], fd);
		tc_states_look(&reading, round);
		keep_or_close(parts, &parts->part[i], fd);
	}
}

/* Into the one file of the session's own directory; the lock keeps an adopter and its process away. */
static void fold_part(struct tc_parts *parts, const struct tc_part_seen *part)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const char *home = parts->folder[parts->folder[1].path ? 1 : 0].path;
	char path[PATH_MAX];
	for (uint8_t folder = 0; folder < 2; folder++) {
		if (!path_of(parts, part, folder, path))
			continue;
		int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			continue;
		if (!fcntl(fd, F_OFD_SETLK, &whole)) {
			int code = tc_fold_append(home, fd, part->id);
			if (!code)
				unlink(path);
			parts->fold_full = code && code != TACHO_EFORMAT;
		}
		close(fd);
		return;
	}
}

/* What is stored elsewhere is not kept twice. */
static void shrink(struct tc_parts *parts, const struct tc_part_seen *part)
{
	char path[PATH_MAX];
	for (uint8_t folder = 0; parts->keeper && part->valid && folder < 2; folder++)
		if (path_of(parts, part, folder, path) && !access(path, F_OK))
			tc_keep_shrink(parts->keeper, part, path);
}

/* A session of many processes is not left as many files. */
static void fold(struct tc_parts *parts, const struct tc_part_seen *part)
{
	if (parts->done_count >= FOLD_FROM && part->valid && !parts->fold_full)
		fold_part(parts, part);
}

/* Whether a listing may find it again. */
static bool is_left(const struct tc_parts *parts, const struct tc_part_seen *part)
{
	char path[PATH_MAX];
	for (uint8_t folder = 0; folder < 2; folder++)
		if (path_of(parts, part, folder, path) && (!access(path, F_OK) || errno != ENOENT))
			return true;
	return false;
}

/* Remembers what it need not look at again; of what was folded nothing, however many processes there were. */
static bool finish_part(struct tc_parts *parts, const struct tc_part_seen *part)
{
	shrink(parts, part);
	fold(parts, part);
	return !is_left(parts, part) || add_done(parts, part->id);
}

static void drop_done(struct tc_parts *parts)
{
	size_t kept = 0;
	for (size_t i = 0; i < parts->count; i++) {
		struct tc_part_seen *part = &parts->part[i];
		if (part->done && finish_part(parts, part)) {
			if (part->fd >= 0) {
				close(part->fd);
				parts->open_files--;
			}
			tc_metrics_forget(&parts->metrics, part->id);
			tc_seen_release(part, &parts->totals, parts->shares);
		} else if (kept++ != i) {
			parts->part[kept - 1] = *part;
		}
	}
	parts->count = kept;
}

void tc_parts_read(struct tc_parts *parts, uint64_t now_ns, bool last, const struct tc_part_target *target)
{
	bool liveness = now_ns >= parts->liveness_due_ns;
	if (liveness)
		parts->liveness_due_ns = now_ns + 1000000000;
	look_for_parts(parts, last);
	for (size_t i = 0; i < parts->count; i++)
		read_part(parts, &parts->part[i], liveness, last, target);
	drop_done(parts);
	for (size_t i = 0; last && i < parts->count; i++)
		shrink(parts, &parts->part[i]);
	for (size_t i = 0; last && parts->count + parts->done_count > FOLD_FROM && i < parts->count; i++)
		if (parts->part[i].valid && !parts->fold_full)
			fold_part(parts, &parts->part[i]);
}
