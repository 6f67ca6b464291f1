/* SPDX-License-Identifier: MIT
 *
 * bottleneck_fixture.c - the driver of bottleneck_test.py: from stdin how many stages, and of each how many durations, and each of them in
 * ns with what of it is its own; to stdout the verdict on each stage as JSON, one stage to the line.
 */
#include <stdio.h>
#include "analyze/diagnosis.h"
#include "analyze/made.h"
#include "base/json.h"

static void print(const struct tc_name_diagnosis *name)
{
	const struct tc_bottleneck_verdict *verdict = &name->use.verdict;
	struct tc_json json;
	tc_json_init(&json, stdout, false);
	tc_json_object(&json, NULL);
	tc_json_text(&json, "severity", tc_severity_name(verdict->severity));
	tc_json_text(&json, "impact", tc_severity_name(verdict->impact));
	tc_json_text(&json, "documented_rule", tc_severity_name(verdict->documented));
	tc_json_f64(&json, "share", verdict->share);
	tc_json_f64(&json, "lift", verdict->lift);
	tc_json_f64(&json, "max_speedup", verdict->max_speedup);
	tc_json_end(&json);
}

static void read_stage(struct made *m, const char *name)
{
	size_t count;
	unsigned long long self, ns;
	if (scanf("%zu", &count) != 1)
		abort();
	for (size_t i = 0; i < count; i++) {
		if (scanf("%llu %llu", &ns, &self) != 2)
			abort();
		made_span(m, name, (tc_instant)i, ns, self, false);
	}
}

int main(void)
{
	static char names[MADE_NAMES][24];
	struct made *m = made_new();
	struct tc_diagnosis *d;
	size_t stages;
	if (scanf("%zu", &stages) != 1 || stages > MADE_NAMES)
		return 1;
	for (size_t i = 0; i < stages; i++) {
		snprintf(names[i], sizeof names[i], "%zu", i);
		read_stage(m, names[i]);
	}
	if (tc_diagnose(&d, made_session(m), 0, m->session.end))
		return 1;
	for (size_t i = 0; i < d->names; i++)
		print(&d->name[i]);
	tc_diagnosis_release(d);
	made_release(m);
	return 0;
}
