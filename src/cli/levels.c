/* SPDX-License-Identifier: MIT */
#include "cli/levels.h"

#include <string.h>
#include "base/quantity.h"

enum { PIECES = 4, PIECE_BYTES = 32 };

/* The text between commas; false: there are more or fewer pieces, or one is empty or long. */
static bool split(char piece[PIECES][PIECE_BYTES], const char *text)
{
	for (int i = 0; i < PIECES; i++) {
		size_t bytes = strcspn(text, ",");
		if (!bytes || bytes >= PIECE_BYTES || (i + 1 < PIECES) != (text[bytes] == ','))
			return false;
		memcpy(piece[i], text, bytes);
		piece[i][bytes] = 0;
		text += bytes + 1;
	}
	return true;
}

bool tc_levels_parse(struct tc_load_limits *out, const char *text)
{
	char piece[PIECES][PIECE_BYTES];
	uint64_t number[PIECES];
	if (!split(piece, text))
		return false;
	for (int i = 0; i < PIECES; i++)
		if (!(i < 2 ? tc_parse_percent : tc_parse_bytes)(piece[i], &number[i]))
			return false;
	out->cpu_percent = (struct tc_threshold){(double)number[0] / 1000, (double)number[1] / 1000};
	out->ram_bytes = (struct tc_threshold){(double)number[2], (double)number[3]};
	return number[0] <= number[1] && number[2] <= number[3];
}
