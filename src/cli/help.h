/* SPDX-License-Identifier: MIT
 *
 * help.h - everything tacho says about itself, made from the descriptors of its commands: the text of --help and the
 * manual pages have one source, so they cannot differ.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>
#include "base/nearest.h"
#include "cli/command.h"

/* tacho --help; table: the commands, ends with NULL */
void tc_help_overview(const struct tc_command *const *table, FILE *out);
/* tacho NAME --help */
void tc_help_command(const struct tc_command *command, FILE *out);

/* The source of a manual page, man(7); command NULL: that of tacho itself. */
void tc_help_manual(const struct tc_command *const *table, const struct tc_command *command, FILE *out);

#endif
