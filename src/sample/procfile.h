/* SPDX-License-Identifier: MIT
 *
 * procfile.h - small files of /proc and /sys, read again and again: opened once, read from their begin, parsed without
 * locale, allocation or scanf.
 */
#ifndef SAMPLE_PROCFILE_H
#define SAMPLE_PROCFILE_H

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sample/moment.h"

/* ROOT/path, path as of vprintf; false, with errno set: it is too long. */
bool tc_procfile_path(char whole[PATH_MAX], const char *root, const char *path, va_list list);

/* Opens ROOT/path, path as of printf; -1 with errno set. */
int tc_procfile_open(const char *root, const char *path, ...) __attribute__((format(printf, 2, 3)));

/* Reads from the begin of the file into text, NUL-terminated; bytes read, 0 when it is empty or cannot be read. */
size_t tc_procfile_read(int fd, char *text, size_t room);

/* The same, and says when. */
size_t tc_procfile_read_now(int fd, char *text, size_t room, struct tc_moment *now);

/* The first of a long list, which the kernel hands out by the page: whole lines, as many as there is room for. */
size_t tc_procfile_lines(int fd, char *text, size_t room);

/* The first of all with open and close. */
size_t tc_procfile_slurp(const char *root, char *text, size_t room, const char *path, ...)
	__attribute__((format(printf, 4, 5)));

/* Skips blanks and reads a decimal number; where there is none, 0 and NULL.  A NULL `at` stays NULL, so that calls chain and
 * one look at the end is enough. */
const char *tc_parse_number(const char *at, uint64_t *number);

/* Behind the first place where the text has `words`; NULL: it does not. */
const char *tc_parse_behind(const char *text, const char *words);

/* The same of a number with a sign or decimals; where there is none, NAN and NULL. */
const char *tc_parse_decimal(const char *at, double *number);

/* Skips so many fields between blanks. */
const char *tc_parse_skip(const char *at, unsigned fields);

/* The begin of the next line; NULL at the end of the text. */
const char *tc_parse_line(const char *at);

/* Of lines that begin with a key ("MemTotal:", "usage_usec "), the numbers behind it.  Bit i of the result: keys[i] was
 * there; values of others are 0. */
unsigned tc_parse_keys(const char *text, const char *const *keys, uint64_t *values, unsigned count);

#endif
