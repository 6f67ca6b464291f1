/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/render.h"
#include "export/report_json.h"
#include "format/session_remove.h"
#include "format/store.h"

static const struct tc_option options[] = {
	{0, "format", "FORMAT", "text (as usual) or json."},
	{0},
};

struct entry { /* one session of the store; owns its texts and the session */
	char *name;
	struct tc_session *session; /* NULL: it cannot be read */
	char *error;                /* then, why */
	uint64_t bytes, spans, failed;
};

static void look(struct entry *entry, const char *store)
{
	static const struct tc_session_options figures = {.no_spans = true};
	char directory[4096];
	if (snprintf(directory, sizeof directory, "%s/%s", store, entry->name) >= (int)sizeof directory)
		return;
	entry->bytes = tc_session_bytes(directory);
	if (tc_session_open(&entry->session, directory, &figures)) {
		entry->session = NULL;
		entry->error = strdup(tacho_last_error());
		return;
	}
	for (size_t i = 0; i < entry->session->names; i++) {
		entry->spans += entry->session->name[i].figures.count;
		entry->failed += entry->session->name[i].figures.failed;
	}
}

enum { WHEN = 19, RUNTIME = 9, SPANS = 13, SIZE = 10, GAP = 2, NAME_LEAST = 16, END_LEAST = 17 };

struct layout {
	size_t name, spans, size; /* columns; 0: left out where it is narrow */
};

static struct layout lay_out(const struct tc_screen *screen, const struct entry *entries, size_t count)
{
	struct layout l = {NAME_LEAST, SPANS, SIZE};
	size_t wanted = NAME_LEAST, others = 2 + GAP + WHEN + RUNTIME + GAP + END_LEAST;
	for (size_t i = 0; i < count; i++)
		wanted = strlen(entries[i].name) > wanted ? strlen(entries[i].name) : wanted;
	if (others + wanted + l.spans + l.size > screen->columns)
		l.size = 0;
	if (others + wanted + l.spans > screen->columns)
		l.spans = 0;
	others += l.spans + l.size;
	if (screen->columns > others + NAME_LEAST)
		l.name = screen->columns - others < wanted ? screen->columns - others : wanted;
	return l;
}

static void draw_headings(struct tc_screen *screen, const struct layout *l)
{
	tc_screen_put(screen, TC_DIM, "  session");
	tc_screen_to(screen, 2 + l->name + GAP);
	tc_screen_put(screen, TC_DIM, "when");
	tc_screen_to(screen, 2 + l->name + GAP + WHEN);
	tc_screen_right(screen, TC_DIM, "runtime", RUNTIME);
	if (l->spans)
		tc_screen_right(screen, TC_DIM, "spans", SPANS);
	if (l->size)
		tc_screen_right(screen, TC_DIM, "size", SIZE);
	tc_screen_to(screen, screen->column + GAP);
	tc_screen_put(screen, TC_DIM, "ended");
	tc_screen_line(screen);
}

static void draw(struct tc_screen *screen, const struct entry *entry, const struct layout *l)
{
	const struct tc_session *session = entry->session;
	tc_screen_put(screen, TC_ACCENT, session && session->live ? "● " : "  ");
	tc_screen_raw(screen, TC_BOLD, entry->name, strlen(entry->name), l->name);
	tc_screen_to(screen, 2 + l->name + GAP);
	if (!session) {
		struct tc_strbuf error = {0};
		tc_text_escape(&error, entry->error ? entry->error : "", entry->error ? strlen(entry->error) : 0,
			!screen->utf8);
		tc_screen_put(screen, TC_BAD, tc_strbuf_text(&error));
		tc_strbuf_release(&error);
		tc_screen_line(screen);
		return;
	}
	struct tc_strbuf end = {0};
	uint64_t begin = session->manifest.begin.realtime_ns;
	tc_screen_put(screen, TC_PLAIN, begin ? tc_time_local(begin).text : "-");
	tc_screen_to(screen, 2 + l->name + GAP + WHEN);
	tc_screen_right(screen, TC_PLAIN, tc_duration_short(tc_runtime(session)).text, RUNTIME);
	if (l->spans)
		tc_screen_right(screen, TC_PLAIN, tc_count(entry->spans).text, SPANS);
	if (l->size)
		tc_screen_right(screen, TC_PLAIN, tc_bytes((double)entry->bytes).text, SIZE);
	tc_screen_to(screen, screen->column + GAP);
	tc_end_text(&end, session, true);
	tc_screen_put(screen, tc_end_style(session), tc_strbuf_text(&end));
	tc_screen_line(screen);
	tc_strbuf_release(&end);
}

static int list_text(const struct entry *entries, size_t count, const char *store)
{
	struct tc_screen screen;
	tc_screen_init(&screen, stdout);
	struct layout layout = lay_out(&screen, entries, count);
	if (!count) {
		tc_screen_put(&screen, TC_PLAIN, "No sessions in ");
		tc_screen_raw(&screen, TC_PLAIN, store, strlen(store), strlen(store) * 10);
		tc_screen_put(&screen, TC_PLAIN, " yet: tacho run -- COMMAND records one.");
		tc_screen_line(&screen);
	} else
		draw_headings(&screen, &layout);
	for (size_t i = 0; i < count; i++)
		draw(&screen, &entries[i], &layout);
	int error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

static void list_json(const struct entry *entries, size_t count, const char *store)
{
	struct tc_json json;
	tc_json_init(&json, stdout, true);
	tc_json_object(&json, NULL);
	tc_json_text(&json, "schema", "tacho.list/1");
	tc_json_text(&json, "store", store);
	tc_json_array(&json, "sessions");
	for (size_t i = 0; i < count; i++) {
		const struct entry *entry = &entries[i];
		tc_json_object(&json, NULL);
		tc_json_text(&json, "name", entry->name);
		tc_json_u64(&json, "size_bytes", entry->bytes);
		if (entry->session) {
			tc_json_u64(&json, "spans", entry->spans);
			tc_json_u64(&json, "failed", entry->failed);
			tc_json_session(&json, "session", entry->session);
		} else
			tc_json_absent(&json, "session", entry->error);
		tc_json_end(&json);
	}
	tc_json_end(&json);
	tc_json_end(&json);
}

static int list(bool as_json)
{
	char store[4096], **names = NULL;
	size_t count = 0;
	struct entry *entries = NULL;
	int error = tc_store_path(store);
	tc_store_adopt();
	if (!error)
		error = tc_store_list(&names, &count);
	if (!error && !(entries = calloc(count + 1, sizeof *entries)))
		error = tc_error(TACHO_ENOMEM, "not enough memory for %zu sessions", count);
	for (size_t i = 0; !error && i < count; i++) {
		entries[i].name = names[i];
		look(&entries[i], store);
	}
	if (!error && as_json)
		list_json(entries, count, store);
	else if (!error)
		error = list_text(entries, count, store);
	for (size_t i = 0; i < count; i++) {
		if (entries && entries[i].session)
			tc_session_release(entries[i].session);
		if (entries)
			free(entries[i].error);
		free(names[i]);
	}
	free(entries);
	free(names);
	return error ? tc_fail("%s", tacho_last_error()) : 0;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	bool as_json;
	int status = tc_args_format_alone(self, argc, argv, &as_json);
	return status < 0 ? list(as_json) : status;
}

const struct tc_command tc_command_list = {
	.name = "list",
	.summary = "list the sessions of the store, newest first",
	.synopsis = "[--format FORMAT]",
	.description = "Lists the sessions in $TACHO_STORE, else $XDG_STATE_HOME/tacho, else ~/.local/state/tacho: "
		       "when each began, its "
		       "runtime, how many spans ended in it, what it takes on disk, and how the command ended. A "
		       "session that is still "
		       "being recorded is marked. A name from this list can stand wherever a command takes SESSION.\n\n"
		       "A session is a directory; removing the directory removes the session.",
	.options = options,
	.examples = "tacho list\t# what there is\n"
		    "tacho list --format json | jq -r '.sessions[].name'\t# names only",
	.run = run,
};
