/* SPDX-License-Identifier: MIT
 *
 * archive.c - a session's archive, as `tacho export --format archive` writes it: files in a tar archive, compressed by zstd or not.
 *
 * It may come from anybody.  Files are made under the names that a session has and no others, in the new session's directory and each
 * once, so that no path in it leads anywhere; links and devices are refused.  What a small file grows to is bounded by its own size:
 * zeros become holes, which take no room, and of all else no session packs better than `PACKED_MOST` to one.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "base/tar.h"
#include "base/zstd_stream.h"
#include "format/manifest.h"
#include "import/importer.h"

enum {
	PIECE = 1 << 16,
	HOLE = 1 << 12,
	FILES_MOST = 1 << 16,
	RECORDS_MOST = 1 << 16,
	PACKED_MOST = 1024,
	TAR_MAGIC = 257,
	PASSED_OVER = -1, /* instead of a file */
	COUNTED = -2
};
static const uint64_t written_free = UINT64_C(256) << 20, read_free = UINT64_C(16)
                                                                      << 30; /* for any file, however small */

struct unpacking {
	struct tc_zstd_reader *reader;
	const char *directory;
	char folder[TC_TAR_PATH]; /* that all files lie in */
	unsigned files;
	bool full; /* the disk: the rest is only counted */
	uint64_t read, written;
	unsigned char piece[PIECE];
};

static long get(void *context, void *to, size_t room)
{
	struct tc_input *input = context;
	if (input->at == input->filled && !tc_input_fill(input))
		return input->error;
	size_t there = input->filled - input->at, bytes = there < room ? there : room;
	memcpy(to, input->piece + input->at, bytes);
	input->at += bytes;
	return (long)bytes;
}

/* The next bytes, so many or fewer at the end. */
static int next(struct unpacking *u, size_t bytes, size_t *got)
{
	int code = tc_zstd_read(u->reader, u->piece, bytes, got);
	uint64_t packed = tc_zstd_taken(u->reader) * PACKED_MOST;
	u->read += *got;
	if (!code && (u->read > read_free + packed || u->written > written_free + packed))
		return tc_error(
			TACHO_EFORMAT, "it grows to more than %d times its size, as no session does", PACKED_MOST);
	return code;
}

static int next_all(struct unpacking *u, size_t bytes)
{
	size_t got;
	int code = next(u, bytes, &got);
	return code || got == bytes ? code : tc_error(TACHO_EFORMAT, "it breaks off: it was not copied whole");
}

static bool is_zero(const unsigned char *bytes, size_t count)
{
	return !count || (!*bytes && !memcmp(bytes, bytes + 1, count - 1));
}

static int write_at(int fd, const unsigned char *bytes, size_t count, uint64_t at)
{
	while (count) {
		ssize_t n = pwrite(fd, bytes, count, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return tc_error_errno(n ? errno : ENOSPC, "cannot write the session");
		bytes += n;
		count -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

/* Parts have holes where nothing was needed; they are holes again. */
static int write_piece(struct unpacking *u, int fd, size_t count, uint64_t at)
{
	int code = 0;
	for (size_t i = 0; i < count && !code; i += HOLE) {
		size_t bytes = count - i < HOLE ? count - i : HOLE;
		if (is_zero(u->piece + i, bytes))
			continue;
		u->written += bytes;
		if (!u->full)
			code = write_at(fd, u->piece + i, bytes, at + i);
		u->full |= code == TACHO_ENOSPC; /* its sentence stays the last one */
		code = u->full ? 0 : code;
	}
	return code;
}

static int take_bytes(struct unpacking *u, int fd, uint64_t bytes)
{
	int code = 0;
	for (uint64_t at = 0; at < bytes && !code; at += PIECE) {
		size_t wanted = bytes - at < PIECE ? (size_t)(bytes - at) : PIECE;
		code = next_all(u, wanted);
		if (!code && fd != PASSED_OVER)
			code = write_piece(u, fd, wanted, at);
	}
	if (!code && fd != PASSED_OVER && !u->full && ftruncate(fd, (off_t)bytes))
		code = tc_error_errno(errno, "cannot write the session");
	return code ? code : next_all(u, tc_tar_padding(bytes));
}

/* Where its name begins; NULL with the sentence set: no file of a session, or not of this one. */
static const char *name_in(struct unpacking *u, const char *path)
{
	char shown[TC_TAR_PATH];
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t folder = (size_t)(name - path);
	snprintf(shown, sizeof shown, "%s", path);
	for (char *c = shown; *c; c++)
		*c = (unsigned char)*c < ' ' || (unsigned char)*c > '~' ? '?' : *c;
	if (!tc_session_has_file(name))
		tc_error(TACHO_EFORMAT, "it holds %.200s, which is no file of a session", shown);
	else if (*path == '/' || !strncmp(path, "../", 3) || strstr(path, "/../"))
		tc_error(TACHO_EFORMAT, "it holds %.200s, which leads out of the session", shown);
	else if (u->files && (strncmp(path, u->folder, folder) || u->folder[folder]))
		tc_error(TACHO_EFORMAT, "it holds %.200s and a file of another session: one at a time", shown);
	else if (u->files == FILES_MOST)
		tc_error(TACHO_EFORMAT, "it holds more than %d files", FILES_MOST);
	else {
		memcpy(u->folder, path, folder);
		u->folder[folder] = '\0';
		return name;
	}
	return NULL;
}

/* The session's own lock is there already, and held. */
static int take_file(struct unpacking *u, const struct tc_tar_entry *entry)
{
	const char *name = name_in(u, entry->path);
	char path[8192];
	if (!name)
		return TACHO_EFORMAT;
	u->files++;
	if (!strcmp(name, "lock"))
		return take_bytes(u, PASSED_OVER, entry->bytes);
	snprintf(path, sizeof path, "%s/%s", u->directory, name);
	int fd = u->full ? COUNTED : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && (u->full || errno == ENOSPC)) {
		if (!u->full)
			tc_error_errno(errno, "cannot write the session");
		u->full = true;
		return take_bytes(u, COUNTED, entry->bytes);
	}
	if (fd < 0)
		return errno == EEXIST ? tc_error(TACHO_EFORMAT, "it holds %s twice", name)
		                       : tc_error_errno(errno, "cannot write the session");
	int code = take_bytes(u, fd, entry->bytes);
	if (close(fd) && !code && !u->full)
		code = tc_error_errno(errno, "cannot write the session");
	return code;
}

static int take_entry(struct unpacking *u, const struct tc_tar_entry *entry)
{
	switch (entry->type) {
	case '0':
		return take_file(u, entry);
	case '5': /* directories, and what else pax knows of the next file */
	case 'x':
	case 'g':
		if (entry->bytes <= RECORDS_MOST)
			return take_bytes(u, PASSED_OVER, entry->bytes);
		return tc_error(TACHO_EFORMAT, "it holds a record of %" PRIu64 " bytes", entry->bytes);
	default:
		return tc_error(TACHO_EFORMAT, "it holds a link, a device or the like, as no session does");
	}
}

/* What follows the end is read for zstd's checksum of all. */
static int pass_rest(struct unpacking *u)
{
	size_t got = 1;
	int code = 0;
	while (!code && got)
		code = next(u, PIECE, &got);
	return code;
}

/* zstd packs other things as well. */
static int begin(struct unpacking *u)
{
	static const unsigned char zeros[TC_TAR_BLOCK];
	size_t got;
	int code = next(u, TC_TAR_BLOCK, &got);
	if (code ||
		(got == TC_TAR_BLOCK && (!memcmp(u->piece, zeros, got) || !memcmp(u->piece + TAR_MAGIC, "ustar", 5))))
		return code;
	return tc_error(TACHO_EFORMAT, "it is no tar archive (zstdcat FILE | tacho import - reads other formats)");
}

static int unpack(struct unpacking *u)
{
	struct tc_tar_entry entry;
	int code = begin(u), found = 1;
	while (!code && (found = tc_tar_read(u->piece, &entry)) == 1) {
		code = take_entry(u, &entry);
		if (!code)
			code = next_all(u, TC_TAR_BLOCK);
	}
	if (!code && found < 0)
		code = found;
	return code ? code : pass_rest(u);
}

static int check_manifest(const char *directory)
{
	struct tc_manifest manifest;
	int code = tc_manifest_read(directory, &manifest);
	if (!code)
		tc_manifest_release(&manifest);
	return code == TACHO_ENOENT ? tc_error(TACHO_EFORMAT, "it holds no manifest") : code;
}

static int read_archive(struct tc_import *import, struct tc_input *input)
{
	char sentence[512];
	struct unpacking *u = calloc(1, sizeof *u);
	if (!u)
		return tc_error(TACHO_ENOMEM, "out of memory");
	u->directory = tc_import_paths(import)->directory;
	int code = tc_zstd_reader_new(&u->reader, get, input);
	if (!code)
		code = unpack(u);
	if (!code)
		code = u->full ? TACHO_ENOSPC : check_manifest(u->directory);
	if (code == TACHO_ENOSPC)
		tc_import_needs(import, u->written);
	tc_zstd_reader_close(u->reader);
	free(u);
	if (code != TACHO_EFORMAT)
		return code;
	snprintf(sentence, sizeof sentence, "%s", tacho_last_error());
	return tc_error(code, "%.400s is no archive of a session: %s", input->name, sentence);
}

static bool recognises(const unsigned char *head, size_t bytes)
{
	return (bytes >= 4 && !memcmp(head, "\x28\xb5\x2f\xfd", 4)) ||
	       (bytes >= TC_TAR_BLOCK && !memcmp(head + TAR_MAGIC, "ustar", 5));
}

const struct tc_importer tc_importer_archive = {
	.name = "archive",
	.summary = "all of a session in one file, as tacho export --format archive writes it",
	.unit = "byte",
	.recognises = recognises,
	.read = read_archive,
	.is_session = true,
};
