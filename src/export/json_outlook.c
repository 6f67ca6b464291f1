/* SPDX-License-Identifier: MIT
 *
 * json_outlook.c - where series are heading, and whether memory leaks.
 */
#include <math.h>
#include "analyze/outlook.h"
#include "export/report_json.h"

void tc_json_leak(struct tc_json *json, const struct tc_leak *l)
{
	const char *reason = l->reason ? l->reason : "not known";
	tc_json_object(json, "leak");
	tc_json_u64(json, "n", l->n);
	tc_json_text(json, "method", "Mann-Kendall of block minima");
	tc_json_bool(json, "enough_data", l->status != TC_LEAK_INSUFFICIENT_DATA);
	tc_json_text(json, "status", tc_leak_name(l->status));
	tc_json_given(json, "reason", l->reason, "it grows");
	tc_json_known(json, "bytes_per_second", l->bytes_per_second, reason);
	tc_json_known(json, "lo", l->low, reason);
	tc_json_known(json, "hi", l->high, reason);
	tc_json_known(json, "time_to_limit", l->seconds_to_limit,
		l->status >= TC_LEAK_GROWTH_SLOWING ? "no limit is known" : "no growth that goes on was found");
	tc_json_known(json, "growth", l->growth_bytes, reason);
	tc_json_known(json, "p_adj", l->p, reason);
	tc_json_known(json, "since", l->since_seconds, reason);
	tc_json_end(json);
}

void tc_json_forecast(struct tc_json *json, const struct tc_forecast *f)
{
	static const char beyond[] = "it is beyond what a double holds";
	const char *why = f->reason ? f->reason : beyond, *limit = f->limit_reason ? f->limit_reason : beyond;
	tc_json_object(json, "forecast");
	tc_json_u64(json, "n", f->n);
	tc_json_text(json, "method", "courses of block medians, weighed");
	tc_json_bool(json, "enough_data", !f->reason);
	tc_json_given(json, "reason", f->reason, "there is enough data");
	tc_json_bool(json, "heading", f->heading);
	tc_json_known(json, "since_seconds", f->since_seconds, why);
	tc_json_known(json, "per_second", f->per_second, why);
	tc_json_known(json, "lo", f->low, why);
	tc_json_known(json, "hi", f->high, why);
	tc_json_known(json, "p_value", f->p, why);
	tc_json_known(json, "at_seconds", f->at_seconds, why);
	tc_json_known(json, "value", f->value, why);
	tc_json_known(json, "value_lo", f->value_low, why);
	tc_json_known(json, "value_hi", f->value_high, why);
	tc_json_known(json, "time_to_limit", f->seconds_to_limit, limit);
	tc_json_known(json, "soonest", f->soonest, limit);
	tc_json_known(json, "latest", f->latest, f->limit_reason ? limit : "it may never be reached");
	tc_json_end(json);
}

static void anomalies(struct tc_json *json, const struct tc_outlook *outlook, const struct tc_outlook_row *row)
{
	const struct tc_anomalies *all = &row->anomalies;
	tc_json_object(json, "anomalies");
	tc_json_u64(json, "n", all->n);
	tc_json_text(json, "method", "samples");
	tc_json_bool(json, "enough_data", !all->reason);
	tc_json_given(json, "reason", all->reason, "there is enough data");
	tc_json_array(json, "found");
	for (size_t i = 0; i < all->count; i++) {
		tc_json_object(json, NULL);
		tc_json_i64(json, "at_ns",
			outlook->from + (tc_instant)(row->step_seconds * 1e9 * (double)all->at[i].index));
		tc_json_f64(json, "value", all->at[i].value);
		tc_json_known(json, "z", all->at[i].z, "the values before it do not differ");
		tc_json_bool(json, "extreme", all->at[i].extreme);
		tc_json_end(json);
	}
	tc_json_end(json);
	tc_json_end(json);
}

static void row(struct tc_json *json, const struct tc_outlook *outlook, const struct tc_outlook_row *row)
{
	tc_json_object(json, NULL);
	tc_json_text(json, "series", row->series->series.name);
	tc_json_text(json, "unit", row->series->series.unit);
	tc_json_known(json, "step_seconds", row->samples > 1 ? row->step_seconds : NAN, "fewer than two samples");
	tc_json_known(json, "limit", row->limit, "no limit of it is known");
	tc_json_given(json, "limit_of", row->limit_of, "no limit of it is known");
	if (row->of_memory)
		tc_json_leak(json, &row->leak);
	else
		tc_json_absent(json, "leak", "it is not the memory of the processes");
	tc_json_forecast(json, &row->forecast);
	anomalies(json, outlook, row);
	tc_json_end(json);
}

void tc_json_outlook(struct tc_json *json, const struct tc_outlook *outlook)
{
	tc_json_array(json, "outlook");
	for (size_t i = 0; i < outlook->count; i++)
		row(json, outlook, &outlook->row[i]);
	tc_json_end(json);
}
