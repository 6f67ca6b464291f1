/* SPDX-License-Identifier: MIT */
#include "record/part.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "base/slurp.h"
#include "format/clock.h"
#include "format/store.h"
#include "record/private.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum { STEP = 65536, FIRST_FD = 200 };

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
#define RESERVE ((size_t)1 << 30) /* their shadow of it is not free */
#else
#define RESERVE ((size_t)1 << 34)
#endif

/* Address space only; pages exist when they are populated.  A limit of the program's is not eaten up. */
static void *reserve(struct tc_part *part)
{
	struct rlimit limit;
	size_t bytes = RESERVE;
	if (!getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY)
		while (bytes > limit.rlim_cur / 16 && bytes > (size_t)1 << 24)
			bytes /= 2;
	for (; bytes >= (size_t)1 << 22; bytes /= 2) {
		void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, part->fd, 0);
		if (base != MAP_FAILED) {
			part->reserved = bytes;
			return base;
		}
	}
	return NULL;
}

/* The program may have closed all descriptors and been given our number for a file of its own. */
static bool still_ours(const struct tc_part *part)
{
	struct stat st;
	return part->fd >= 0 && !fstat(part->fd, &st) && st.st_dev == part->device && st.st_ino == part->inode;
}

/* Blocks for [sound, end) and the pages for them.  fallocate() only ever lengthens a file, whosever it is. */
static bool extend(struct tc_part *part, uint64_t end)
{
	struct rlimit limit;
	if (end > part->reserved || !still_ours(part))
		return false;
	if (!getrlimit(RLIMIT_FSIZE, &limit) && end > limit.rlim_cur)
		return false; /* past it the kernel sends SIGXFSZ */
	off_t from = (off_t)part->sound, length = (off_t)(end - part->sound);
	bool allocated = true;
	int done;
	do
		done = fallocate(part->fd, 0, from, length);
	while (done && errno == EINTR);
	if (done) {
		if (errno != EOPNOTSUPP && errno != ENOSYS)
			return false;
		allocated = false;
		if (ftruncate(part->fd, (off_t)end))
			return false;
	}
	/* A file system that cannot reserve must at least say now that it is full, not by SIGBUS later. */
	if (madvise(part->base + part->sound, (size_t)length, MADV_POPULATE_WRITE) && !allocated)
		return false;
	part->sound = end;
	return true;
}

uint64_t tc_part_alloc(struct tc_part *part, uint64_t bytes)
{
	struct tc_part_header *header = tc_part_header(part);
	uint64_t at = header->used, end = (at + bytes + 63) & ~UINT64_C(63);
	if (end > part->sound && !extend(part, (end + STEP - 1) / STEP * STEP) &&
		!extend(part, (end + 4095) / 4096 * 4096)) {
		header->space_lost++;
		return 0;
	}
	header->used = end;
	return at;
}

static uint64_t process_start(void)
{
	char text[1024];
	tc_slurp("/proc/self/stat", text, sizeof text);
	const char *at = strrchr(text, ')'); /* the name may hold anything */
	unsigned long long start = 0;
	if (at)
		sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
			&start);
	return start;
}

static void describe_process(struct tc_part_header *header)
{
	struct stat st;
	header->pid = (uint64_t)getpid();
	header->parent_pid = (uint64_t)getppid();
	header->pid_namespace = stat("/proc/self/ns/pid", &st) ? 0 : (uint64_t)st.st_ino;
	header->process_start = process_start();
	snprintf(header->program, sizeof header->program, "%s", program_invocation_short_name);
	const char *path = secure_getenv(TC_ENV_PARENT);
	size_t bytes = path ? strlen(path) : 0;
	if (bytes && bytes <= TC_PARENT_PATH_BYTES) {
		memcpy(header->parent_path, path, bytes);
		header->parent_path_bytes = (uint32_t)bytes;
	}
}

static void fill_header(struct tc_part_header *header, const uint64_t id[2])
{
	enum tc_clock clock = tc_clock_kind();
	header->byte_order = TC_BYTE_ORDER;
	header->layout = TACHO_LAYOUT;
	header->header_bytes = TC_HEADER_BYTES;
	header->block_bytes = sizeof(struct tacho_block);
	header->node_bytes = sizeof(struct tacho_node);
	header->mult = tc_clock_mult(clock);
	header->tick_shift = TACHO_TICK_SHIFT;
	header->clock = clock;
	header->id[0] = id[0];
	header->id[1] = id[1];
	header->used = TC_HEADER_BYTES;
	tc_clock_calibrate(clock, &header->begin);
	describe_process(header);
}

void tc_part_publish(struct tc_part *part)
{
	uint64_t magic;
	memcpy(&magic, TC_PART_MAGIC, sizeof magic);
	__atomic_store_n((uint64_t *)(void *)tc_part_header(part)->magic, magic, __ATOMIC_RELEASE);
}

static int open_file(struct tc_part *part, const char *directory, uint64_t id[2])
{
	char path[PATH_MAX];
	struct stat st;
	if (getrandom(id, 16, 0) != 16)
		return tc_error_errno(errno, "no random numbers for the name of a part");
	if (snprintf(path, sizeof path, "%s/" TC_PART_PREFIX "%016llx" TC_PART_SUFFIX, directory,
		    (unsigned long long)id[0]) >= (int)sizeof path)
		return tc_error(TACHO_EINVAL, "the session's directory has too long a name");
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return tc_error_errno(errno, "cannot make a part in %s", directory);
	/* low numbers are the program's: some count on getting 0, 1, 2 or the next free one */
	part->fd = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD);
	if (part->fd < 0)
		part->fd = fd;
	else
		close(fd);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	/* Where there are no locks the part only looks finished while it is written. */
	bool taken = fcntl(part->fd, F_OFD_SETLK, &lock) && (errno == EAGAIN || errno == EACCES);
	/* An adopter that came between has it locked, or has moved it away already. */
	if (fstat(part->fd, &st) || taken || st.st_nlink == 0)
		return tc_error(TACHO_EBUSY, "%s is being moved to the session's directory", directory);
	part->device = st.st_dev;
	part->inode = st.st_ino;
	part->base = reserve(part);
	if (part->base && extend(part, TC_HEADER_BYTES + 4096))
		return 0;
	unlink(path);
	return part->base ? tc_error(TACHO_ENOSPC, "no room for a part in %s", directory)
	                  : tc_error(TACHO_ENOMEM, "no address space for a part");
}

int tc_part_create(struct tc_part **out, const char *directory)
{
	uint64_t id[2];
	struct tc_part *part = tc_private_alloc(sizeof *part);
	if (!part)
		return tc_error(TACHO_ENOMEM, "out of memory");
	part->fd = -1;
	int result = open_file(part, directory, id);
	if (result) {
		tc_part_close(part);
		tc_part_free(part);
		return result;
	}
	fill_header(tc_part_header(part), id);
	*out = part;
	return 0;
}

/* Our mapping holds the lock as our descriptor does. */
void tc_part_finish(struct tc_part *part)
{
	struct flock unlock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
	if (still_ours(part))
		fcntl(part->fd, F_OFD_SETLK, &unlock);
	tc_part_close(part);
}

void tc_part_close(struct tc_part *part)
{
	if (still_ours(part))
		close(part->fd);
	part->fd = -1;
}

void tc_part_free(struct tc_part *part)
{
	if (part->base)
		munmap(part->base, part->reserved);
	tc_private_free(part, sizeof *part);
}
