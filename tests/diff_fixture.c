/* SPDX-License-Identifier: MIT
 *
 * diff_fixture.c - shows comparisons of sessions that are made by hand, so that a screen can be compared to the letter:
 * diff_fixture pair|runs|hostile|nothing text|markdown|json [TOP].
 */
#include <math.h>
#include <stdio.h>
#include "analyze/made.h"
#include "cli/diff.h"

enum { US = 1000, MS = 1000 * US, RUNS = 6 };

static uint64_t state = 1;

static double noise(void) /* even, from -1 to 1 */
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (double)(state >> 11) / 0x1p52 - 1;
}

/* `count` spans of about `ns`, within `spread` of it. */
static void spans(struct made *m, const char *name, size_t count, double ns, double spread)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t took = (uint64_t)(ns * (1 + spread * noise()));
		made_span(m, name, (tc_instant)i * 10 * MS, took, took, false);
	}
}

static void outcome(struct made *m, const char *directory, uint64_t cpu_ns, uint64_t peak_bytes)
{
	struct tc_manifest *manifest = &m->session.manifest;
	m->session.directory = (char *)(uintptr_t)directory;
	manifest->how = TC_HOW_EXITED;
	manifest->has_usage = true;
	manifest->user_ns = cpu_ns;
	manifest->peak_rss_bytes = peak_bytes;
	made_session(m);
}

static void import(struct made *m, double slower)
{
	spans(m, "insert", 400, 12.1 * MS * slower, 0.1);
	spans(m, "parse", 400, 5.1 * MS, 0.1);
	spans(m, "encode", 400, 996 * US / slower, 0.3);
	spans(m, "flush to disk and wait for it", 40, 38.8 * MS, 0.8);
	spans(m, "zero", 400, 0, 0);
	spans(m, slower > 1 ? "verify" : "old checksum", 30, 2 * MS, 0.1);
	spans(m, "rare", 2, MS * slower, 0.1);
}

static void pair(struct made **m)
{
	import(m[0], 1);
	import(m[1], 1.2);
	outcome(m[0], "/var/tacho/import-20261120-091549", 3000ull * MS, 190u << 20);
	outcome(m[1], "/var/tacho/import-20261121-134612", 3500ull * MS, 212u << 20);
}

static void runs(struct made **m)
{
	static const char *const directories[] = {"/var/tacho/a-1", "/var/tacho/a-2", "/var/tacho/a-3",
		"/var/tacho/a-4", "/var/tacho/a-5", "/var/tacho/a-6", "/var/tacho/b-1", "/var/tacho/b-2",
		"/var/tacho/b-3", "/var/tacho/b-4", "/var/tacho/b-5", "/var/tacho/b-6"};
	for (size_t i = 0; i < 2 * RUNS; i++) {
		spans(m[i], "insert", 40, 12.1 * MS * (i < RUNS ? 1 : 1.2) * (1 + 0.005 * noise()), 0.02);
		spans(m[i], "noisy", 40, 5 * MS * (1 + 0.2 * noise()), 0.02);
		outcome(m[i], directories[i], (i < RUNS ? 3000ull : 2700ull) * MS, (i < RUNS ? 190u : 212u) << 20);
		m[i]->session.end += i < RUNS ? 0 : m[i]->session.end / 10;
	}
}

/* Names that would break a screen, a table or a page; a session compared with itself, that was killed. */
static void hostile(struct made **m)
{
	for (size_t i = 0; i < 2; i++) {
		state = 1;
		spans(m[i], "a|b`c*d_e<script>&[x](y)\x1b[31m\n", 400, MS, 0.1);
		spans(m[i], "\xff\xfe", 400, 1, 0);
		spans(m[i], "a name of many more columns than there are in a terminal of eighty, and some more of it",
			400, 1e8, 0.1);
		outcome(m[i], "/var/tacho/x|y", 0, 0);
		m[i]->session.manifest.how = TC_HOW_SIGNALLED;
	}
}

static void nothing(struct made **m)
{
	spans(m[0], "gone", 1, MS, 0);
	outcome(m[0], "/var/tacho/a", 0, 0);
	outcome(m[1], "/var/tacho/b", 0, 0);
}

static int show(const struct tc_diff_view *view, const char *format)
{
	struct tc_json json;
	struct tc_screen screen;
	if (!strcmp(format, "markdown"))
		return tc_markdown_diff(view, stdout);
	if (!strcmp(format, "json")) {
		tc_json_init(&json, stdout, true);
		tc_json_diff(&json, view);
		return 0;
	}
	tc_screen_init(&screen, stdout);
	tc_render_diff(&screen, view);
	int code = tc_screen_write(&screen, stdout);
	tc_screen_release(&screen);
	return code;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*build)(struct made **m);
		size_t runs;
	} all[] = {{"pair", pair, 1}, {"runs", runs, RUNS}, {"hostile", hostile, 1}, {"nothing", nothing, 1}};
	struct made *m[2 * RUNS];
	const struct tc_session *session[2 * RUNS];
	struct tc_fail_if condition;
	struct tc_diff diff;
	struct tc_diff_view view;
	size_t which = 0;
	while (argc > 2 && which < sizeof all / sizeof *all && strcmp(argv[1], all[which].name))
		which++;
	if (argc < 3 || which == sizeof all / sizeof *all)
		return 2;
	for (size_t i = 0; i < 2 * RUNS; i++) {
		m[i] = made_new();
		session[i] = &m[i]->session;
	}
	all[which].build(m);
	struct tc_side side[2] = {{0}, {0}};
	for (size_t i = 0; i < 2 * all[which].runs; i++) {
		struct tc_side *one = &side[i >= all[which].runs];
		one->session = realloc(one->session, (one->count + 1) * sizeof *one->session);
		one->session[one->count++] = (struct tc_side_session){strdup(session[i]->directory), NULL, NULL};
	}
	struct tc_diff_asked asked = {side, argc > 3 ? (size_t)atoi(argv[3]) : 20, 1, &condition};
	if (tc_fail_if_parse(&condition, "regression>10%") ||
		tc_diff_make(&diff, session, all[which].runs, session + all[which].runs, all[which].runs, false) ||
		tc_diff_view_make(&view, &diff, &asked))
		return 1;
	int code = show(&view, argv[2]);
	tc_diff_view_release(&view);
	tc_side_release(&side[0]);
	tc_side_release(&side[1]);
	tc_diff_release(&diff);
	for (size_t i = 0; i < 2 * RUNS; i++)
		made_release(m[i]);
	return code ? 1 : 0;
}
