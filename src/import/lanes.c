/* SPDX-License-Identifier: MIT
 *
 * lanes.c - the thread that a span goes to: its own, or where the source has none as few as it takes.
 */
#include <stdlib.h>
#include "base/error.h"
#include "import/place.h"

enum { ANY_MOST = 256 /* threads of a process whose source has none */ };

static struct tc_lane *new_lane(struct tc_placing *p, const struct tc_item *item)
{
	const struct tc_import_thread_entry *thread = &p->import->thread[item->thread];
	uint32_t tid = thread->numbered ? thread->tid : ++p->import->process[thread->process].highest;
	struct tc_lane *lane = calloc(1, sizeof *lane);
	if (!lane) {
		p->writing->error = tc_error(TACHO_ENOMEM, "no memory for so many threads");
		return NULL;
	}
	lane->block = tc_writing_thread(p->writing, thread->process, tid, thread->name, item->start_ns);
	if (lane->block)
		return lane;
	free(lane);
	return NULL;
}

/* Of those that stand for a process: one in which nothing is open; else a new one, as long as there are few. */
static struct tc_lane *idle_lane(struct tc_placing *p, const struct tc_item *item)
{
	struct tc_lane **at = &p->lane[item->thread];
	uint32_t count = 0;
	for (; *at; at = &(*at)->next, count++)
		if (!(*at)->innermost)
			return *at;
	if (count < ANY_MOST)
		return *at = new_lane(p, item);
	return p->lane[item->thread];
}

bool tc_place_fits(const struct tc_item *item, int64_t end_ns, const struct tc_open *in)
{
	if (item->start_ns < in->item->start_ns)
		return false;
	return in->item->flags & TC_ITEM_OPEN || (!(item->flags & TC_ITEM_OPEN) && end_ns <= in->end_ns);
}

struct tc_lane *tc_place_lane(struct tc_placing *p, const struct tc_item *item, const struct tc_open *parent)
{
	const struct tc_import_thread_entry *thread = &p->import->thread[item->thread];
	if (!thread->any) {
		if (!p->lane[item->thread])
			p->lane[item->thread] = new_lane(p, item);
		return p->lane[item->thread];
	}
	bool near = parent && parent->item->thread == item->thread && parent->lane->innermost == parent &&
	            !(item->flags & TC_ITEM_FOLLOWS);
	return near && tc_place_fits(item, item->start_ns + (int64_t)item->duration_ns, parent) ? parent->lane
	                                                                                        : idle_lane(p, item);
}

void tc_place_free_lanes(struct tc_placing *p)
{
	for (size_t i = 0; p->lane && i < p->import->thread_keys.count; i++)
		for (struct tc_lane *lane = p->lane[i], *next; lane; lane = next) {
			next = lane->next;
			free(lane);
		}
	free(p->lane);
}
