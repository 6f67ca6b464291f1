/* SPDX-License-Identifier: MIT
 *
 * chrome.c - Chrome's trace event JSON: an array of events, whose end may be missing, or an object with one in "traceEvents".  Spans are
 * complete events (X), begins and ends of a thread (B, E), async ones that are told by category and id (b, e; S, F); processes and
 * threads have names (M), counters values (C).  All others tell of no span.
 */
#include "import/chrome.h"
#include <stdlib.h>
#include <string.h>
#include "base/decimal.h"
#include "base/error.h"
#include "import/json_attributes.h"

/* ---- who ---- */

static uint32_t process_of(struct tc_chrome *chrome)
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

static uint32_t thread_of(struct tc_chrome *chrome)
{
	const struct tc_strbuf *tid = &chrome->event.tid;
	uint32_t process = process_of(chrome);
	return process == TC_NO_TEXT ? process
	                             : tc_import_thread(chrome->import, process, tc_strbuf_text(tid), tid->bytes);
}

static int name_somebody(struct tc_chrome *chrome)
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

/* ---- spans and readings ---- */

static int complete(struct tc_chrome *chrome, uint32_t thread)
{
	struct tc_import_span span = tc_chrome_span(chrome, thread);
	if (!chrome->event.has_duration) { /* it had not ended when the trace did */
		span.flags |= TC_ITEM_OPEN;
		span.duration_ns = 0;
	}
	return tc_import_span(chrome->import, &span);
}

/* Of several values of a counter each is a series; of one its name is the unit, as in tacho's own. */
static int counter(struct tc_chrome *chrome)
{
	const struct tc_chrome_event *event = &chrome->event;
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

static int take_event(struct tc_chrome *chrome)
{
	const struct tc_chrome_event *event = &chrome->event;
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
	return strchr("BE", event->phase) ? tc_chrome_stacked(chrome, thread) : tc_chrome_async(chrome, thread);
}

/* ---- the file ---- */

static int broken(struct tc_chrome *chrome)
{
	const struct tc_json_reader *json = &chrome->json;
	return tc_import_fail(chrome->import, tc_json_offset(json), "%s%s", json->error,
		json->cut_off
			? ": is the file cut off? A trace without its end is taken if it is an array and ends behind "
			  "an event"
			: "");
}

/* An array that is the whole file may lack its end. */
static int read_events(struct tc_chrome *chrome)
{
	bool whole = chrome->json.depth == 1;
	enum tc_json_token token;
	int code = 0;
	while (!code && (token = tc_json_next(&chrome->json)) != TC_JSON_CLOSE) {
		if (token == TC_JSON_ERROR && whole && chrome->json.cut_off && chrome->json.depth == 1)
			return 0;
		if (token == TC_JSON_OBJECT ? !tc_chrome_read_event(chrome) : !tc_json_skip(&chrome->json, token))
			return broken(chrome);
		if (token == TC_JSON_OBJECT)
			code = take_event(chrome);
	}
	return code;
}

static int read_file(struct tc_chrome *chrome)
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
static int expect_end(struct tc_chrome *chrome)
{
	struct tc_json_reader *json = &chrome->json;
	if (json->cut_off || tc_json_next(json) == TC_JSON_NOTHING)
		return 0;
	return tc_import_fail(chrome->import, tc_json_offset(json),
		"something follows behind the end of the trace: import each trace by itself");
}

static int read_chrome(struct tc_import *import, struct tc_input *input)
{
	struct tc_chrome *chrome = calloc(1, sizeof *chrome);
	if (!chrome)
		return tc_error(TACHO_ENOMEM, "out of memory");
	struct tc_chrome_event *event = &chrome->event;
	struct tc_strbuf *const texts[] = {&event->name, &event->category, &event->pid, &event->tid, &event->label};
	chrome->import = import;
	tc_import_skip_mark(input);
	tc_json_read(&chrome->json, tc_import_json_fill, input);
	int code = read_file(chrome);
	code = code ? code : expect_end(chrome);
	int last = tc_chrome_give_open(chrome);
	code = code ? code : last;
	tc_json_read_end(&chrome->json);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		tc_strbuf_release(texts[i]);
	free(chrome->begun);
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
