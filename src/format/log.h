/* SPDX-License-Identifier: MIT
 *
 * log.h - the observer's file: framed entries, appended; read as far as it is sound.  An entry is
 * { u32 type, u32 payload bytes, u32 crc32 of type, bytes and payload, u32 zero, payload padded to 8 bytes }.
 * Compaction (windows merged pairwise) writes a new file and renames it over the old.  Instants are CLOCK_MONOTONIC ns.
 * log_frame.h has the payloads.  Entries of a type that a reader does not know are skipped.
 */
#ifndef FORMAT_LOG_H
#define FORMAT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/wide.h"
#include "format/part.h"

#define TC_LOG_MAGIC "tacholog"
#define TC_LOG_VERSION 1

/* A series of readings; its number is its place in order of definition, from 0. */
struct tc_series {
	const char *name;   /* "system.cpu" */
	const char *unit;   /* "percent", "bytes", "cores", "processes" … */
	const char *source; /* "/proc/stat" */
	const char *help;   /* one sentence */
	const char *absent; /* why there are no values here; NULL: there are */
	const char
		*resolution; /* the smallest step that the source tells: "10 ms of CPU time"; NULL: none to speak of */
	/* What a rate adds up to, "bytes" of "bytes/s": its samples are rates, its totals the amount since the session
	 * began.  NULL: a level, which adds up to nothing. */
	const char *total_unit;
};

struct tc_sample { /* one reading; value NAN: missing at this instant */
	uint32_t series;
	double value;
};

/* Where the own time of a name went, as far as the threads were looked at that were in it; all of it adds up over names,
 * threads and windows.  observe/threads.h says how it is found, stats/ what follows from it. */
struct tc_share {
	int64_t wall_ns;                                     /* own time of the name */
	int64_t running_ns, running_low_ns, running_high_ns; /* on a CPU: as estimated, and what is sure */
	/* Of these, what lies in intervals in which the thread was in several names, so that its CPU time does not say
	 * which of them ran. */
	int64_t shared_ns, shared_running_ns, shared_low_ns, shared_high_ns;
	int64_t waiting_ns, waiting_low_ns, waiting_high_ns; /* for a CPU */
	int64_t throttled_ns;                                /* part of waiting: a quota of the cgroup was used up */
	/* Looks at the thread in such intervals: all, where it ran or waited for a CPU, where it was in uninterruptible
	 * wait, where the span changed meanwhile so that the state may be another's, and on how many of them it had moved
	 * on since the one before. */
	int64_t looks, looks_runnable, looks_io, looks_unclear, looks_apart;
	/* Growth of resident memory: as estimated, and what is sure. */
	int64_t memory_bytes, memory_low_bytes, memory_high_bytes;
};
enum { TC_SHARE_FIELDS = sizeof(struct tc_share) / sizeof(int64_t) };

/* Names of shares that are no span's. */
#define TC_SHARE_NO_SPAN "\x1f(no span)"             /* threads that mark spans, outside of all */
#define TC_SHARE_OTHER_THREADS "\x1f(other threads)" /* threads of recording processes that mark none */
#define TC_SHARE_OBSERVER "\x1f(tacho)"              /* the observer's thread in a program that observes itself */

void tc_share_add(struct tc_share *into, const struct tc_share *from);

/* What happened under one name in one window.  A name comes twice where a cell grew by more than 32 bits tell. */
struct tc_window_entry {
	uint32_t name; /* number of the name in the log, in order of definition, from 0 */
	uint64_t count, failed;
	int64_t self_ns; /* what ended here less what ended right below it: negative while a span stays open above those */
	struct tc_wide sum_ns, squares_ns2;
	/* Bounds of the lowest and highest bucket that grew: the exact extremes of a window are not known. */
	uint64_t min_ns, max_ns;
	uint32_t cells;        /* histogram cells that grew */
	const uint32_t *cell;  /* ascending, see tacho_cell() */
	const uint32_t *grown; /* by how much */
	bool has_share;
	struct tc_share share;
};

struct tc_process_entry {                           /* a process that was seen in the tree */
	uint64_t pid, parent_pid, begin_ns, end_ns; /* end_ns 0: alive when last seen */
	double cpu_seconds;                         /* last reading of its own time, without children */
	uint64_t peak_rss_bytes;
	const char *command;
};

/* A root span of a thread and all that ended below it there, as they lie in the ring of the thread's block, oldest first.  Of all
 * roots of the session those with the lowest keys, however many, are a random sample. */
struct tc_tree_entry {
	double key;
	uint64_t part; /* the first half of its id */
	uint64_t block, epoch;
	size_t count;
	const struct tacho_record *record;
};
enum { TC_TREES_MOST = 256, TC_TREE_RECORDS = 1024 }; /* that are kept; in one of them, at most */

/* ---- writing (one writer, not thread-safe) ----
 * Entries collect in memory until tc_log_flush().  When the disk is full or refuses, the file is cut back to its last whole
 * entry, nothing more is written, and what is lost is counted: the calls return a negative code that may be ignored. */
struct tc_log;
int tc_log_create(struct tc_log **out, const char *path);
int tc_log_calibration(struct tc_log *log, const struct tc_calibration *calibration);
int tc_log_series(struct tc_log *log, const struct tc_series *series);
int tc_log_samples(struct tc_log *log, uint64_t at_ns, const struct tc_sample *samples, size_t count);
int tc_log_totals(struct tc_log *log, uint64_t at_ns, const struct tc_sample *totals, size_t count);
int tc_log_name(struct tc_log *log, const char *bytes, size_t count);
/* kind 0: of the ladder that spans the session; kind 1: the 1 s windows of the last hour */
int tc_log_window(struct tc_log *log, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count);
/* The same in pieces, for writers that don't have all entries at once. */
void tc_log_window_begin(struct tc_log *log, int kind, uint64_t begin_ns, uint64_t end_ns, size_t count);
void tc_log_window_entry(struct tc_log *log, const struct tc_window_entry *entry);
int tc_log_window_end(struct tc_log *log);
int tc_log_process(struct tc_log *log, const struct tc_process_entry *process);
int tc_log_tree(struct tc_log *log, const struct tc_tree_entry *tree);
int tc_log_note(struct tc_log *log, const char *sentence); /* "samples slowed down: …", shown to the user */
int tc_log_flush(struct tc_log *log);                      /* one write(2) of what was appended since */
void tc_log_close(struct tc_log *log);
uint64_t tc_log_lost_bytes(const struct tc_log *log); /* of entries that found no room */
uint64_t tc_log_bytes(const struct tc_log *log);      /* that lie in the file */
int tc_log_fd(const struct tc_log *log);              /* for reading it again; the log's own */

/* ---- reading: calls back for each entry, in order; a member left NULL skips that type ---- */
struct tc_log_visitor {
	void *context;
	void (*calibration)(void *context, const struct tc_calibration *calibration);
	void (*series)(void *context, const struct tc_series *series);
	void (*samples)(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count);
	void (*totals)(void *context, uint64_t at_ns, const struct tc_sample *totals, size_t count);
	void (*name)(void *context, const char *bytes, size_t count);
	void (*window)(void *context, int kind, uint64_t begin_ns, uint64_t end_ns,
		const struct tc_window_entry *entries, size_t count);
	void (*process)(void *context, const struct tc_process_entry *process);
	void (*note)(void *context, const char *sentence);
	void (*tree)(void *context, const struct tc_tree_entry *tree);
	/* True: what this window has is of no interest, and is not looked at either. */
	bool (*passes_over)(void *context, int kind, uint64_t begin_ns, uint64_t end_ns);
};
/* 0; TACHO_EFORMAT or TACHO_EVERSION when it is no log; *sound_bytes: how far it was whole (may be NULL). */
int tc_log_read(const void *bytes, size_t count, const struct tc_log_visitor *visitor, size_t *sound_bytes);
/* The same from a file, a piece at a time: what it needs of memory is the largest entry's. */
int tc_log_read_fd(int fd, const struct tc_log_visitor *visitor, uint64_t *sound_bytes);
/* The same from *offset on, where an entry begins or, 0, the file, and no further than `most` bytes and an entry.  *offset: behind what was
 * read.  1: there may be more; 0: nothing sound follows, yet. */
int tc_log_read_on(int fd, const struct tc_log_visitor *visitor, uint64_t *offset, uint64_t most);

#endif
