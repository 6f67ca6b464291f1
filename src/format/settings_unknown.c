/* SPDX-License-Identifier: MIT */
#include "format/settings_unknown.h"

#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include "base/nearest.h"
#include "format/settings.h"
#include "format/store.h"

static const char prefix[] = "TACHO_";
enum { PREFIX_BYTES = sizeof prefix - 1 };

/* No settings: `tacho run` and `tacho span` give these to what they start. */
static const char *const others[] = {TC_ENV_SESSION, TC_ENV_PARENT};

enum { OTHERS = sizeof others / sizeof *others, KNOWN = TC_SETTINGS + OTHERS };

/* Names without the prefix, which would make all of them alike. */
static void list_known(const char *known[KNOWN])
{
	for (size_t i = 0; i < KNOWN; i++)
		known[i] = (i < TC_SETTINGS ? tc_setting_table[i].environment : others[i - TC_SETTINGS]) + PREFIX_BYTES;
}

static bool is_known(const char *const known[KNOWN], const char *name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (!strcmp(known[i], name))
			return true;
	return false;
}

bool tc_settings_unknown(char *const **at, char *sentence, size_t room)
{
	const char *known[KNOWN];
	list_known(known);
	while (*at && **at && !getauxval(AT_SECURE)) {
		const char *variable = *(*at)++;
		char name[64];
		if (strncmp(variable, prefix, PREFIX_BYTES) != 0)
			continue;
		variable += PREFIX_BYTES;
		snprintf(name, sizeof name, "%.*s", (int)strcspn(variable, "="), variable);
		if (is_known(known, name))
			continue;
		const char *near = tc_nearest(name, known, KNOWN, sizeof *known);
		if (near)
			snprintf(sentence, room, "nothing heeds the variable %s%s; did you mean %s%s?", prefix, name,
				prefix, near);
		else
			snprintf(sentence, room, "nothing heeds the variable %s%s (tacho config lists what can be set)",
				prefix, name);
		return true;
	}
	return false;
}
