/* SPDX-License-Identifier: MIT
 *
 * spans.h - spans that the observer stored one by one (setting `keep`), in blocks: as many spans as ended on a thread one
 * after another, in columns.  docs/FORMAT.md has the bytes.
 *
 * Why columns: what follows each other in one is alike, so that a general compressor finds it; and of a begin only the gap to
 * the end before it is written, since the end itself is known from the duration.
 */
#ifndef FORMAT_SPANS_H
#define FORMAT_SPANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TC_SPANS_IN_BLOCK = 8192,          /* at most */
	TC_SPANS_BLOCK_BYTES = 1 << 25,    /* of a block's payload, at most */
	TC_SPANS_ATTRIBUTE_BYTES = 1 << 24 /* of all attributes in it */
};

struct tc_stored_span {
	uint64_t start_ns;               /* of the part's own clock */
	uint64_t duration_ns;            /* whole */
	uint64_t tag;                    /* as the upper bits of a record's word */
	const unsigned char *attributes; /* struct tacho_attribute and what follows each, aligned to 8 */
	uint32_t attribute_bytes;
	bool attributes_cut; /* there were more */
};

/* Room for encoding, some 330 KB; allocate it once. */
struct tc_spans_coder;
struct tc_spans_coder *tc_spans_coder_new(void); /* NULL: no memory */
void tc_spans_coder_free(struct tc_spans_coder *coder);

/* A block's payload, which stays the coder's until the next call; NULL: the attributes are too many for one, or there is no
 * memory. */
const unsigned char *tc_spans_encode(
	struct tc_spans_coder *coder, const struct tc_stored_span *span, size_t count, size_t *bytes);

/* Exactly count spans from a payload that is aligned to 8 and stays there, for their attributes.  TACHO_EFORMAT where it
 * is not sound. */
int tc_spans_decode(const unsigned char *payload, size_t bytes, struct tc_stored_span *out, size_t count);

#endif
