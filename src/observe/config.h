/* SPDX-License-Identifier: MIT
 *
 * config.h - settings as a program gives them to tacho_start().
 */
#ifndef OBSERVE_CONFIG_H
#define OBSERVE_CONFIG_H

#include <tacho/tacho.h>
#include "format/settings.h"

/* Copies a config of any size into *out (NULL: the usual one), and puts the settings in force together from it, the
 * environment and the file.  0, or TACHO_EINVAL with the sentence set. */
int tc_config_take(struct tacho_config *out, struct tc_settings *settings, const struct tacho_config *config);

/* What the store and the clock ask for while a session is made: the config's own, or again what was. */
void tc_config_override(const struct tacho_config *config);
void tc_config_override_end(void);

#endif
