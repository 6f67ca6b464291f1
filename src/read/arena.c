/* SPDX-License-Identifier: MIT */
#include "read/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_BYTES = 65536, ALIGN = 16 };

struct tc_arena_piece {
	struct tc_arena_piece *older;
	size_t bytes;
	_Alignas(ALIGN) unsigned char memory[];
};

void *tc_arena_take(struct tc_arena *arena, size_t bytes)
{
	bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
	if (bytes > arena->left || !arena->newest) {
		size_t room = bytes > PIECE_BYTES ? bytes : PIECE_BYTES;
		struct tc_arena_piece *piece = calloc(1, sizeof *piece + room);
		if (!piece) {
			arena->failed = true;
			return NULL;
		}
		piece->older = arena->newest;
		piece->bytes = room;
		arena->newest = piece;
		arena->left = room;
	}
	void *at = arena->newest->memory + (arena->newest->bytes - arena->left);
	arena->left -= bytes;
	return at;
}

char *tc_arena_text(struct tc_arena *arena, const void *bytes, size_t count)
{
	char *text = tc_arena_take(arena, count + 1);
	if (text && count)
		memcpy(text, bytes, count);
	return text;
}

char *tc_arena_vprintf(struct tc_arena *arena, const char *format, va_list list)
{
	va_list again;
	va_copy(again, list);
	int count = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *text = tc_arena_take(arena, (size_t)count + 1);
	if (text)
		vsnprintf(text, (size_t)count + 1, format, list);
	return text;
}

char *tc_arena_printf(struct tc_arena *arena, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	char *text = tc_arena_vprintf(arena, format, list);
	va_end(list);
	return text;
}

void tc_arena_release(struct tc_arena *arena)
{
	while (arena->newest) {
		struct tc_arena_piece *older = arena->newest->older;
		free(arena->newest);
		arena->newest = older;
	}
	*arena = (struct tc_arena){0};
}

void *tc_grow(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	size_t more = *room ? *room * 2 : 16;
	if (more > SIZE_MAX / size)
		return NULL;
	void *grown = realloc(items, more * size);
	if (grown)
		*room = more;
	return grown;
}
