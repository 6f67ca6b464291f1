/* SPDX-License-Identifier: MIT */
#include "format/crc32.h"

#include <string.h>

void tc_crc32_init(struct tc_crc32 *crc)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t value = i;
		for (int bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
		crc->table[0][i] = value;
	}
	for (int slice = 1; slice < 4; slice++)
		for (int i = 0; i < 256; i++) {
			uint32_t value = crc->table[slice - 1][i];
			crc->table[slice][i] = value >> 8 ^ crc->table[0][value & 255];
		}
}

uint32_t tc_crc32_of(const struct tc_crc32 *crc, uint32_t before, const void *bytes, size_t count)
{
	const unsigned char *at = bytes;
	uint32_t value = ~before;
	for (; count >= 4; at += 4, count -= 4) {
		uint32_t word;
		memcpy(&word, at, 4);
		value ^= word;
		value = crc->table[3][value & 255] ^ crc->table[2][value >> 8 & 255] ^
		        crc->table[1][value >> 16 & 255] ^ crc->table[0][value >> 24];
	}
	for (; count; at++, count--)
		value = value >> 8 ^ crc->table[0][(value ^ *at) & 255];
	return ~value;
}

uint32_t tc_crc32(const void *bytes, size_t count)
{
	struct tc_crc32 crc;
	tc_crc32_init(&crc);
	return tc_crc32_of(&crc, 0, bytes, count);
}
