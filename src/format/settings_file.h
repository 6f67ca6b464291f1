/* SPDX-License-Identifier: MIT
 *
 * settings_file.h - the file of settings: $XDG_CONFIG_HOME/tacho/config, else ~/.config/tacho/config.  Lines KEY = VALUE;
 * what follows a # at the begin of a line or behind a blank is a comment.
 */
#ifndef FORMAT_SETTINGS_FILE_H
#define FORMAT_SETTINGS_FILE_H

#include <stdbool.h>
#include <stdint.h>

/* value NULL: no line as it should be, which is key; that NULL, too: no text, and the file ends there.  false: enough. */
typedef bool tc_settings_line(void *context, const char *file, uint32_t line, const char *key, const char *value);

/* Calls take for each line.  Its path goes into out (4096 bytes; may be NULL), "" when there is no such file. */
void tc_settings_file(char *out, tc_settings_line *take, void *context);

/* Where the file is looked for; false: nowhere. */
bool tc_settings_path(char *out, uint64_t room);

#endif
