/* SPDX-License-Identifier: MIT
 *
 * formats.c - the table of formats.  One line declares a format, one lists it; the order is that of `tacho export --format ?`.
 */
#include <stdio.h>
#include <string.h>
#include "base/error.h"
#include "base/nearest.h"
#include "export/export.h"

extern const struct tc_format tc_format_json;
extern const struct tc_format tc_format_csv;
extern const struct tc_format tc_format_chrome;
extern const struct tc_format tc_format_html;
extern const struct tc_format tc_format_flamegraph;
extern const struct tc_format tc_format_folded;
extern const struct tc_format tc_format_speedscope;
extern const struct tc_format tc_format_prometheus;
extern const struct tc_format tc_format_openmetrics;
extern const struct tc_format tc_format_otlp;
extern const struct tc_format tc_format_phases;
extern const struct tc_format tc_format_profile;
extern const struct tc_format tc_format_markdown;
extern const struct tc_format tc_format_archive;

const struct tc_format *const tc_formats[] = {
	&tc_format_json,
	&tc_format_csv,
	&tc_format_chrome,
	&tc_format_html,
	&tc_format_flamegraph,
	&tc_format_folded,
	&tc_format_speedscope,
	&tc_format_prometheus,
	&tc_format_openmetrics,
	&tc_format_otlp,
	&tc_format_phases,
	&tc_format_profile,
	&tc_format_markdown,
	&tc_format_archive,
	NULL,
};

static void list(char *out, size_t room)
{
	size_t bytes = 0;
	for (size_t i = 0; tc_formats[i] && bytes < room; i++)
		bytes += (size_t)snprintf(out + bytes, room - bytes, "%s%s", i ? ", " : "", tc_formats[i]->name);
}

const struct tc_format *tc_format_find(const char *name)
{
	const char *names[sizeof tc_formats / sizeof *tc_formats];
	char all[256];
	size_t count = 0;
	for (; tc_formats[count]; count++) {
		if (!strcmp(tc_formats[count]->name, name))
			return tc_formats[count];
		names[count] = tc_formats[count]->name;
	}
	const char *near = tc_nearest(name, names, count, sizeof *names);
	list(all, sizeof all);
	if (near)
		tc_error(TACHO_EINVAL, "there is no format \"%.60s\"; did you mean \"%s\"?", name, near);
	else
		tc_error(TACHO_EINVAL, "there is no format \"%.60s\": there are %s", name, all);
	return NULL;
}
