/* SPDX-License-Identifier: MIT
 *
 * json_follow.c - what report --follow says at an update, as one line.
 */
#include "cli/live.h"
#include "export/report_json.h"

/* What each reading is now and was so far. */
static void resources(struct tc_json *json, const struct tc_session *session)
{
	static const char none[] = "it was not read yet";
	tc_json_array(json, "resources");
	for (size_t i = 0; i < session->series; i++) {
		const struct tc_series_view *series = &session->series_view[i];
		tc_json_object(json, NULL);
		tc_json_text(json, "name", series->series.name);
		tc_json_text(json, "unit", series->series.unit);
		tc_json_known(json, "last", series->course.last, none);
		tc_json_known(json, "average", series->course.average, none);
		tc_json_known(json, "p95", series->course.p95, none);
		tc_json_known(json, "max", series->course.max, none);
		tc_json_end(json);
	}
	tc_json_end(json);
}

void tc_json_follow(const struct tc_diagnosis *d, uint64_t update, FILE *out)
{
	struct tc_json json;
	tc_json_init(&json, out, false);
	tc_json_object(&json, NULL);
	tc_json_text(&json, "schema", "tacho.follow/1");
	tc_json_u64(&json, "update", update);
	tc_json_session(&json, "session", d->session);
	tc_json_limit(&json, &d->limited);
	tc_json_diagnosis(&json, d);
	tc_json_what_ifs(&json, d);
	tc_json_load(&json, &d->loads);
	tc_json_outlook(&json, &d->outlook);
	resources(&json, d->session);
	tc_json_end(&json);
}
