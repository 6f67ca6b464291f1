/* SPDX-License-Identifier: MIT
 *
 * strbuf.h - text that grows.  Out of memory never interrupts the one who writes: what no longer fits is left out and
 * `failed` says so, to be asked once at the end.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

struct tc_strbuf {  /* all zero: empty.  Owns text. */
	char *text; /* NUL-terminated; NULL while nothing was ever added: see tc_strbuf_text() */
	size_t bytes, room;
	bool failed;
};

void tc_strbuf_add(struct tc_strbuf *buf, const char *text, size_t bytes);
void tc_strbuf_puts(struct tc_strbuf *buf, const char *text);
void tc_strbuf_putc(struct tc_strbuf *buf, char c);
void tc_strbuf_repeat(struct tc_strbuf *buf, const char *text, size_t times);
void tc_strbuf_printf(struct tc_strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Never NULL. */
const char *tc_strbuf_text(const struct tc_strbuf *buf);

/* As it was when it had so many bytes. */
void tc_strbuf_cut(struct tc_strbuf *buf, size_t bytes);
void tc_strbuf_clear(struct tc_strbuf *buf);   /* empty again; keeps the memory */
void tc_strbuf_release(struct tc_strbuf *buf); /* gives the memory back */

#endif
