/* SPDX-License-Identifier: MIT
 *
 * screen.h - what a person looks at: lines of a known width, with styles where the terminal has them and in plain ASCII
 * where it cannot show more.  Everything is drawn into memory and written at once, so that a failing stream is met in one
 * place and a report is never half of an old and half of a new line.
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "base/strbuf.h"

enum tc_style { TC_PLAIN, TC_BOLD, TC_DIM, TC_GOOD, TC_BAD, TC_WARN, TC_ACCENT, TC_STYLES };

struct tc_screen { /* owns text */
	struct tc_strbuf text;
	size_t columns; /* no line is wider */
	size_t column;  /* where the pen stands */
	bool colour;
	bool utf8;
};

/* As wide, coloured and lettered as where `out` goes: COLUMNS, the terminal's width, or 100; colour on a terminal only and
 * never with NO_COLOR or TERM=dumb; UTF-8 where LC_ALL, LC_CTYPE or LANG say so. */
void tc_screen_init(struct tc_screen *screen, FILE *out);
void tc_screen_release(struct tc_screen *screen);

/* Text that is fit to be shown (base/text.h), cut at the right margin. */
void tc_screen_put(struct tc_screen *screen, enum tc_style style, const char *text);
void tc_screen_printf(struct tc_screen *screen, enum tc_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same in a field of its own: at most so many columns, or set at the right of them. */
void tc_screen_cut(struct tc_screen *screen, enum tc_style style, const char *text, size_t columns);
void tc_screen_right(struct tc_screen *screen, enum tc_style style, const char *text, size_t columns);

/* A figure in a table: at the right of so many columns, the first of which stays blank; what does not fit is cut. */
void tc_screen_cell(struct tc_screen *screen, enum tc_style style, const char *text, size_t columns);

/* Never cut, for what people copy from the screen: paths. */
void tc_screen_whole(struct tc_screen *screen, enum tc_style style, const char *text);

/* Breaks between words; lines after the first begin at `indent`. */
void tc_screen_words(struct tc_screen *screen, enum tc_style style, const char *text, size_t indent);

/* Bytes from a recording: made fit to be shown first. */
void tc_screen_raw(struct tc_screen *screen, enum tc_style style, const char *bytes, size_t count, size_t columns);

void tc_screen_to(struct tc_screen *screen, size_t column); /* moves the pen right, if it is not there yet */
void tc_screen_line(struct tc_screen *screen);              /* ends the line; no spaces stay at its end */

/* 0, or a negative tacho_error code; a closed pipe is none. */
int tc_screen_write(const struct tc_screen *screen, FILE *out);

#endif
