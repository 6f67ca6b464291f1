/* SPDX-License-Identifier: MIT
 *
 * load.h - how heavy each module is, a module being what a program marks with one span name, and the process tree as a whole
 * (specification of statistics, section 9; R5.5).
 *
 * Samples are the windows of the ladder, neighbours of them made one until it lasts a second: the CPU time that attribution gives a
 * name in it, as a share of the machine's CPUs, and by how much memory has grown under the name since the first window, never less
 * than 0 nor more than the tree holds.  Of the tree it is its CPU time and its resident memory, what processes share counted once
 * (the sum of their proportional sizes) where that may be read.  The level is that of the p95 of these; beside it goes the level
 * that somebody who watched would see at the end, which rises and falls after three windows in a row (load_level.h).
 */
#ifndef ANALYZE_LOAD_H
#define ANALYZE_LOAD_H

#include "analyze/load_level.h"
#include "analyze/name_records.h"

struct tc_load_limits {
	struct tc_threshold cpu_percent; /* of the machine */
	struct tc_threshold ram_bytes;
};
extern const struct tc_load_limits tc_load_usual; /* 25 % and 50 %, 50 MB and 100 MB of 10^6 bytes */

struct tc_load_part {     /* of CPU in percent, of memory in bytes */
	double figure;    /* NAN: not known */
	bool provisional; /* of fewer than TC_LEVEL_SAMPLES samples: their maximum */
	enum tc_level level, now;
	tc_instant since; /* of now */
};

enum { TC_LOAD_CPU, TC_LOAD_RAM, TC_LOAD_PARTS };

struct tc_load {
	const char *name; /* of a module; NULL: of the tree */
	size_t bytes, samples;
	struct tc_load_part part[TC_LOAD_PARTS];
	enum tc_level level, now; /* the worst of the parts */
	bool active;              /* it did something in the time that was asked for */
	bool shared_often; /* of the tree: what its processes share is counted in each, as nothing tells how much that is */
};

struct tc_loads { /* owns module */
	struct tc_load_limits limits;
	size_t windows;
	uint32_t cpus;
	struct tc_load tree;
	size_t modules, active, heavy; /* heavy: yellow or red */
	struct tc_load *module;        /* the heaviest first */
};

struct tc_load_judge;

/* Of what the session was opened for.  0 or TACHO_ENOMEM; the judge (load_judge.h) too is to be released, in any case. */
int tc_loads_begin(struct tc_loads *out, struct tc_load_judge *judge, const struct tc_session *session,
	struct tc_load_limits limits);
/* One module more, O(windows); after the last they are put in order, and it is false. */
bool tc_loads_step(struct tc_loads *loads, const struct tc_load_judge *judge, const struct tc_name_records *records);
void tc_loads_release(struct tc_loads *loads);

#endif
