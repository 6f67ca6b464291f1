/* SPDX-License-Identifier: MIT
 *
 * markdown_diff.c - a comparison of sessions as GitHub shows Markdown: what differs in the open, the rest folded up.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include "base/error.h"
#include "base/text.h"
#include "cli/diff.h"
#include "cli/render.h"

/* A name may hold what Markdown, tables or HTML would take for their own: every such sign is a number. */
static void put_text(struct tc_strbuf *out, const char *bytes, size_t count)
{
	struct tc_strbuf shown = {0};
	tc_text_escape(&shown, bytes, count, false);
	for (const char *c = tc_strbuf_text(&shown); *c; c++)
		if (isalnum((unsigned char)*c) || strchr(" .,:/-", *c) || (unsigned char)*c >= 0x80)
			tc_strbuf_putc(out, *c);
		else
			tc_strbuf_printf(out, "&#%d;", *c);
	tc_strbuf_release(&shown);
}

static void put_value(struct tc_strbuf *out, const struct tc_diff_row *row, size_t k, const char *word)
{
	static const char *const marks[] = {
		[TC_REGRESSION] = "🔴", [TC_IMPROVEMENT] = "🟢", [TC_INCONCLUSIVE] = "❔", [TC_EQUIVALENT] = "⚪"};
	const struct tc_diff_value *value = &row->value[k];
	const struct tc_comparison *c = &value->comparison;
	bool loud = c->verdict == TC_REGRESSION || c->verdict == TC_IMPROVEMENT;
	tc_strbuf_printf(out, "| %s%s%s | <code>", marks[c->verdict], word ? " " : "", word ? word : "");
	put_text(out, row->name, row->bytes);
	tc_strbuf_printf(out, "</code>%s | %s | %s | %s%s%s | %s | %s |\n", k ? " p95" : "",
		tc_series_figure(value->base, row->unit).text, tc_series_figure(value->other, row->unit).text,
		loud ? "**" : "", tc_diff_change(tc_diff_ratio(value)).text, loud ? "**" : "", tc_diff_interval(c).text,
		c->verdict == TC_INCONCLUSIVE ? tc_diff_runs(value).text : tc_diff_q(c->q_value).text);
}

static void put_row(struct tc_strbuf *out, const struct tc_diff_row *row, const char *word)
{
	put_value(out, row, TC_DIFF_MEDIAN, word);
	if (tc_diff_shows_tail(row))
		put_value(out, row, TC_DIFF_TAIL, word);
}

static void put_headings(struct tc_strbuf *out, const char *last)
{
	tc_strbuf_printf(
		out, "| | name | base | new | change | 95 %% interval | %s |\n|---|---|--:|--:|--:|--:|--:|\n", last);
}

static void open_fold(struct tc_strbuf *out, const char *title, size_t count)
{
	tc_strbuf_printf(out, "<details><summary>%s: %zu</summary>\n\n", title, count);
}

static void put_group(struct tc_strbuf *out, const struct tc_diff_view *view, size_t from, enum tc_verdict verdict)
{
	size_t count = view->count[verdict], shown = view->top && view->top < count ? view->top : count;
	bool folded = verdict == TC_INCONCLUSIVE || verdict == TC_EQUIVALENT;
	if (!count)
		return;
	if (folded)
		open_fold(out, tc_diff_group[verdict], count);
	else
		tc_strbuf_printf(out, "#### %s\n\n", tc_diff_group[verdict]);
	put_headings(out, verdict == TC_INCONCLUSIVE ? "needs" : "q");
	for (size_t i = 0; i < shown; i++)
		put_row(out, view->row[from + i], NULL);
	if (shown < count)
		tc_strbuf_printf(out, "\n… %zu more\n", count - shown);
	tc_strbuf_puts(out, folded ? "\n</details>\n\n" : "\n");
}

static void put_alone(
	struct tc_strbuf *out, const char *title, const struct tc_diff_alone *name, size_t count, size_t top)
{
	size_t shown = top && top < count ? top : count;
	if (!count)
		return;
	open_fold(out, title, count);
	tc_strbuf_puts(out, "| name | spans | median | total |\n|---|--:|--:|--:|\n");
	for (size_t i = 0; i < shown; i++) {
		tc_strbuf_puts(out, "| <code>");
		put_text(out, name[i].name, name[i].bytes);
		tc_strbuf_printf(out, "</code> | %s | %s | %s |\n", tc_spans_figure(name[i].count, name[i].open).text,
			tc_duration(name[i].median_ns).text, tc_duration(tc_diff_so_far(&name[i])).text);
	}
	if (shown < count)
		tc_strbuf_printf(out, "\n… %zu more\n", count - shown);
	tc_strbuf_puts(out, "\n</details>\n\n");
}

static void put_resources(struct tc_strbuf *out, const struct tc_diff *diff)
{
	if (!diff->resources)
		return;
	tc_strbuf_puts(out, "<details><summary>The run</summary>\n\n");
	put_headings(out, "q / needs");
	for (size_t i = 0; i < diff->resources; i++)
		put_row(out, &diff->resource[i], tc_diff_word(&diff->resource[i]));
	tc_strbuf_puts(out, "\n</details>\n");
}

static void put_head(struct tc_strbuf *out, const struct tc_diff_view *view)
{
	struct tc_strbuf name[2] = {{0}, {0}};
	enum tc_verdict worst = tc_diff_worst(view);
	tc_strbuf_puts(out, worst == TC_REGRESSION ? "### 🔴 " : worst == TC_INCONCLUSIVE ? "### ❔ " : "### 🟢 ");
	tc_diff_sentence(out, view);
	tc_strbuf_puts(out, "\n\n");
	for (int s = 1; s >= 0; s--) {
		tc_side_label(&name[s], &view->side[s]);
		tc_strbuf_puts(out, s ? "" : " against ");
		put_text(out, tc_strbuf_text(&name[s]), name[s].bytes);
		tc_strbuf_release(&name[s]);
	}
	tc_strbuf_puts(out, view->diff->single ? " (of these two runs alone)\n\n" : "\n\n");
	tc_diff_figures_sentence(out, view);
	tc_strbuf_puts(out, "\n\n");
	for (size_t i = 0; i < view->failures; i++)
		tc_strbuf_printf(out, "**%s**: %s\n\n", view->failure[i].condition->text, view->failure[i].why);
}

int tc_markdown_diff(const struct tc_diff_view *view, FILE *out)
{
	struct tc_strbuf text = {0};
	size_t from = 0;
	put_head(&text, view);
	for (int i = 0; i <= TC_EQUIVALENT; i++) {
		put_group(&text, view, from, tc_diff_order[i]);
		from += view->count[tc_diff_order[i]];
	}
	put_alone(&text, "New", view->diff->fresh, view->diff->added, view->top);
	put_alone(&text, "Vanished", view->diff->gone, view->diff->vanished, view->top);
	put_resources(&text, view->diff);
	for (size_t i = 0; i < view->notes; i++) {
		tc_strbuf_puts(&text, "\n> ");
		put_text(&text, view->note[i], strlen(view->note[i]));
		tc_strbuf_puts(&text, "\n");
	}
	int code = text.failed ? tc_error(TACHO_ENOMEM, "not enough memory to draw the comparison") : 0;
	if (!code)
		fwrite(tc_strbuf_text(&text), 1, text.bytes, out);
	tc_strbuf_release(&text);
	return code;
}
