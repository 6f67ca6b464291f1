/* SPDX-License-Identifier: MIT
 *
 * importers.c - the table of formats.
 */
#include <string.h>
#include "base/error.h"
#include "base/nearest.h"
#include "import/import.h"
#include "import/importer.h"

extern const struct tc_importer tc_importer_archive;
extern const struct tc_importer tc_importer_chrome;
extern const struct tc_importer tc_importer_csv;
extern const struct tc_importer tc_importer_otlp;

const struct tc_importer *const tc_importers[] = {
	&tc_importer_archive,
	&tc_importer_otlp, /* before chrome, which takes any array */
	&tc_importer_chrome,
	&tc_importer_csv,
	NULL,
};

const char *tc_importer_name(const struct tc_importer *importer)
{
	return importer->name;
}

const char *tc_importer_summary(const struct tc_importer *importer)
{
	return importer->summary;
}

const struct tc_importer *tc_importer_find(const char *name)
{
	const char *names[sizeof tc_importers / sizeof *tc_importers];
	size_t count = 0;
	for (; tc_importers[count]; count++) {
		if (!strcmp(tc_importers[count]->name, name))
			return tc_importers[count];
		names[count] = tc_importers[count]->name;
	}
	const char *near = tc_nearest(name, names, count, sizeof *names);
	tc_error(TACHO_EINVAL, "there is no format \"%.40s\" to import%s%s%s; --format ? lists them", name,
		near ? ", did you mean \"" : "", near ? near : "", near ? "\"" : "");
	return NULL;
}
