/* SPDX-License-Identifier: MIT
 *
 * part_seen.h - what was seen of one part at the last reading, and reading it again.  part_seen.c goes from the header to
 * the blocks, part_block.c from a block to its nodes, part_cells.c through a node's histogram, part_metrics.c to what a block counts.
 */
#ifndef OBSERVE_PART_SEEN_H
#define OBSERVE_PART_SEEN_H

#include "format/log.h"
#include "format/snapshot.h"
#include "observe/metrics.h"
#include "observe/names.h"
#include "observe/trees.h"

/* Who is told what grew, and where new names go. */
struct tc_part_target {
	struct tc_log *log;
	void *context;
	void (*grew)(void *context, const struct tc_window_entry *entry);
};
struct tc_shares;
struct tc_thread_share;
struct tc_process_share;
struct tc_keeper;
struct tc_keep_thread;

struct tc_node_seen {
	uint64_t count, failed, max_ns, binned; /* binned: in its cells */
	struct tc_wide sum_ns, squares_ns2;
	int64_t own_ns, own_before_ns; /* see share_own.c */
	uint64_t before;               /* count, before this reading */
	uint64_t owed_ns;              /* of a scope that ended nowhere in this block yet: what ended below it */
	uint16_t site, parent;
	uint16_t cells, room : 15, beside : 1;
	uint32_t *
		seen; /* its cells as they stand in the file, modulo 2^32, and behind them (part_cells.c) which they are */
};

struct tc_cell_seen { /* what a thread had counted of a metric */
	uint64_t count;
	double sum;
};

struct tc_metric_seen {              /* a metric of the part */
	uint32_t kind, cell, metric; /* metric: its place in tc_metrics, or TC_NO_METRIC */
};

struct tc_block_seen {
	uint64_t at, epoch, finished, counted, binned; /* counted: of all nodes; binned: of all their cells */
	uint32_t nodes, room;
	struct tc_node_seen *node;
	uint64_t metrics_at; /* 0: not there yet */
	uint32_t cells;
	struct tc_cell_seen *cell;      /* by number of the metric in the part */
	struct tc_thread_share *thread; /* NULL: not looked at yet */
	struct tc_keep_thread *keep;    /* NULL: nothing of it is stored */
	struct tc_block_trees trees;
};

struct tc_part_seen {
	uint64_t id; /* from the file's name */
	int fd;      /* -1: opened for each reading */
	uint8_t folder;
	bool valid, ending, done; /* ending: closed in order, to be read once more; done: nothing more will come */
	uint64_t first_block,
		finished_before; /* finished_before: to see whether anything happens in a part without a lock */
	uint32_t unlocked;
	bool waits;
	struct tc_wish wish; /* of its process */
	size_t blocks;
	struct tc_block_seen *block;
	uint32_t names;
	uint32_t metrics;
	struct tc_metric_seen *metric;
	uint32_t *number;                 /* of the part's names in the log; UINT32_MAX: not asked for yet */
	struct tc_process_share *process; /* NULL: not looked at yet */
};

struct tc_part_totals {   /* for notes */
	uint64_t refused; /* files that are no part of this version */
	uint64_t close;   /* snapshots beside a thread that was too fast */
	uint64_t lost;    /* nodes that gave no snapshot at a reading */
	bool cells_lost, metrics_lost;
	size_t cell_bytes, node_bytes, metric_bytes; /* of all parts; bounded */
};

enum { TC_CELLS = TACHO_HISTOGRAM_PAGES * TACHO_PAGE_CELLS, TC_NODES_AT_ONCE = 32 };

/* Room that all readings share. */
struct tc_part_scratch {
	uint32_t page[TACHO_PAGE_CELLS];
	uint32_t cell[TC_CELLS], grown[TC_CELLS];
	uint16_t merged_cell[TC_CELLS];
	uint32_t merged_seen[TC_CELLS];
	struct tacho_node nodes[TC_NODES_AT_ONCE], again[TC_NODES_AT_ONCE];
	char name[TC_NAME_BYTES_MAX];
	char text[4][TC_METRIC_TEXT_MAX + 1];
	uint64_t counter[TACHO_COUNTERS];
	uint32_t unit[TACHO_METRIC_CELLS];
};

/* Everything a reading needs. */
struct tc_part_reading {
	int fd;
	uint64_t size;
	bool last;
	struct tc_part_seen *part;
	struct tc_names *names;
	struct tc_metrics *metrics;
	struct tc_part_totals *totals;
	struct tc_part_scratch *scratch;
	const struct tc_part_target *target;
	struct tc_shares *shares; /* NULL: this reading does not look at threads */
	struct tc_keeper *keeper; /* NULL: spans are not stored one by one */
	struct tc_trees *trees;   /* NULL: nor at single spans */
};

/* Whether all bytes are there. */
bool tc_seen_pread(const struct tc_part_reading *reading, uint64_t offset, void *to, size_t bytes);

/* part_seen.c */
bool tc_seen_size(struct tc_part_reading *reading); /* looks at it anew */
void tc_seen_read(struct tc_part_reading *reading);
void tc_seen_keep(struct tc_part_reading *reading); /* only what is to be stored */
/* Its number in the log.  A name that is in none yet gets one where the reading has a target to tell; else it is UINT32_MAX. */
uint32_t tc_seen_name(struct tc_part_reading *reading, uint16_t site);
void tc_seen_release(struct tc_part_seen *part, struct tc_part_totals *totals, struct tc_shares *shares);

/* part_block.c */
void tc_seen_read_block(struct tc_part_reading *reading, struct tc_block_seen *block);
void tc_seen_release_block(struct tc_block_seen *block, struct tc_part_totals *totals);

/* part_metrics.c: what the blocks that are known counted, into reading->metrics */
void tc_seen_read_metrics(struct tc_part_reading *reading);
void tc_seen_release_metrics(struct tc_part_seen *part, struct tc_part_totals *totals);

/* part_cells.c: fills in the entry's cells and bounds, from the scratch */
void tc_seen_read_cells(struct tc_part_reading *reading, struct tc_block_seen *block, struct tc_node_seen *seen,
	const struct tacho_node *node, struct tc_window_entry *entry);
/* Lowest whole ns in a cell, highest whole ns in it. */
uint64_t tc_cell_first_ns(uint32_t cell);
uint64_t tc_cell_last_ns(uint32_t cell);

#endif
