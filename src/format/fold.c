/* SPDX-License-Identifier: MIT */
#include "format/fold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "base/read_at.h"
#include "format/crc32.h"
#include "format/part.h"

enum { RAW_MOST = 1 << 30, WORD = 8 };

static size_t run_of(const uint64_t *word, size_t at, size_t words, bool zero)
{
	size_t end = at;
	while (end < words && (word[end] == 0) == zero && end - at < UINT32_MAX)
		end++;
	return end - at;
}

/* Packs words; out has room for the worst: 2 words for each.  Returns bytes. */
static size_t pack(const uint64_t *word, size_t words, unsigned char *out)
{
	size_t used = 0;
	for (size_t at = 0; at < words;) {
		uint32_t run[2];
		size_t zeros = run_of(word, at, words, true), literals = run_of(word, at + zeros, words, false);
		run[0] = (uint32_t)zeros;
		run[1] = (uint32_t)literals;
		memcpy(out + used, run, sizeof run);
		memcpy(out + used + sizeof run, word + at + zeros, literals * WORD);
		used += sizeof run + literals * WORD;
		at += zeros + literals;
	}
	return used;
}

static int write_entry(const char *directory, const struct tc_fold_entry *entry, const unsigned char *packed)
{
	char path[4096];
	struct stat st;
	if (snprintf(path, sizeof path, "%s/" TC_FOLD_FILE, directory) >= (int)sizeof path)
		return tc_error(TACHO_EINVAL, "the session's directory has too long a name");
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(fd, &st)) {
		int error = errno;
		if (fd >= 0)
			close(fd);
		return tc_error_errno(error, "cannot write %s", path);
	}
	off_t end = st.st_size;
	ssize_t head = pwrite(fd, entry, sizeof *entry, end);
	ssize_t body = head == (ssize_t)sizeof *entry ? pwrite(fd, packed, entry->packed_bytes, end + head) : -1;
	int result = 0;
	if (body != (ssize_t)entry->packed_bytes) {
		result = tc_error_errno(body < 0 ? errno : ENOSPC, "cannot write %s", path);
		if (ftruncate(fd, end))
			result = tc_error_errno(errno, "cannot mend %s", path); /* the reader stops at the torn entry */
	}
	close(fd);
	return result;
}

int tc_fold_append(const char *directory, int part, uint64_t id)
{
	struct tc_part_header header;
	int result;
	if (!tc_read_at(part, &header, sizeof header, 0) || memcmp(header.magic, TC_PART_MAGIC, sizeof header.magic))
		return tc_error(TACHO_EFORMAT, "this is no part");
	struct stat st;
	uint64_t bytes = header.used < RAW_MOST ? (header.used + WORD - 1) / WORD * WORD : RAW_MOST;
	if (fstat(part, &st) || (uint64_t)st.st_size < bytes)
		return tc_error(
			TACHO_EFORMAT, "this part is torn"); /* stays as it is, for a reader to make the best of */
	struct tc_fold_entry entry = {.magic = TC_FOLD_MAGIC, .id = id, .begin_ns = header.begin.monotonic_ns};
	uint64_t *word = malloc(bytes);
	unsigned char *packed = malloc(2 * bytes);
	if (!word || !packed) {
		result = tc_error(TACHO_ENOMEM, "out of memory");
	} else if (!tc_read_at(part, word, bytes, 0)) {
		result = tc_error(TACHO_EIO, "cannot read a part");
	} else {
		entry.raw_bytes = bytes;
		entry.packed_bytes = pack(word, bytes / WORD, packed);
		entry.crc = tc_crc32(packed, entry.packed_bytes);
		result = write_entry(directory, &entry, packed);
	}
	free(word);
	free(packed);
	return result;
}

bool tc_fold_next(int fold, uint64_t *at, struct tc_fold_entry *entry)
{
	struct stat st;
	if (fstat(fold, &st) || !tc_read_at(fold, entry, sizeof *entry, *at) ||
		memcmp(entry->magic, TC_FOLD_MAGIC, sizeof entry->magic))
		return false;
	uint64_t left = (uint64_t)st.st_size - *at - sizeof *entry;
	if (entry->raw_bytes > RAW_MOST || entry->raw_bytes % WORD || entry->packed_bytes > left ||
		entry->packed_bytes > 2 * entry->raw_bytes || entry->packed_bytes % WORD)
		return false;
	*at += sizeof *entry + entry->packed_bytes;
	return true;
}

static int unpack(const unsigned char *packed, size_t bytes, unsigned char *out, size_t room)
{
	size_t at = 0, done = 0;
	memset(out, 0, room);
	while (at + WORD <= bytes) {
		uint32_t run[2];
		memcpy(run, packed + at, sizeof run);
		at += sizeof run;
		size_t zeros = (size_t)run[0] * WORD, literals = (size_t)run[1] * WORD;
		if (zeros > room - done || literals > room - done - zeros || literals > bytes - at)
			return tc_error(TACHO_EFORMAT, "a folded part is not sound");
		memcpy(out + done + zeros, packed + at, literals);
		done += zeros + literals;
		at += literals;
	}
	return 0;
}

int tc_fold_unpack(int fold, uint64_t at, const struct tc_fold_entry *entry, unsigned char *out)
{
	unsigned char *packed = malloc(entry->packed_bytes + 1);
	int result;
	if (!packed)
		return tc_error(TACHO_ENOMEM, "out of memory");
	if (!tc_read_at(fold, packed, entry->packed_bytes, at + sizeof *entry))
		result = tc_error(TACHO_EIO, "cannot read a folded part");
	else if (tc_crc32(packed, entry->packed_bytes) != entry->crc)
		result = tc_error(TACHO_EFORMAT, "a folded part is damaged");
	else
		result = unpack(packed, entry->packed_bytes, out, entry->raw_bytes);
	free(packed);
	return result;
}
