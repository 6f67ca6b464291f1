/* SPDX-License-Identifier: MIT */
#include "analyze/follow.h"

#include <stdlib.h>
#include <string.h>
#include "analyze/follow_kept.h"
#include "base/error.h"
#include "read/arena.h"

struct state {
	struct tc_follow follow;
	size_t name_room, kept_room, slots;
	struct tc_kept_name *kept;     /* of each name */
	uint32_t *slot;                /* open addressing: index of a name + 1 */
	struct tc_window_view *window; /* those folded in, without entries */
	size_t window_room;
	uint32_t *number; /* by name of the snapshot: index here */
	size_t number_room;
	bool *changed; /* by name: since its course was judged */
	size_t changed_room;
	size_t load_turn, course_turn;
};

int tc_follow_make(struct tc_follow **out, struct tc_load_limits limits)
{
	struct state *state = calloc(1, sizeof *state);
	*out = NULL;
	if (!state)
		return tc_error(TACHO_ENOMEM, "no memory to follow a session");
	state->follow.limits = limits;
	*out = &state->follow;
	return 0;
}

static uint64_t hash(const char *bytes, size_t count)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < count; i++)
		h = (h ^ (unsigned char)bytes[i]) * 0x100000001b3u;
	return h ^ h >> 32;
}

/* Where the name stands in the table, or the free slot where it would. */
static uint32_t *find_slot(const struct state *state, const char *bytes, size_t count)
{
	for (size_t at = hash(bytes, count);; at++) {
		uint32_t *slot = &state->slot[at & (state->slots - 1)];
		const struct tc_followed_name *name = *slot ? &state->follow.name[*slot - 1] : NULL;
		if (!name || (name->bytes == count && !memcmp(name->name, bytes, count)))
			return slot;
	}
}

static bool make_slots(struct state *state)
{
	size_t slots = state->slots ? 2 * state->slots : 256;
	uint32_t *slot = calloc(slots, sizeof *slot);
	if (!slot)
		return false;
	free(state->slot);
	state->slot = slot;
	state->slots = slots;
	for (size_t i = 0; i < state->follow.names; i++)
		*find_slot(state, state->follow.name[i].name, state->follow.name[i].bytes) = (uint32_t)i + 1;
	return true;
}

/* Room for one more of an array; false: out of memory, and it is as it was. */
static bool grow(void *array, size_t count, size_t *room, size_t size)
{
	void *old, *grown;
	memcpy(&old, array, sizeof old);
	grown = tc_grow(old, count, room, size);
	if (grown)
		memcpy(array, &grown, sizeof grown);
	return grown;
}

static bool add_name(struct state *state, const struct tc_name_view *view)
{
	struct tc_follow *follow = &state->follow;
	char *own = strndup(view->name, view->bytes);
	if (!own || !grow(&follow->name, follow->names, &state->name_room, sizeof *follow->name) ||
		!grow(&state->kept, follow->names, &state->kept_room, sizeof *state->kept) ||
		!grow(&state->changed, follow->names, &state->changed_room, sizeof *state->changed)) {
		free(own);
		return false;
	}
	follow->name[follow->names] = (struct tc_followed_name){.name = own, .bytes = view->bytes};
	follow->name[follow->names].load = (struct tc_load){.name = own, .bytes = view->bytes};
	state->kept[follow->names] = (struct tc_kept_name){0};
	state->changed[follow->names++] = true;
	return true;
}

/* The numbers of the snapshot's names here. */
static int number_names(struct state *state, const struct tc_session *session)
{
	if (state->number_room < session->names) {
		uint32_t *number = realloc(state->number, 2 * session->names * sizeof *number);
		if (!number)
			return TACHO_ENOMEM;
		state->number = number;
		state->number_room = 2 * session->names;
	}
	for (size_t i = 0; i < session->names; i++) {
		if (2 * (state->follow.names + 1) > state->slots && !make_slots(state))
			return TACHO_ENOMEM;
		uint32_t *slot = find_slot(state, session->name[i].name, session->name[i].bytes);
		if (!*slot && !add_name(state, &session->name[i]))
			return TACHO_ENOMEM;
		*slot = *slot ? *slot : (uint32_t)state->follow.names;
		state->number[i] = *slot - 1;
		state->follow.name[*slot - 1].load.active = session->name[i].figures.count || session->name[i].open;
	}
	return 0;
}

/* Whether what was folded in is still the begin of the snapshot's windows. */
static bool goes_on(const struct state *state, const struct tc_session *session)
{
	size_t count = state->follow.windows;
	return count <= session->windows &&
	       (!count || (state->window[0].begin == session->window[0].begin &&
				  state->window[0].end == session->window[0].end &&
				  state->window[count - 1].end == session->window[count - 1].end));
}

static void begin_anew(struct state *state)
{
	for (size_t i = 0; i < state->follow.names; i++) {
		tc_kept_clear(&state->kept[i]);
		state->follow.name[i].count = state->follow.name[i].failed = 0;
		state->changed[i] = true;
	}
	state->follow.windows = 0;
}

static int fold(struct state *state, const struct tc_session *session)
{
	for (size_t w = state->follow.windows; w < session->windows; w++) {
		const struct tc_window_view *view = &session->window[w];
		if (!grow(&state->window, w, &state->window_room, sizeof *state->window))
			return TACHO_ENOMEM;
		state->window[w] = (struct tc_window_view){.begin = view->begin, .end = view->end};
		for (size_t k = 0; k < view->entries; k++) {
			const struct tc_window_entry *entry = &view->entry[k];
			if (entry->name >= session->names)
				continue;
			uint32_t number = state->number[entry->name];
			if (tc_kept_add(&state->kept[number], entry, w))
				return TACHO_ENOMEM;
			state->follow.name[number].count += entry->count;
			state->follow.name[number].failed += entry->failed;
			state->changed[number] |= entry->count > 0;
		}
		state->follow.windows = w + 1;
		state->follow.until = view->end;
	}
	return 0;
}

static void judge_loads(struct state *state, const struct tc_load_judge *judge, size_t most)
{
	struct tc_follow *follow = &state->follow;
	for (size_t i = 0; i < most && i < follow->names; i++) {
		size_t at = state->load_turn++ % follow->names;
		struct tc_load *load = &follow->name[at].load;
		follow->heavy -= load->level >= TC_LEVEL_YELLOW;
		tc_load_judge_module(load, judge, state->kept[at].moment, state->kept[at].moments);
		follow->heavy += load->level >= TC_LEVEL_YELLOW;
	}
}

/* Of those only that changed; the others are passed over. */
static int judge_courses(struct state *state, size_t most)
{
	struct tc_follow *follow = &state->follow;
	int code = 0;
	for (size_t i = 0; i < follow->names && most && !code; i++) {
		size_t at = state->course_turn++ % follow->names;
		if (!state->changed[at])
			continue;
		code = tc_kept_course(&follow->name[at].course, &state->kept[at], state->window);
		state->changed[at] = false;
		most--;
	}
	return code;
}

static int judge(struct state *state, const struct tc_session *session, size_t loads, size_t courses)
{
	struct tc_load_judge judge;
	int code = tc_load_judge_make(&judge, session, state->follow.limits);
	if (code)
		return code;
	tc_load_judge_tree(&state->follow.tree, &judge, session);
	judge_loads(state, &judge, loads);
	tc_load_judge_release(&judge);
	return judge_courses(state, courses);
}

int tc_follow_update(struct tc_follow *follow, const struct tc_session *snapshot)
{
	struct state *state = (struct state *)follow;
	if (!goes_on(state, snapshot))
		begin_anew(state);
	int code = number_names(state, snapshot);
	if (!code)
		code = fold(state, snapshot);
	if (!code)
		code = judge(state, snapshot, TC_FOLLOW_LOADS, TC_FOLLOW_COURSES);
	return code ? tc_error(code, "no memory to follow %zu names", snapshot->names) : 0;
}

int tc_follow_settle(struct tc_follow *follow, const struct tc_session *snapshot)
{
	int code = tc_follow_update(follow, snapshot);
	return code ? code : judge((struct state *)follow, snapshot, follow->names, follow->names);
}

void tc_follow_release(struct tc_follow *follow)
{
	struct state *state = (struct state *)follow;
	if (!follow)
		return;
	for (size_t i = 0; i < follow->names; i++) {
		free(follow->name[i].name);
		tc_change_points_release(&follow->name[i].course.points);
		free(follow->name[i].course.changed_at);
		tc_kept_release(&state->kept[i]);
	}
	free(follow->name);
	free(state->kept);
	free(state->changed);
	free(state->slot);
	free(state->window);
	free(state->number);
	free(state);
}
