/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <string.h>

enum { WORD_MAX = 32 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;
	return m < c ? m : c;
}

/* Insertions, deletions, replacements and swaps of neighbours that make one word the other. */
static size_t distance(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
	size_t row[3][WORD_MAX + 1];
	for (size_t j = 0; j <= b_bytes; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a_bytes; i++) {
		size_t *here = row[i % 3], *above = row[(i + 2) % 3], *before = row[(i + 1) % 3];
		here[0] = i;
		for (size_t j = 1; j <= b_bytes; j++) {
			here[j] = least(above[j] + 1, here[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				before[j - 2] + 1 < here[j])
				here[j] = before[j - 2] + 1;
		}
	}
	return row[a_bytes % 3][b_bytes];
}

const char *tc_nearest(const char *word, const void *names, size_t count, size_t stride)
{
	const char *best = NULL;
	size_t bytes = strlen(word), bound = bytes < 3 ? 2 : bytes / 3 + 2; /* at most a third of it wrong */
	if (!bytes || bytes > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const char *name = *(const char *const *)(const void *)((const char *)names + i * stride);
		size_t name_bytes = strlen(name);
		if (name_bytes > WORD_MAX)
			continue;
		if (name_bytes > bytes && !strncmp(name, word, bytes))
			return name; /* its beginning */
		size_t d = distance(word, bytes, name, name_bytes);
		if (d < bound && d < name_bytes) {
			bound = d;
			best = name;
		}
	}
	return best;
}
