/* SPDX-License-Identifier: MIT
 *
 * csv.h - one table of spans on its way, as the files of that share it.
 */
#ifndef IMPORT_CSV_H
#define IMPORT_CSV_H

#include "base/strbuf.h"
#include "import/private.h"

enum { TC_CSV_COLUMNS_MOST = 1024 };

enum tc_csv_column {
	TC_CSV_ATTRIBUTE, /* what is none of the others */
	TC_CSV_NAME,
	TC_CSV_START,
	TC_CSV_END,
	TC_CSV_DURATION,
	TC_CSV_THREAD,
	TC_CSV_PROCESS,
	TC_CSV_ID,
	TC_CSV_PARENT,
	TC_CSV_TRACE,
	TC_CSV_OUTCOME,
	TC_CSV_MESSAGE,
	TC_CSV_KIND,
	TC_CSV_ATTRIBUTES,
	TC_CSV_DEPTH,
	TC_CSV_KINDS
};

struct tc_csv {
	struct tc_import *import;
	struct tc_input *input;
	uint64_t line;  /* of the row */
	uint64_t lines; /* read */
	char separator;
	struct tc_strbuf row; /* its fields, each with a NUL behind it */
	size_t field[TC_CSV_COLUMNS_MOST], fields;
	enum tc_csv_column column[TC_CSV_COLUMNS_MOST];
	int scale[TC_CSV_COLUMNS_MOST];
	char *heading[TC_CSV_COLUMNS_MOST];
	size_t columns;
	int at[TC_CSV_KINDS]; /* column + 1 of each kind; 0: there is none */
};

/* csv_rows.c: reads a row; 1: one is there; 0: there is none; else a negative code with the sentence set */
int tc_csv_row(struct tc_csv *csv);
const char *tc_csv_text(const struct tc_csv *csv, size_t field, size_t *bytes);              /* NUL behind it */
const char *tc_csv_cell(const struct tc_csv *csv, enum tc_csv_column column, size_t *bytes); /* "": there is none */
const char *tc_csv_unguarded(const char *text, size_t *bytes);

/* csv_heading.c: reads the first row; 0 or a negative code.  And whether a file that begins so has one. */
int tc_csv_heading(struct tc_csv *csv);
bool tc_csv_recognises(const unsigned char *head, size_t bytes);

#endif
