/* SPDX-License-Identifier: MIT
 *
 * library.h - libraries that few commands need, and none when it starts: loaded when they are asked for.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>

struct tc_symbol {
	const char *name;
	void *function; /* address of a pointer to a function of its type */
};

/* Loads a shared library by its soname and finds all of these in it; it stays loaded.  0, or TACHO_ENOENT with the sentence
 * set and every function NULL.  what: what it is for, as in "to read stored spans". */
int tc_library_load(const char *soname, const char *what, const struct tc_symbol *symbol, size_t count);

#endif
