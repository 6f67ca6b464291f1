/* SPDX-License-Identifier: MIT
 *
 * chrome.c - Chrome's trace event JSON: an array of events, whose end may be missing, or an object with one in "traceEvents".  Spans are
 * complete events (X), begins and ends of a thread (B, E), async ones that are told by category and id (b, e; S, F); processes and
 * threads have names (M), counters values (C), and something may happen (i, I, R, n).  All others tell of no span.
 */
#include "import/chrome.h"
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/units.h"
#include "import/json_attributes.h"

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
			code = tc_chrome_take_event(chrome);
	}
	return code;
}

/* When its times begin, as tacho, clang, PyTorch with VizTracer, and Bazel say it. */
static void note_begin(struct tc_chrome *chrome, enum tc_json_token token)
{
	static const struct {
		const char *key;
		int scale; /* 10^scale ns */
	} known[] = {{"beginningOfTime", 3}, {"baseTimeNanoseconds", 0}, {"profile_start_ts", 6}};
	const struct tc_json_reader *json = &chrome->json;
	int64_t ns;
	bool own = tc_json_key_is(json, "begin_time") && token == TC_JSON_TEXT;
	if (own && tc_time_of_utc(tc_strbuf_text(&json->text), &ns))
		tc_import_begins(chrome->import, ns);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (tc_json_key_is(json, known[i].key) && tc_import_json_decimal(json, token, known[i].scale, &ns))
			tc_import_begins(chrome->import, ns);
}

/* What is beside the events, of objects their members, too. */
static bool read_beside(struct tc_chrome *chrome, enum tc_json_token token)
{
	struct tc_json_reader *json = &chrome->json;
	note_begin(chrome, token);
	if (token != TC_JSON_OBJECT)
		return tc_json_skip(json, token);
	while ((token = tc_json_next(json)) != TC_JSON_CLOSE) {
		note_begin(chrome, token);
		if (!tc_json_skip(json, token))
			return false;
	}
	return true;
}

static int read_members(struct tc_chrome *chrome)
{
	struct tc_json_reader *json = &chrome->json;
	enum tc_json_token token;
	bool found = false;
	while ((token = tc_json_next(json)) != TC_JSON_CLOSE) {
		bool events = tc_json_key_is(json, "traceEvents") && token == TC_JSON_ARRAY;
		int code = events ? read_events(chrome) : read_beside(chrome, token) ? 0 : broken(chrome);
		if (code)
			return code;
		found |= events;
	}
	return found ? 0 : tc_import_fail(chrome->import, tc_json_offset(json), "there are no \"traceEvents\" in it");
}

static int read_file(struct tc_chrome *chrome)
{
	enum tc_json_token token = tc_json_next(&chrome->json);
	if (token == TC_JSON_ARRAY)
		return read_events(chrome);
	if (token == TC_JSON_OBJECT)
		return read_members(chrome);
	return chrome->json.error
	               ? broken(chrome)
	               : tc_import_fail(chrome->import, 0, "it is no array of events and no object with one");
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
	tc_import_rounds(import); /* µs, mostly as doubles */
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
