/* SPDX-License-Identifier: MIT
 *
 * live.c - takes at most a twentieth of a core: after an update it rests twenty times as long as that took, if need be longer than it was
 * asked to.
 */
#include "cli/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "analyze/follow.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "format/store.h"

enum { COST = 20, PATH = 4096, PLAIN_ROWS = 60 };
static const uint64_t look_ns = 200000000; /* so soon it is seen that the session ended */

struct snapshot { /* owns the session; options point into it */
	struct tc_session *session;
	struct tc_session_options part;
	struct tc_report_options options;
};

struct live {
	const struct tc_live_wish *wish;
	FILE *out;
	struct tc_terminal terminal;
	char directory[PATH];
	struct tc_watch watch;
	struct tc_follow follow;
	struct snapshot snapshot[2];
	int shown; /* which of them; the other is the next */
	uint64_t updates;
	uint64_t due_ns, rest_until_ns; /* CLOCK_MONOTONIC: the next snapshot; more of the work */
};

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The newest of the store that runs. */
static int find_running(char *out)
{
	char store[PATH], **name = NULL;
	size_t count = 0;
	int code = tc_store_find(store);
	if (!code)
		code = tc_store_list(&name, &count);
	code = code == TACHO_ENOENT ? 0 : code; /* none runs where there is no store */
	bool found = false;
	for (size_t i = 0; i < count; i++) {
		if (!found && snprintf(out, PATH, "%s/%s", store, name[i]) < PATH)
			found = tc_session_is_live(out);
		free(name[i]);
	}
	free(name);
	if (!code && !found)
		return tc_error(TACHO_ENOENT, "no session runs now; tacho report shows the newest that ended");
	return code;
}

static void choose_part(struct snapshot *snapshot, const struct live *live)
{
	snapshot->part = live->wish->selection->found;
	snapshot->options = *live->wish->report;
	snapshot->options.part = &snapshot->part;
}

static int take_snapshot(struct snapshot *snapshot, const struct live *live)
{
	int code = tc_select_snapshot(&snapshot->session, live->wish->selection, live->directory, false);
	choose_part(snapshot, live);
	return code;
}

static void drop_snapshot(struct snapshot *snapshot)
{
	tc_session_release(snapshot->session);
	snapshot->session = NULL;
}

/* A reader that went away ends it. */
static int flush(FILE *out)
{
	int error = fflush(out) || ferror(out) ? errno : 0;
	clearerr(out); /* it is said here, and once */
	return error ? tc_error_errno(error, "cannot write the report") : 0;
}

static int draw(struct live *live)
{
	const struct tc_report_options *options = &live->snapshot[live->shown].options;
	struct tc_strbuf text = {0};
	bool plain = !live->terminal.out;
	if (!live->follow.shown)
		return 0;
	int code = tc_render_live(&text, live->follow.shown, options,
		plain ? PLAIN_ROWS : tc_terminal_rows(&live->terminal),
		plain ? NULL : "Ctrl-C ends this; the session goes on.", live->out);
	if (!code && plain)
		fprintf(live->out, "%s\n", tc_strbuf_text(&text));
	else if (!code)
		tc_terminal_show(&live->terminal, tc_strbuf_text(&text));
	tc_strbuf_release(&text);
	return code ? code : flush(live->out);
}

static int say(struct live *live)
{
	live->updates++;
	if (!live->wish->selection->json)
		return draw(live);
	tc_json_follow(live->follow.shown, live->updates, live->out);
	return flush(live->out);
}

static int begin_snapshot(struct live *live)
{
	uint64_t now = now_ns(CLOCK_MONOTONIC);
	if (live->watch.opening || live->follow.next || now < live->due_ns)
		return 0;
	live->due_ns = now + live->wish->every_ns;
	return tc_select_watch(&live->watch, live->wish->selection, live->directory);
}

/* A piece of it; once it is whole, it is what is analysed next. */
static int open_on(struct live *live)
{
	struct snapshot *next = &live->snapshot[!live->shown];
	int code = tc_watch_step(&live->watch, &next->session);
	if (code)
		return code < 0 ? code : 0;
	choose_part(next, live);
	return tc_follow_take(&live->follow, next->session, &next->options);
}

/* As much as an update does. */
static int advance(struct live *live)
{
	uint64_t until_ns = now_ns(CLOCK_THREAD_CPUTIME_ID) + TC_FOLLOW_BUDGET_NS, now;
	int code = begin_snapshot(live);
	while (!code && live->watch.opening && now_ns(CLOCK_THREAD_CPUTIME_ID) < until_ns)
		code = open_on(live);
	if (!code && (now = now_ns(CLOCK_THREAD_CPUTIME_ID)) < until_ns)
		code = tc_follow_update(&live->follow, until_ns - now);
	if (code <= 0)
		return code;
	live->shown = !live->shown;
	drop_snapshot(&live->snapshot[!live->shown]);
	return say(live);
}

/* An update, if it is time; then it rests. */
static int work(struct live *live)
{
	uint64_t begun = now_ns(CLOCK_THREAD_CPUTIME_ID);
	if (now_ns(CLOCK_MONOTONIC) < live->rest_until_ns)
		return 0;
	int code = advance(live);
	uint64_t now = now_ns(CLOCK_MONOTONIC), rested = now + COST * (now_ns(CLOCK_THREAD_CPUTIME_ID) - begun);
	bool at_work = live->watch.opening || live->follow.next || live->due_ns < rested;
	live->rest_until_ns = at_work ? rested : live->due_ns;
	return code;
}

static uint64_t wait_ns(const struct live *live)
{
	uint64_t now = now_ns(CLOCK_MONOTONIC), until = live->rest_until_ns;
	uint64_t rest = until > now ? until - now : 0;
	return rest < look_ns ? rest : look_ns;
}

/* Until the session ends; the signal that ended it before, or 0, or a negative code. */
static int follow(struct live *live)
{
	while (tc_session_is_live(live->directory)) {
		int code = work(live);
		if (code)
			return code;
		int number = tc_terminal_wait(&live->terminal, wait_ns(live));
		if (number && number != SIGWINCH)
			return number;
		code = number ? draw(live) : 0;
		if (code)
			return code;
	}
	return 0;
}

/* Of the session that ended: its report. */
static int conclude(struct live *live)
{
	struct snapshot last = {0};
	tc_session_adopt(live->directory);
	int code = take_snapshot(&last, live);
	if (!code && !live->wish->selection->json)
		code = tc_report_text(last.session, &last.options, live->out);
	struct tc_diagnosis *diagnosis = NULL;
	if (!code && live->wish->selection->json)
		code = tc_diagnose_part(&diagnosis, last.session, &last.options);
	if (diagnosis)
		tc_json_follow(diagnosis, live->updates + 1, live->out);
	tc_diagnosis_release(diagnosis);
	drop_snapshot(&last);
	return code ? code : flush(live->out);
}

static void release(struct live *live)
{
	tc_follow_release(&live->follow);
	tc_watch_release(&live->watch);
	drop_snapshot(&live->snapshot[0]);
	drop_snapshot(&live->snapshot[1]);
}

int tc_live(const struct tc_live_wish *wish, FILE *out)
{
	struct live live = {.wish = wish, .out = out};
	const char *operand = wish->selection->operand;
	tc_store_adopt();
	int code = operand ? tc_session_find(operand, live.directory) : find_running(live.directory);
	if (!code && tc_session_is_live(live.directory)) {
		FILE *drawn = wish->selection->json ? NULL : out;
		tc_terminal_begin(&live.terminal, drawn);
		code = follow(&live);
		if (code > 0)
			tc_terminal_die(&live.terminal, code);
		tc_terminal_end(&live.terminal);
	}
	release(&live);
	code = code ? code : conclude(&live);
	return code ? tc_fail("%s", tacho_last_error()) : 0;
}
