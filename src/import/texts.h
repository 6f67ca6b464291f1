/* SPDX-License-Identifier: MIT
 *
 * texts.h - texts and their numbers, from 0 in the order in which they came.  Memory is that of the different texts.
 */
#ifndef IMPORT_TEXTS_H
#define IMPORT_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#define TC_NO_TEXT UINT32_MAX

struct tc_texts { /* all zero: empty */
	struct tc_text {
		char *bytes; /* NUL-terminated */
		size_t count;
		uint64_t hash;
	} * text;
	size_t count, room;
	uint32_t *slot; /* number + 1 by hash, open addressing */
	size_t slots;
};

uint64_t tc_text_hash(const char *bytes, size_t count);

/* TC_NO_TEXT: out of memory. */
uint32_t tc_texts_number(struct tc_texts *texts, const char *bytes, size_t count);

/* As if the newest had not come. */
void tc_texts_drop_last(struct tc_texts *texts);

void tc_texts_release(struct tc_texts *texts);

#endif
