/* SPDX-License-Identifier: MIT
 *
 * layout.h - what lies in a thread's block of a part.  Compiled into every program that marks spans, so it is ABI:
 * a change of any offset needs a new TACHO_LAYOUT and a new soname.  Programs use tacho.h; readers use session.h.
 * docs/FORMAT.md has the byte tables and the rules by which a reader mends what a kill left half done.
 *
 * Who writes: the thread that owns the block, and nobody else.  Who reads: anybody, at any time, from the file.
 */
#ifndef TACHO_LAYOUT_H
#define TACHO_LAYOUT_H

#include <stdint.h>

#define TACHO_LAYOUT 1u

enum {
	TACHO_STACK_DEPTH = 256,   /* open spans that are named; deeper ones are counted only */
	TACHO_HISTOGRAM_PAGES = 8, /* of 8 octaves each: 1 ns to 2^63 ns */
	TACHO_PAGE_CELLS = 1024,   /* 128 buckets to the octave */
	TACHO_NODE_CHUNKS = 12,    /* chunk c holds 32 << c nodes */
	TACHO_FIRST_CHUNK = 32,
	TACHO_CARRIES = 32,
	TACHO_OCCUPANTS = 8,
	TACHO_HISTOGRAM_LAG = 3, /* newest spans that may not be in the histogram yet */
	TACHO_UNIT = 64          /* offsets in nodes count units of 64 bytes */
};

#define TACHO_NO_CHILD UINT32_MAX

#define TACHO_DURATION_BITS 40
#define TACHO_DURATION_LONG \
	((UINT64_C(1) << TACHO_DURATION_BITS) - 1) /* 18 min and longer: see TACHO_ATTR_DURATION \
									*/
#define TACHO_TAG_NODE_SHIFT 40
#define TACHO_TAG_KIND_SHIFT 60                  /* enum tacho_kind, two bits */
#define TACHO_TAG_BEGUN_HERE (UINT64_C(1) << 57) /* async: by the thread that ended it, in a scope that it lies in */
#define TACHO_TAG_ATTRIBUTES (UINT64_C(1) << 62)
#define TACHO_TAG_FAILED (UINT64_C(1) << 63)

/* Only programs of 64 bits record; those of 32 read the same bytes.  Pointers of the owning process are nothing to those. */
#ifdef __SIZEOF_INT128__
#define TACHO_RECORDS 1
#define TACHO_OWN_POINTER(type, name) type *name
__extension__ typedef unsigned __int128 tacho_u128;
#else
#define TACHO_RECORDS 0
#define TACHO_OWN_POINTER(type, name) uint64_t name
typedef struct {
	uint64_t low, high;
} __attribute__((aligned(16))) tacho_u128;
#endif

/* Spans, nodes and names of other kinds than the first lie beside the stack: their time is no part of the spans around
 * them, and they may overlap. */
enum tacho_kind {
	TACHO_KIND_SCOPE = 0,   /* begun and ended on a thread's stack */
	TACHO_KIND_ASYNC = 1,   /* begun and ended anywhere */
	TACHO_KIND_MEASURED = 2 /* a duration that was measured elsewhere */
};

/* One finished span.  word = duration_ns:40 | node:16 | spare:4 | kind:2 | has attributes:1 | failed:1 */
struct tacho_record {
	uint64_t start_ns; /* of the part's own clock: see the calibration points in the part's header */
	uint64_t word;
};

/* One open span.  stack[0] stands for the thread itself; the span at depth k (from 0) lies in stack[k + 1]. */
struct tacho_open {
	uint64_t start; /* raw ticks */
	uint64_t tag;
};

/* A node of the thread's call tree: one site under one parent.  All statistics live here; a name's figures are the sum
 * over its nodes, its self time the sums less those of the nodes' children.  In line 0 an end writes begun first and
 * count last. */
struct tacho_node {
	uint64_t count; /* written last and read first: a copy from front to back sees an update under way */
	uint64_t min_ns;
	tacho_u128 sum_ns;
	tacho_u128 squares_ns2; /* modulo 2^128 */
	uint64_t max_ns;
	uint64_t begun; /* the count to be; written first and read last */
	/* line 1 */
	uint64_t failed;
	uint64_t bar_ns; /* a longer span is among the slowest of this node; < TACHO_DURATION_LONG */
	uint32_t page[TACHO_HISTOGRAM_PAGES]; /* in units from the block; 0: no span of these octaves yet */
	uint16_t id, site, parent, depth;
	uint32_t kept; /* struct tacho_kept, in units from the block; 0: none */
	uint32_t kind; /* enum tacho_kind; that of its name */
} __attribute__((aligned(64)));

/* Where begin finds the node of (parent, site).  Private memory of the process, no part of the file. */
struct tacho_child {
	uint32_t key;  /* parent << 16 | site; TACHO_NO_CHILD: empty */
	uint32_t node; /* in units from the block */
};

struct tacho_carry {
	uint64_t cell; /* offset from the block of a cell that passed 2^32 */
	uint64_t times;
};

/* Threads that used this block one after another. */
struct tacho_occupant {
	uint64_t first_record; /* number of the first record that may be its own */
	uint64_t start;        /* raw ticks */
	uint32_t tid;
	uint32_t ended;
	char name[16];
};

/* Async spans that were begun on this block's thread and have not ended, in no order.  Whoever ends one clears its tag;
 * only the owner fills a place. */
enum { TACHO_BESIDE_OPEN = 1024 };

struct tacho_beside {
	struct tacho_open open[TACHO_BESIDE_OPEN]; /* tag 0: a free place */
	uint16_t free[TACHO_BESIDE_OPEN];          /* places known to be free; the owner's */
	uint64_t frees, wait;
};

struct tacho_block {
	/* line 0: every end */
	uint64_t
		ready; /* the generation; 0 while an end is under way, so that a signal handler's span is turned away */
	uint64_t finished; /* spans ended: all of them are in the statistics */
	uint64_t
		skipped; /* of these, not kept in the ring: record i lies in ring[i & ring_mask], i < finished - skipped */
	uint64_t mult;                              /* ns = high 64 bits of (ticks << TACHO_TICK_SHIFT) * mult */
	uint64_t threshold_ns;                      /* shorter spans are counted, not kept */
	uint64_t last_ns;                           /* histogram pipeline: the span before, */
	TACHO_OWN_POINTER(struct tacho_node, last); /* its node (a pointer of the owning process), */
	uint64_t pending;                           /* and the cell of the span before that one, an offset from here */
	/* line 1: the undo log of span number undo_index: its node's sums before it; its own word is in the ring */
	tacho_u128 undo_squares;
	uint64_t undo_sum; /* its low half: a carry into the other takes 584 years */
	uint64_t undo_index;
	uint64_t undo_failed, undo_failed_index; /* the same for failures: the node's before span undo_failed_index */
	uint64_t top;                            /* current node << 32 | open spans */
	/* line 2: begin */
	TACHO_OWN_POINTER(struct tacho_child, children); /* of the owning process */
	uint64_t child_mask;
	uint64_t ring_mask;
	uint64_t attributes_at;      /* file offset of the attribute ring, 0: none yet */
	uint64_t attributes_written; /* bytes ever written there */
	uint64_t attributes_size;    /* a power of two */
	uint64_t attributes_lost;
	uint64_t next; /* file offset of the next block, 0: last */
	/* cold */
	uint64_t failed_finished; /* finished when the newest failure was counted */
	uint64_t at;              /* file offset of this block */
	uint64_t owner;           /* private pointer of the owning process */
	uint32_t nodes;           /* complete ones */
	uint32_t ring_records;
	uint64_t turned_away;     /* spans begun by a signal handler inside an end */
	uint64_t node_lost;       /* spans that went to "(other)" for want of space */
	uint32_t lost_cells;      /* histogram entries for which there was no page */
	uint32_t lost_cells_high; /* times lost_cells passed 2^32 */
	uint64_t occupants;       /* threads that ever used this block; occupant i in occupant[i % TACHO_OCCUPANTS] */
	uint32_t retired;         /* 1: its thread has ended */
	uint32_t scrap;           /* where the pipeline counts while it is still empty */
	uint64_t node_chunk[TACHO_NODE_CHUNKS]; /* file offsets */
	struct tacho_carry carry[TACHO_CARRIES];
	struct tacho_occupant occupant[TACHO_OCCUPANTS];
	uint64_t beside_at;      /* file offset of struct tacho_beside; 0: none */
	uint64_t beside_lost;    /* async spans that found no place there: not seen while they are open */
	uint64_t epoch;          /* the part's when the figures were last set to nothing; another: they are of no use */
	uint64_t long_ns;        /* duration of the newest span of 18 minutes and more */
	uint64_t ended_early[8]; /* begins of spans that were ended by name; of the owning process */
	uint64_t ended_early_sum; /* how many ever */
	uint64_t metrics_at;      /* file offset of struct tacho_metrics; 0: its threads have counted nothing yet */
	struct tacho_open stack[TACHO_STACK_DEPTH + 1] __attribute__((aligned(64)));
	/* here follow ring_records of struct tacho_record */
} __attribute__((aligned(64)));

/* The slowest spans of a node and its first and last failed ones, with their attributes. */
enum { TACHO_KEPT_SLOWEST = 5, TACHO_KEPT_FIRST_FAILED = 5, TACHO_KEPT_LAST_FAILED = 6, TACHO_KEPT_SLOTS = 7 };

struct tacho_kept_span {
	uint64_t stamp; /* 0: empty or being written; else span number + 1 */
	uint64_t start_ns;
	uint64_t duration_ns;
	uint64_t word;
	uint32_t attribute_bytes;
	uint32_t attributes_cut; /* 1: more than fitted, or overwritten before they were copied */
	unsigned char attributes[344];
};

struct tacho_kept {
	struct tacho_kept_span span[TACHO_KEPT_SLOTS];
};

/* An attribute as it lies in a block's attribute ring and in kept spans: this, key, value, padding to 8 bytes.  It
 * never wraps: an entry that would is preceded by one of type TACHO_ATTR_PAD that fills the ring to its end. */
enum tacho_attribute_type {
	TACHO_ATTR_PAD = 0,
	TACHO_ATTR_TEXT = 1,
	TACHO_ATTR_I64 = 2,
	TACHO_ATTR_F64 = 3,
	TACHO_ATTR_BOOL = 4,
	TACHO_ATTR_ERROR = 5,    /* the failure's message; no key */
	TACHO_ATTR_CODE = 6,     /* the failure's code, 8 bytes; no key */
	TACHO_ATTR_DURATION = 7, /* whole duration of a span of 18 minutes and more, 8 bytes; no key */
	TACHO_ATTR_LINK = 8,     /* identity of another span that this one goes back to, 8 bytes; no key */
	TACHO_ATTR_PARENT = 9,   /* identity of the span that this one lies in, where no stack tells, 8 bytes; no key */
	TACHO_ATTR_BEGUN_BY = 10 /* tid of another thread, which began it in a scope that it lies in, 8 bytes; no key */
};

struct tacho_attribute {
	uint64_t start; /* raw ticks of the span's begin; with the node it says whose this is */
	uint32_t stamp; /* position in the ring / 8: an overwritten entry has another */
	uint16_t node;
	uint8_t type;
	uint8_t key_bytes;
	uint32_t value_bytes;
	uint32_t cut; /* bytes of text that did not fit */
};

/* ---- metrics: see metric.h ---- */

enum {
	TACHO_COUNTERS = 1024,     /* of a process, from 1; those of TACHO_METRIC_COUNTER and TACHO_METRIC_WAIT */
	TACHO_METRIC_CELLS = 1024, /* gauges, events and distributions of a process, from 1 */
	TACHO_VALUE_PAGES = 16,    /* of 8 octaves each */
	TACHO_RECENT = 128,        /* newest values of a distribution, per thread */
	TACHO_EVENT_SECONDS = 64
};

/* What one thread has counted.  A counter is a single word, so that one add is all or nothing, whatever ends the program. */
struct tacho_metrics {
	uint64_t ready; /* the generation while a thread counts here; 0 while it records into a distribution */
	uint64_t mult;  /* as in the block */
	uint64_t at;    /* file offset of this */
	uint64_t lost;  /* updates without room, or of a signal handler in the midst of another */
	uint64_t spare[4];
	uint32_t cell[TACHO_METRIC_CELLS]; /* in units from here; 0: not used by this thread yet */
	uint64_t counter[TACHO_COUNTERS];
} __attribute__((aligned(64)));

struct tacho_gauge {
	double value;    /* the newest */
	double min, max; /* +infinity and -infinity while there is none */
	uint64_t sets;
	uint64_t spare[4];
} __attribute__((aligned(64)));

struct tacho_event {
	uint64_t count;
	uint64_t current; /* second of the part's clock << 32 | how many in it so far; 0: none yet */
	uint64_t second[TACHO_EVENT_SECONDS]; /* the same of those before it; second s in [s % 64] */
} __attribute__((aligned(64)));

struct tacho_recent {
	double value;
	uint64_t ticks;
};

/* Sums are of value - origin, the first value: so the digits of a variance don't cancel.  Times are in ns.  A value counts
 * from the store of begun on; while begun != count the sums before it are in undo_…, the value in recent[count % 128]. */
struct tacho_distribution {
	uint64_t begun; /* the count to be */
	uint64_t count;
	double sum, squares;
	double min, max;
	double undo_sum, undo_squares;
	double origin;
	uint64_t zero;       /* values of which the grid knows no more than that they are nearly 0; */
	uint64_t negative;   /* below 0: in no cell; */
	uint64_t invalid;    /* infinite or not a number: in nothing else */
	uint64_t lost_cells; /* histogram entries for which there was no page */
	uint64_t spare[3];
	uint32_t page[TACHO_VALUE_PAGES]; /* histogram pages, in units from struct tacho_metrics; 0: none */
	struct tacho_carry carry[4];      /* cells that passed 2^32: cell number + 1 */
	struct tacho_recent recent[TACHO_RECENT];
} __attribute__((aligned(64)));

#endif
