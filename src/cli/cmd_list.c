/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/render.h"
#include "export/report_json.h"
#include "format/session_remove.h"
#include "format/store.h"
#include "history/runs.h"

enum { FORMAT, NAME, HOST, DIRECTORY, COMMIT, FAILED, NEWER, OLDER, LAST, SORT, OPTIONS };

static const struct tc_option options[] = {
	[FORMAT] = {0, "format", "FORMAT", "text (as usual) or json."},
	[NAME] = {'n', "name", "NAME", "Only sessions of this name, as tacho run --name gives it."},
	[HOST] = {0, "host", "HOST", "Only those that ran on HOST."},
	[DIRECTORY] = {0, "directory", "DIR", "Only those that ran in DIR or below it."},
	[COMMIT] = {0, "commit", "COMMIT",
		"Only those that ran where this commit of git was checked out; its first digits do."},
	[FAILED] = {0, "failed", NULL, "Only those whose command did not end with status 0."},
	[NEWER] = {0, "newer", "DURATION", "Only those that began no longer ago than this: 12h, 30d."},
	[OLDER] = {0, "older", "DURATION", "Only those that began longer ago than this."},
	[LAST] = {0, "last", "N", "Only the newest N of these."},
	[SORT] = {0, "sort", "BY", "when (as usual), name, runtime, spans, failed or size; the largest first."},
	{0},
};

struct listing { /* what is asked for */
	bool json, failed;
	const char *text[OPTIONS]; /* of the manifest, by option; NULL: any */
	char directory[PATH_MAX];
	const char *sort;
	unsigned long long newer_ns, older_ns; /* 0: any age */
	uint64_t now_ns, last;                 /* last 0: all */
};

struct entry { /* one session of the store; owns its texts and the manifest */
	char *name, *directory;
	bool readable;
	struct tc_session session; /* of which no more is there than what it was */
	char *error;               /* why it cannot be read */
	uint64_t bytes, spans, failed;
};

/* All else of it goes: a store may hold thousands. */
static void keep_head(struct entry *entry, struct tc_session *session)
{
	entry->session = (struct tc_session){.directory = entry->directory,
		.manifest = session->manifest,
		.live = session->live,
		.end = session->end};
	session->manifest = (struct tc_manifest){.format = 0};
	entry->readable = true;
}

static bool recall(struct entry *entry, const struct tc_history_run *run)
{
	struct tc_session known = {.live = false};
	if (!run || tc_manifest_read(entry->directory, &known.manifest))
		return false;
	known.end = run->runtime_ns;
	entry->spans = run->spans;
	entry->failed = run->failed;
	keep_head(entry, &known);
	return true;
}

static void look(struct entry *entry, const char *store, const struct tc_history_runs *runs)
{
	static const struct tc_session_options figures = {.no_spans = true};
	struct tc_session *session;
	if (asprintf(&entry->directory, "%s/%s", store, entry->name) < 0)
		entry->directory = NULL;
	entry->bytes = entry->directory ? tc_session_bytes(entry->directory) : 0;
	if (entry->directory && recall(entry, tc_history_runs_find(runs, entry->name)))
		return;
	if (!entry->directory || tc_session_open(&session, entry->directory, &figures)) {
		entry->error = strdup(entry->directory ? tacho_last_error() : "out of memory");
		return;
	}
	for (size_t i = 0; i < session->names; i++) {
		entry->spans += session->name[i].figures.count;
		entry->failed += session->name[i].figures.failed;
	}
	keep_head(entry, session);
	tc_session_release(session);
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
	const struct tc_session *session = entry->readable ? &entry->session : NULL;
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
		if (entry->readable) {
			tc_json_u64(&json, "spans", entry->spans);
			tc_json_u64(&json, "failed", entry->failed);
			tc_json_session(&json, "session", &entry->session);
		} else
			tc_json_absent(&json, "session", entry->error);
		tc_json_end(&json);
	}
	tc_json_end(&json);
	tc_json_end(&json);
}

/* ---- which of them, in what order ---- */

static bool is_equal(const char *text, const char *wanted)
{
	return !strcmp(text, wanted);
}

static bool begins(const char *text, const char *wanted)
{
	return *wanted && !strncmp(text, wanted, strlen(wanted));
}

static bool is_in(const char *text, const char *wanted)
{
	size_t bytes = strlen(wanted);
	while (bytes && wanted[bytes - 1] == '/')
		bytes--;
	return !strncmp(text, wanted, bytes) && (!text[bytes] || text[bytes] == '/');
}

/* What options ask of a text in the manifest; where it is not known it is none that was asked for. */
static const struct {
	int option;
	size_t field; /* of struct tc_manifest */
	bool (*fits)(const char *text, const char *wanted);
} filters[] = {{NAME, offsetof(struct tc_manifest, name), is_equal},
	{HOST, offsetof(struct tc_manifest, host), is_equal},
	{DIRECTORY, offsetof(struct tc_manifest, directory), is_in},
	{COMMIT, offsetof(struct tc_manifest, git_commit), begins}};

static bool has_texts(const struct listing *listing, const struct tc_manifest *manifest)
{
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		const char *wanted = listing->text[filters[i].option];
		const char *text = *(char *const *)(const void *)((const char *)manifest + filters[i].field);
		if (wanted && !(text && filters[i].fits(text, wanted)))
			return false;
	}
	return true;
}

static bool has_age(const struct listing *listing, const struct tc_manifest *manifest)
{
	uint64_t when = tc_manifest_when(manifest), age = when < listing->now_ns ? listing->now_ns - when : 0;
	if (!listing->newer_ns && !listing->older_ns)
		return true;
	return when && (!listing->newer_ns || age <= listing->newer_ns) &&
	       (!listing->older_ns || age > listing->older_ns);
}

/* Of one that cannot be read nothing is known: its manifest is empty. */
static bool is_wanted(const struct listing *listing, const struct entry *entry)
{
	const struct tc_session *session = &entry->session;
	bool fine = entry->readable && session->manifest.how == TC_HOW_EXITED && !session->manifest.status;
	return has_texts(listing, &session->manifest) && has_age(listing, &session->manifest) &&
	       (!listing->failed || (!fine && !session->live));
}

static void release(struct entry *entry)
{
	tc_manifest_release(&entry->session.manifest);
	free(entry->directory);
	free(entry->error);
	free(entry->name);
}

/* Newest first, as they came. */
static size_t keep_wanted(const struct listing *listing, struct entry *entries, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (is_wanted(listing, &entries[i]) && (!listing->last || kept < listing->last))
			entries[kept++] = entries[i];
		else
			release(&entries[i]);
	return kept;
}

static int largest_first(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static int by_runtime(const void *a, const void *b)
{
	tc_instant x = ((const struct entry *)a)->session.end, y = ((const struct entry *)b)->session.end;
	return largest_first(x > 0 ? (uint64_t)x : 0, y > 0 ? (uint64_t)y : 0);
}

static int by_spans(const void *a, const void *b)
{
	return largest_first(((const struct entry *)a)->spans, ((const struct entry *)b)->spans);
}

static int by_failed(const void *a, const void *b)
{
	return largest_first(((const struct entry *)a)->failed, ((const struct entry *)b)->failed);
}

static int by_size(const void *a, const void *b)
{
	return largest_first(((const struct entry *)a)->bytes, ((const struct entry *)b)->bytes);
}

static const struct {
	const char *name;
	int (*order)(const void *, const void *); /* NULL: as they came */
} orders[] = {{"when", NULL}, {"name", by_name}, {"runtime", by_runtime}, {"spans", by_spans}, {"failed", by_failed},
	{"size", by_size}};

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool find_order(const char *name, size_t *order)
{
	for (*order = 0; *order < sizeof orders / sizeof *orders; ++*order)
		if (!strcmp(orders[*order].name, name))
			return true;
	return false;
}

/* To open a session takes up to some ms, which is much for many of them: those the history knows are told from it.  Where there is
 * none to be had, all are opened. */
static void ask_history(struct tc_history_runs *runs, size_t sessions)
{
	enum { MANY = 100 };
	struct tc_history history;
	*runs = (struct tc_history_runs){.run = NULL};
	if (sessions < MANY || tc_history_open(&history, false))
		return;
	if (tc_history_runs(runs, &history))
		tc_history_runs_release(runs);
	if (*history.said)
		fprintf(stderr, "tacho: %s\n", history.said);
	tc_history_close(&history);
}

static void look_at_all(struct entry *entries, char **names, size_t count, const char *store)
{
	struct tc_history_runs runs;
	ask_history(&runs, count);
	for (size_t i = 0; i < count; i++) {
		entries[i].name = names[i];
		look(&entries[i], store, &runs);
	}
	tc_history_runs_release(&runs);
}

static int list(const struct listing *listing)
{
	char store[4096], **names = NULL;
	size_t count = 0, kept = 0, order = 0;
	struct entry *entries = NULL;
	int error = tc_store_find(store);
	error = error == TACHO_ENOENT ? 0 : error; /* then there are no sessions, which is said */
	tc_store_adopt();
	if (!error)
		error = tc_store_list(&names, &count);
	if (!error && !(entries = calloc(count + 1, sizeof *entries)))
		error = tc_error(TACHO_ENOMEM, "not enough memory for %zu sessions", count);
	if (!error)
		look_at_all(entries, names, count, store);
	kept = error ? 0 : keep_wanted(listing, entries, count);
	if (listing->sort && find_order(listing->sort, &order) && orders[order].order && kept)
		qsort(entries, kept, sizeof *entries, orders[order].order);
	if (!error && listing->json)
		list_json(entries, kept, store);
	else if (!error && !kept && count)
		puts("No session in the store is such.");
	else if (!error)
		error = list_text(entries, kept, store);
	for (size_t i = 0; i < kept; i++)
		release(&entries[i]);
	for (size_t i = 0; !entries && i < count; i++)
		free(names[i]);
	free(entries);
	free(names);
	return error ? tc_fail("%s", tacho_last_error()) : 0;
}

static bool take_option(struct listing *listing, int option, const char *value)
{
	size_t order;
	switch (option) {
	case NAME:
	case HOST:
	case COMMIT:
		listing->text[option] = value;
		return true;
	case DIRECTORY:
		listing->text[option] = realpath(value, listing->directory) ? listing->directory : value;
		return true;
	case NEWER:
		return tc_parse_duration(value, &listing->newer_ns) && listing->newer_ns;
	case OLDER:
		return tc_parse_duration(value, &listing->older_ns) && listing->older_ns;
	case FAILED:
		return listing->failed = true;
	case LAST:
		return tc_parse_count(value, &listing->last) && listing->last;
	case SORT:
		listing->sort = value;
		return find_order(value, &order);
	default:
		listing->json = !strcmp(value, "json");
		return listing->json || !strcmp(value, "text");
	}
}

static int refuse(int option, const char *value)
{
	char all[128] = "";
	size_t used = 0;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", orders[i].name);
	if (option == SORT)
		return tc_fail("--sort takes one of %s, not \"%.40s\"", all, value);
	return tc_fail("--%s cannot be \"%.40s\" (see tacho list --help)", options[option].name, value);
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct listing listing = {.now_ns = now_ns()};
	const char *value;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (!take_option(&listing, option, value))
			return refuse(option, value);
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (at < argc)
		return tc_fail("list takes no operand, not \"%.60s\" (see tacho list --help)", argv[at]);
	return list(&listing);
}

const struct tc_command tc_command_list = {
	.name = "list",
	.summary = "list the sessions of the store, newest first",
	.synopsis = "[--name NAME] [--host HOST] [--directory DIR] [--commit COMMIT] [--failed] [--newer DURATION] "
		    "[--older DURATION] [--last N] [--sort BY] [--format FORMAT]",
	.description = "Lists the sessions in $TACHO_STORE, else $XDG_STATE_HOME/tacho, else ~/.local/state/tacho: "
		       "when each began, its "
		       "runtime, how many spans ended in it, what it takes on disk, and how the command ended. A "
		       "session that is still "
		       "being recorded is marked. All options that choose hold together. A name from this list can "
		       "stand wherever a command takes SESSION.\n\n"
		       "A session is a directory; removing the directory removes the session.",
	.options = options,
	.examples = "tacho list\t# what there is\n"
		    "tacho list --name nightly --failed --last 5\t# the last five that went wrong\n"
		    "tacho list --directory . --newer 7d\t# what ran here this week\n"
		    "tacho list --sort size\t# what takes the room\n"
		    "tacho list --format json | jq -r '.sessions[].name'\t# names only",
	.run = run,
};
