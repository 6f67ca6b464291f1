/* SPDX-License-Identifier: MIT
 *
 * budgets.h - the --budget options of a command: taken, held against a session, shown.
 */
#ifndef CLI_BUDGETS_H
#define CLI_BUDGETS_H

#include "analyze/budget.h"
#include "base/json.h"
#include "cli/screen.h"

struct tc_budgets { /* all zero: none.  Owns both arrays. */
	size_t count;
	struct tc_budget *budget;
	struct tc_budget_result *result;
};

/* One more.  0; or a negative code with the sentence set, after which *at says where in the text. */
int tc_budgets_take(struct tc_budgets *budgets, const char *text, size_t *at);
/* Below the sentence: the text, and a caret below its byte `at`. */
void tc_budgets_point(const char *text, size_t at, FILE *out);
void tc_budgets_release(struct tc_budgets *budgets);

void tc_budgets_check(
	struct tc_budgets *budgets, const struct tc_session *session, const struct tc_session_options *part);
/* The worst of all states: held only if all are. */
enum tc_budget_state tc_budgets_state(const struct tc_budgets *budgets);

void tc_render_budgets(struct tc_screen *screen, const struct tc_budgets *budgets);
/* state, held, broken, not_known and budgets, as members of the open object. */
void tc_json_budgets(struct tc_json *json, const struct tc_budgets *budgets);

#endif
