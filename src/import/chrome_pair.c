/* SPDX-License-Identifier: MIT
 *
 * chrome_pair.c - spans that Chrome's trace format tells by two events: begins and ends of a thread as they stand in the file (B, E), async
 * ones by category and id (b, e; S, F).
 */
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "import/chrome.h"

struct tc_import_span tc_chrome_span(const struct tc_chrome *chrome, uint32_t thread)
{
	const struct tc_chrome_event *event = &chrome->event;
	return (struct tc_import_span){.name = tc_strbuf_text(&event->name),
		.name_bytes = event->name.bytes,
		.thread = thread,
		.start_ns = event->time_ns,
		.duration_ns = event->duration_ns,
		.flags = event->flags,
		.place = event->place};
}

static struct tc_chrome_pending *begun(struct tc_chrome *chrome, uint32_t thread)
{
	struct tc_chrome_pending *pending = malloc(sizeof *pending + chrome->event.name.bytes + 1);
	if (!pending) {
		tc_error(TACHO_ENOMEM, "no memory for so many spans that have begun");
		return NULL;
	}
	*pending = (struct tc_chrome_pending){
		.span = tc_chrome_span(chrome, thread), .attributes = tc_import_take(chrome->import)};
	memcpy(pending->name, tc_strbuf_text(&chrome->event.name), chrome->event.name.bytes + 1);
	pending->span.name = pending->name;
	return pending;
}

static int ended(struct tc_chrome *chrome, struct tc_chrome_pending *pending)
{
	tc_import_give(chrome->import, pending->attributes);
	pending->span.flags |= chrome->event.flags;
	if (__builtin_sub_overflow(chrome->event.time_ns, pending->span.start_ns, &pending->span.duration_ns))
		pending->span.duration_ns = -1;
	int code = tc_import_span(chrome->import, &pending->span);
	free(pending);
	return code;
}

static bool make_threads(struct tc_chrome *chrome, uint32_t thread)
{
	size_t threads = chrome->threads ? chrome->threads : 64;
	while (threads <= thread)
		threads *= 2;
	if (threads == chrome->threads)
		return true;
	struct tc_chrome_pending **grown = realloc(chrome->begun, threads * sizeof(struct tc_chrome_pending *));
	if (!grown)
		return false;
	memset(grown + chrome->threads, 0, (threads - chrome->threads) * sizeof(struct tc_chrome_pending *));
	chrome->begun = grown;
	chrome->threads = threads;
	return true;
}

int tc_chrome_stacked(struct tc_chrome *chrome, uint32_t thread)
{
	if (!make_threads(chrome, thread))
		return tc_error(TACHO_ENOMEM, "no memory for so many threads");
	struct tc_chrome_pending **innermost = &chrome->begun[thread], *pending = *innermost;
	if (chrome->event.phase == 'B') {
		pending = begun(chrome, thread);
		if (!pending)
			return TACHO_ENOMEM;
		pending->next = *innermost;
		pending->span.depth = *innermost ? (*innermost)->span.depth + 1 : 0;
		*innermost = pending;
		return 0;
	}
	if (!pending) {
		tc_import_problem(chrome->import, TC_IMPORT_UNPAIRED, chrome->event.place);
		return 0;
	}
	*innermost = pending->next;
	return ended(chrome, pending);
}

static uint64_t async_key(const struct tc_chrome *chrome)
{
	const struct tc_chrome_event *event = &chrome->event;
	uint64_t key = event->id ^ tc_text_hash(tc_strbuf_text(&event->category), event->category.bytes) << 1;
	bool legacy = event->phase == 'S' || event->phase == 'F';
	key ^= legacy ? tc_text_hash(tc_strbuf_text(&event->name), event->name.bytes) << 2 : 0;
	return event->local || legacy ? key ^ tc_text_hash(tc_strbuf_text(&event->pid), event->pid.bytes) << 3 : key;
}

/* The newest of this key, and of the name if the end has one; where it is linked. */
static struct tc_chrome_pending **find_async(struct tc_chrome *chrome, uint64_t key, bool by_name)
{
	struct tc_chrome_pending **at = &chrome->async[key % TC_CHROME_SLOTS];
	while (*at && ((*at)->key != key || (by_name && strcmp((*at)->name, tc_strbuf_text(&chrome->event.name)))))
		at = &(*at)->next;
	return at;
}

int tc_chrome_async(struct tc_chrome *chrome, uint32_t thread)
{
	uint64_t key = async_key(chrome);
	bool ends = chrome->event.phase == 'e' || chrome->event.phase == 'F';
	struct tc_chrome_pending **at = find_async(chrome, key, ends && chrome->event.has_name), *pending = *at;
	if (ends && !pending) {
		tc_import_problem(chrome->import, TC_IMPORT_UNPAIRED, chrome->event.place);
		return 0;
	}
	if (ends) {
		*at = pending->next;
		return ended(chrome, pending);
	}
	uint64_t parent = pending ? pending->span.id : 0; /* one of the same id lies in the one that has not ended */
	pending = begun(chrome, thread);
	if (!pending)
		return TACHO_ENOMEM;
	pending->key = key;
	pending->span.flags |= TC_ITEM_ASYNC | TC_ITEM_TOLD;
	pending->span.id = ++chrome->spans;
	pending->span.parent = parent;
	pending->next = chrome->async[key % TC_CHROME_SLOTS];
	chrome->async[key % TC_CHROME_SLOTS] = pending;
	return 0;
}

/* Begins without ends: the spans were open when the trace ended. */
static int give_list(struct tc_chrome *chrome, struct tc_chrome_pending **list)
{
	int code = 0;
	for (struct tc_chrome_pending *pending; (pending = *list);) {
		*list = pending->next;
		tc_import_forget(chrome->import);
		tc_import_give(chrome->import, pending->attributes);
		pending->span.flags |= TC_ITEM_OPEN;
		pending->span.duration_ns = 0;
		code = code ? code : tc_import_span(chrome->import, &pending->span);
		free(pending);
	}
	return code;
}

int tc_chrome_give_open(struct tc_chrome *chrome)
{
	int code = 0;
	for (size_t i = 0; i < chrome->threads; i++) {
		int last = give_list(chrome, &chrome->begun[i]);
		code = code ? code : last;
	}
	for (size_t i = 0; i < TC_CHROME_SLOTS; i++) {
		int last = give_list(chrome, &chrome->async[i]);
		code = code ? code : last;
	}
	return code;
}
