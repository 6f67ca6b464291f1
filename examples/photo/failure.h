/* SPDX-License-Identifier: MIT
 *
 * failure.h - what went wrong with one photo: a negative code and a sentence.  It belongs to the job that failed; no
 * two threads share one.
 */
#ifndef PHOTO_FAILURE_H
#define PHOTO_FAILURE_H

struct failure {
	int code; /* 0: nothing failed */
	char text[256];
};

/* Both return the code they were given, so that they can stand in a return statement. */
int failure_set(struct failure *failure, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
int failure_errno(struct failure *failure, const char *what);

#endif
