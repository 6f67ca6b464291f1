/* SPDX-License-Identifier: MIT
 *
 * site.c - sites for names made at run time.  A hit reads a table that only ever grows, without a lock; what is new is
 * added under the lock, complete before it can be found.  Sites are never freed, nor are the tables they were in before.
 */
#include <string.h>
#include <tacho/tacho.h>
#include "format/part.h"
#include "record/private.h"

struct entry {
	uint32_t hash, bytes;
	const char *name;
	struct tacho_site *site;
};

struct table {
	uint32_t mask, used;
	struct entry entry[];
};

enum { FIRST_ENTRIES = 256, SITES_AT_ONCE = 256 };

static struct table *table;
static struct tacho_site other = {"(other)", 0, {0, 0}};
static struct tacho_site *fresh; /* of a batch */
static uint32_t fresh_left;

/* Eight bytes at a time, the last eight once more: calls for so few cost more than all the rest. */
static uint64_t load(const char *at)
{
	uint64_t word;
	memcpy(&word, at, 8);
	return word;
}

static uint32_t hash_of(const char *bytes, uint32_t count)
{
	uint64_t hash = count, word = 0;
	if (count < 8) {
		for (uint32_t i = 0; i < count; i++)
			word = word << 8 | (unsigned char)bytes[i];
	} else {
		for (uint32_t i = 0; i + 8 < count; i += 8)
			hash = (hash ^ load(bytes + i)) * 0x9e3779b97f4a7c15u;
		word = load(bytes + count - 8);
	}
	hash = (hash ^ hash >> 32 ^ word) * 0x9e3779b97f4a7c15u;
	hash = (hash ^ hash >> 32) * 0xbf58476d1ce4e5b9u;
	return (uint32_t)(hash >> 32);
}

static bool same(const char *a, const char *b, uint32_t count)
{
	uint32_t i = 0;
	for (; i + 8 < count; i += 8)
		if (load(a + i) != load(b + i))
			return false;
	if (count >= 8)
		return load(a + count - 8) == load(b + count - 8);
	while (i < count && a[i] == b[i])
		i++;
	return i == count;
}

static struct tacho_site *find(const struct table *in, const char *name, uint32_t bytes, uint32_t hash)
{
	for (uint32_t at = hash & in->mask;; at = (at + 1) & in->mask) {
		const struct entry *entry = &in->entry[at];
		struct tacho_site *site = __atomic_load_n(&entry->site, __ATOMIC_ACQUIRE);
		if (!site)
			return NULL;
		if (entry->hash == hash && entry->bytes == bytes && same(entry->name, name, bytes))
			return site;
	}
}

static void insert(struct table *into, struct entry entry)
{
	uint32_t at = entry.hash & into->mask;
	while (into->entry[at].site)
		at = (at + 1) & into->mask;
	struct entry *place = &into->entry[at];
	place->hash = entry.hash;
	place->bytes = entry.bytes;
	place->name = entry.name;
	__atomic_store_n(&place->site, entry.site, __ATOMIC_RELEASE);
	into->used++;
}

/* At most half full. */
static bool grow(void)
{
	uint32_t entries = table ? (table->mask + 1) * 2 : FIRST_ENTRIES;
	if (table && table->used * 2 <= table->mask)
		return true;
	struct table *larger = tc_private_alloc(sizeof *larger + entries * sizeof(struct entry));
	if (!larger)
		return false;
	larger->mask = entries - 1;
	for (uint32_t i = 0; table && i <= table->mask; i++)
		if (table->entry[i].site)
			insert(larger, table->entry[i]);
	__atomic_store_n(&table, larger, __ATOMIC_RELEASE);
	return true;
}

static struct tacho_site *make_site(void)
{
	if (!fresh_left) {
		fresh = tc_private_alloc(SITES_AT_ONCE * sizeof *fresh);
		fresh_left = fresh ? SITES_AT_ONCE : 0;
		if (!fresh)
			return NULL;
	}
	fresh_left--;
	return fresh++;
}

/* The lock is held. */
static struct tacho_site *add(const char *name)
{
	uint32_t id = tc_name_id(name, TACHO_KIND_SCOPE);
	if (id == TC_NAME_OTHER)
		return &other;
	size_t bytes;
	const char *kept = tc_name_text(id, &bytes); /* a very long name ends in a hash there */
	uint32_t hash = hash_of(kept, (uint32_t)bytes);
	struct tacho_site *site = table ? find(table, kept, (uint32_t)bytes, hash) : NULL;
	if (site)
		return site; /* another thread was faster */
	if (!grow() || !(site = make_site()))
		return &other;
	site->name = kept;
	site->id = id;
	insert(table, (struct entry){hash, (uint32_t)bytes, kept, site});
	return site;
}

struct tacho_site *tacho_site_named_called(const char *name)
{
	name = name && *name ? name : "(unnamed)";
	size_t bytes = strlen(name);
	const struct table *now = __atomic_load_n(&table, __ATOMIC_ACQUIRE);
	struct tacho_site *site = NULL;
	if (now && bytes <= TC_NAME_BYTES_MAX)
		site = find(now, name, (uint32_t)bytes, hash_of(name, (uint32_t)bytes));
	if (site || !tc_slow_enter())
		return site ? site : &other;
	site = add(name);
	tc_slow_leave();
	return site;
}
