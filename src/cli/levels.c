/* SPDX-License-Identifier: MIT */
#include "cli/levels.h"

#include <string.h>
#include "base/amount.h"
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

/* "50MB", "50MiB", "50M" or a number of bytes. */
static bool parse_size(const char *text, double *bytes)
{
	struct tc_amount amount;
	if (!tc_parse_amount(text, &amount) || amount.per_second)
		return false;
	*bytes = amount.value;
	return amount.kind == TC_AMOUNT_BYTES || amount.kind == TC_AMOUNT_NUMBER;
}

bool tc_levels_parse(struct tc_load_limits *out, const char *text)
{
	char piece[PIECES][PIECE_BYTES];
	uint64_t share[2];
	double size[2];
	if (!split(piece, text))
		return false;
	for (int i = 0; i < 2; i++)
		if (!tc_parse_percent(piece[i], &share[i]) || !parse_size(piece[2 + i], &size[i]))
			return false;
	out->cpu_percent = (struct tc_threshold){(double)share[0] / 1000, (double)share[1] / 1000};
	out->ram_bytes = (struct tc_threshold){size[0], size[1]};
	return share[0] <= share[1] && size[0] <= size[1];
}
