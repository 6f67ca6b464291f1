/* SPDX-License-Identifier: MIT */
#include "cli/exporting.h"

#include "base/error.h"
#include "base/units.h"
#include "cli/damage.h"
#include "cli/stop.h"
#include "cli/working.h"
#include "format/settings.h"

static bool show(void *context, uint64_t spans, uint64_t bytes)
{
	if (!tc_working_is_due(context))
		return !tc_stop_asked();
	fputs("exporting: ", stderr);
	if (spans)
		fprintf(stderr, "%s, ", tc_counted(spans, "span").text);
	fputs(tc_bytes((double)bytes).text, stderr);
	fflush(stderr);
	return !tc_stop_asked();
}

int tc_exporting(struct tc_session *session, const struct tc_export_options *how, char *written)
{
	char directory[TC_SETTING_TEXT_BYTES];
	struct tc_export_options whole = *how;
	struct tc_working working;
	if (!tc_setting_get(TC_SET_EXPORT_DIRECTORY, directory))
		return tc_error(TACHO_EINVAL, "the setting export_directory is too long");
	whole.directory = directory;
	whole.progress = show;
	whole.context = &working;
	tc_working_begin(&working);
	int error = tc_export(session, &whole, written);
	tc_working_end(&working);
	if (!error && !how->format->is_whole)
		tc_tell_damage(session);
	return error;
}
