/* SPDX-License-Identifier: MIT
 *
 * redact.h - what is not to be recorded: passwords in URIs, always, and what the settings redact_keys and redact_values name.
 * Rules are of the whole process.
 */
#ifndef FORMAT_REDACT_H
#define FORMAT_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#define TC_REDACTED "(redacted)"

/* Copies the rules; "": none.  While nothing is recorded. */
void tc_redact_rules(const char *keys, const char *values);

bool tc_redact_has_rules(void);
bool tc_redact_key(const char *key, size_t bytes);
bool tc_redact_value(const char *text, size_t bytes);

/* An argument of a command as it may be recorded: the first `room` bytes to out; returns how many there are.  Also
 * "--key=value" and "KEY=value", and what follows the option `before` (NULL: it is the first). */
size_t tc_redact_argument(char *out, size_t room, const char *argument, const char *before);

#endif
