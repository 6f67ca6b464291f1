/* SPDX-License-Identifier: MIT
 *
 * fold.h - finished parts of a session with many processes, one behind the other in one file, without their empty words.
 * A part of a short process is some 100 KB of which 3 KB are not zero: 10,000 of them are one file of 30 MB.
 *
 * An entry is struct tc_fold_entry and its packed bytes, padded to 8: runs of { u32 zero words, u32 literal words } and the
 * literals, words of 8 bytes.  A part lies in its own file, in the fold, or, when folding was interrupted, in both: a reader
 * takes each id once.
 */
#ifndef FORMAT_FOLD_H
#define FORMAT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TC_FOLD_FILE "folded.tacho"
#define TC_FOLD_MAGIC "tachofld"

struct tc_fold_entry {
	char magic[8];
	uint64_t id;           /* of the part, as in its file's name */
	uint64_t begin_ns;     /* CLOCK_MONOTONIC, as its header says */
	uint64_t raw_bytes;    /* of the part */
	uint64_t packed_bytes; /* behind this, padding included */
	uint32_t crc;          /* crc32 of the packed bytes */
	uint32_t spare[5];
};

/* Appends the part that is open at `part` to DIRECTORY/folded.tacho.  0 or a negative code with the sentence set, and then
 * the fold is as it was.  One thread of one process at a time. */
int tc_fold_append(const char *directory, int part, uint64_t id);

/* The entry at *at of an open fold; moves *at behind it.  false: no more, or none that is sound. */
bool tc_fold_next(int fold, uint64_t *at, struct tc_fold_entry *entry);

/* Unpacks the entry that lies at `at` into raw_bytes at `out`.  0, TACHO_EFORMAT, TACHO_ENOMEM, TACHO_EIO. */
int tc_fold_unpack(int fold, uint64_t at, const struct tc_fold_entry *entry, unsigned char *out);

#endif
