/* SPDX-License-Identifier: MIT
 *
 * files.h - which parts a session has and where they lie: in its directory, and in the live one until they are adopted.
 */
#ifndef READ_FILES_H
#define READ_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "read/part.h"

struct tc_part_file {
	char name[256];
	uint64_t begin_ns; /* CLOCK_MONOTONIC, as its header says; not checked */
	bool folded;       /* it lies in the fold, */
	uint64_t at;       /* there */
};

struct tc_part_files {
	const char *directory; /* the session's */
	char live[4096];
	struct tc_part_file *file; /* by begin, each once; malloc'ed */
	size_t count, room;
	int fold; /* open; -1: the session has none */
};

/* 0 or a negative code with the sentence set.  Release with tc_part_files_release(), also after a failure. */
int tc_part_files_list(struct tc_part_files *out, const char *directory);
void tc_part_files_release(struct tc_part_files *files);

/* Where a file of that name is now; out: 4096 bytes.  which 0: live, 1: in the session's directory. */
void tc_part_files_path(const struct tc_part_files *files, const char *name, int which, char *out);

/* Looks once more for a part that was in a file of its own when it was listed: it may have been folded meanwhile. */
bool tc_part_files_refold(struct tc_part_files *files, struct tc_part_file *file);

/* Reads one of them, from where it is now: it may be adopted or folded between two looks.  As tc_part_read(). */
int tc_part_files_read(struct tc_part_files *files, struct tc_part_file *file, struct tc_part_copy *part);

/* A file of that name, open for reading, from wherever it is; TACHO_ENOENT: there is none; else a code with the sentence set. */
int tc_part_files_open(const struct tc_part_files *files, const char *name);

#endif
