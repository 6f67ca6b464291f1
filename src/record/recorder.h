/* SPDX-License-Identifier: MIT
 *
 * recorder.h - the cold side of recording, for the rooms above: opening and closing this process's part.
 */
#ifndef RECORD_RECORDER_H
#define RECORD_RECORDER_H

#include <stdbool.h>
#include <stdint.h>
#include "format/settings.h"

struct tc_recorder_options {
	const char *live;                   /* directory for the part */
	const char *fallback;               /* where to try next when that one has no room; may be NULL */
	uint32_t ring_records;              /* 0: as the settings say */
	bool waits;                         /* see struct tc_part_header */
	const struct tc_settings *settings; /* NULL: those of the environment and the file */
};

/* Begins recording into a new part; also in children forked later, each with a part of its own in the same place.
 * 0 or a negative tacho_error code with the sentence set. */
int tc_recorder_open(const struct tc_recorder_options *options);

/* Ends recording and closes the part in order.  Threads inside spans are safe: their ends find nothing to do. */
void tc_recorder_close(void);

bool tc_recorder_is_open(void);

#endif
