/* SPDX-License-Identifier: MIT
 *
 * part.h - the file one recording process writes: a header, then thread blocks, nodes, histogram pages, kept spans, names
 * and attribute rings in the order in which they were needed.  Everything is little-endian and found by file offsets from
 * here.  docs/FORMAT.md has the byte tables.
 *
 * The file only ever grows.  Whatever is reachable from the header was complete before it became reachable.
 */
#ifndef FORMAT_PART_H
#define FORMAT_PART_H

#include <stdint.h>
#include <tacho/layout.h>

#define TC_PART_MAGIC "tachoprt"
#define TC_BYTE_ORDER 0x0102030405060708ull

enum {
	TC_HEADER_BYTES = 8192,
	TC_NAME_CHUNKS = 256, /* of 256 names each */
	TC_NAMES_PER_CHUNK = 256,
	TC_NAME_NONE = 0,  /* the thread itself; no name */
	TC_NAME_OTHER = 1, /* "(other)": what found no room */
	TC_NAMES_MAX = 65535,
	TC_NAME_BYTES_MAX = 1024, /* longer names are cut and end in "…#" and a hash, so that they stay apart */
	TC_KEY_BYTES_MAX = 255,   /* of an attribute; longer ones are cut and end in "…" */
	TC_PARENT_PATH_BYTES = 2048,
	TC_METRIC_CHUNKS = 32, /* of 64 metrics each */
	TC_METRICS_PER_CHUNK = 64,
	TC_METRIC_TEXT_MAX = 512, /* bytes of a metric's name, of its unit, its help, its source; more is cut */
	TC_WISH_GROUPS = 2,       /* enum tacho_sampling_group */
	TC_CALLBACKS_TOLD = 16,   /* callbacks that the header has room for */
	TC_METRIC_BAD_NAME = 1    /* flag: the program's name for it is not as names of metrics are to be */
};

enum tc_clock { TC_CLOCK_COUNTER = 1, TC_CLOCK_MONOTONIC = 2 }; /* TSC or cntvct_el0; CLOCK_MONOTONIC in ns */

/* The same instant on three clocks. */
struct tc_calibration {
	uint64_t ticks;
	uint64_t monotonic_ns; /* CLOCK_MONOTONIC */
	uint64_t realtime_ns;  /* CLOCK_REALTIME */
};

struct tc_name {
	uint64_t at; /* file offset of its bytes; UTF-8 as given, not checked */
	uint32_t bytes;
	uint32_t kind;        /* enum tacho_kind: a name that serves several kinds has a number for each */
	uint64_t first_ticks; /* when it was first used in this process */
};

/* What a metric is: the same number in all parts of a process. */
struct tc_metric_entry {
	uint64_t at;   /* file offset of its texts, one behind the other: name, unit, help, source */
	uint32_t kind; /* enum tacho_metric_kind */
	uint32_t cell; /* which counter, or which cell, of struct tacho_metrics */
	uint32_t name_bytes, unit_bytes, help_bytes, source_bytes;
	uint32_t flags;
	uint32_t spare;
	uint64_t first_ticks; /* when it was first used in this process */
};

/* What a process wishes of whoever samples the machine. */
struct tc_wish {
	uint64_t off;                         /* 1: not to be sampled; if all processes wish that, it is not */
	uint64_t interval_ns[TC_WISH_GROUPS]; /* between samples, the shortest of all wishes; 0: none */
};

/* A callback that runs or did not return in time. */
struct tc_callback_entry {
	uint64_t since_ns; /* CLOCK_MONOTONIC at which the call under way began; 0: none is */
	uint64_t calls;    /* that returned */
	uint64_t late;     /* that did not within TC_CALLBACK_PATIENCE_NS, the one under way too */
	uint64_t late_ns;  /* how long such calls took, the one under way aside */
	char name[64];     /* cut, NUL-terminated; empty: the entry is free */
};

/* After so long the other callbacks wait no more for one, and the record says so. */
#define TC_CALLBACK_PATIENCE_NS UINT64_C(250000000)

struct tc_part_header {
	char magic[8];
	uint64_t byte_order;
	uint32_t layout; /* TACHO_LAYOUT */
	uint32_t header_bytes;
	uint32_t block_bytes; /* sizeof(struct tacho_block) */
	uint32_t node_bytes;
	uint64_t mult; /* see struct tacho_block */
	uint32_t tick_shift;
	uint32_t clock; /* enum tc_clock */
	struct tc_calibration begin;
	struct tc_calibration end; /* all zero unless the process closed the part in order */
	uint64_t id[2];            /* random */
	uint64_t pid, parent_pid;
	uint64_t pid_namespace; /* inode */
	uint64_t process_start; /* field 22 of /proc/PID/stat, in clock ticks since boot */
	uint64_t used;          /* bytes of the file handed out so far */
	uint64_t first_block;   /* file offset, 0: none */
	uint64_t blocks;
	uint64_t names;        /* complete ones, from number 0 */
	uint64_t names_lost;   /* asked for beyond TC_NAMES_MAX or without space: they are "(other)" */
	uint64_t threads_lost; /* threads that record nothing for want of space */
	uint64_t space_lost;   /* times that space was refused */
	uint64_t signal_lost;  /* spans begun by a signal handler inside tacho itself */
	char program[256];     /* its name, cut */
	uint64_t waits;        /* 1: made by `tacho span`, whose span holds nothing but the processes below it */
	uint32_t parent_path_bytes;
	uint32_t attribute_text_bytes;           /* texts of attributes are cut to this */
	char parent_path[TC_PARENT_PATH_BYTES];  /* names of the spans around it, outermost first; 0x1f between */
	uint64_t name_chunk[TC_NAME_CHUNKS];     /* file offsets of struct tc_name[TC_NAMES_PER_CHUNK] */
	char complaints[1024];                   /* on settings that could not be used: lines */
	uint64_t epoch;                          /* how often tacho_reset() was called; see struct tacho_block */
	struct tc_calibration epoch_begin;       /* the last time */
	uint64_t metrics;                        /* complete entries, from number 0 */
	uint64_t metrics_lost;                   /* asked for beyond what there is room for */
	uint64_t metric_chunk[TC_METRIC_CHUNKS]; /* file offsets of struct tc_metric_entry[TC_METRICS_PER_CHUNK] */
	struct tc_callback_entry callback[TC_CALLBACKS_TOLD];
	uint64_t callbacks_untold; /* calls that were late and found no room above */
	struct tc_wish wish;
};

_Static_assert(sizeof(struct tc_part_header) <= TC_HEADER_BYTES, "the header fits its pages");
_Static_assert(sizeof(struct tacho_node) == 128, "a node is two cache lines");
_Static_assert(sizeof(struct tacho_kept_span) % 64 == 0, "kept spans lie on cache lines");

#endif
