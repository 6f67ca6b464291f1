/* SPDX-License-Identifier: MIT
 *
 * identity.h - a number for a span that links can name: made from what its record says anyway, so that it costs nothing
 * until it is asked for.  Two spans of a session have the same with a probability of 2^-64.
 */
#ifndef FORMAT_IDENTITY_H
#define FORMAT_IDENTITY_H

#include <stdint.h>
#include <tacho/layout.h>

/* part_id: the first half.  Where an async span ends is not known at its begin, so the block counts for scopes only. */
static inline uint64_t tc_span_identity(
	uint64_t part_id, uint64_t block_at, uint32_t site, uint32_t kind, uint64_t start_ns)
{
	uint64_t words[] = {kind == TACHO_KIND_SCOPE ? block_at : 0, site, start_ns}, hash = part_id;
	for (int i = 0; i < 3; i++) {
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
		hash *= 0xbf58476d1ce4e5b9u;
		hash ^= hash >> 32;
	}
	return hash ? hash : 1; /* 0: no span */
}

static inline const char *tc_kind_text(uint32_t kind)
{
	static const char *const kinds[] = {"scope", "async", "measured"};
	return kind < sizeof kinds / sizeof *kinds ? kinds[kind] : "unknown";
}

static inline uint32_t tc_tag_kind(uint64_t tag)
{
	return (uint32_t)(tag >> TACHO_TAG_KIND_SHIFT) & 3;
}

/* The thread that began a span, where its record says that it is the one that ended it; 0: that does not say. */
static inline uint32_t tc_tag_begun_by(uint64_t tag, uint32_t tid)
{
	return tc_tag_kind(tag) == TACHO_KIND_ASYNC && tag & TACHO_TAG_BEGUN_HERE ? tid : 0;
}

#endif
