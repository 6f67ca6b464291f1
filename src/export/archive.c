/* SPDX-License-Identifier: MIT
 *
 * archive.c - a session as one file: the files of its directory in a tar archive, compressed by zstd, so that also
 * `tar --zstd -xf` makes the session of it.  src/import/archive.c reads it.
 *
 * Of a running session parts are copied as readers copy them (read/part.h).  What is stored of single spans comes after
 * them: what a part's ring no longer has was stored before, so nothing falls between the two.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "base/tar.h"
#include "base/units.h"
#include "base/zstd_stream.h"
#include "export/export.h"
#include "format/clock.h"
#include "format/fold.h"
#include "format/spans_file.h"
#include "format/store.h"
#include "read/files.h"

enum { PIECE = 1 << 17 };

struct archive {
	struct tc_export *export;
	struct tc_zstd_writer *writer;
	const char *directory; /* of the session */
	char folder[100];      /* in the archive */
	unsigned char piece[PIECE];
};

static void put(void *out, const void *bytes, size_t count)
{
	tc_out_add(out, bytes, count);
}

/* Where much becomes little the progress is in what was read. */
static void add(struct archive *archive, const void *bytes, size_t count)
{
	struct tc_out *out = archive->export->out;
	tc_zstd_write(archive->writer, bytes, count);
	if (out->progress)
		out->progress(out->context, tc_out_total(out));
}

static void begin_file(struct archive *archive, const char *name, uint64_t bytes, time_t modified)
{
	unsigned char head[TC_TAR_BLOCK];
	const struct tc_tar_entry entry = {
		.type = '0', .bytes = bytes, .modified = modified > 0 ? (uint64_t)modified : 0};
	tc_tar_head(head, archive->folder, name, &entry);
	add(archive, head, sizeof head);
}

static void end_file(struct archive *archive, uint64_t bytes)
{
	static const unsigned char zeros[TC_TAR_BLOCK];
	add(archive, zeros, tc_tar_padding(bytes));
}

static void add_memory(struct archive *archive, const char *name, const void *bytes, size_t count)
{
	begin_file(archive, name, count, time(NULL));
	for (size_t at = 0; at < count; at += PIECE)
		add(archive, (const unsigned char *)bytes + at, count - at < PIECE ? count - at : PIECE);
	end_file(archive, count);
}

/* As long as it is now: it may grow. */
static int add_open_file(struct archive *archive, const char *name, int fd)
{
	struct stat st;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return tc_error(TACHO_EFORMAT, "%.300s of the session is no regular file", name);
	begin_file(archive, name, (uint64_t)st.st_size, st.st_mtim.tv_sec);
	for (off_t at = 0; at < st.st_size;) {
		size_t wanted = st.st_size - at < PIECE ? (size_t)(st.st_size - at) : PIECE;
		ssize_t got = pread(fd, archive->piece, wanted, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tc_error_errno(errno, "cannot read %.300s of the session", name);
		if (!got || tc_destination_is_lost(archive->export->destination))
			return got ? 0
			           : tc_error(TACHO_EIO, "%.300s became shorter while it was read: try again", name);
		add(archive, archive->piece, (size_t)got);
		at += got;
	}
	end_file(archive, (uint64_t)st.st_size);
	return 0;
}

/* TACHO_ENOENT without a sentence: there is none. */
static int add_file(struct archive *archive, const char *directory, const char *name)
{
	char path[4096 + 300];
	snprintf(path, sizeof path, "%.4095s/%.255s", directory, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? TACHO_ENOENT : tc_error_errno(errno, "cannot read %.900s", path);
	int code = add_open_file(archive, name, fd);
	close(fd);
	return code;
}

/* ---- a session that is finished ---- */

static int is_file(const struct dirent *entry)
{
	return tc_session_has_file(entry->d_name);
}

static int add_all(struct archive *archive)
{
	struct dirent **entry;
	int code = 0, count = scandir(archive->directory, &entry, is_file, alphasort);
	if (count < 0)
		return tc_error_errno(errno, "cannot read %.900s", archive->directory);
	for (int i = 0; i < count; i++) {
		if (!code)
			code = add_file(archive, archive->directory, entry[i]->d_name);
		if (code == TACHO_ENOENT)
			tc_error(code, "%s vanished from %.700s while it was read: try again", entry[i]->d_name,
				archive->directory);
		free(entry[i]);
	}
	free(entry);
	return code;
}

/* ---- one that runs, or parts of which do ---- */

/* What cannot be read yet tells nothing yet. */
static int add_parts(struct archive *archive, struct tc_part_files *files)
{
	int code = 0;
	for (size_t i = 0; i < files->count && !code; i++) {
		struct tc_part_copy part;
		if (files->file[i].folded)
			continue;
		code = tc_part_files_read(files, &files->file[i], &part);
		if (code == TACHO_ENOENT || code == TACHO_EFORMAT)
			code = 0;
		else if (!code) {
			add_memory(archive, files->file[i].name, part.bytes, part.size);
			tc_part_release(&part);
		}
	}
	return code;
}

/* From the tmpfs or from the session's directory: it may be moved between two looks. */
static int add_either(struct archive *archive, const struct tc_part_files *files, const char *name)
{
	int code = TACHO_ENOENT;
	for (int i = 0; i < 3 && code == TACHO_ENOENT; i++)
		code = add_file(archive, i % 2 ? files->directory : files->live, name);
	return code == TACHO_ENOENT ? 0 : code;
}

/* A session that runs on when its archive is made ends there. */
static int add_manifest(struct archive *archive)
{
	struct tc_manifest manifest;
	size_t bytes;
	char note[128];
	int code = tc_manifest_read(archive->directory, &manifest);
	if (code)
		return code;
	if (tc_session_is_live(archive->directory)) {
		tc_clock_calibrate(tc_clock_source(), &manifest.end);
		manifest.how = TC_HOW_ARCHIVED;
		snprintf(note, sizeof note, "archived at %s, while it was being recorded: what came later is not here",
			tc_time_utc(manifest.end.realtime_ns).text);
		tc_manifest_note(&manifest, note);
	}
	char *text = tc_manifest_text(&manifest, &bytes);
	if (text)
		add_memory(archive, TC_MANIFEST_FILE, text, bytes);
	free(text);
	tc_manifest_release(&manifest);
	return text ? 0 : TACHO_ENOMEM;
}

static int add_snapshot(struct archive *archive)
{
	static const char *const after[] = {TC_FOLD_FILE, TC_LOG_FILE, TC_SPANS_FILE, "lock"};
	struct tc_part_files files;
	int code = tc_part_files_list(&files, archive->directory);
	if (!code)
		code = add_parts(archive, &files);
	for (size_t i = 0; i < sizeof after / sizeof *after && !code; i++)
		code = add_either(archive, &files, after[i]);
	tc_part_files_release(&files);
	return code ? code : add_manifest(archive);
}

/* ---- all ---- */

static bool is_finished(const char *directory)
{
	char live[4096];
	return !tc_session_is_live(directory) && !tc_session_live(directory, live) && !strcmp(live, directory);
}

/* The last part of its path, which may end in a slash. */
static void name_folder(struct archive *archive)
{
	size_t end = strlen(archive->directory), begin;
	while (end && archive->directory[end - 1] == '/')
		end--;
	for (begin = end; begin && archive->directory[begin - 1] != '/';)
		begin--;
	size_t bytes = end - begin < sizeof archive->folder ? end - begin : sizeof archive->folder - 1;
	memcpy(archive->folder, archive->directory + begin, bytes);
	if (!bytes || archive->folder[0] == '.')
		strcpy(archive->folder, "session");
}

static int write_entries(struct archive *archive)
{
	static const unsigned char end[2 * TC_TAR_BLOCK];
	char name[sizeof archive->folder + 1];
	unsigned char head[TC_TAR_BLOCK];
	const struct tc_tar_entry folder = {.type = '5', .modified = (uint64_t)time(NULL)};
	name_folder(archive);
	snprintf(name, sizeof name, "%s/", archive->folder);
	tc_tar_head(head, "", name, &folder);
	add(archive, head, sizeof head);
	int code = is_finished(archive->directory) ? add_all(archive) : add_snapshot(archive);
	add(archive, end, sizeof end);
	return code;
}

static int write_archive(struct tc_export *export)
{
	struct archive *archive = calloc(1, sizeof *archive);
	if (!archive)
		return tc_error(TACHO_ENOMEM, "out of memory");
	archive->export = export;
	archive->directory = export->session->directory;
	int code = tc_zstd_writer_new(&archive->writer, put, export->out);
	if (!code) {
		code = write_entries(archive);
		int closed = tc_zstd_writer_close(archive->writer);
		code = code ? code : closed;
	}
	free(archive);
	return code;
}

const struct tc_format tc_format_archive = {
	.name = "archive",
	.ending = ".tar.zst",
	.summary = "all of the session in one file, for tacho import, and for tar --zstd",
	.is_whole = true,
	.write = write_archive,
};
