/* SPDX-License-Identifier: MIT
 *
 * An end sets block.ready to 0 first and block.finished in its midst, so a block that is ready and says the same in both
 * before the copy and after it did not change in between: begins only touch what lies above the open spans.  A thread
 * that ends spans all the time never stands still that long; of it each node is taken by itself.
 */
#include "read/settle.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/metric.h>
#include <unistd.h>
#include "format/snapshot.h"

enum { TRIES = 4 };

static bool fetch(int fd, void *to, size_t bytes, uint64_t at)
{
	tc_look_again();
	return pread(fd, to, bytes, (off_t)at) == (ssize_t)bytes;
}

static bool read_file(void *fd, uint64_t offset, void *to, size_t bytes)
{
	return fetch(*(int *)fd, to, bytes, offset);
}

static bool same_shape(const struct tacho_block *a, const struct tacho_block *b)
{
	return a->nodes == b->nodes && a->metrics_at == b->metrics_at && a->ring_records == b->ring_records &&
	       a->ring_mask == b->ring_mask && a->attributes_at == b->attributes_at &&
	       a->attributes_size == b->attributes_size && a->next == b->next &&
	       !memcmp(a->node_chunk, b->node_chunk, sizeof a->node_chunk);
}

static bool same_node_shape(const struct tacho_node *a, const struct tacho_node *b)
{
	return a->id == b->id && a->site == b->site && a->parent == b->parent && a->kept == b->kept &&
	       !memcmp(a->page, b->page, sizeof a->page);
}

/* A node with its pages again.  What was checked holds only as long as offsets are those that were checked. */
static bool fetch_node(struct tc_part_copy *part, int fd, struct tacho_block *block, struct tacho_node *node)
{
	struct tacho_node fresh;
	if (!fetch(fd, &fresh, sizeof fresh, (uint64_t)((unsigned char *)node - part->bytes)) ||
		!same_node_shape(node, &fresh))
		return false;
	*node = fresh;
	for (unsigned i = 0; i < TACHO_HISTOGRAM_PAGES; i++) {
		uint32_t *page = tc_part_page(block, node, i);
		if (page && !fetch(fd, page, TACHO_PAGE_CELLS * sizeof *page,
				    (uint64_t)((unsigned char *)page - part->bytes)))
			return false;
	}
	return true;
}

/* The whole block again, in the order in which a part is laid out; false: it has grown, the old copy must do. */
static bool fetch_block(struct tc_part_copy *part, int fd, struct tacho_block *block)
{
	uint64_t at = (uint64_t)((unsigned char *)block - part->bytes);
	struct tacho_block *fresh = aligned_alloc(64, sizeof *fresh);
	bool done = fresh && fetch(fd, fresh, sizeof *fresh, at) && same_shape(block, fresh);
	if (done)
		memcpy(block, fresh, sizeof *fresh);
	free(fresh);
	/* the stack after `top` that counts it */
	if (!done || !fetch(fd, block->stack, sizeof block->stack, at + offsetof(struct tacho_block, stack)) ||
		!fetch(fd, block + 1, block->ring_records * sizeof(struct tacho_record), at + sizeof *block))
		return false;
	if (block->attributes_at &&
		!fetch(fd, part->bytes + block->attributes_at, block->attributes_size, block->attributes_at))
		return false;
	for (uint32_t id = 0; id < block->nodes; id++)
		if (!fetch_node(part, fd, block, tc_part_node(part->bytes, block, id)))
			return false;
	return true;
}

static bool settle_block(struct tc_part_copy *part, int fd, struct tacho_block *block)
{
	struct tc_snapshot_source source = {&fd, read_file};
	struct tc_still still;
	uint64_t at = (uint64_t)((unsigned char *)block - part->bytes);
	/* The first copy came in one piece, in any order: nothing tells whether its first line is older than the rest. */
	for (int i = 0; i < TRIES; i++) {
		bool begun = tc_still_begin(&source, at, &still);
		if (!fetch_block(part, fd, block))
			return false;
		if (begun && tc_still_end(&source, at, &still))
			return true;
	}
	return false;
}

static void settle_node(struct tc_part_copy *part, int fd, const struct tacho_block *block, struct tacho_node *node)
{
	struct tc_snapshot_source source = {&fd, read_file};
	struct tacho_node fresh;
	uint64_t block_at = (uint64_t)((const unsigned char *)block - part->bytes);
	uint64_t node_at = (uint64_t)((unsigned char *)node - part->bytes);
	/* with a page more than our copy has the old figures must do */
	if (tc_snapshot_node(&source, block_at, node_at, &fresh) != TC_SNAPSHOT_LOST && same_node_shape(node, &fresh))
		*node = fresh;
}

/* A kept span that changed while it was copied may be half of one and half of another. */
static void settle_kept(struct tc_part_copy *part, int fd, struct tacho_kept *kept)
{
	for (int i = 0; kept && i < TACHO_KEPT_SLOTS; i++) {
		struct tacho_kept_span again;
		uint64_t at = (uint64_t)((unsigned char *)&kept->span[i] - part->bytes);
		if (!kept->span[i].stamp || !fetch(fd, &again, sizeof again, at) ||
			memcmp(&again, &kept->span[i], sizeof again))
			kept->span[i].stamp = 0;
	}
}

/* A distribution as it was between two records: read twice alike.  Beside a thread that never pauses the last copy that
 * agrees with itself must do.  Pages that came meanwhile were not checked: their entries are missing for now. */
static void settle_distribution(struct tc_part_copy *part, int fd, struct tacho_distribution *distribution)
{
	struct tacho_distribution fresh[2];
	uint64_t at = (uint64_t)((unsigned char *)distribution - part->bytes);
	for (int i = 0; i < 16 * TRIES; i++) {
		if (!fetch(fd, &fresh[0], sizeof fresh[0], at) || !fetch(fd, &fresh[1], sizeof fresh[1], at))
			return;
		if (fresh[0].begun != fresh[0].count || fresh[1].begun != fresh[0].count)
			continue;
		bool same = !memcmp(&fresh[0], &fresh[1], sizeof fresh[0]);
		memcpy(fresh[0].page, distribution->page, sizeof fresh[0].page);
		*distribution = fresh[0];
		if (same)
			return;
	}
}

static void settle_metrics(struct tc_part_copy *part, int fd, struct tacho_block *block)
{
	struct tacho_metrics *metrics = tc_part_metrics(part->bytes, block);
	for (uint64_t i = 0; metrics && i < tc_part_copy_header(part)->metrics; i++) {
		const struct tc_metric_entry *entry = tc_part_metric(part->bytes, i);
		if (entry && entry->kind >= TACHO_METRIC_TIME && metrics->cell[entry->cell])
			settle_distribution(part, fd, tacho_metric_cell(metrics, metrics->cell[entry->cell]));
	}
}

void tc_part_settle(struct tc_part_copy *part, int fd)
{
	uint64_t at = tc_part_copy_header(part)->first_block;
	for (struct tacho_block *block; (block = tc_part_block(part->bytes, at)); at = block->next) {
		bool settled = fd < 0 || settle_block(part, fd, block);
		for (uint32_t id = 0; fd >= 0 && id < block->nodes; id++) {
			struct tacho_node *node = tc_part_node(part->bytes, block, id);
			if (!settled)
				settle_node(part, fd, block, node);
			settle_kept(part, fd, tc_part_kept(block, node));
		}
		if (fd >= 0)
			settle_metrics(part, fd, block);
		block->owner = !settled;
	}
}
