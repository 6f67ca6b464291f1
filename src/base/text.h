/* SPDX-License-Identifier: MIT
 *
 * text.h - text from anywhere, made fit to be shown: UTF-8 that is checked, columns that are counted, and nothing in it
 * that could drive a terminal.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/strbuf.h"

/* Bytes of the UTF-8 character at text, written to *character; 0 when there is none (invalid, cut off, overlong, a
 * surrogate, beyond U+10FFFF) or count is 0. */
size_t tc_utf8_next(const char *text, size_t count, uint32_t *character);

/* Appends text so that it is one line that only shows: control characters, invalid bytes and characters that turn the
 * direction of writing become \n, \t, \x1b, \u202e …; with ascii_only every character beyond ASCII too. */
void tc_text_escape(struct tc_strbuf *out, const char *text, size_t bytes, bool ascii_only);

/* Columns that escaped text takes on a terminal. */
size_t tc_text_columns(const char *text);

/* Appends as much of escaped text as fits in so many columns; what is cut off is told by "…", which takes the last one.
 * Returns the columns it takes. */
size_t tc_text_cut(struct tc_strbuf *out, const char *text, size_t columns);

/* The same, but it keeps the end of text and puts "…" first: for paths. */
size_t tc_text_cut_begin(struct tc_strbuf *out, const char *text, size_t columns);

#endif
