/* SPDX-License-Identifier: MIT
 *
 * tar.h - heads of entries in a tar archive as POSIX.1-2017 has them (pax, "ustar Interchange Format"): blocks of 512 bytes, a head
 * before the bytes of each file, two blocks of zeros at the end.  A file of 8 GiB and more has its size in base 256, as GNU tar,
 * bsdtar and Python write and read it.  No allocation, any thread.
 */
#ifndef BASE_TAR_H
#define BASE_TAR_H

#include <stdint.h>

enum { TC_TAR_BLOCK = 512, TC_TAR_PATH = 257 };

struct tc_tar_entry {
	char path[TC_TAR_PATH]; /* any bytes but 0 */
	char type;      /* '0' a file, '5' a directory, '1' and '2' links, 'x' and 'g' pax records of the next, … */
	uint64_t bytes; /* that follow, filled up with zeros to a whole block */
	uint64_t modified; /* seconds since 1970 */
};

/* The head of DIRECTORY/NAME, for its owner alone; directory: 155 bytes at most, "": none; name: 100. */
void tc_tar_head(
	unsigned char out[TC_TAR_BLOCK], const char *directory, const char *name, const struct tc_tar_entry *entry);

/* 1: an entry; 0: a block of zeros, which ends the archive; TACHO_EFORMAT with the sentence set: neither. */
int tc_tar_read(const unsigned char block[TC_TAR_BLOCK], struct tc_tar_entry *out);

/* Zeros that follow so many bytes of a file. */
static inline unsigned tc_tar_padding(uint64_t bytes)
{
	return (unsigned)(-bytes % TC_TAR_BLOCK);
}

#endif
