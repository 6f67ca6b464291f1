/* SPDX-License-Identifier: MIT
 *
 * crc32.h - the CRC of zlib, PNG and Ethernet (reflected 0xedb88320).  Its table is made where it is used, in 3 µs: so
 * libtacho has neither 4 KiB of constants nor anything that must be initialised once.
 */
#ifndef FORMAT_CRC32_H
#define FORMAT_CRC32_H

#include <stddef.h>
#include <stdint.h>

struct tc_crc32 {
	uint32_t table[4][256];
};

void tc_crc32_init(struct tc_crc32 *crc);

/* before: 0, or the result for the bytes that lie in front of these. */
uint32_t tc_crc32_of(const struct tc_crc32 *crc, uint32_t before, const void *bytes, size_t count);

/* Of these alone, where one is wanted seldom: makes the table too. */
uint32_t tc_crc32(const void *bytes, size_t count);

#endif
