/* SPDX-License-Identifier: MIT
 *
 * choose.c - in which thread and in which other span a span lies.
 */
#include "import/place.h"

/* The innermost span of the thread in which this one can lie by its times. */
static struct tc_open *around(const struct tc_item *item, int64_t end_ns, struct tc_open *innermost)
{
	while (innermost && !tc_place_fits(item, end_ns, innermost))
		innermost = innermost->outer;
	return innermost && innermost->item->group == item->group ? innermost : NULL;
}

/* An async span of which only is told how many it lies in: of its thread the one at that depth. */
static struct tc_open *outer_of(const struct tc_placing *p, const struct tc_item *item, struct tc_open *innermost)
{
	while (innermost && tc_call_paths_depth(&p->paths, innermost->place.path) > item->depth)
		innermost = innermost->outer;
	return innermost && tc_call_paths_depth(&p->paths, innermost->place.path) == item->depth ? innermost : NULL;
}

/* The parent that is told, if it is open; choice->parent: its place. */
static struct tc_open *told_parent(struct tc_placing *p, const struct tc_item *item, struct tc_choice *choice)
{
	if (!item->parent)
		return NULL;
	struct tc_open *parent = tc_opens_find(&p->opens, item->parent, &choice->parent);
	if (!choice->parent.path)
		tc_import_problem(p->import, TC_IMPORT_NO_PARENT, 0);
	return parent;
}

/* Of a span of the stack, unless it has to lie beside that. */
static void choose_below(struct tc_placing *p, const struct tc_item *item, int64_t end_ns, struct tc_open *parent,
	struct tc_choice *choice)
{
	struct tc_open *innermost = choice->lane->innermost;
	choice->stacked = !innermost || tc_place_fits(item, end_ns, innermost);
	if (!choice->stacked)
		tc_import_problem(p->import, item->flags & TC_ITEM_OPEN ? TC_IMPORT_UNENDED : TC_IMPORT_OUTSIDE, 0);
	bool beside = parent && parent->lane == choice->lane && !parent->stacked;
	if (choice->stacked && (beside || (parent == innermost && (parent || !choice->parent.path))))
		choice->below = parent;
	else
		choice->async = true;
}

struct tc_choice tc_place_choose(struct tc_placing *p, const struct tc_item *item, int64_t end_ns)
{
	struct tc_choice choice = {.async = item->flags & TC_ITEM_ASYNC};
	struct tc_open *parent = told_parent(p, item, &choice);
	bool told = item->flags & TC_ITEM_TOLD || p->import->thread[item->thread].any || choice.parent.path;
	choice.lane = tc_place_lane(p, item, parent);
	if (!choice.lane)
		return choice;
	struct tc_open *innermost = choice.lane->innermost;
	if (choice.async) {
		parent = told || !item->depth ? NULL : outer_of(p, item, innermost);
		choice.parent = parent ? parent->place : choice.parent;
		return choice;
	}
	if (!told) {
		parent = around(item, end_ns, innermost);
		choice.parent = parent ? parent->place : (struct tc_place){0};
	}
	choose_below(p, item, end_ns, parent, &choice);
	return choice;
}
