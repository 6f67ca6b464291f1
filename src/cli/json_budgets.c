/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "cli/budgets.h"
#include "export/report_json.h"

static const char *const states[] = {"held", "not_known", "broken"};

static void unit(struct tc_json *json, const char *key, struct tc_amount amount)
{
	static const char *const names[TC_AMOUNT_KINDS][2] = {
		{"", "per second"}, {"ns", "ns/s"}, {"bytes", "bytes/s"}, {"percent", "percent/s"}};
	tc_json_text(json, key, names[amount.kind][amount.per_second]);
}

static void budget(struct tc_json *json, const struct tc_budget *b, const struct tc_budget_result *r)
{
	static const char *const of[] = {"span", "metric", "series", "run"};
	const struct tc_measured *m = &r->measured;
	const char *reason = r->state == TC_BUDGET_NOT_KNOWN ? r->reason : NULL;
	tc_json_object(json, NULL);
	tc_json_text(json, "expression", b->text);
	tc_json_text(json, "state", states[r->state]);
	tc_json_given(json, "reason", reason, "it is known");
	tc_json_text(json, "name", b->name);
	tc_json_given(json, "of", r->of == TC_SUBJECT_KINDS ? NULL : of[r->of], r->reason);
	tc_json_known(json, "matched", r->worst ? (double)r->matched : NAN, "the name is no glob");
	tc_json_given(json, "worst", r->worst, "the name is no glob");
	tc_json_text(json, "statistic", tc_statistic_name(b->statistic));
	tc_json_text(json, "operator", tc_budget_operator_text[b->sign]);
	tc_json_f64(json, "limit", b->limit.value);
	unit(json, "limit_unit", b->limit);
	tc_json_known(json, "value", m->amount.value, r->reason);
	tc_json_known(json, "value_lo", m->low, r->reason);
	tc_json_known(json, "value_hi", m->high, r->by_open ? "a span of it has not ended" : r->reason);
	unit(json, "value_unit", m->amount);
	tc_json_given(json, "value_text", isnan(m->amount.value) ? NULL : tc_amount_figure(m->amount).text, r->reason);
	tc_json_u64(json, "n", m->n);
	tc_json_bool(json, "enough_data", r->state != TC_BUDGET_NOT_KNOWN);
	tc_json_end(json);
}

void tc_json_budgets(struct tc_json *json, const struct tc_budgets *budgets)
{
	uint64_t count[3] = {0};
	for (size_t i = 0; i < budgets->count; i++)
		count[budgets->result[i].state]++;
	tc_json_text(json, "state", states[tc_budgets_state(budgets)]);
	for (int i = 0; i < 3; i++)
		tc_json_u64(json, states[i], count[i]);
	tc_json_array(json, "budgets");
	for (size_t i = 0; i < budgets->count; i++)
		budget(json, &budgets->budget[i], &budgets->result[i]);
	tc_json_end(json);
}
