/* SPDX-License-Identifier: MIT */
#include "cli/budgets.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/text.h"

int tc_budgets_take(struct tc_budgets *budgets, const char *text, size_t *at)
{
	size_t count = budgets->count + 1;
	*at = 0;
	struct tc_budget *grown = realloc(budgets->budget, count * sizeof *grown);
	if (grown)
		budgets->budget = grown;
	struct tc_budget_result *results = realloc(budgets->result, count * sizeof *results);
	if (results)
		budgets->result = results;
	if (!grown || !results)
		return tc_error(TACHO_ENOMEM, "out of memory");
	int code = tc_budget_parse(&budgets->budget[budgets->count], text, at);
	if (!code)
		budgets->count = count;
	return code;
}

/* The terminal may show no more than ASCII, and the caret is to stand right. */
void tc_budgets_point(const char *text, size_t at, FILE *out)
{
	struct tc_strbuf shown = {0}, before = {0};
	tc_text_escape(&shown, text, strlen(text), true);
	tc_text_escape(&before, text, at, true);
	fprintf(out, "    %s\n    %*s^\n", tc_strbuf_text(&shown), (int)tc_text_columns(tc_strbuf_text(&before)), "");
	tc_strbuf_release(&shown);
	tc_strbuf_release(&before);
}

void tc_budgets_release(struct tc_budgets *budgets)
{
	for (size_t i = 0; i < budgets->count; i++)
		tc_budget_release(&budgets->budget[i]);
	free(budgets->budget);
	free(budgets->result);
	*budgets = (struct tc_budgets){0};
}

void tc_budgets_check(
	struct tc_budgets *budgets, const struct tc_session *session, const struct tc_session_options *part)
{
	for (size_t i = 0; i < budgets->count; i++)
		tc_budget_check(&budgets->result[i], &budgets->budget[i], session, part);
}

enum tc_budget_state tc_budgets_state(const struct tc_budgets *budgets)
{
	enum tc_budget_state worst = TC_BUDGET_HELD;
	for (size_t i = 0; i < budgets->count; i++)
		worst = budgets->result[i].state > worst ? budgets->result[i].state : worst;
	return worst;
}
