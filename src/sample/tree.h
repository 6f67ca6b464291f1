/* SPDX-License-Identifier: MIT
 *
 * tree.h - the processes below a root process: who they are (tree_find.c), what they took (tree_count.c).  The source
 * proc_tree.c makes series of it.
 *
 * What the tree takes (CPU time, page faults, bytes from and to disks) is a sum that only grows: of every living process its
 * own and that of the children it has waited for.  A child that ends moves from the one to the other, so that children
 * that came and went between two readings are in it too.  What ended without being waited for (SIGCHLD ignored, or its
 * parent ended first) stays as `gone`, as far as it was seen, and the sum of CPU time is never less than what was seen of
 * all processes; all of it is known where the run has a control group of its own.
 */
#ifndef SAMPLE_TREE_H
#define SAMPLE_TREE_H

#include "sample/counter.h"
#include "sample/proc_pid.h"
#include "sample/sample.h"

enum tc_account_id { TC_CPU_NS, TC_MINOR_FAULTS, TC_MAJOR_FAULTS, TC_READ_BYTES, TC_WRITTEN_BYTES, TC_ACCOUNTS };

struct tc_account {      /* of one process, at the last reading */
	uint64_t own;    /* 0 where the kernel gives the two as one */
	uint64_t waited; /* of the children it waited for */
	uint64_t waited_before;
	uint64_t expected; /* scratch of a reading: what was seen of its children that ended since */
	int64_t balance;   /* how much more those it waited for took than was seen of them; bounded */
};

struct tc_tree_process {
	uint64_t pid, parent, start; /* start: clock ticks since boot; tells a process from the next one of its pid */
	uint64_t begin_ns;
	uint64_t before_ns; /* CPU time that it had taken before it was observed */
	struct tc_account account[TC_ACCOUNTS];
	uint64_t rss_bytes, peak_rss_bytes;
	uint64_t threads;
	int stat_fd, children_fd, io_fd; /* -1: opened each time */
	bool outside;                    /* the reaper: its children are of the tree, it is not */
	bool vanished, told, zombie;
	bool has_children; /* it had some of the tree */
	uint8_t unnamed; /* so often its arguments are still looked for: in the midst of an exec they come after the name */
	char name[32];
	char command[TC_COMMAND_BYTES];
};

struct tc_tree {
	struct tc_sample_place place;
	bool live; /* root is "/": the kernel's clocks of processes are those of /proc */
	bool no_children_files, search;
	uint64_t tick_ns, page_bytes, boot_ns; /* boot_ns: CLOCK_BOOTTIME less CLOCK_MONOTONIC */
	size_t count, room, open_files, peak_next;
	struct tc_tree_process *process; /* a parent before its children */
	uint32_t *slot;                  /* hash of pids to index + 1 */
	size_t slots;
	int loadavg_fd;
	uint64_t last_pid;          /* that the system gave out when the tree was last searched */
	uint64_t find_again_ns;     /* a search that was dear is not repeated at once */
	uint64_t slow_again_ns;     /* when to look at what is dear to read */
	uint64_t gone[TC_ACCOUNTS]; /* of processes that are in no sum any more */
	uint64_t sum[TC_ACCOUNTS];  /* of the whole tree; never falls */
	uint64_t group_base_ns;     /* CPU time of the sum before there was the run's own group */
	uint64_t base_ns,
		ended_ns;         /* CPU time of the sum when counting began; what was seen since of those that ended */
	uint64_t unwaited_ns;     /* CPU time that was seen of children and that no living parent has got */
	char unwaited[32];        /* who does not wait for its children; "": everybody does, as far as we know */
	struct tc_moment counted; /* when all were read last */
	bool io_denied;           /* the kernel does not tell us what the root process reads and writes */
};

/* ---- tree.c: the table ---- */
int tc_tree_open(
	struct tc_tree *tree, const struct tc_sample_place *place); /* negative: no such process; tree is empty */
struct tc_tree_process *tc_tree_process(const struct tc_tree *tree, uint64_t pid); /* NULL: not of the tree */
/* Adds a process if it exists; NULL where it does not.  Moves the table. */
struct tc_tree_process *tc_tree_add(struct tc_tree *tree, uint64_t pid);
void tc_tree_drop_files(struct tc_tree *tree, struct tc_tree_process *process);
void tc_tree_drop_vanished(struct tc_tree *tree, uint64_t now_ns);
void tc_tree_tell(struct tc_tree *tree, struct tc_tree_process *process, uint64_t end_ns);
void tc_tree_close(struct tc_tree *tree, uint64_t now_ns);

/* ---- tree_find.c ---- */
/* Adds what is new below the processes of the table; does next to nothing when no process was made since. */
void tc_tree_find(struct tc_tree *tree, uint64_t now_ns);

/* ---- tree_count.c ---- */
/* Reads a process again; marks it as vanished when it is gone or its pid is another's by now. */
void tc_tree_read(struct tc_tree *tree, struct tc_tree_process *process);
/* The peak of a process, and whether it waits for its children: dear. */
void tc_tree_status(struct tc_tree *tree, struct tc_tree_process *process);
/* From when on what of an account is counted: since the reaper started the root process, which had taken nothing then,
 * or since the tree was opened. */
void tc_tree_begin(const struct tc_tree *tree, enum tc_account_id id, struct tc_counter *counter);
/* Reads all of them, finds new ones, brings the sums up to date. */
void tc_tree_count(struct tc_tree *tree, uint64_t now_ns);

#endif
