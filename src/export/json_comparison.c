/* SPDX-License-Identifier: MIT */
#include <math.h>
#include "export/report_json.h"

void tc_json_comparison(struct tc_json *json, const struct tc_comparison *c)
{
	static const char *const units[] = {"sessions", "blocks", "spans"};
	tc_json_text(json, "verdict", tc_verdict_name(c->verdict));
	tc_json_given(json, "reason", c->reason, "there is a verdict");
	tc_json_known(json, "confidence", c->confidence, "there is no verdict");
	tc_json_known(json, "ratio", c->ratio, c->reason);
	tc_json_known(json, "ratio_lo", c->ratio_lo, c->reason);
	tc_json_known(json, "ratio_hi", c->ratio_hi, c->reason);
	tc_json_known(json, "p_value", c->p_value, c->reason);
	tc_json_f64(json, "inflation", c->inflation);
	tc_json_known(json, "p_widened", c->p_widened, c->reason);
	tc_json_known(json, "q_value", c->q_value, c->reason);
	tc_json_known(json, "u", c->u, c->reason);
	tc_json_f64(json, "delta", c->delta);
	tc_json_known(json, "needed", c->needed, c->reason ? c->reason : "it is settled");
	tc_json_text(json, "units", units[c->units]);
	tc_json_u64(json, "n_base", c->base);
	tc_json_u64(json, "n_new", c->other);
	tc_json_text(json, "method", c->method);
	tc_json_bool(json, "enough_data", isnan(c->needed) && !isnan(c->p_value));
}
