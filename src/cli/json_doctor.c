/* SPDX-License-Identifier: MIT */
#include <tacho/version.h>
#include "base/json.h"
#include "cli/doctor.h"

static void check_json(struct tc_json *json, const struct tc_doctor_check *check)
{
	tc_json_object(json, NULL);
	tc_json_text(json, "name", check->name);
	tc_json_bool(json, "fine", check->fine);
	tc_json_text(json, "text", check->text);
	tc_json_text(json, "remedy", *check->remedy ? check->remedy : NULL);
	tc_json_end(json);
}

static void series_json(struct tc_json *json, const struct tc_series_one *one)
{
	const struct tc_series *series = &one->series;
	const char *absent = tc_doctor_absent(one);
	tc_json_object(json, NULL);
	tc_json_text(json, "name", series->name);
	tc_json_text(json, "unit", series->unit);
	tc_json_text(json, "total_unit", series->total_unit);
	tc_json_text(json, "source", series->source);
	tc_json_text(json, "resolution", series->resolution);
	tc_json_text(json, "help", series->help);
	tc_json_bool(json, "available", !absent);
	tc_json_text(json, "available_reason", absent);
	tc_json_end(json);
}

static void source_json(struct tc_json *json, const struct tc_doctor_source *source)
{
	bool available = false;
	for (size_t i = 0; i < source->set.count; i++)
		available |= !tc_doctor_absent(&source->set.one[i]);
	tc_json_object(json, NULL);
	tc_json_text(json, "name", source->sampler->name);
	tc_json_bool(json, "available", available);
	tc_json_text(json, "group", source->sampler->group == TC_DEAR ? "dear" : "cheap");
	tc_json_f64(json, "cost_us", source->cost_ns / 1000);
	tc_json_u64(json, "reads", source->reads);
	tc_json_array(json, "series");
	for (size_t i = 0; i < source->set.count; i++)
		series_json(json, &source->set.one[i]);
	tc_json_end(json);
	tc_json_end(json);
}

void tc_json_doctor(const struct tc_doctor *doctor, FILE *out)
{
	struct tc_json json;
	tc_json_init(&json, out, true);
	tc_json_object(&json, NULL);
	tc_json_text(&json, "schema", "tacho.doctor/1");
	tc_json_text(&json, "tacho_version", TACHO_VERSION);
	tc_json_text(&json, "host", doctor->machine.host);
	tc_json_text(&json, "kernel", doctor->machine.kernel);
	tc_json_array(&json, "checks");
	for (size_t i = 0; i < doctor->checks; i++)
		check_json(&json, &doctor->check[i]);
	tc_json_end(&json);
	tc_json_array(&json, "sources");
	for (size_t i = 0; i < doctor->sources; i++)
		source_json(&json, &doctor->source[i]);
	tc_json_end(&json);
	tc_json_end(&json);
}
