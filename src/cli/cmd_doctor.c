/* SPDX-License-Identifier: MIT
 *
 * cmd_doctor.c - what tacho can see here, what it costs, and what is missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/error.h>
#include "cli/command.h"
#include "cli/doctor.h"

static const struct tc_option options[] = {
	{0, "format", "FORMAT", "text (as usual) or json."},
	{0},
};

int tc_doctor_look(struct tc_doctor *doctor)
{
	int code = tc_doctor_checks(doctor);
	return code ? code : tc_doctor_sources(doctor);
}

void tc_doctor_release(struct tc_doctor *doctor)
{
	for (size_t i = 0; i < doctor->sources; i++) {
		tc_sampling_close(doctor->source[i].sampling, 0);
		tc_series_release(&doctor->source[i].set);
	}
	free(doctor->source);
	free(doctor->check);
	tc_manifest_release(&doctor->machine);
}

static int show(bool as_json)
{
	struct tc_doctor doctor = {.checks = 0};
	int code = tc_doctor_look(&doctor);
	if (code)
		tc_fail("%s", tacho_last_error());
	else if (as_json)
		tc_json_doctor(&doctor, stdout);
	else
		code = tc_render_doctor(&doctor, stdout);
	tc_doctor_release(&doctor);
	return code ? 2 : 0;
}

static int run(const struct tc_command *self, int argc, char **argv)
{
	bool as_json;
	int status = tc_args_format_alone(self, argc, argv, &as_json);
	return status < 0 ? show(as_json) : status;
}

const struct tc_command tc_command_doctor = {
	.name = "doctor",
	.summary = "show what can be measured here and what is missing",
	.synopsis = "[--format FORMAT]",
	.description =
		"Looks at what recording depends on: the clock that times spans, where recordings lie while they run "
		"and afterwards, the settings, what a control group allows, which processes are to be seen. Then it "
		"opens every source of readings, reads each many times, and shows what one reading takes of CPU time "
		"(the "
		"median), how often it is read (at the interval, what is dear at dear_interval), and of each series "
		"the "
		"unit and the smallest step that its source tells. What is not there says why, and what would bring "
		"it.\n"
		"\n"
		"Sources about processes are read for this process alone: what they cost grows with their number. "
		"What proc_io tells is read by proc_tree, which has its cost. "
		"Nothing is "
		"recorded; the store is made if it is not there.",
	.options = options,
	.examples =
		"tacho doctor\t# what there is\n"
		"tacho doctor --format json | jq '[.sources[].cost_us] | add'\t# us of CPU time of one reading of all",
	.status = "0, also where sources are missing; 2 for a mistake in the arguments.",
	.run = run,
};
