/* SPDX-License-Identifier: MIT
 *
 * exporting.h - one export as commands make it: into the directory that the settings name, with a line on the terminal while it
 * takes long.
 */
#ifndef CLI_EXPORTING_H
#define CLI_EXPORTING_H

#include "export/export.h"

/* Exports; `how` needs a format, and may have all but directory and progress.  written (TC_DESTINATION_PATH bytes): what was made.  0, or a negative
 * tacho_error code with the sentence set, also when somebody asked to stop (stop.h). */
int tc_exporting(struct tc_session *session, const struct tc_export_options *how, char *written);

#endif
