/* SPDX-License-Identifier: MIT
 *
 * jpeg_errors.h - libjpeg reports an error by a call that must not return: ours keeps the message and jumps back.
 *
 * The jump skips the ends of all spans begun between setjmp and here.  So setjmp stands in a function that is called
 * inside the span and begins none itself: the jump lands within the span's scope, and the span ends as always.
 */
#ifndef PHOTO_JPEG_ERRORS_H
#define PHOTO_JPEG_ERRORS_H

#include "failure.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

struct jpeg_errors {
	struct jpeg_error_mgr manager; /* first: libjpeg hands back its address */
	struct failure *failure;
	jmp_buf back;
};

struct jpeg_error_mgr *jpeg_errors_init(struct jpeg_errors *errors, struct failure *failure);

/* For failures of our own between libjpeg's calls; the failure has been set. */
_Noreturn void jpeg_errors_jump(j_common_ptr jpeg);

#endif
