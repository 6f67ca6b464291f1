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

/* For writing to files that other programs read.  Bytes of the character at text, as above; 0: its first byte cannot stand and is written
 * as TC_TEXT_LOST, "U+FFFD ff" for 0xff.  Texts that differ stay so: U+FFFD itself stands, but before two hexadecimal digits, where it
 * would look like a byte, its own three are written in that way. */
size_t tc_text_sound(const char *text, size_t bytes, uint32_t *character);
#define TC_TEXT_LOST "\xef\xbf\xbd%02x"

/* The way back, in place: how many bytes text was before it was written so. */
size_t tc_text_recorded(char *text, size_t bytes);

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
