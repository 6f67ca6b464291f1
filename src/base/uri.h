/* SPDX-License-Identifier: MIT
 *
 * uri.h - texts without the passwords of the URIs in them: "scheme://user:***@host".  Allocates nothing.
 */
#ifndef BASE_URI_H
#define BASE_URI_H

#include <stddef.h>

/* Writes the first `room` bytes of the text, its passwords replaced, to out, and returns how many there are of it in all;
 * the same as `bytes` may still be another text.  No NUL follows. */
size_t tc_uri_hide(char *out, size_t room, const char *text, size_t bytes);

#endif
