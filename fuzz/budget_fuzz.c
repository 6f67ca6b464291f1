/* SPDX-License-Identifier: MIT
 *
 * budget_fuzz.c - budgets as somebody may type them: what is taken has a name, a statistic and a finite limit, and is judged of an empty
 * session; what is refused is so in one line, with a place within the text.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "analyze/budget.h"
#include "base/error.h"

static void judge(const struct tc_budget *budget)
{
	struct tc_name_view name = {.name = budget->name, .bytes = budget->name_bytes};
	struct tc_session session = {.names = 1, .name = &name, .end = 1000000000};
	struct tc_budget_result result;
	tc_summarize(&name.summary, 0, 0, tc_wide_of(0), tc_wide_of(0), 0, 0, &name.figures.histogram, NULL);
	tc_budget_check(&result, budget, &session, NULL);
	if (isinf(result.measured.amount.value) || (result.state == TC_BUDGET_NOT_KNOWN) != (*result.reason != 0) ||
		(result.state == TC_BUDGET_HELD && isnan(result.measured.amount.value)))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tc_budget budget;
	size_t at;
	char *text = malloc(size + 1);
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	if (tc_budget_parse(&budget, text, &at)) {
		if (at > strlen(text) || !*tacho_last_error() || strchr(tacho_last_error(), '\n'))
			__builtin_trap();
	} else {
		if (!budget.name_bytes || !budget.statistic || !isfinite(budget.limit.value))
			__builtin_trap();
		judge(&budget);
		tc_budget_release(&budget);
	}
	free(text);
	return 0;
}
