/* SPDX-License-Identifier: MIT
 *
 * series_file.h - a series of numbers from a text: one to the line, or a column of a table.
 */
#ifndef CLI_SERIES_FILE_H
#define CLI_SERIES_FILE_H

#include <stddef.h>
#include <stdio.h>

struct tc_series_choice { /* a heading or a number from 1; NULL: there is no table, there are no times */
	const char *column, *time_column;
};

struct tc_series_file { /* owns value and at; in the order of the lines */
	size_t count;
	double *value; /* finite, at least one */
	double *at;    /* seconds, never back; NULL: no column of times was asked for */
};

/* Reads to the end.  0, or a negative code with the sentence "NAME:LINE: what is wrong, and how to mend it", and then `out` is empty.
 * Never guesses: a line without a number is an error, empty lines at the end apart.  16 bytes a value at most while it grows, as much
 * again for times. */
int tc_series_file_read(struct tc_series_file *out, FILE *in, const char *name, const struct tc_series_choice *choice);

void tc_series_file_release(struct tc_series_file *file);

#endif
