/* SPDX-License-Identifier: MIT */
#include "export/prometheus_names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return m && n > m && name[n - m - 1] == '_' && !strcmp(name + n - m, end);
}

static void cut_end(char *name, const char *end)
{
	if (ends_in(name, end))
		name[strlen(name) - strlen(end) - 1] = '\0';
}

/* [a-zA-Z_][a-zA-Z0-9_]*, without the unit and what counters have at their end. */
static void make_base(char name[TC_FAMILY_NAME], const struct tc_family *family, const char *unit)
{
	const char *text = family->text;
	size_t n = (size_t)snprintf(name, TC_FAMILY_NAME, "%s", family->prefix);
	const size_t most = TC_FAMILY_NAME - 96;
	if (!n && (isdigit((unsigned char)*text) || !*text))
		name[n++] = '_';
	for (; *text && n < most; text++)
		name[n++] = isalnum((unsigned char)*text) ? *text : '_';
	name[n] = '\0';
	if (!strcmp(unit, "ratio"))
		cut_end(name, "percent");
	if (family->type == TC_FAMILY_COUNTER)
		cut_end(name, "total");
	cut_end(name, unit);
}

/* FNV-1a; what is hashed next is told apart from this by the 0 at its end. */
static uint32_t hash_of(const char *text, uint32_t hash)
{
	do
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	while (*text++);
	return hash;
}

static uint32_t identity_of(const struct tc_family *family)
{
	return hash_of(family->unit, hash_of(family->text, hash_of(family->kind, 2166136261u)));
}

static char *name_of(const struct tc_family_name *name, const char *number)
{
	char text[TC_FAMILY_NAME];
	snprintf(text, sizeof text, "%.168s%s%s%s", name->base, number, *name->unit ? "_" : "", name->unit);
	return strdup(text);
}

static bool is_called_so(const struct tc_family *family, const char *name)
{
	size_t n = strlen(name);
	return !strncmp(family->text, name, n) &&
	       (!family->text[n] || (family->type == TC_FAMILY_COUNTER && !strcmp(family->text + n, "_total")));
}

void tc_family_names_add(struct tc_family_names *names, const struct tc_family *family, const char *unit)
{
	char base[TC_FAMILY_NAME];
	if (names->count == names->room) {
		size_t room = names->room ? 2 * names->room : 64;
		struct tc_family_name *more = realloc(names->name, room * sizeof *more);
		names->no_memory |= !more;
		if (!more)
			return;
		names->name = more;
		names->room = room;
	}
	struct tc_family_name *name = &names->name[names->count];
	make_base(base, family, unit);
	*name = (struct tc_family_name){.type = family->type, .base = strdup(base), .identity = identity_of(family)};
	snprintf(name->unit, sizeof name->unit, "%s", unit);
	name->text = name->base ? name_of(name, "") : NULL;
	names->count += name->base != NULL;
	names->no_memory |= !name->text;
	name->rank = 2 * family->rank + !(name->text && is_called_so(family, name->text));
}

/* ---- which of them are the same ---- */

struct claim { /* a name that samples of a family have, or could have */
	struct tc_family_name *of;
	const char *suffix;
};

static const char *const *suffixes_of(enum tc_family_type type)
{
	static const char *const counter[] = {"", "_total", "_created", NULL}, *const gauge[] = {"", NULL},
				 *const histogram[] = {"", "_bucket", "_sum", "_count", "_created", NULL},
				 *const summary[] = {"", "_sum", "_count", "_created", NULL},
				 *const info[] = {"", "_info", NULL};
	switch (type) {
	case TC_FAMILY_COUNTER:
		return counter;
	case TC_FAMILY_GAUGE:
		return gauge;
	case TC_FAMILY_HISTOGRAM:
		return histogram;
	case TC_FAMILY_INFO:
		return info;
	default:
		return summary;
	}
}

static size_t find_claims(const struct tc_family_names *names, struct claim *out)
{
	size_t n = 0;
	for (size_t i = 0; i < names->count; i++)
		for (const char *const *suffix = suffixes_of(names->name[i].type); *suffix; suffix++)
			out[n++] = (struct claim){&names->name[i], *suffix};
	return n;
}

static char sign_of(const struct claim *claim, size_t bytes, size_t at)
{
	return at < bytes ? claim->of->text[at] : claim->suffix[at - bytes];
}

static int by_claim(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	size_t n = strlen(a->of->text), m = strlen(b->of->text), at = 0;
	while (sign_of(a, n, at) && sign_of(a, n, at) == sign_of(b, m, at))
		at++;
	return sign_of(a, n, at) - sign_of(b, m, at);
}

/* Of those that claim one name the first in rank keeps it, if it is the only such. */
static bool beat(struct claim *claim, size_t count)
{
	unsigned least = claim[0].of->rank;
	size_t firsts = 0;
	for (size_t i = 0; i < count; i++)
		least = claim[i].of->rank < least ? claim[i].of->rank : least;
	for (size_t i = 0; i < count; i++)
		firsts += claim[i].of->rank == least;
	for (size_t i = 0; i < count; i++)
		claim[i].of->is_beaten |= count > 1 && (firsts > 1 || claim[i].of->rank != least);
	return count > 1;
}

static bool beat_all(struct claim *claim, size_t claims)
{
	bool any = false;
	qsort(claim, claims, sizeof *claim, by_claim);
	for (size_t first = 0, end; first < claims; first = end) {
		for (end = first + 1; end < claims && !by_claim(&claim[first], &claim[end]);)
			end++;
		any |= beat(&claim[first], end - first);
	}
	return any;
}

/* One that has its number already is behind those that are called so. */
static void rename_beaten(struct tc_family_names *names, uint32_t round)
{
	char number[16];
	for (size_t i = 0; i < names->count; i++) {
		struct tc_family_name *name = &names->name[i];
		if (!name->is_beaten)
			continue;
		snprintf(number, sizeof number, "_%08x", name->identity + round * 2654435761u);
		free(name->text);
		name->text = name_of(name, number);
		name->rank |= 1;
		name->is_beaten = false;
		names->no_memory |= !name->text;
	}
}

void tc_family_names_find(struct tc_family_names *names)
{
	enum { SUFFIXES_MOST = 5, ROUNDS = 16 };
	struct claim *claim = malloc((names->count * SUFFIXES_MOST + 1) * sizeof *claim);
	names->no_memory |= !claim;
	for (uint32_t round = 0; round < ROUNDS && !names->no_memory; round++) {
		if (!beat_all(claim, find_claims(names, claim)))
			break;
		rename_beaten(names, round);
	}
	free(claim);
}

void tc_family_names_release(struct tc_family_names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		free(names->name[i].text);
		free(names->name[i].base);
	}
	free(names->name);
	*names = (struct tc_family_names){0};
}
