/* SPDX-License-Identifier: MIT */
#include "cli/export_plan.h"

#include "base/error.h"
#include "base/quantity.h"
#include "cli/exporting.h"
#include "format/clock.h"

int tc_export_plan_add(struct tc_export_plan *plan, const char *format)
{
	const struct tc_format *found = tc_format_find(format);
	if (!found)
		return TACHO_EINVAL;
	if (plan->formats == TC_PLAN_FORMATS)
		return tc_error(TACHO_EINVAL, "--export may be given %d times", TC_PLAN_FORMATS);
	plan->format[plan->formats++] = found;
	return 0;
}

int tc_export_plan_every(struct tc_export_plan *plan, const char *duration)
{
	const unsigned long long least = 1000000000, most = 365 * 86400 * least;
	unsigned long long ns;
	if (!tc_parse_duration(duration, &ns) || ns < least || ns > most)
		return tc_error(TACHO_EINVAL,
			"--export-every takes a duration from 1s to 365d, such as 1d, not \"%.40s\"", duration);
	plan->every_ns = ns;
	plan->due_ns = tc_monotonic_ns() + ns;
	return 0;
}

int tc_export_plan_check(const struct tc_export_plan *plan)
{
	if (plan->every_ns && !plan->formats)
		return tc_error(TACHO_EINVAL, "--export-every says how often; --export FORMAT says what");
	return 0;
}

/* Each format opens the session anew: the one before may have hidden something in it, and half a minute may have passed. */
static int export_one(const struct tc_export_plan *plan, const struct tc_format *format, const char *directory)
{
	const struct tc_session_options what = {
		.no_spans = !format->has_spans, .stream = format->streams, .finds = format->finds};
	const struct tc_export_options how = {
		.format = format, .is_redacted = plan->is_redacted, .is_latest = plan->every_ns && format->is_state};
	char written[TC_DESTINATION_PATH];
	struct tc_session *session;
	int error = tc_session_open(&session, directory, &what);
	if (error)
		return error;
	error = tc_exporting(session, &how, written);
	tc_session_release(session);
	if (!error)
		fprintf(stderr, "tacho: wrote %s\n", written);
	return error;
}

uint64_t tc_export_plan_go(
	struct tc_export_plan *plan, const char *session, bool at_end, int (*complain)(const char *sentence))
{
	uint64_t now = tc_monotonic_ns();
	if (!at_end && !plan->every_ns)
		return UINT64_MAX;
	if (!at_end && now < plan->due_ns)
		return plan->due_ns - now;
	for (size_t i = 0; i < plan->formats; i++)
		if (export_one(plan, plan->format[i], session) != 0) {
			complain(tacho_last_error());
			plan->failed |= at_end;
		}
	plan->due_ns = tc_monotonic_ns() + plan->every_ns;
	return plan->every_ns;
}
