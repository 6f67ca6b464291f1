/* SPDX-License-Identifier: MIT
 *
 * cases_tree.h - span trees of programs of which it is known which stages need each other's results.  What is seen of that is what programs
 * show: stages in a fixed order that need each other or not, stages that come in any order, stages that a pool sometimes runs at
 * once; and what deceives: stages that need each other and overlap all the same, because one streams to the other, or change places,
 * because a result was kept from before.
 */
#ifndef TESTS_CASES_TREE_H
#define TESTS_CASES_TREE_H

#include <stdlib.h>
#include "analyze/critical_path.h"
#include "analyze/paths.h"
#include "cases.h"

enum { STAGES = 5, INSTANCES = 40, LOOP = 12, TREE_SPANS = INSTANCES * (LOOP + 1) };

enum order { ORDER_FIXED, ORDER_ANY, ORDER_POOL };

struct program {
	size_t stages, instances, rounds; /* rounds: of a single stage, one after another; 0: it is no loop */
	bool needs[STAGES][STAGES];       /* [i][j]: stage i needs the result of j < i, or of one that does */
	bool loop_needs;                  /* each round that of the one before */
	bool streams[STAGES], kept[STAGES];
	enum order order;
	double mean_ns[STAGES];
};

struct trees { /* of a program, as tc_parallel_find() takes them; stage i is name i + 1 of a root named 0 */
	struct tc_plain_span plain[TREE_SPANS];
	size_t count;
	int64_t path_ns[TREE_SPANS];
	double weight[INSTANCES];
	struct tc_paths paths;
};

static inline struct program chance_program(struct chance *chance)
{
	struct program p = {.instances = 4 + chance_below(chance, INSTANCES - 3)};
	p.rounds = chance_uniform(chance) < 0.3 ? 3 + chance_below(chance, LOOP - 2) : 0;
	p.stages = p.rounds ? 1 : 2 + chance_below(chance, STAGES - 1);
	p.loop_needs = chance_uniform(chance) < 0.4;
	double order = chance_uniform(chance);
	p.order = order < 0.5 ? ORDER_FIXED : order < 0.75 ? ORDER_ANY : ORDER_POOL;
	for (size_t i = 0; i < p.stages; i++) {
		p.mean_ns[i] = chance_scale(chance, 1e6, 2e7);
		p.streams[i] = chance_uniform(chance) < 0.03;
		p.kept[i] = chance_uniform(chance) < 0.06;
		size_t of = i ? chance_below(chance, i) : 0;
		if (!i || chance_uniform(chance) < 0.35)
			continue;
		for (size_t k = 0; k < of; k++)
			p.needs[i][k] = p.needs[of][k];
		p.needs[i][of] = true;
	}
	return p;
}

/* Whether those stages could run at once. */
static inline bool program_is_free(const struct program *p, const uint32_t *name, size_t names)
{
	for (size_t a = 0; a < names; a++)
		for (size_t b = 0; b < names; b++)
			if (name[a] && name[b] && p->needs[name[a] - 1][name[b] - 1])
				return false;
	return names > 1 || !p->loop_needs;
}

static inline uint32_t trees_add(struct trees *t, uint32_t name, uint32_t parent, int64_t begin, int64_t end)
{
	t->plain[t->count] = (struct tc_plain_span){.name = name, .parent = parent, .begin_ns = begin, .end_ns = end};
	return (uint32_t)t->count++;
}

static inline int64_t stage_ns(const struct program *p, size_t stage, struct chance *chance)
{
	return (int64_t)(p->mean_ns[stage] * exp(0.2 * chance_normal(chance)));
}

/* The next stage of those that are left, whose needs are met. */
static inline size_t next_stage(const struct program *p, const bool *done, struct chance *chance)
{
	size_t ready[STAGES], count = 0;
	for (size_t i = 0; i < p->stages; i++) {
		bool met = !done[i];
		for (size_t k = 0; k < i; k++)
			met &= !p->needs[i][k] || done[k];
		if (met)
			ready[count++] = i;
	}
	return ready[p->order == ORDER_ANY ? chance_below(chance, count) : 0];
}

/* One after another; where one streams to the next they overlap, where a result was kept they change places. */
static inline int64_t run_in_turn(struct trees *t, const struct program *p, int64_t at, struct chance *chance)
{
	bool done[STAGES] = {false};
	size_t turn[STAGES];
	for (size_t i = 0; i < p->stages; i++) {
		turn[i] = next_stage(p, done, chance);
		done[turn[i]] = true;
	}
	for (size_t i = 0; i + 1 < p->stages; i++)
		if (p->kept[turn[i]] && chance_uniform(chance) < 0.3) {
			size_t first = turn[i];
			turn[i] = turn[i + 1];
			turn[i + 1] = first;
			i++;
		}
	for (size_t i = 0; i < p->stages; i++) {
		int64_t ns = stage_ns(p, turn[i], chance);
		bool early = i && p->streams[turn[i]] && chance_uniform(chance) < 0.3;
		at -= early ? ns / 10 : 0;
		trees_add(t, (uint32_t)turn[i] + 1, (uint32_t)t->count - 1 - (uint32_t)i, at, at + ns);
		at += ns + 1000;
	}
	return at;
}

/* Each as soon as what it needs is done. */
static inline int64_t run_at_once(struct trees *t, const struct program *p, int64_t from, struct chance *chance)
{
	int64_t end[STAGES], last = from;
	for (size_t i = 0; i < p->stages; i++) {
		int64_t begin = from + (int64_t)(1000 * i);
		for (size_t k = 0; k < i; k++)
			begin = p->needs[i][k] && end[k] > begin ? end[k] : begin;
		end[i] = begin + stage_ns(p, i, chance);
		last = end[i] > last ? end[i] : last;
		trees_add(t, (uint32_t)i + 1, (uint32_t)t->count - 1 - (uint32_t)i, begin, end[i]);
	}
	return last;
}

static inline int64_t run_rounds(struct trees *t, const struct program *p, int64_t at, struct chance *chance)
{
	uint32_t root = (uint32_t)t->count - 1;
	for (size_t i = 0; i < p->rounds; i++) {
		int64_t ns = stage_ns(p, 0, chance);
		trees_add(t, 1, root, at, at + ns);
		at += ns + 1000;
	}
	return at;
}

/* Release with trees_release(). */
static inline struct trees *trees_of(const struct program *p, struct chance *chance)
{
	struct trees *t = calloc(1, sizeof *t);
	if (!t)
		abort();
	int64_t at = 0;
	for (size_t i = 0; i < p->instances; i++) {
		uint32_t root = trees_add(t, 0, TC_NO_SPAN, at, at);
		at = p->rounds                                                ? run_rounds(t, p, at, chance)
		     : p->order == ORDER_POOL && chance_uniform(chance) < 0.3 ? run_at_once(t, p, at, chance)
		                                                              : run_in_turn(t, p, at, chance);
		t->plain[root].end_ns = at += 1000;
	}
	if (tc_forest_make(&t->paths.trees.forest, t->plain, t->count))
		abort();
	t->paths.path_ns = t->path_ns;
	t->paths.weight = t->weight;
	t->paths.names = STAGES + 1;
	for (size_t i = 0; i < t->paths.trees.forest.trees; i++) {
		t->weight[i] = 1;
		tc_critical_path(&t->paths.trees.forest, &t->paths.trees.forest.tree[i], t->path_ns);
	}
	return t;
}

static inline void trees_release(struct trees *t)
{
	tc_forest_release(&t->paths.trees.forest);
	free(t);
}

#endif
