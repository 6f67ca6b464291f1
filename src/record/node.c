/* SPDX-License-Identifier: MIT
 *
 * node.c - the call tree of a thread: a node per site and parent.  Found through a private table that is indexed so
 * that the sites under one parent never collide; the node itself lies in the part.
 */
#include <string.h>
#include "record/private.h"

/* Deeper or wider trees than this are recursions: their further spans are counted per site, without their path. */
enum { PATHS_MAX = 8192, NODES_MAX = 65535, FIRST_CHILDREN = 256 };

struct tc_part *tc_part_of(const struct tacho_block *block)
{
	return (struct tc_part *)(uintptr_t)block->owner;
}

static struct tacho_node *chunk_at(const struct tacho_block *block, uint32_t chunk)
{
	return tc_at(tc_part_of(block), block->node_chunk[chunk]);
}

/* Chunk c begins with node 32 * (2^c - 1). */
static uint32_t chunk_of(uint32_t id, uint32_t *within)
{
	uint32_t chunk = 31 - (uint32_t)__builtin_clz(id / TACHO_FIRST_CHUNK + 1);
	*within = id - TACHO_FIRST_CHUNK * ((1u << chunk) - 1);
	return chunk;
}

struct tacho_node *tc_node_at(const struct tacho_block *block, uint32_t id)
{
	uint32_t within, chunk = chunk_of(id, &within);
	return chunk_at(block, chunk) + within;
}

static struct tacho_node *add_node(struct tc_part *part, struct tacho_block *block, uint32_t parent, uint32_t site)
{
	uint32_t within, id = block->nodes, chunk = chunk_of(id, &within);
	if (id >= NODES_MAX)
		return NULL;
	if (!block->node_chunk[chunk]) {
		uint64_t at = tc_part_alloc(part, (uint64_t)(TACHO_FIRST_CHUNK << chunk) * sizeof(struct tacho_node));
		if (!at)
			return NULL;
		block->node_chunk[chunk] = at;
	}
	struct tacho_node *node = chunk_at(block, chunk) + within;
	node->min_ns = UINT64_MAX;
	node->id = (uint16_t)id;
	node->site = (uint16_t)site;
	node->parent = (uint16_t)parent;
	node->kind = tc_name_kind(site);
	node->depth = id ? (uint16_t)(tc_node_at(block, parent)->depth + 1) : 0;
	tacho_publish();
	TACHO_RELAXED_STORE(block->nodes, id + 1);
	return node;
}

struct tacho_node *tc_node_first(struct tc_part *part, struct tacho_block *block)
{
	struct tacho_node *root = add_node(part, block, 0, TC_NAME_NONE);
	return root && add_node(part, block, 0, TC_NAME_OTHER) ? root : NULL;
}

static void insert(struct tacho_block *block, uint32_t key, uint32_t node)
{
	uint32_t at = tacho_child_slot(key >> 16, key & 0xffff, block->child_mask);
	while (block->children[at].key != TACHO_NO_CHILD)
		at = (uint32_t)((at + 1) & block->child_mask);
	block->children[at] = (struct tacho_child){key, node};
}

void tc_node_forget_children(struct tacho_block *block)
{
	tc_private_free(block->children, (block->child_mask + 1) * sizeof *block->children);
	block->children = NULL;
	block->child_mask = 0;
}

/* Makes the table for all nodes of the block anew, half empty at least. */
static bool grow_children(struct tacho_block *block)
{
	uint64_t count = FIRST_CHILDREN;
	while (count < 4 * (uint64_t)block->nodes)
		count *= 2;
	struct tacho_child *children = tc_private_alloc(count * sizeof *children);
	if (!children)
		return false;
	memset(children, 0xff, count * sizeof *children);
	if (block->children)
		tc_node_forget_children(block);
	block->children = children;
	block->child_mask = count - 1;
	for (uint32_t id = 1; id < block->nodes; id++) {
		const struct tacho_node *node = tc_node_at(block, id);
		insert(block, (uint32_t)node->parent << 16 | node->site,
			(uint32_t)(((const char *)node - (const char *)block) / TACHO_UNIT));
	}
	return true;
}

bool tc_node_prepare(struct tacho_block *block)
{
	return block->children || grow_children(block);
}

static struct tacho_node *look_up(const struct tacho_block *block, uint32_t key)
{
	uint32_t at = tacho_child_slot(key >> 16, key & 0xffff, block->child_mask);
	for (; block->children[at].key != TACHO_NO_CHILD; at = (uint32_t)((at + 1) & block->child_mask))
		if (block->children[at].key == key)
			return (struct tacho_node *)(void *)((char *)(uintptr_t)block +
							     (uint64_t)block->children[at].node * TACHO_UNIT);
	return NULL;
}

struct tacho_node *tc_node_known(const struct tacho_block *block, uint32_t parent, uint32_t site)
{
	return look_up(block, parent << 16 | site);
}

static struct tacho_node *other(struct tacho_block *block)
{
	block->node_lost++;
	return tc_node_at(block, 1);
}

struct tacho_node *tc_node_find(struct tacho_block *block, uint32_t parent, uint32_t site)
{
	if ((!block->children || 2 * (uint64_t)block->nodes > block->child_mask) && !grow_children(block))
		return other(block);
	struct tacho_node *node = look_up(block, parent << 16 | site);
	if (!node && block->nodes >= PATHS_MAX) {
		parent = 0;
		node = look_up(block, site);
	}
	if (node)
		return node;
	node = add_node(tc_part_of(block), block, parent, site);
	if (!node)
		return other(block);
	insert(block, parent << 16 | site, (uint32_t)(((const char *)node - (const char *)block) / TACHO_UNIT));
	return node;
}
