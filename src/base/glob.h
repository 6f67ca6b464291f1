/* SPDX-License-Identifier: MIT
 *
 * glob.h - patterns as of the shell over texts of a length: *, ?, [a-z], [!a-z], and \ before a character that is meant
 * itself.  ASCII letters match in either case.  Allocates nothing and is safe in signal handlers, unlike fnmatch(3) and
 * regexec(3); its cost is at most the product of both lengths.
 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the pattern is all of the text. */
bool tc_glob(const char *pattern, size_t pattern_bytes, const char *text, size_t bytes);

/* Whether one of the patterns is: commas between, blanks around them do not count, \, is a comma itself. */
bool tc_glob_any(const char *patterns, const char *text, size_t bytes);

#endif
