/* SPDX-License-Identifier: MIT
 *
 * table.h - text by the line, and the fields of a line: separated by a tab, a semicolon, a comma or blanks, whichever of these comes
 * first in this order in the first line; fields may stand in quotes.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "base/strbuf.h"

enum { TC_TABLE_LINE_MOST = 65536 };

struct tc_table {
	FILE *in;
	const char *name;         /* of the file, for errors */
	unsigned long long line;  /* the number of the one in text, from 1 */
	unsigned long long empty; /* the number of the last empty line; 0: none since the last other one */
	char separator;           /* 0: the line is one field */
	char text[TC_TABLE_LINE_MOST + 1];
	size_t bytes;
};

struct tc_field { /* within the line, blanks and quotes around it left out */
	const char *text;
	size_t bytes;
};

/* 1: a line is there, and it is not empty; 0: the end; negative: a code, with the sentence set. */
int tc_table_next(struct tc_table *table);

/* Looks at the line for what separates its fields. */
void tc_table_separate(struct tc_table *table);

/* Field number i, from 0; false: the line has fewer. */
bool tc_table_field(const struct tc_table *table, size_t i, struct tc_field *out);

/* All of the field is a finite decimal number, or it begins with one. */
bool tc_field_is_number(const struct tc_field *field);
bool tc_field_has_number(const struct tc_field *field);

/* The number of a field of the line at hand.  0, or a code with a sentence that says why there is none and how to mend it. */
int tc_table_number(double *out, const struct tc_table *table, const struct tc_field *field);

/* Appends the field, fit to be shown and not too long. */
void tc_field_show(struct tc_strbuf *out, const struct tc_field *field);

/* Sets "NAME:LINE: …"; returns TACHO_EINVAL. */
int tc_table_fail(const struct tc_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
