/* SPDX-License-Identifier: MIT
 *
 * render_budgets.c - budgets on a screen: whether each is held, and how much of it is used up.
 */
#include <math.h>
#include <string.h>
#include "base/text.h"
#include "cli/budgets.h"

enum { INDENT = 4, VALUE = 12, USED = 9, BAR = 10, GAP = 2, EXPRESSION_MOST = 48, USED_MOST = 99999 };

static const enum tc_style styles[] = {TC_GOOD, TC_WARN, TC_BAD};

static size_t count_of(const struct tc_budgets *budgets, enum tc_budget_state state)
{
	size_t count = 0;
	for (size_t i = 0; i < budgets->count; i++)
		count += budgets->result[i].state == state;
	return count;
}

static void draw_head(struct tc_screen *screen, const struct tc_budgets *budgets)
{
	static const enum tc_budget_state others[] = {TC_BUDGET_BROKEN, TC_BUDGET_NOT_KNOWN};
	tc_screen_put(screen, TC_BOLD, "Budgets");
	tc_screen_printf(screen, TC_PLAIN, "  %zu of %zu held", count_of(budgets, TC_BUDGET_HELD), budgets->count);
	for (size_t i = 0; i < 2; i++)
		if (count_of(budgets, others[i]))
			tc_screen_printf(screen, styles[others[i]], ", %zu %s", count_of(budgets, others[i]),
				tc_budget_state_text[others[i]]);
	tc_screen_line(screen);
	tc_screen_line(screen);
}

/* How much of a limit from above is used up. */
static double used(const struct tc_budget *budget, const struct tc_budget_result *result)
{
	bool above = budget->sign == TC_BELOW || budget->sign == TC_AT_MOST;
	return above && budget->limit.value > 0 ? result->measured.amount.value / budget->limit.value : NAN;
}

static void draw_used(struct tc_screen *screen, double share, enum tc_style style)
{
	if (isnan(share))
		return;
	tc_screen_right(screen, TC_PLAIN, 100 * share > USED_MOST ? "> 999x" : tc_percent(100 * share).text, USED);
	if (screen->column + GAP + BAR > screen->columns)
		return;
	tc_screen_to(screen, screen->column + GAP);
	for (int i = 0; i < BAR; i++)
		tc_screen_put(screen, (i + 0.5) / BAR < share ? style : TC_DIM, (i + 0.5) / BAR < share ? "█" : "░");
}

static size_t width_of(const struct tc_screen *screen, const struct tc_budgets *budgets)
{
	size_t width = 0, room = screen->columns - INDENT - VALUE - USED - GAP - BAR;
	for (size_t i = 0; i < budgets->count; i++) {
		size_t columns = tc_text_columns(budgets->budget[i].text);
		width = columns > width ? columns : width;
	}
	room = screen->columns < INDENT + VALUE + USED + GAP + BAR + 16 ? screen->columns - INDENT - VALUE : room;
	width = width < EXPRESSION_MOST ? width : EXPRESSION_MOST;
	return width < room ? width : room;
}

/* Of all that a glob matched. */
static void draw_worst(struct tc_screen *screen, const struct tc_budget_result *result)
{
	tc_screen_to(screen, INDENT);
	if (result->matched > 1)
		tc_screen_printf(screen, TC_DIM, "the worst of %s: ", tc_count(result->matched).text);
	tc_screen_raw(screen, TC_DIM, result->worst, strlen(result->worst), screen->columns);
	tc_screen_line(screen);
}

/* "≥ 3.40 s": a span that has not ended decides it. */
static void draw_value(struct tc_screen *screen, const struct tc_budget_result *result)
{
	static const enum tc_style of[] = {TC_BOLD, TC_DIM, TC_BAD};
	char text[48];
	snprintf(
		text, sizeof text, "%s%s", result->by_open ? "≥ " : "", tc_amount_figure(result->measured.amount).text);
	tc_screen_right(screen, of[result->state], text, VALUE);
}

/* An expression is shown whole: what is longer than its column has a line of its own. */
static void draw(
	struct tc_screen *screen, const struct tc_budget *budget, const struct tc_budget_result *result, size_t width)
{
	static const char *const marks[] = {"✓", "?", "✗"};
	enum tc_style style = styles[result->state];
	tc_screen_put(screen, style, "  ");
	tc_screen_put(screen, style, marks[result->state]);
	tc_screen_to(screen, INDENT);
	tc_screen_raw(screen, TC_PLAIN, budget->text, strlen(budget->text), screen->columns);
	if (screen->column > INDENT + width)
		tc_screen_line(screen);
	tc_screen_to(screen, INDENT + width);
	draw_value(screen, result);
	if (result->state != TC_BUDGET_NOT_KNOWN)
		draw_used(screen, used(budget, result), style);
	tc_screen_line(screen);
	if (result->worst)
		draw_worst(screen, result);
	if (result->state != TC_BUDGET_NOT_KNOWN)
		return;
	struct tc_strbuf reason = {0};
	tc_text_escape(&reason, result->reason, strlen(result->reason), !screen->utf8);
	tc_screen_to(screen, INDENT);
	tc_screen_words(screen, TC_WARN, tc_strbuf_text(&reason), INDENT);
	tc_screen_line(screen);
	tc_strbuf_release(&reason);
}

void tc_render_budgets(struct tc_screen *screen, const struct tc_budgets *budgets)
{
	size_t width = width_of(screen, budgets);
	draw_head(screen, budgets);
	for (size_t i = 0; i < budgets->count; i++)
		draw(screen, &budgets->budget[i], &budgets->result[i], width);
}
