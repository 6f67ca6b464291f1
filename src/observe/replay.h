/* SPDX-License-Identifier: MIT
 *
 * replay.h - what the observer makes of recordings, for parts whose time is told: windows, whole trees, every span stored.  There is no
 * machine to be sampled and no process that runs.  One thread at a time.
 */
#ifndef OBSERVE_REPLAY_H
#define OBSERVE_REPLAY_H

#include "format/log.h"
#include "format/part.h"
#include "format/spans_file.h"

struct tc_replay;

/* Parts and log lie in `live`, spans.tacho in `directory`; packer NULL: as it is. */
int tc_replay_open(struct tc_replay **out, const char *live, const char *directory, const struct tc_calibration *begin,
	const struct tc_packer *packer);

/* When a window will be over. */
uint64_t tc_replay_due(const struct tc_replay *replay);

/* It is now_ns: looks at the parts if a window is over. */
void tc_replay_tick(struct tc_replay *replay, uint64_t now_ns);

/* Stores what ended; to be called before a ring is half full.  0, or a negative code: they cannot be stored any more. */
int tc_replay_keep(struct tc_replay *replay, uint64_t now_ns);

/* Readings, in order of time: a new series, and one of it. */
uint32_t tc_replay_series(struct tc_replay *replay, const struct tc_series *series);
void tc_replay_sample(struct tc_replay *replay, uint32_t series, uint64_t at_ns, double value);

/* A last reading, of parts that are closed by now; the log is complete afterwards.  0, or a negative code: something could not be
 * written.  NULL is fine. */
int tc_replay_close(struct tc_replay *replay, const struct tc_calibration *end);

#endif
