/* SPDX-License-Identifier: MIT
 *
 * error.h - the thread's last error: one line, no newline, that says what happened and how to mend it.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <tacho/error.h>

extern TACHO_API __thread char tacho_error_sentence[1024]; /* see tacho_last_error() */

/* Sets the sentence and returns the code, so that it can stand in a return statement. */
int tc_error(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same from errno: the sentence ends with ": strerror(error)"; the code fits it (ENOSPC -> TACHO_ENOSPC …). */
int tc_error_errno(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
