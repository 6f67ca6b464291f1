/* SPDX-License-Identifier: MIT
 *
 * made.h - sessions made by hand for tests of what is concluded from them: spans in the rings, and the windows that an observer
 * would have written of them.  Out of memory ends the program.
 */
#ifndef ANALYZE_MADE_H
#define ANALYZE_MADE_H

#include <stdlib.h>
#include <string.h>
#include <tacho/hot.h>
#include "read/session.h"

enum { MADE_NAMES = 64, MADE_WINDOWS = 512 };

struct made { /* all zero: empty */
	struct tc_session session;
	struct tc_name_view name[MADE_NAMES];
	struct tc_node_view root, node[MADE_NAMES], *child[MADE_NAMES];
	struct tc_window_view window[MADE_WINDOWS];
	struct tc_ring_view ring;
	size_t span_room;
	bool no_ring; /* the rings hold nothing of what is made from here on */
};

static inline void *made_memory(size_t bytes)
{
	void *memory = calloc(1, bytes ? bytes : 1);
	if (!memory)
		abort();
	return memory;
}

static inline uint32_t made_name(struct made *m, const char *name)
{
	for (uint32_t i = 0; i < m->session.names; i++)
		if (!strcmp(m->name[i].name, name))
			return i;
	uint32_t i = (uint32_t)m->session.names++;
	if (i == MADE_NAMES)
		abort();
	m->session.name = m->name;
	m->session.window = m->window;
	m->session.root = &m->root;
	m->root = (struct tc_node_view){.name = TC_ROOT, .child = m->child};
	m->name[i] = (struct tc_name_view){.name = name, .bytes = strlen(name)};
	m->name[i].figures.min_ns = UINT64_MAX;
	m->node[i] = (struct tc_node_view){.name = i, .number = i + 1, .parent = &m->root};
	m->child[i] = &m->node[i];
	m->root.children = m->session.names;
	m->session.nodes = m->session.names + 1;
	m->session.rings = 1;
	m->session.ring = &m->ring;
	m->ring.since = INT64_MAX; /* whether trees of spans are whole is another's to test */
	return i;
}

static inline void made_count(struct tc_figures *f, uint64_t ns, uint64_t self_ns, bool failed)
{
	f->count++;
	f->failed += failed;
	f->self_ns += self_ns;
	f->sum_ns = tc_wide_add(f->sum_ns, tc_wide_of(ns));
	f->squares_ns2 = tc_wide_add(f->squares_ns2, tc_wide_product(ns, ns));
	f->min_ns = ns < f->min_ns ? ns : f->min_ns;
	f->max_ns = ns > f->max_ns ? ns : f->max_ns;
	if (tc_histogram_add(&f->histogram, tacho_cell(ns), 1))
		abort();
}

/* The ladder's window in which an instant lies: a tenth of a second each. */
static inline struct tc_window_entry *made_entry(struct made *m, uint32_t name, tc_instant end)
{
	const tc_instant width = 100000000;
	size_t at = (size_t)(end / width);
	if (at >= MADE_WINDOWS)
		abort();
	for (; m->session.windows <= at; m->session.windows++)
		m->window[m->session.windows] = (struct tc_window_view){.begin = (tc_instant)m->session.windows * width,
			.end = (tc_instant)(m->session.windows + 1) * width,
			.entry = made_memory(MADE_NAMES * sizeof(struct tc_window_entry))};
	struct tc_window_view *window = &m->window[at];
	struct tc_window_entry *entries = (struct tc_window_entry *)window->entry;
	for (size_t i = 0; i < window->entries; i++)
		if (entries[i].name == name)
			return &entries[i];
	entries[window->entries] = (struct tc_window_entry){.name = name, .min_ns = UINT64_MAX};
	return &entries[window->entries++];
}

/* Cells as they come, not in order and one to the span: readers add them up. */
static inline void made_grow(struct tc_window_entry *entry, uint32_t cell)
{
	uint32_t *cells = realloc((void *)entry->cell, (entry->cells + 1) * sizeof *cells);
	uint32_t *grown = realloc((void *)entry->grown, (entry->cells + 1) * sizeof *grown);
	if (!cells || !grown)
		abort();
	cells[entry->cells] = cell;
	grown[entry->cells++] = 1;
	entry->cell = cells;
	entry->grown = grown;
}

/* A span that ended, with what of it is its own; the session ends no earlier. */
static inline void made_span(
	struct made *m, const char *text, tc_instant begin, uint64_t ns, uint64_t self_ns, bool failed)
{
	uint32_t name = made_name(m, text);
	struct tc_session *s = &m->session;
	tc_instant end = begin + (tc_instant)ns;
	struct tc_window_entry *entry = made_entry(m, name, end);
	made_count(&m->name[name].figures, ns, self_ns, failed);
	made_count(&m->node[name].figures, ns, self_ns, failed);
	entry->count++;
	entry->failed += failed;
	entry->self_ns += (int64_t)self_ns;
	entry->sum_ns = tc_wide_add(entry->sum_ns, tc_wide_of(ns));
	entry->squares_ns2 = tc_wide_add(entry->squares_ns2, tc_wide_product(ns, ns));
	entry->min_ns = ns < entry->min_ns ? ns : entry->min_ns;
	entry->max_ns = ns > entry->max_ns ? ns : entry->max_ns;
	made_grow(entry, tacho_cell(ns));
	s->end = end > s->end ? end : s->end;
	if (m->no_ring)
		return;
	if (s->spans == m->span_room) {
		m->span_room = 2 * m->span_room + 64;
		s->span = realloc(s->span, m->span_room * sizeof *s->span);
		if (!s->span)
			abort();
	}
	s->span[s->spans++] = (struct tc_span_view){
		.name = name, .node = &m->node[name], .begin = begin, .end = end, .duration_ns = ns, .failed = failed};
}

/* Summaries of the names, as a reader makes them. */
static inline const struct tc_session *made_session(struct made *m)
{
	struct tc_session *s = &m->session;
	for (size_t i = 0; i < s->names; i++) {
		struct tc_figures *f = &m->name[i].figures;
		uint64_t *value = made_memory(s->spans * sizeof *value), kept = 0;
		for (size_t k = 0; k < s->spans; k++)
			if (s->span[k].name == i)
				value[kept++] = s->span[k].duration_ns;
		tc_summarize(&m->name[i].summary, f->count, f->failed, f->sum_ns, f->squares_ns2, f->min_ns, f->max_ns,
			&f->histogram, kept == f->count && kept <= 4096 ? value : NULL);
		free(value);
	}
	s->basis = "all spans of the session";
	return s;
}

static inline void made_release(struct made *m)
{
	for (size_t i = 0; i < m->session.names; i++) {
		tc_histogram_release(&m->name[i].figures.histogram);
		tc_histogram_release(&m->node[i].figures.histogram);
	}
	for (size_t w = 0; w < m->session.windows; w++) {
		for (size_t k = 0; k < m->window[w].entries; k++) {
			free((void *)m->window[w].entry[k].cell);
			free((void *)m->window[w].entry[k].grown);
		}
		free((void *)m->window[w].entry);
	}
	free(m->session.span);
	free(m);
}

static inline struct made *made_new(void)
{
	return made_memory(sizeof(struct made));
}

#endif
