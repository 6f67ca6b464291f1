/* SPDX-License-Identifier: MIT
 *
 * parts.h - finds the parts of a session and tells what grew in them since the last reading, per name.
 *
 * A part belongs to a program that may be hostile or just dying: it is read with pread, never mapped (a file cut short would
 * raise SIGBUS here), every offset is where a read finds bytes or does not, and chains end after as many links as the
 * file has room for.
 */
#ifndef OBSERVE_PARTS_H
#define OBSERVE_PARTS_H

#include <sys/stat.h>
#include "observe/keep.h"
#include "observe/names.h"
#include "observe/part_seen.h"
#include "observe/states.h"

struct tc_parts_folder {
	char *path;
	struct timespec changed; /* its mtime when it was last listed */
	bool settled;            /* and it was not quite fresh then, so that a later change shows in it */
};

struct tc_parts {
	struct tc_parts_folder folder[2]; /* where parts appear; path NULL: not used */
	struct tc_names names;
	struct tc_metrics metrics;
	size_t count, room;
	struct tc_part_seen *part; /* those that may still grow */
	uint64_t *done;            /* ids of those that are finished and not folded: open addressing, 0 is empty */
	size_t done_count, done_room;
	uint64_t liveness_due_ns;
	struct tc_part_scratch *scratch;
	size_t open_files;
	bool fold_full; /* folding failed: parts stay as they are */
	struct tc_part_totals totals;
	struct tc_shares *shares; /* the observer's; NULL: nobody asks where time went */
	struct tc_keeper *keeper; /* the observer's; NULL: spans are not stored one by one */
	struct tc_trees *trees;   /* the observer's; NULL: nobody asks for single spans */
};

int tc_parts_open(struct tc_parts *parts, const char *live, const char *directory);

/* Reads all parts and hands on what grew.  last: nothing will be read after this, so what histograms lag behind by is
 * completed too. */
void tc_parts_read(struct tc_parts *parts, uint64_t now_ns, bool last, const struct tc_part_target *target);

/* Reads what the metrics of the parts that are known did since the last reading of them. */
void tc_parts_read_metrics(struct tc_parts *parts);

/* Stores what ended, where that is not to wait for tc_parts_read(). */
void tc_parts_keep(struct tc_parts *parts, uint64_t now_ns);

/* Looks at the state of threads whose turn it is. */
void tc_parts_look(struct tc_parts *parts, struct tc_states_round *round);

void tc_parts_close(struct tc_parts *parts);

#endif
