/* SPDX-License-Identifier: MIT
 *
 * destination.h - where an export goes: a file, a directory of files, or standard output.  A file, and a directory that was not there before,
 * have temporary names until all is whole; then they are renamed.  In a directory that was there, each file has.  What stood there
 * before is replaced only if that was wished; a link stays, and what it leads to is replaced.  Into a FIFO or a character device it is
 * written straight, as by the shell's `>`.
 */
#ifndef EXPORT_DESTINATION_H
#define EXPORT_DESTINATION_H

#include "export/out.h"

enum { TC_DESTINATION_PATH = 4096, TC_DESTINATION_FILES = 8 };

struct tc_destination {
	struct tc_out out;              /* of the file that is open */
	char path[TC_DESTINATION_PATH]; /* as it is called at the end */
	bool standard, force;           /* standard: it goes to standard output */
	bool straight;                  /* the file that is open is a FIFO or a device, and has its name already */
	char made[TC_DESTINATION_PATH]; /* the directory's temporary name; "": it was there before, or there is none */
	uint64_t bytes;                 /* of the files before the one that is open */
	int error;                      /* errno of the first file that could not be written */
	size_t files;
	struct {
		char temporary[TC_DESTINATION_PATH], path[TC_DESTINATION_PATH];
	} file[TC_DESTINATION_FILES];
};

/* path: "-" is standard output, and so is /dev/stdout.  0; or a negative code with the sentence set: it is there and not to be replaced, or there can
 * be none. */
int tc_destination_begin(struct tc_destination *destination, const char *path, bool is_directory, bool force);

/* In a directory: the next file, after which the one before is whole. */
int tc_destination_file(struct tc_destination *destination, const char *name);

/* Whether to go on makes no sense: what was wrong is no want of space, which is to be told by how much. */
bool tc_destination_is_lost(const struct tc_destination *destination);

/* All is written: it gets its name.  Else a negative code with the sentence set, and nothing of it is left. */
int tc_destination_finish(struct tc_destination *destination);

/* Nothing of it is left. */
void tc_destination_abandon(struct tc_destination *destination);

#endif
