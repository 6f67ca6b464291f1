/* SPDX-License-Identifier: MIT
 *
 * problems.c - what an import left out or changed: counted while it goes, said in the session's notes.
 */
#include <stdarg.h>
#include <stdio.h>
#include "base/error.h"
#include "base/strbuf.h"
#include "base/units.h"
#include "format/manifest.h"
#include "import/private.h"

static const char *const sentence[TC_IMPORT_PROBLEMS] = {
	[TC_IMPORT_NEGATIVE] = "spans that were left out because they end before they begin",
	[TC_IMPORT_UNPAIRED] = "ends of spans that were left out because they have no begin",
	[TC_IMPORT_NO_PARENT] =
		"spans whose parent is not in the file, or far behind them, and that lie where their times put them",
	[TC_IMPORT_RINGS] =
		"spans whose parents lead back to themselves, in a ring, and that lie where their times put them",
	[TC_IMPORT_TWINS] = "spans whose id another has, too: what names it lies in the newest that is open",
	[TC_IMPORT_OUTSIDE] =
		"async spans that are so because they overlap others of their thread without lying in them",
	[TC_IMPORT_UNENDED] =
		"async spans that are so because they have no end, and what they began in, in their thread, has one",
	[TC_IMPORT_INCOMPLETE] = "events that were left out because they lack a name, or a time that can be",
	[TC_IMPORT_NAMES] = "spans that are called \"(other)\" because there are more names than a session has",
	[TC_IMPORT_ATTRIBUTES] = "attributes that were left out because their spans have too many",
	[TC_IMPORT_EVENTS] = "events that were left out because there are more, or more different ones, than are held",
	[TC_IMPORT_LINKS] =
		"links of spans that were left out because what they lead to is not in the file, or far off",
	[TC_IMPORT_PASSED] = "events that were left out because they tell of no span: flows, steps, objects",
	[TC_IMPORT_COUNTERS] = "readings that were left out because there are more counters than a session has",
};

void tc_import_problem(struct tc_import *import, enum tc_import_problem problem, uint64_t place)
{
	if (!import->problem[problem]++)
		import->first[problem] = place;
}

static const char *sentence_of(const struct tc_import *import, int problem, struct tc_strbuf *text)
{
	tc_strbuf_clear(text);
	tc_strbuf_printf(text, "%s: %s", sentence[problem], tc_count(import->problem[problem]).text);
	if (import->first[problem])
		tc_strbuf_printf(
			text, ", the first at %s %llu", import->unit, (unsigned long long)import->first[problem]);
	return tc_strbuf_text(text);
}

void tc_import_notes(const struct tc_import *import, struct tc_manifest *manifest)
{
	struct tc_strbuf text = {0};
	for (int i = 0; i < TC_IMPORT_PROBLEMS; i++)
		if (import->problem[i])
			tc_manifest_note(manifest, sentence_of(import, i, &text));
	tc_strbuf_release(&text);
}

void tc_import_tell(const struct tc_import *import)
{
	const struct tc_import_options *options = import->options;
	struct tc_strbuf text = {0};
	for (int i = 0; options->tell && i < TC_IMPORT_PROBLEMS; i++)
		if (import->problem[i])
			options->tell(options->context, sentence_of(import, i, &text));
	tc_strbuf_release(&text);
}

int tc_import_fail(const struct tc_import *import, uint64_t place, const char *format, ...)
{
	char rest[512];
	va_list list;
	va_start(list, format);
	vsnprintf(rest, sizeof rest, format, list);
	va_end(list);
	return tc_error(
		TACHO_EFORMAT, "%s, %s %llu: %s", import->input->name, import->unit, (unsigned long long)place, rest);
}
