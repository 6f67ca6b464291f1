/* SPDX-License-Identifier: MIT
 *
 * share.h - where the time of recording threads went: on a CPU, waiting for one, blocked, under which span's name.
 *
 * At a reading two things are known of a thread exactly: how long it ran and waited since the one before (the scheduler's
 * account), and how long each of its spans was the innermost one (its block).  Where that was one span all the time, or it
 * ran all the time or never, they say all.  Else the time is gathered to a piece that is long against the scheduler's lag, and
 * divided: bounds that nothing can break, and an estimate within them.  docs/ATTRIBUTION.md has the method.
 *
 * share_own.c reads the spans, share_thread.c the scheduler, share_piece.c divides, share_memory.c finds whose memory grew,
 * share_quota.c whom a quota held back, share_part.c sees to a whole process, states.c looks at the state of threads whose spans cannot be told apart.
 */
#ifndef OBSERVE_SHARE_H
#define OBSERVE_SHARE_H

#include <sys/types.h>
#include "base/divide.h"
#include "observe/part_seen.h"
#include "sample/proc_pid.h"
#include "sample/sched.h"

struct tc_looks {
	uint32_t all, runnable, io, unclear, apart; /* as in struct tc_share */
};

struct tc_piece_name {
	uint32_t name;
	double wall_ns;
	struct tc_looks looks;
};

/* Time of a thread that is divided as one.  Times are double: sums of small parts, far below 2^53 ns. */
struct tc_piece {
	double length_ns, run_ns, wait_ns;
	double slack_ns;  /* by which wall times of names may be off */
	uint32_t before;  /* name that was innermost when it began; UINT32_MAX: not known */
	double early_ns;  /* of its waiting, what may have been before it: the kernel tells of a wait when it ends */
	double unseen_ns; /* that may have been waited besides: of a thread that ended nobody is told */
	size_t count, room;
	struct tc_piece_name *name;
};

/* The thread that has a block now. */
struct tc_thread_share {
	uint64_t occupants; /* of the block when it was last read; 0: never */
	uint32_t tid;
	int fd;            /* of its schedstat; -1: opened each time */
	bool alive, mixed; /* mixed: in several names that its CPU time does not tell apart */
	struct tc_sched sched;
	uint64_t at_ticks;
	uint32_t innermost; /* name of its innermost span at the last reading */
	double untold_ns;   /* before it, neither running nor waiting as far as was told by then */
	uint32_t owner;     /* who had the last piece that had one owner */
	struct tc_piece pending;
	uint64_t looked_finished, looked_start; /* how far it was at the last look at its state */
	uint64_t faults;                        /* pages that it had touched for the first time, when it last ran */
};

/* Resident memory of a process since it last changed: who may have done that. */
struct tc_grown {
	uint64_t rss_bytes;       /* when it last changed; 0: not looked at yet */
	uint64_t faults, told;    /* of the process, when the pass began; of these, those of a known thread */
	uint64_t observer_faults; /* of the observer's thread in this process */
	struct tc_piece ran,
		touched;     /* wall_ns: CPU time, faults of a name: who gives back runs, who takes has faults */
	uint64_t candidates; /* digest of the names that shared in the last change */
};

/* A control group that limits CPU time, for all of its processes. */
struct tc_quota {
	struct tc_quota *next;
	uint64_t device, inode; /* of its cpu.stat */
	int fd;
	bool known; /* throttled_ns is: what was before it is nobody's */
	uint64_t throttled_ns, read_ns, forgot_ns;
	double left_ns,
		recent_ns; /* not told of any name yet; of all, what came since the last time that some was forgotten */
	struct tc_piece waited; /* wall_ns: what a name waited for a CPU since it was last read */
};

/* The process of a part. */
struct tc_process_share {
	bool known, absent, own, baseline; /* absent: nothing can be read of it; own: the observer is in it */
	int statm_fd;
	bool incomplete; /* a thread was left out in this pass: what is left of the process is partly its */
	uint64_t pid, begun_ns, at_ns, pass_ns, due_ns; /* of the first pass, the last, the one under way, the next */
	uint64_t pass_cpu_ns;                           /* what the observer's thread had worked when the pass began */
	uint32_t clock;
	uint64_t cpu_ns, first_cpu_ns;
	double threads_ns, others_ns; /* of it, what was booked: to threads that record, to others */
	pid_t observer;               /* own: the observer's thread, */
	uint64_t observer_ran_ns;     /* its CPU time when it last looked, */
	uint64_t observer_ns;         /* and what of that was booked */
	struct tc_grown grown;
	struct tc_quota *quota; /* NULL: nothing limits its CPU time */
	size_t alive;
	struct tc_piece gone; /* of threads that ended since the last reading: what they ran is not known by itself */
};

struct tc_learned { /* of a name, over all threads */
	bool known;
	double share, looks, runnable; /* share: of its time that it runs, by regression */
	bool touches_known;
	double touches; /* faults for each ns that it runs, by regression */
};

struct tc_shares { /* of an observer; all zero before tc_shares_init() */
	struct tc_names *names;
	uint64_t begin_ns, jiffy_ns, page_bytes, pid_namespace;
	uint64_t rss_lag_pages,
		rss_thread_lag_pages; /* by which resident memory may be off, for all; for each thread */
	int64_t boot_ns;              /* CLOCK_BOOTTIME less CLOCK_MONOTONIC */
	uint32_t no_span, other_threads, observer;
	size_t open_files;
	bool mixed;  /* there are threads whose state is worth a look */
	bool urgent; /* no process is passed over in this reading */
	bool no_memory;
	uint64_t elsewhere; /* processes in another pid namespace: their numbers in /proc are not known */
	struct tc_quota *quota;
	struct tc_learned *learned;
	uint32_t *place; /* of a name's number in a piece + 1; all 0 between uses */
	size_t names_room;
	struct tc_piece tick;
	struct tc_division *division;
	double *waiting;
	size_t division_room;
	struct tacho_block before, after;
	uint64_t before_ticks;
};

void tc_shares_init(struct tc_shares *shares, struct tc_names *names, uint64_t begin_ns);
void tc_shares_release(struct tc_shares *shares);

/* ---- share_part.c: around the reading of a part's blocks ---- */
/* Whether this reading is to look at threads; then tc_share_end() comes after all blocks. */
bool tc_share_begin(struct tc_part_reading *reading);
void tc_share_end(struct tc_part_reading *reading);
void tc_share_release_part(struct tc_shares *shares, struct tc_part_seen *part);

/* ---- share_thread.c ---- */
/* Reads the block before its nodes are; false: it cannot be read.  Then, after its nodes, again, and takes what its thread did. */
bool tc_share_before(struct tc_part_reading *reading, const struct tc_block_seen *block);
void tc_share_thread(struct tc_part_reading *reading, struct tc_block_seen *block);
void tc_share_release_thread(struct tc_shares *shares, struct tc_thread_share *thread);

/* ---- share_own.c ---- */
struct tc_own {
	uint64_t now_ticks;
	double slack_ns;
	uint32_t innermost; /* name */
};
/* How long each name was innermost since the last time this was asked, into the piece; false: it could not be told, and will
 * be the next time. */
bool tc_share_own(
	struct tc_part_reading *reading, struct tc_block_seen *block, struct tc_piece *piece, struct tc_own *out);
uint32_t tc_open_spans(const struct tacho_block *block); /* that are named */

/* ---- share_memory.c ---- */
void tc_grown_init(struct tc_shares *shares); /* how exact the kernel's account is */
void tc_grown_begin(struct tc_process_share *process);
/* A thread ran since it was last asked, in these names. */
void tc_grown_thread(struct tc_part_reading *reading, struct tc_thread_share *thread, const struct tc_piece *tick);
/* What is left of the process: threads that ended, and those that mark no spans, which ran so long. */
void tc_grown_others(struct tc_part_reading *reading, double run_ns);
void tc_grown_observer(struct tc_part_reading *reading, double run_ns);
void tc_grown_baseline(struct tc_process_share *process); /* what was before is left out */
/* Resident memory is so much now: divides what it changed by, and tells the windows. */
void tc_grown_book(struct tc_part_reading *reading, uint64_t bytes);
void tc_grown_release(struct tc_grown *grown);
/* Faults of a thread and when it was made; false: it is gone. */
bool tc_share_stat(const struct tc_process_share *process, uint32_t tid, struct tc_proc_pid *out);

/* ---- share_quota.c ---- */
void tc_quota_find(struct tc_shares *shares, struct tc_process_share *process);
void tc_quota_begin(struct tc_part_reading *reading);
void tc_quota_end(struct tc_part_reading *reading);
void tc_quota_waited(struct tc_part_reading *reading, uint32_t name, int64_t waiting_ns);
/* The group was held back for so long by now: tells the windows whose waiting that was. */
void tc_quota_divide(struct tc_part_reading *reading, struct tc_quota *quota, uint64_t throttled_ns, uint64_t now_ns);
void tc_quotas_release(struct tc_shares *shares);

/* ---- share_piece.c ---- */
/* Between begin and end any number of names is put into one piece, and none into another. */
void tc_piece_begin(struct tc_shares *shares, const struct tc_piece *piece);
struct tc_piece_name *tc_piece_put(struct tc_shares *shares, struct tc_piece *piece, uint32_t name, double wall_ns);
void tc_piece_end(struct tc_shares *shares, const struct tc_piece *piece);
void tc_piece_merge(struct tc_shares *shares, struct tc_piece *into, const struct tc_piece *from);
/* How long a name of the piece ran, by what is known of it from before; for comparison with the others only. */
double tc_piece_weight(const struct tc_shares *shares, const struct tc_piece *piece, const struct tc_piece_name *name);
void tc_piece_empty(struct tc_piece *piece);
void tc_piece_release(struct tc_piece *piece);
bool tc_piece_is_clear(const struct tc_piece *piece);
uint32_t tc_piece_owner(const struct tc_piece *piece);
/* Divides a piece and tells the windows.  run: between what bounds its CPU time really is.  Of what may have been waited
 * besides, half is taken to have been: that is off by the least. */
void tc_piece_book(struct tc_part_reading *reading, const struct tc_piece *piece, struct tc_range run);
/* Tells the windows of one name. */
void tc_share_tell(struct tc_part_reading *reading, uint32_t name, const struct tc_share *share);

#endif
