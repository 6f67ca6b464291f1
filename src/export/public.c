/* SPDX-License-Identifier: MIT
 *
 * public.c - what of include/tacho/session.h writes files.
 */
#include "read/public.h"
#include "base/error.h"
#include "export/export.h"
#include "format/store.h"

const char *tacho_session_format(size_t number)
{
	for (size_t i = 0; tc_formats[i]; i++)
		if (i == number)
			return tc_formats[i]->name;
	return NULL;
}

int tacho_session_export(const char *session, const struct tacho_session_filter *filter, const char *format,
	const char *path, bool replace)
{
	struct tc_session_options part;
	struct tc_export_options how = {
		.format = tc_format_find(format), .path = path, .force = replace, .part = &part};
	char directory[4096], written[TC_DESTINATION_PATH];
	struct tc_session *opened;
	if (!how.format)
		return TACHO_EINVAL;
	int code = tc_session_filter(&part, filter);
	if (code)
		return code;
	part.no_spans = !how.format->has_spans;
	part.stream = how.format->streams;
	part.finds = how.format->finds;
	code = tc_session_find(session, directory);
	if (!code)
		code = tc_session_open(&opened, directory, &part);
	if (code)
		return code;
	code = tc_export(opened, &how, written);
	tc_session_release(opened);
	return code;
}
