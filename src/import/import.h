/* SPDX-License-Identifier: MIT
 *
 * import.h - makes a session of a file that another tool wrote.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <stdbool.h>
#include <stdint.h>
#include "format/spans_file.h"

struct tc_importer;

struct tc_import_options {
	const char *path;                   /* of the file; "-": standard input */
	const struct tc_importer *importer; /* NULL: found out from the file */
	const char *directory;              /* to be made; NULL: a new one in the store, */
	const char *name;                   /* of this name; NULL: the file's */
	bool force;                         /* replace the session that `directory` is */
	const struct tc_packer *packer;     /* of single spans; NULL: they are stored as they are */
	/* How far it is: of `all` bytes, or spans where `placing`; all 0: nobody knows.  false: it is to stop.  Often; may be NULL. */
	bool (*progress)(void *context, bool placing, uint64_t done, uint64_t all);
	/* At last, for each kind of what was left out or changed, a sentence; may be NULL. */
	void (*tell)(void *context, const char *sentence);
	void *context;
};

enum { TC_IMPORT_PATH = 4096 };

/* Makes the session; made (TC_IMPORT_PATH bytes): its directory.  0, or a negative tacho_error code with the sentence set; then nothing
 * is left of it. */
int tc_import(const struct tc_import_options *options, char *made);

/* The formats; ends with NULL. */
extern const struct tc_importer *const tc_importers[];

/* NULL with the sentence set, which names the nearest. */
const struct tc_importer *tc_importer_find(const char *name);

const char *tc_importer_name(const struct tc_importer *importer);
const char *tc_importer_summary(const struct tc_importer *importer); /* a line */

#endif
