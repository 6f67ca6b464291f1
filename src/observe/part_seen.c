/* SPDX-License-Identifier: MIT */
#include "observe/part_seen.h"
#include "observe/keep.h"
#include "observe/share.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is looked at each time. */
enum { HEADER_BYTES = offsetof(struct tc_part_header, parent_path_bytes) };

bool tc_seen_pread(const struct tc_part_reading *reading, uint64_t offset, void *to, size_t bytes)
{
	tc_look_again();
	return offset < reading->size && bytes <= reading->size - offset &&
	       pread(reading->fd, to, bytes, (off_t)offset) == (ssize_t)bytes;
}

static bool is_ours(const struct tc_part_header *header)
{
	return header->byte_order == TC_BYTE_ORDER && header->layout == TACHO_LAYOUT &&
	       header->header_bytes == TC_HEADER_BYTES && header->block_bytes == sizeof(struct tacho_block) &&
	       header->node_bytes == sizeof(struct tacho_node);
}

static bool make_names(struct tc_part_seen *part, uint32_t site)
{
	uint32_t names = part->names ? part->names : 16;
	while (names <= site)
		names *= 2;
	if (names == part->names)
		return true;
	uint32_t *number = realloc(part->number, names * sizeof *number);
	if (!number)
		return false;
	memset(number + part->names, 0xff, (names - part->names) * sizeof *number);
	part->number = number;
	part->names = names;
	return true;
}

static bool read_name(struct tc_part_reading *reading, uint32_t site, uint32_t *bytes)
{
	uint64_t chunk, names;
	struct tc_name name;
	return tc_seen_pread(reading, offsetof(struct tc_part_header, names), &names, sizeof names) && site < names &&
	       tc_seen_pread(reading,
		       offsetof(struct tc_part_header, name_chunk) + site / TC_NAMES_PER_CHUNK * sizeof chunk, &chunk,
		       sizeof chunk) &&
	       chunk && chunk < reading->size &&
	       tc_seen_pread(reading, chunk + site % TC_NAMES_PER_CHUNK * sizeof name, &name, sizeof name) &&
	       name.bytes <= sizeof reading->scratch->name && (*bytes = name.bytes, true) &&
	       tc_seen_pread(reading, name.at, reading->scratch->name, name.bytes);
}

uint32_t tc_seen_name(struct tc_part_reading *reading, uint16_t site)
{
	static const char unreadable[] = "(unreadable name)";
	struct tc_part_seen *part = reading->part;
	uint32_t bytes;
	if (!make_names(part, site))
		return UINT32_MAX;
	if (part->number[site] == UINT32_MAX && reading->target) {
		bool sound = read_name(reading, site, &bytes);
		part->number[site] = tc_names_number(reading->names, reading->target->log,
			sound ? reading->scratch->name : unreadable, sound ? bytes : sizeof unreadable - 1);
	}
	return part->number[site];
}

static struct tc_block_seen *find_block(struct tc_part_seen *part, uint64_t at)
{
	size_t low = 0, high = part->blocks;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (part->block[middle].at == at)
			return &part->block[middle];
		if (part->block[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Kept ascending; new ones nearly always come last. */
static bool add_block(struct tc_part_seen *part, uint64_t at)
{
	struct tc_block_seen *block = realloc(part->block, (part->blocks + 1) * sizeof *block);
	if (!block)
		return false;
	part->block = block;
	size_t i = part->blocks++;
	for (; i && block[i - 1].at > at; i--)
		block[i] = block[i - 1];
	block[i] = (struct tc_block_seen){.at = at};
	return true;
}

/* New blocks are put in front of the chain: it is followed to the first one that is known.  One that says it lies
 * elsewhere, or a longer chain than the file has room for, is a lie, and what comes after it is left out. */
static void find_blocks(struct tc_part_reading *reading, uint64_t first)
{
	struct tc_part_seen *part = reading->part;
	uint64_t links = reading->size / sizeof(struct tacho_block), at = first, block_at, next;
	while (at && links-- && at % TACHO_UNIT == 0 && !find_block(part, at)) {
		if (!tc_seen_pread(reading, at + offsetof(struct tacho_block, at), &block_at, sizeof block_at) ||
			!tc_seen_pread(reading, at + offsetof(struct tacho_block, next), &next, sizeof next) ||
			block_at != at || !add_block(part, at))
			break;
		at = next;
	}
	part->first_block = first;
}

bool tc_seen_size(struct tc_part_reading *reading)
{
	struct stat st;
	if (fstat(reading->fd, &st) || st.st_size < 0)
		return false;
	reading->size = (uint64_t)st.st_size;
	return true;
}

/* false: it is no part of this version, or not yet. */
static bool read_header(struct tc_part_reading *reading, struct tc_part_header *header)
{
	struct tc_part_seen *part = reading->part;
	if (!tc_seen_size(reading) || !tc_seen_pread(reading, 0, header, HEADER_BYTES))
		return false;
	if (part->valid)
		return true;
	if (memcmp(header->magic, TC_PART_MAGIC, sizeof header->magic))
		return false; /* its header is complete when it has the magic, */
	if (!tc_seen_pread(reading, 0, header, HEADER_BYTES))
		return false; /* but the magic may have been read last */
	part->valid = is_ours(header);
	if (!part->valid) {
		part->done = true;
		reading->totals->refused++;
	}
	return part->valid;
}

void tc_seen_keep(struct tc_part_reading *reading)
{
	struct tc_part_seen *part = reading->part;
	struct tc_part_header header;
	if (!read_header(reading, &header) || !tc_seen_size(reading))
		return;
	if (header.first_block != part->first_block)
		find_blocks(reading, header.first_block);
	for (size_t i = 0; i < part->blocks; i++)
		tc_keep_block(reading, &part->block[i]);
}

void tc_seen_read(struct tc_part_reading *reading)
{
	struct tc_part_seen *part = reading->part;
	struct tc_part_header header;
	if (!read_header(reading, &header))
		return;
	if (part->ending) /* an end that was under way when the part was closed is through by now */
		part->done = reading->last = true;
	part->ending = header.end.ticks != 0;
	part->waits = header.waits;
	tc_seen_pread(reading, offsetof(struct tc_part_header, wish), &part->wish, sizeof part->wish);
	if (!tc_seen_size(reading)) /* after the header, so that what it points to is inside */
		return;
	if (header.first_block != part->first_block)
		find_blocks(reading, header.first_block);
	if (reading->shares && !tc_share_begin(reading))
		reading->shares = NULL;
	for (size_t i = 0; i < part->blocks; i++)
		tc_seen_read_block(reading, &part->block[i]);
	for (size_t i = 0; reading->keeper && reading->last && i < part->blocks; i++)
		tc_keep_block(reading, &part->block[i]);
	if (reading->shares)
		tc_share_end(reading);
	if (reading->last)
		tc_seen_read_metrics(reading);
}

void tc_seen_release(struct tc_part_seen *part, struct tc_part_totals *totals, struct tc_shares *shares)
{
	tc_share_release_part(shares, part);
	tc_seen_release_metrics(part, totals);
	for (size_t i = 0; i < part->blocks; i++)
		tc_seen_release_block(&part->block[i], totals);
	free(part->block);
	free(part->number);
	*part = (struct tc_part_seen){.fd = -1};
}
