/* SPDX-License-Identifier: MIT
 *
 * chrome.c - Chrome's trace event JSON: an array of events, whose end may be missing, or an object with one in "traceEvents".  Spans are
 * complete events (X), begins and ends of a thread (B, E), async ones that are told by category and id (b, e; S, F); processes and
 * threads have names (M), counters values (C).  All others tell of no span.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/decimal.h"
#include "base/error.h"
#include "import/json_attributes.h"
#include "import/private.h"

enum { VALUES = 16, SLOTS = 1 << 16 };

struct pending { /* a begin without its end */
	struct pending *next;
	uint64_t key; /* of async spans */
	struct tc_import_span span;
	struct tc_import_taken *attributes;
	char name[];
};

struct value { /* of a counter */
	char name[64];
	double value;
};

struct event {
	char phase;
	bool has_name, has_time, has_duration;
	int64_t time_ns, duration_ns;
	unsigned flags;
	uint64_t id; /* hash of id and id2 */
	bool local;  /* the id is one of its process */
	struct tc_strbuf name, category, pid, tid, label;
	struct value value[VALUES];
	size_t values;
	uint64_t place;
};

struct chrome {
	struct tc_import *import;
	struct tc_json_reader json;
	struct event event;
	struct pending **begun; /* by thread, the innermost first */
	size_t threads;
	struct pending **async; /* by key */
	uint64_t spans;         /* ids of async ones */
};

/* ---- an event ---- */

static void keep_text(struct tc_strbuf *to, const struct tc_json_reader *json, enum tc_json_token token)
{
	tc_strbuf_clear(to);
	if (token == TC_JSON_TEXT || token == TC_JSON_NUMBER)
		tc_strbuf_add(to, tc_strbuf_text(&json->text), json->text.bytes);
}

static bool time_of(const struct tc_json_reader *json, enum tc_json_token token, int64_t *ns)
{
	return (token == TC_JSON_NUMBER || token == TC_JSON_TEXT) &&
	       tc_decimal_scaled(tc_strbuf_text(&json->text), json->text.bytes, 3, ns);
}

static void take_id(struct event *event, const struct tc_json_reader *json)
{
	event->id ^= tc_text_hash(tc_strbuf_text(&json->text), json->text.bytes);
}

static bool read_id2(struct chrome *chrome)
{
	enum tc_json_token token;
	while ((token = tc_json_next(&chrome->json)) != TC_JSON_CLOSE) {
		if (tc_json_key_is(&chrome->json, "local"))
			chrome->event.local = true;
		if (token == TC_JSON_TEXT || token == TC_JSON_NUMBER)
			take_id(&chrome->event, &chrome->json);
		if (!tc_json_skip(&chrome->json, token))
			return false;
	}
	return true;
}

/* What tacho's own export knows of a span. */
static bool is_known(struct chrome *chrome, enum tc_json_token token)
{
	struct tc_json_reader *json = &chrome->json;
	const char *text = tc_strbuf_text(&json->text);
	int64_t code;
	if (*tc_strbuf_text(&json->key) != '(')
		return false;
	if (tc_json_key_is(json, "(failed)") && token == TC_JSON_TRUE)
		chrome->event.flags |= TC_ITEM_FAILED;
	else if (tc_json_key_is(json, "(open)") && token == TC_JSON_TRUE)
		chrome->event.flags |= TC_ITEM_OPEN;
	else if (tc_json_key_is(json, "(message)") && token == TC_JSON_TEXT)
		tc_import_text(chrome->import, TACHO_ATTR_ERROR, "", 0, text, json->text.bytes);
	else if (tc_json_key_is(json, "(code)") && token == TC_JSON_NUMBER &&
		 tc_decimal_scaled(text, json->text.bytes, 0, &code))
		tc_import_word(chrome->import, TACHO_ATTR_CODE, "", 0, (uint64_t)code);
	else
		return false;
	return true;
}

static bool read_arguments(struct chrome *chrome)
{
	struct tc_json_reader *json = &chrome->json;
	struct event *event = &chrome->event;
	enum tc_json_token token;
	while ((token = tc_json_next(json)) != TC_JSON_CLOSE) {
		if (token == TC_JSON_ERROR)
			return false;
		if (tc_json_key_is(json, "name"))
			keep_text(&event->label, json, token);
		struct value *value = &event->value[event->values];
		if (token == TC_JSON_NUMBER && event->values < VALUES &&
			tc_decimal_real(tc_strbuf_text(&json->text), json->text.bytes, &value->value)) {
			snprintf(value->name, sizeof value->name, "%s", tc_strbuf_text(&json->key));
			event->values++;
		}
		if (!is_known(chrome, token) && !tc_import_json_member(chrome->import, json, token, NULL, 0))
			return false;
	}
	return true;
}

static bool read_member(struct chrome *chrome, enum tc_json_token token)
{
	struct tc_json_reader *json = &chrome->json;
	struct event *event = &chrome->event;
	if (tc_json_key_is(json, "args") && token == TC_JSON_OBJECT)
		return read_arguments(chrome);
	if (tc_json_key_is(json, "id2") && token == TC_JSON_OBJECT)
		return read_id2(chrome);
	if (tc_json_key_is(json, "ph") && token == TC_JSON_TEXT)
		event->phase = *tc_strbuf_text(&json->text);
	else if (tc_json_key_is(json, "ts"))
		event->has_time = time_of(json, token, &event->time_ns);
	else if (tc_json_key_is(json, "dur"))
		event->has_duration = time_of(json, token, &event->duration_ns);
	else if (tc_json_key_is(json, "name")) {
		event->has_name = token == TC_JSON_TEXT;
		keep_text(&event->name, json, token);
	} else if (tc_json_key_is(json, "cat"))
		keep_text(&event->category, json, token);
	else if (tc_json_key_is(json, "pid"))
		keep_text(&event->pid, json, token);
	else if (tc_json_key_is(json, "tid"))
		keep_text(&event->tid, json, token);
	else if ((tc_json_key_is(json, "id") || tc_json_key_is(json, "scope")) &&
		 (token == TC_JSON_TEXT || token == TC_JSON_NUMBER))
		take_id(event, json);
	return tc_json_skip(json, token);
}

static bool read_event(struct chrome *chrome)
{
	struct event *event = &chrome->event;
	enum tc_json_token token;
	event->phase = 0;
	event->has_name = event->has_time = event->has_duration = event->local = false;
	event->flags = 0;
	event->id = event->values = 0;
	tc_strbuf_clear(&event->name);
	tc_strbuf_clear(&event->category);
	tc_strbuf_clear(&event->pid);
	tc_strbuf_clear(&event->tid);
	tc_strbuf_clear(&event->label);
	tc_import_forget(chrome->import);
	event->place = tc_json_offset(&chrome->json);
	while ((token = tc_json_next(&chrome->json)) != TC_JSON_CLOSE)
		if (!read_member(chrome, token))
			return false;
	return true;
}

/* ---- who ---- */

static uint32_t process_of(struct chrome *chrome)
{
	const struct tc_strbuf *pid = &chrome->event.pid;
	int64_t number;
	size_t known = chrome->import->process_keys.count;
	uint32_t process = tc_import_process(chrome->import, tc_strbuf_text(pid), pid->bytes);
	if (process != TC_NO_TEXT && process >= known &&
		tc_decimal_scaled(tc_strbuf_text(pid), pid->bytes, 0, &number) && number >= 0) {
		tc_import_number_process(chrome->import, process, (uint64_t)number);
		tc_import_name_process(chrome->import, process, "process", strlen("process"));
	}
	return process;
}

static uint32_t thread_of(struct chrome *chrome)
{
	const struct tc_strbuf *tid = &chrome->event.tid;
	uint32_t process = process_of(chrome);
	return process == TC_NO_TEXT ? process
	                             : tc_import_thread(chrome->import, process, tc_strbuf_text(tid), tid->bytes);
}

static int name_somebody(struct chrome *chrome)
{
	const struct tc_strbuf *name = &chrome->event.name, *label = &chrome->event.label;
	bool of_thread = !strcmp(tc_strbuf_text(name), "thread_name");
	if (!label->bytes || (!of_thread && strcmp(tc_strbuf_text(name), "process_name")))
		return 0;
	uint32_t number = of_thread ? thread_of(chrome) : process_of(chrome);
	if (number == TC_NO_TEXT)
		return TACHO_EINVAL;
	if (of_thread)
		tc_import_name_thread(chrome->import, number, tc_strbuf_text(label), label->bytes);
	else
		tc_import_name_process(chrome->import, number, tc_strbuf_text(label), label->bytes);
	return 0;
}

/* ---- spans ---- */

static struct tc_import_span span_of(const struct chrome *chrome, uint32_t thread)
{
	const struct event *event = &chrome->event;
	return (struct tc_import_span){.name = tc_strbuf_text(&event->name),
		.name_bytes = event->name.bytes,
		.thread = thread,
		.start_ns = event->time_ns,
		.duration_ns = event->duration_ns,
		.flags = event->flags,
		.place = event->place};
}

static int complete(struct chrome *chrome, uint32_t thread)
{
	struct tc_import_span span = span_of(chrome, thread);
	if (!chrome->event.has_duration) { /* it had not ended when the trace did */
		span.flags |= TC_ITEM_OPEN;
		span.duration_ns = 0;
	}
	return tc_import_span(chrome->import, &span);
}

static struct pending *begun(struct chrome *chrome, uint32_t thread)
{
	struct pending *pending = malloc(sizeof *pending + chrome->event.name.bytes + 1);
	if (!pending) {
		tc_error(TACHO_ENOMEM, "no memory for so many spans that have begun");
		return NULL;
	}
	*pending = (struct pending){.span = span_of(chrome, thread), .attributes = tc_import_take(chrome->import)};
	memcpy(pending->name, tc_strbuf_text(&chrome->event.name), chrome->event.name.bytes + 1);
	pending->span.name = pending->name;
	return pending;
}

static int ended(struct chrome *chrome, struct pending *pending)
{
	tc_import_give(chrome->import, pending->attributes);
	pending->span.flags |= chrome->event.flags;
	if (__builtin_sub_overflow(chrome->event.time_ns, pending->span.start_ns, &pending->span.duration_ns))
		pending->span.duration_ns = -1;
	int code = tc_import_span(chrome->import, &pending->span);
	free(pending);
	return code;
}

static bool make_threads(struct chrome *chrome, uint32_t thread)
{
	size_t threads = chrome->threads ? chrome->threads : 64;
	while (threads <= thread)
		threads *= 2;
	if (threads == chrome->threads)
		return true;
	struct pending **grown = realloc(chrome->begun, threads * sizeof(struct pending *));
	if (!grown)
		return false;
	memset(grown + chrome->threads, 0, (threads - chrome->threads) * sizeof(struct pending *));
	chrome->begun = grown;
	chrome->threads = threads;
	return true;
}

static int begin_or_end(struct chrome *chrome, uint32_t thread)
{
	if (!make_threads(chrome, thread))
		return tc_error(TACHO_ENOMEM, "no memory for so many threads");
	struct pending **innermost = &chrome->begun[thread], *pending = *innermost;
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

static uint64_t async_key(const struct chrome *chrome)
{
	const struct event *event = &chrome->event;
	uint64_t key = event->id ^ tc_text_hash(tc_strbuf_text(&event->category), event->category.bytes) << 1;
	bool legacy = event->phase == 'S' || event->phase == 'F';
	key ^= legacy ? tc_text_hash(tc_strbuf_text(&event->name), event->name.bytes) << 2 : 0;
	return event->local || legacy ? key ^ tc_text_hash(tc_strbuf_text(&event->pid), event->pid.bytes) << 3 : key;
}

/* The newest of this key, and of the name if the end has one; where it is linked. */
static struct pending **find_async(struct chrome *chrome, uint64_t key, bool by_name)
{
	struct pending **at = &chrome->async[key % SLOTS];
	while (*at && ((*at)->key != key || (by_name && strcmp((*at)->name, tc_strbuf_text(&chrome->event.name)))))
		at = &(*at)->next;
	return at;
}

static int async(struct chrome *chrome, uint32_t thread)
{
	uint64_t key = async_key(chrome);
	bool ends = chrome->event.phase == 'e' || chrome->event.phase == 'F';
	struct pending **at = find_async(chrome, key, ends && chrome->event.has_name), *pending = *at;
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
	pending->next = chrome->async[key % SLOTS];
	chrome->async[key % SLOTS] = pending;
	return 0;
}

/* Of several values of a counter each is a series; of one its name is the unit, as in tacho's own. */
static int counter(struct chrome *chrome)
{
	const struct event *event = &chrome->event;
	bool machine = !strcmp(tc_strbuf_text(&event->pid), "2147483647"); /* see put_counters() in export/chrome.c */
	struct tc_strbuf name = {0};
	int code = 0;
	tc_import_forget(chrome->import);
	for (size_t i = 0; i < event->values && !code; i++) {
		tc_strbuf_clear(&name);
		tc_strbuf_puts(&name, tc_strbuf_text(&event->name));
		if (!machine)
			tc_strbuf_printf(&name, " of %s", tc_strbuf_text(&event->pid));
		if (event->values > 1)
			tc_strbuf_printf(&name, ": %s", event->value[i].name);
		const char *unit = machine ? event->value[i].name : "";
		code = tc_import_reading(
			chrome->import, tc_strbuf_text(&name), name.bytes, unit, event->time_ns, event->value[i].value);
	}
	tc_strbuf_release(&name);
	return code;
}

static int take_event(struct chrome *chrome)
{
	const struct event *event = &chrome->event;
	if (event->phase == 'M')
		return name_somebody(chrome);
	if (!event->phase || !strchr("XBEbeSFC", event->phase))
		return 0;
	bool ends = strchr("EeF", event->phase);
	if (!event->has_time || (!ends && !event->has_name)) {
		tc_import_problem(chrome->import, TC_IMPORT_INCOMPLETE, event->place);
		return 0;
	}
	if (event->phase == 'C')
		return counter(chrome);
	uint32_t thread = thread_of(chrome);
	if (thread == TC_NO_TEXT)
		return TACHO_EINVAL;
	if (event->phase == 'X')
		return complete(chrome, thread);
	return strchr("BE", event->phase) ? begin_or_end(chrome, thread) : async(chrome, thread);
}

/* ---- the file ---- */

static int broken(struct chrome *chrome)
{
	const struct tc_json_reader *json = &chrome->json;
	return tc_import_fail(chrome->import, tc_json_offset(json), "%s%s", json->error,
		json->cut_off
			? ": is the file cut off? A trace without its end is taken if it is an array and ends behind "
			  "an event"
			: "");
}

/* An array that is the whole file may lack its end. */
static int read_events(struct chrome *chrome)
{
	bool whole = chrome->json.depth == 1;
	enum tc_json_token token;
	int code = 0;
	while (!code && (token = tc_json_next(&chrome->json)) != TC_JSON_CLOSE) {
		if (token == TC_JSON_ERROR && whole && chrome->json.cut_off && chrome->json.depth == 1)
			return 0;
		if (token == TC_JSON_OBJECT ? !read_event(chrome) : !tc_json_skip(&chrome->json, token))
			return broken(chrome);
		if (token == TC_JSON_OBJECT)
			code = take_event(chrome);
	}
	return code;
}

static int read_file(struct chrome *chrome)
{
	struct tc_json_reader *json = &chrome->json;
	enum tc_json_token token = tc_json_next(json);
	if (token == TC_JSON_ARRAY)
		return read_events(chrome);
	bool found = false;
	if (token != TC_JSON_OBJECT)
		return json->error
		               ? broken(chrome)
		               : tc_import_fail(chrome->import, 0, "it is no array of events and no object with one");
	while ((token = tc_json_next(json)) != TC_JSON_CLOSE) {
		bool events = tc_json_key_is(json, "traceEvents") && token == TC_JSON_ARRAY;
		int code = events ? read_events(chrome) : tc_json_skip(json, token) ? 0 : broken(chrome);
		if (code)
			return code;
		found |= events;
	}
	return found ? 0 : tc_import_fail(chrome->import, tc_json_offset(json), "there are no \"traceEvents\" in it");
}

/* A second trace behind the first has a begin and threads of its own: nothing says how they go together. */
static int expect_end(struct chrome *chrome)
{
	struct tc_json_reader *json = &chrome->json;
	if (json->cut_off || tc_json_next(json) == TC_JSON_NOTHING)
		return 0;
	return tc_import_fail(chrome->import, tc_json_offset(json),
		"something follows behind the end of the trace: import each trace by itself");
}

/* Begins without ends: the spans were open when the trace ended. */
static int give_open(struct chrome *chrome, struct pending **list)
{
	int code = 0;
	for (struct pending *pending; (pending = *list);) {
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

static int read_chrome(struct tc_import *import, struct tc_input *input)
{
	struct chrome *chrome = calloc(1, sizeof *chrome);
	int code = TACHO_ENOMEM;
	if (chrome)
		chrome->async = calloc(SLOTS, sizeof(struct pending *));
	if (!chrome || !chrome->async) {
		tc_error(TACHO_ENOMEM, "out of memory");
		goto out;
	}
	chrome->import = import;
	tc_import_skip_mark(input);
	tc_json_read(&chrome->json, tc_import_json_fill, input);
	code = read_file(chrome);
	code = code ? code : expect_end(chrome);
	for (size_t i = 0; i < chrome->threads; i++) {
		int last = give_open(chrome, &chrome->begun[i]);
		code = code ? code : last;
	}
	for (size_t i = 0; i < SLOTS; i++) {
		int last = give_open(chrome, &chrome->async[i]);
		code = code ? code : last;
	}
	tc_json_read_end(&chrome->json);
	tc_strbuf_release(&chrome->event.name);
	tc_strbuf_release(&chrome->event.category);
	tc_strbuf_release(&chrome->event.pid);
	tc_strbuf_release(&chrome->event.tid);
	tc_strbuf_release(&chrome->event.label);
	free(chrome->begun);
	free(chrome->async);
out:
	free(chrome);
	return code;
}

static bool recognises(const unsigned char *head, size_t bytes)
{
	size_t at = bytes >= 3 && !memcmp(head, "\xef\xbb\xbf", 3) ? 3 : 0;
	while (at < bytes && strchr(" \t\r\n", head[at]) && head[at])
		at++;
	if (at == bytes || (head[at] != '[' && head[at] != '{'))
		return false;
	return head[at] == '[' || memmem(head, bytes, "\"traceEvents\"", strlen("\"traceEvents\""));
}

const struct tc_importer tc_importer_chrome = {
	.name = "chrome",
	.summary = "Chrome trace JSON, as browsers, compilers and tracers of many languages write it, and tacho export",
	.unit = "byte",
	.recognises = recognises,
	.read = read_chrome,
};
