/* SPDX-License-Identifier: MIT
 *
 * callback_told.c - what the part's header says of callbacks, so that whoever waits for one in vain, or finds the process gone, knows
 * which it was.
 */
#include <string.h>
#include "record/callback.h"

/* How good an entry is for a callback: its own of before, one that is free, one of another that was never late; 0: taken. */
static int rank(const struct tc_callback_entry *entry, const char *name)
{
	if (entry->since_ns)
		return 0;
	if (!strcmp(entry->name, name))
		return 3;
	return !*entry->name ? 2 : !entry->late;
}

static struct tc_callback_entry *claim(struct tc_part_header *header, const char *name)
{
	struct tc_callback_entry *best = NULL;
	int of_best = 0;
	for (int i = 0; i < TC_CALLBACKS_TOLD; i++) {
		int of_this = rank(&header->callback[i], name);
		if (of_this <= of_best)
			continue;
		best = &header->callback[i];
		of_best = of_this;
	}
	if (best && of_best < 3) {
		best->calls = 0;
		memcpy(best->name, name, sizeof best->name);
	}
	return best;
}

/* Of the call under way, in the recording under way; a recording that begins meanwhile has it too. */
static void tell(struct tc_callback *callback)
{
	struct tc_part_header *header = tc_part_header(tc_recorder.part);
	if (callback->opening != (uint32_t)tc_recorder.generation) {
		callback->opening = (uint32_t)tc_recorder.generation;
		callback->told_late = false;
		callback->entry = claim(header, callback->name);
		tacho_publish(); /* a name is whole before anything is said of it */
		if (callback->entry)
			TACHO_RELAXED_STORE(callback->entry->since_ns, callback->since_ns);
	}
	if (!callback->late || callback->told_late)
		return;
	callback->told_late = true;
	++*(callback->entry ? &callback->entry->late : &header->callbacks_untold);
}

void tc_callback_tell(struct tc_callback *callback)
{
	if (!tc_slow_enter())
		return;
	if (tc_recorder.part)
		tell(callback);
	tc_slow_leave();
}

void tc_callback_tell_end(struct tc_callback *callback, uint64_t now_ns)
{
	if (!tc_slow_enter())
		return;
	struct tc_callback_entry *entry = callback->entry;
	if (entry && tc_recorder.part && callback->opening == (uint32_t)tc_recorder.generation) {
		entry->calls++;
		entry->late_ns += callback->late ? now_ns - callback->since_ns : 0;
		TACHO_RELAXED_STORE(entry->since_ns, 0);
	}
	callback->opening = 0;
	tc_slow_leave();
}
