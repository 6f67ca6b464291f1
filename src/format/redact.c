/* SPDX-License-Identifier: MIT */
#include "format/redact.h"

#include <string.h>
#include "base/glob.h"
#include "base/uri.h"
#include "format/settings.h"

static char redact_keys[TC_SETTING_TEXT_BYTES], redact_values[TC_SETTING_TEXT_BYTES];

void tc_redact_rules(const char *keys, const char *values)
{
	/* The same again is no change, so that threads which still end the recording before see none. */
	if (strcmp(redact_keys, keys))
		strcpy(redact_keys, keys);
	if (strcmp(redact_values, values))
		strcpy(redact_values, values);
}

bool tc_redact_has_rules(void)
{
	return *redact_keys || *redact_values;
}

bool tc_redact_key(const char *key, size_t bytes)
{
	return *redact_keys && tc_glob_any(redact_keys, key, bytes);
}

bool tc_redact_value(const char *text, size_t bytes)
{
	return *redact_values && tc_glob_any(redact_values, text, bytes);
}

static bool is_hidden_option(const char *option)
{
	if (!option || *option != '-' || strchr(option, '='))
		return false;
	option += strspn(option, "-");
	return tc_redact_key(option, strlen(option));
}

static size_t hide(char *out, size_t room, const char *prefix, size_t bytes)
{
	size_t hidden = strlen(TC_REDACTED);
	for (size_t i = 0; i < bytes + hidden && i < room; i++)
		out[i] = i < bytes ? prefix[i] : TC_REDACTED[i - bytes];
	return bytes + hidden;
}

size_t tc_redact_argument(char *out, size_t room, const char *argument, const char *before)
{
	size_t bytes = strlen(argument), dashes = strspn(argument, "-");
	const char *equals = strchr(argument + dashes, '=');
	if (tc_redact_value(argument, bytes) || (*argument != '-' && is_hidden_option(before)))
		return hide(out, room, argument, 0);
	if (equals && (tc_redact_key(argument + dashes, (size_t)(equals - argument) - dashes) ||
			      tc_redact_value(equals + 1, strlen(equals + 1))))
		return hide(out, room, argument, (size_t)(equals + 1 - argument));
	return tc_uri_hide(out, room, argument, bytes);
}
