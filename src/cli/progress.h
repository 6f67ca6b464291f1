/* SPDX-License-Identifier: MIT
 *
 * progress.h - the one line on the terminal that says a session is being recorded.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct tc_progress {
	const char *directory; /* of the session; NULL: no line is shown */
	uint64_t begun_ns, shown_ns, due_ns, spans;
	bool visible;
};

/* Shows nothing unless it is wanted and stderr is a terminal.  The directory is borrowed. */
void tc_progress_begin(struct tc_progress *progress, bool wanted, const char *directory);

/* Writes the line anew if it is time; ns until it wants to be called again. */
uint64_t tc_progress_show(struct tc_progress *progress);

/* Erases the line. */
void tc_progress_end(struct tc_progress *progress);

#endif
