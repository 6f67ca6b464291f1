/* SPDX-License-Identifier: MIT
 *
 * arena.h - memory that is given back all at once, with the session.  Out of memory never interrupts the one who asks: he
 * gets NULL, and `failed` says so, to be asked once at the end.
 */
#ifndef READ_ARENA_H
#define READ_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct tc_arena { /* all zero: empty */
	struct tc_arena_piece *newest;
	size_t left;
	bool failed;
};

void *tc_arena_take(struct tc_arena *arena, size_t bytes);                    /* zeroed, for any type */
char *tc_arena_text(struct tc_arena *arena, const void *bytes, size_t count); /* with a NUL behind */
char *tc_arena_printf(struct tc_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *tc_arena_vprintf(struct tc_arena *arena, const char *format, va_list list) __attribute__((format(printf, 2, 0)));
void tc_arena_release(struct tc_arena *arena);

/* A malloc'ed array that doubles: room for one more element, at *items + *count * size.  The caller counts it. */
void *tc_grow(void *items, size_t count, size_t *room, size_t size);

#endif
