/* SPDX-License-Identifier: MIT
 *
 * archive_fuzz.c - a session's archive.  An input is such a file, compressed or not; the checksums of its heads are made right, so
 * that what they guard is reached.
 *
 * mutations in tests: 20000
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/tar.h"
#include "import/private.h"

extern const struct tc_importer tc_importer_archive;

static char directory[64];

static void clean(void)
{
	DIR *stream = opendir(directory);
	for (struct dirent *file; stream && (file = readdir(stream));)
		unlinkat(dirfd(stream), file->d_name, 0); /* fails on . and .. */
	if (stream)
		closedir(stream);
}

static void remove_directory(void)
{
	clean();
	rmdir(directory);
}

/* What it makes are files of a session in the directory, and nothing else. */
static void look_around(void)
{
	DIR *stream = opendir(directory);
	for (struct dirent *file; stream && (file = readdir(stream));)
		if (file->d_name[0] != '.' && (!tc_session_has_file(file->d_name) || file->d_type != DT_REG))
			abort();
	if (stream)
		closedir(stream);
}

static void read_archive(const uint8_t *data, size_t size)
{
	static struct tc_input input;
	struct tc_import import = {.spans = 0};
	if (!tc_importer_archive.recognises(data, size))
		return;
	strcpy(import.paths.directory, directory);
	tc_input_of(&input, data, size, "input");
	tc_importer_archive.read(&import, &input);
	look_around();
	clean();
}

static void mend_checksums(uint8_t *data, size_t size)
{
	enum { CHECKSUM = 148, CHECKSUM_BYTES = 8, MAGIC = 257 };
	for (uint8_t *head = data; size >= TC_TAR_BLOCK; head += TC_TAR_BLOCK, size -= TC_TAR_BLOCK) {
		unsigned sum = 0;
		if (memcmp(head + MAGIC, "ustar", 5))
			continue;
		memset(head + CHECKSUM, ' ', CHECKSUM_BYTES);
		for (size_t i = 0; i < TC_TAR_BLOCK; i++)
			sum += head[i];
		snprintf((char *)head + CHECKSUM, CHECKSUM_BYTES, "%06o", sum);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *mended = malloc(size ? size : 1);
	if (!*directory) {
		strcpy(directory,
			access("/dev/shm", W_OK) ? "/tmp/archive-fuzz-XXXXXX" : "/dev/shm/archive-fuzz-XXXXXX");
		if (!mkdtemp(directory) || atexit(remove_directory))
			abort();
	}
	read_archive(data, size);
	if (!mended)
		return 0;
	memcpy(mended, data, size);
	mend_checksums(mended, size);
	read_archive(mended, size);
	free(mended);
	return 0;
}
