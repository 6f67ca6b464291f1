/* SPDX-License-Identifier: MIT
 *
 * zstd.h - the compressor of stored spans, loaded when the first block asks for it: a run that stores none starts as fast as
 * if there were no zstd.
 */
#ifndef READ_ZSTD_H
#define READ_ZSTD_H

#include <stddef.h>
#include "format/spans_file.h"

/* How blocks are to be packed; NULL with the sentence set: there is no libzstd here, and they are stored as they are. */
const struct tc_packer *tc_zstd_packer(void);

/* Exactly to_bytes from a packed payload.  TACHO_EFORMAT, or TACHO_ENOENT where there is no libzstd. */
int tc_zstd_unpack(void *to, size_t to_bytes, const void *from, size_t bytes);

#endif
