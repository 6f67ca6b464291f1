/* SPDX-License-Identifier: MIT */
#include "cli/exporting.h"

#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "base/units.h"
#include "cli/stop.h"
#include "format/settings.h"

struct line { /* on the terminal */
	bool wanted;
	uint64_t shown_ns;
	bool visible;
};

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool show(void *context, uint64_t spans, uint64_t bytes)
{
	const uint64_t pause_ns = 200000000; /* the first comes after one, so that short exports show none */
	struct line *line = context;
	uint64_t now = line->wanted ? now_ns() : 0;
	if (!line->wanted || now - line->shown_ns < pause_ns)
		return !tc_stop_asked();
	fputs("\r\033[Kexporting: ", stderr);
	if (spans)
		fprintf(stderr, "%s spans, ", tc_count(spans).text);
	fputs(tc_bytes((double)bytes).text, stderr);
	fflush(stderr);
	line->shown_ns = now;
	line->visible = true;
	return !tc_stop_asked();
}

int tc_exporting(struct tc_session *session, const struct tc_export_options *how, char *written)
{
	char directory[TC_SETTING_TEXT_BYTES];
	struct tc_export_options whole = *how;
	struct line line = {.wanted = isatty(STDERR_FILENO), .shown_ns = now_ns()};
	if (!tc_setting_get(TC_SET_EXPORT_DIRECTORY, directory))
		return tc_error(TACHO_EINVAL, "the setting export_directory is too long");
	whole.directory = directory;
	whole.progress = show;
	whole.context = &line;
	int error = tc_export(session, &whole, written);
	if (line.visible)
		fputs("\r\033[K", stderr);
	return error;
}
