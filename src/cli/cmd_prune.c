/* SPDX-License-Identifier: MIT
 *
 * cmd_prune.c - removes old sessions from the store.  Sessions are looked at from the newest on; what a limit no longer has room
 * for goes.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/error.h"
#include "base/units.h"
#include "cli/command.h"
#include "cli/screen.h"
#include "export/report_json.h"
#include "format/manifest.h"
#include "format/session_remove.h"
#include "format/store.h"

enum { KEEP, AGE, SIZE, NAME, DRY, FORMAT };

static const struct tc_option options[] = {
	[KEEP] = {0, "keep", "N", "Leave the newest N sessions."},
	[AGE] = {0, "older", "DURATION", "Remove what began longer ago than this: 30d, 12h."},
	[SIZE] = {0, "size", "SIZE", "Leave what takes no more than this in all, newest first: 500M, 10G."},
	[NAME] = {'n', "name", "NAME", "Look at sessions of this name only, as tacho run --name gives it."},
	[DRY] = {0, "dry-run", NULL, "Remove nothing, say what would be."},
	[FORMAT] = {0, "format", "FORMAT", "text (as usual) or json."},
	{0},
};

struct prune {
	bool has_keep, has_size, dry, json;
	uint64_t keep, size;
	unsigned long long older_ns; /* 0: any age */
	const char *name;
};

struct outcome { /* of one session */
	char *folder;
	uint64_t bytes, begin_ns;
	bool live, due, chosen, removed; /* chosen: due, and nobody records it */
	char *error;
};

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Its manifest: NULL name and begin 0 where it cannot be read; such a session is removed by no age. */
static bool is_asked_for(const struct prune *prune, const char *directory, struct outcome *outcome)
{
	struct tc_manifest m;
	bool readable = tc_manifest_read(directory, &m) == 0;
	bool asked = !prune->name || (readable && m.name && !strcmp(m.name, prune->name));
	outcome->begin_ns = readable ? tc_manifest_when(&m) : 0;
	outcome->live = tc_session_is_live(directory);
	outcome->bytes = tc_session_bytes(directory);
	if (readable)
		tc_manifest_release(&m);
	return asked;
}

/* From the newest on; those that are being recorded count, and stay. */
static void choose(const struct prune *prune, struct outcome *outcome, size_t count)
{
	uint64_t bytes = 0, now = now_ns();
	for (size_t i = 0; i < count; i++) {
		struct outcome *o = &outcome[i];
		bytes += o->bytes;
		bool old = prune->older_ns && o->begin_ns && now > o->begin_ns && now - o->begin_ns > prune->older_ns;
		o->due = old || (prune->has_keep && i >= prune->keep) || (prune->has_size && bytes > prune->size);
		o->chosen = o->due && !o->live;
		if (o->chosen)
			bytes -= o->bytes;
	}
}

static void remove_chosen(const struct prune *prune, const char *store, struct outcome *outcome, size_t count)
{
	char directory[PATH_MAX];
	for (size_t i = 0; i < count; i++) {
		struct outcome *o = &outcome[i];
		if (!o->chosen ||
			snprintf(directory, sizeof directory, "%s/%s", store, o->folder) >= (int)sizeof directory)
			continue;
		int code = prune->dry ? tc_session_removable(directory) : tc_session_remove(directory);
		o->removed = code == 0 && !prune->dry;
		if (code == TACHO_ENOENT)
			o->due = o->chosen = false; /* somebody else removed it meanwhile */
		else if (code != 0)
			o->error = strdup(tacho_last_error());
	}
}

static void total(const struct outcome *outcome, size_t count, size_t *sessions, uint64_t *bytes, bool *failed)
{
	*sessions = 0;
	*bytes = 0;
	*failed = false;
	for (size_t i = 0; i < count; i++) {
		bool gone = outcome[i].chosen && !outcome[i].error;
		*sessions += gone;
		*bytes += gone ? outcome[i].bytes : 0;
		*failed |= outcome[i].error != NULL;
	}
}

/* NULL: it goes. */
static const char *why_it_stays(const struct outcome *o)
{
	return o->error ? o->error : o->live ? "it is being recorded" : NULL;
}

static int show_text(const struct prune *prune, const struct outcome *outcome, size_t count)
{
	enum { WHEN = 23, BYTES = 12 };
	struct tc_screen screen;
	size_t sessions;
	uint64_t bytes;
	bool failed;
	tc_screen_init(&screen, stdout);
	for (size_t i = 0; i < count; i++) {
		const struct outcome *o = &outcome[i];
		if (!o->due)
			continue;
		tc_screen_put(&screen, TC_DIM, "  ");
		tc_screen_put(&screen, TC_DIM, o->begin_ns ? tc_time_local(o->begin_ns).text : "-");
		tc_screen_to(&screen, WHEN);
		tc_screen_right(&screen, TC_PLAIN, tc_bytes((double)o->bytes).text, BYTES);
		tc_screen_to(&screen, WHEN + BYTES + 2);
		tc_screen_raw(&screen, TC_PLAIN, o->folder, strlen(o->folder), screen.columns);
		if (why_it_stays(o)) {
			tc_screen_whole(&screen, TC_BAD, "  stays: ");
			tc_screen_whole(&screen, TC_BAD, why_it_stays(o));
		}
		tc_screen_line(&screen);
	}
	total(outcome, count, &sessions, &bytes, &failed);
	tc_screen_printf(&screen, TC_BOLD, "%s %zu of %s, %s", prune->dry ? "would remove" : "removed", sessions,
		tc_counted(count, "session").text, tc_bytes((double)bytes).text);
	tc_screen_line(&screen);
	int error = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return error;
}

static void show_json(const struct prune *prune, const struct outcome *outcome, size_t count)
{
	struct tc_json json;
	tc_json_init(&json, stdout, true);
	tc_json_object(&json, NULL);
	tc_json_text(&json, "schema", "tacho.prune/1");
	tc_json_bool(&json, "dry_run", prune->dry);
	tc_json_u64(&json, "looked_at", count);
	tc_json_array(&json, "sessions");
	for (size_t i = 0; i < count; i++) {
		if (!outcome[i].due)
			continue;
		tc_json_object(&json, NULL);
		tc_json_text(&json, "name", outcome[i].folder);
		tc_json_u64(&json, "size_bytes", outcome[i].bytes);
		tc_json_bool(&json, "removed", outcome[i].removed);
		if (outcome[i].error)
			tc_json_text(&json, "error", outcome[i].error);
		else if (outcome[i].live)
			tc_json_text(&json, "removed_reason", why_it_stays(&outcome[i]));
		tc_json_end(&json);
	}
	tc_json_end(&json);
	tc_json_end(&json);
}

static size_t look(const struct prune *prune, const char *store, char **names, size_t count, struct outcome *outcome)
{
	char directory[PATH_MAX];
	size_t asked = 0;
	for (size_t i = 0; i < count; i++) {
		outcome[asked] = (struct outcome){.folder = names[i]};
		if (snprintf(directory, sizeof directory, "%s/%s", store, names[i]) < (int)sizeof directory &&
			is_asked_for(prune, directory, &outcome[asked]))
			asked++;
	}
	return asked;
}

static int act(const struct prune *prune, const char *store, char **names, size_t count)
{
	struct outcome *outcome = calloc(count + 1, sizeof *outcome);
	size_t asked, sessions;
	uint64_t bytes;
	bool failed;
	if (!outcome)
		return tc_fail("not enough memory for %zu sessions", count);
	asked = look(prune, store, names, count, outcome);
	choose(prune, outcome, asked);
	remove_chosen(prune, store, outcome, asked);
	int error = prune->json ? (show_json(prune, outcome, asked), 0) : show_text(prune, outcome, asked);
	total(outcome, asked, &sessions, &bytes, &failed);
	for (size_t i = 0; i < asked; i++)
		free(outcome[i].error);
	free(outcome);
	return error ? tc_fail("%s", tacho_last_error()) : failed ? 2 : 0;
}

static int prune_store(const struct prune *prune)
{
	char store[PATH_MAX], **names = NULL;
	size_t count = 0;
	int error = tc_store_find(store);
	tc_store_adopt();
	if (!error && !prune->dry)
		tc_session_clean(store, "");
	if (!error)
		error = tc_store_list(&names, &count);
	int status = error ? tc_fail("%s", tacho_last_error()) : act(prune, store, names, count);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return status;
}

static bool take_option(struct prune *prune, int option, const char *value)
{
	switch (option) {
	case KEEP:
		return prune->has_keep = tc_parse_count(value, &prune->keep);
	case AGE:
		return tc_parse_duration(value, &prune->older_ns) && prune->older_ns;
	case SIZE:
		return prune->has_size = tc_parse_bytes(value, &prune->size);
	case NAME:
		prune->name = value;
		return true;
	case DRY:
		return prune->dry = true;
	default:
		prune->json = !strcmp(value, "json");
		return prune->json || !strcmp(value, "text");
	}
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	struct prune prune = {.has_keep = false};
	const char *value;
	int at = 1, option;
	while ((option = tc_args_next(self, argc, argv, &at, &value, false)) >= 0)
		if (!take_option(&prune, option, value))
			return tc_fail(
				"--%s cannot be \"%.40s\" (see tacho prune --help)", options[option].name, value);
	if (option != TC_ARGS_END)
		return option == TC_ARGS_HELP ? 0 : 2;
	if (at < argc)
		return tc_fail(
			"prune takes no \"%.40s\": options say what is removed (see tacho prune --help)", argv[at]);
	if (!prune.has_keep && !prune.has_size && !prune.older_ns)
		return tc_fail("say what may go: --keep N, --older DURATION or --size SIZE (see tacho prune --help)");
	return prune_store(&prune);
}

const struct tc_command tc_command_prune = {
	.name = "prune",
	.summary = "remove old sessions from the store",
	.synopsis = "[--keep N] [--older DURATION] [--size SIZE] [--name NAME] [--dry-run] [--format FORMAT]",
	.description = "Removes sessions from the store, and says which. Sessions are looked at from the newest on, "
		       "and one goes when it "
		       "is beyond the newest N, when it began longer ago than DURATION, or when the sessions that are "
		       "left would take "
		       "more than SIZE with it; at least one of these is to be given, and one that is exceeded is "
		       "enough. A session that "
		       "is being recorded, or whose processes still run, stays, and so does one in which somebody put "
		       "files of "
		       "their own. Of a link to a session elsewhere the link goes, and the session stays. What imports "
		       "and removals left behind that were "
		       "killed goes too.",
	.options = options,
	.examples = "tacho prune --older 30d --dry-run\t# what a month would leave\n"
		    "tacho prune --keep 100 --size 10G\t# at most so many, and so much\n"
		    "tacho prune --name nightly --keep 30\t# of one name",
	.status = "0: all that was to go is gone. 2: some of it could not be removed, or the options cannot be used.",
	.run = run,
};
