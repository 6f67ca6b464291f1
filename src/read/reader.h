/* SPDX-License-Identifier: MIT
 *
 * reader.h - what the files of this room share while a session is put together.  Parts are read one after another and let
 * go again; what is said of them is copied into the session.
 */
#ifndef READ_READER_H
#define READ_READER_H

#include "base/strbuf.h"
#include "read/arena.h"
#include "read/clockmap.h"
#include "read/mend.h"
#include "read/part.h"
#include "read/session.h"
#include "read/tail.h"
#include "stats/values.h"

enum { TC_EXACT_MAX = 4096 }; /* quantiles of up to so many spans come from the spans themselves */

struct tc_merged_name {
	struct tc_name_view view;
	uint64_t *value; /* durations in the rings, as long as they may be all there are */
	size_t values, value_room;
	bool many;     /* more than TC_EXACT_MAX */
	bool left_out; /* by the glob */
	bool seen;     /* has figures or open spans, or a name below it has */
	size_t failed_room;
	struct tc_share share;
	bool has_share;
};

struct tc_merged_node { /* the view comes first: what points to one points to the other */
	struct tc_node_view view;
	struct tc_merged_node *parent;
	struct tc_merged_node *same_slot; /* in the table of nodes */
	size_t order;                     /* of making; breaks ties of `first` */
	size_t children;
	bool used;                 /* has figures or open spans, or a node below it has */
	uint64_t waits_self_ns;    /* self time that `tacho span` spent waiting for the processes below it */
	struct tc_wide grafted_ns; /* by root spans of other processes */
};

struct tc_merged_metric {
	struct tc_metric_view view;
	struct tc_values values;
	size_t recent_room, seconds, second_room;
	struct tc_event_second { /* marks in a second of a thread */
		tc_instant at;
		uint64_t count;
	} * second;
	tc_instant last_at;
	tc_instant recent_from; /* all values from here on are among the recent ones */
	size_t setters;         /* cells of a gauge that were ever set */
	uint64_t most_sets;
	bool bad_name;
};

struct tc_reader {
	struct tc_session *session;
	struct tc_session_options options;
	struct tc_arena *arena;
	bool kinds_left_out; /* some spans are of kinds that were not asked for */
	int error;           /* the first code that ends the opening: out of memory */
	uint64_t begin_ns;   /* CLOCK_MONOTONIC of the session's begin */

	struct tc_merged_name *name;
	size_t names, name_room;
	uint32_t *name_slot; /* open addressing: index + 1 */
	size_t name_slots;

	struct tc_merged_node *root;
	struct tc_merged_node **node; /* in order of making: parents first */
	struct tc_merged_node **node_slot;
	size_t nodes, node_room, node_slots;

	struct tc_merged_metric *metric;
	size_t metrics, metric_room;
	uint64_t metrics_lost, updates_lost;

	size_t trees;
	struct tc_tree_entry tree[TC_TREES_MOST]; /* the tail's */

	size_t sampled_room, process_room, thread_name_room, ring_room, span_room, open_room, note_room, damage_room;

	struct tc_calibration *calibration; /* the observer's, ascending */
	size_t calibrations;
	struct tc_tail *tail; /* the observer's log; held by the session */
	uint32_t *log_name;   /* name by number in the log */
	size_t log_names;

	struct {           /* the time that the observer's figures are to be of */
		bool part; /* not all of the session */
		tc_instant from, to;
	} observed;
	tc_instant last_seen;   /* the newest sample */
	bool lacks_last;        /* the rings hold fewer spans of a name than were asked for */
	struct tc_spool *spool; /* spool.h; NULL: nothing was put aside */
	bool incomplete;        /* in a time window: spans that ended in it are no longer in the rings */
};

/* A thread's block while it is merged. */
struct tc_thread {
	struct tc_reader *reader;
	struct tc_part_copy *part;
	struct tc_clock_map *clock;
	uint32_t process; /* index */
	struct tacho_block *block;
	struct tc_mended mended;
	uint32_t nodes;
	struct tc_figures *figures;           /* by node */
	struct tc_merged_node **merged;       /* by node; NULL: nothing to say of it */
	uint32_t *name;                       /* by node; TC_LEFT_OUT: no name, or one that is left out */
	uint32_t *own_depth;                  /* by node; see tc_span_view */
	struct tc_merged_node *graft;         /* what the process's root spans hang below */
	bool grafted;                         /* the whole path to it is there */
	struct tc_attribute_entry *attribute; /* what is sound in the ring, sorted */
	size_t attributes;
	struct tc_stored_thread *stored; /* what the ring no longer holds; NULL: nobody stored any spans */
};
#define TC_LEFT_OUT UINT32_MAX /* a name that the glob excludes */

/* session.c */
void tc_reader_note(struct tc_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same of something that is torn or cannot be read. */
void tc_reader_damage(struct tc_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tc_reader_no_memory(struct tc_reader *reader);
/* Room for one more in a malloc'ed array of the session; false: out of memory, and said so. */
bool tc_reader_grow(struct tc_reader *reader, void *items, size_t count, size_t *room, size_t size);
bool tc_reader_in_window(const struct tc_reader *reader, tc_instant end);
/* ns of what lasts from begin to end that lie in the time window, if there is one. */
uint64_t tc_reader_within(const struct tc_reader *reader, tc_instant begin, tc_instant end);

/* names.c: the index of a name, made if it is new; TC_LEFT_OUT where the glob or want of memory leaves it out. */
uint32_t tc_reader_name(struct tc_reader *reader, const char *bytes, size_t count, tc_instant first);
void tc_reader_sort_names(struct tc_reader *reader); /* by first appearance, into the session; everything follows */

/* tree.c: the child of a node, made if need be (parent NULL: the root); NULL: too deep to be true, or out of memory. */
struct tc_merged_node *tc_reader_child(
	struct tc_reader *reader, struct tc_merged_node *parent, uint32_t name, uint32_t kind, tc_instant first);
bool tc_figures_add(struct tc_figures *into, const struct tc_figures *from);
bool tc_figures_count(struct tc_figures *figures, uint64_t ns, uint64_t self_ns, bool failed); /* one span more */
void tc_reader_finish_tree(struct tc_reader *reader); /* waiting taken off, arrays of children, figures of names */

/* process.c: everything of one part, thread by thread. */
struct tc_merging { /* owns part and clock */
	struct tc_part_copy part;
	struct tc_clock_map clock;
	struct tc_thread thread;
	uint64_t block_at; /* whose turn it is; 0: all threads have had theirs */
};
void tc_reader_part(struct tc_merging *merging, struct tc_reader *reader, const char *file); /* once part was read */
bool tc_reader_merge(struct tc_merging *merging);                                            /* false: that was all */
void tc_reader_let_go(struct tc_merging *merging);

/* thread.c */
void tc_reader_thread(struct tc_thread *thread);
const struct tacho_occupant *tc_thread_occupant(const struct tacho_block *block, uint64_t record);
uint64_t tc_thread_duration(const struct tc_thread *thread, const struct tacho_record *record);
void tc_reader_add_value(struct tc_reader *reader, struct tc_merged_name *name, uint64_t ns);
/* Whether a node is more than the path to what was done in its name elsewhere: by other threads, or beside a stack. */
bool tc_thread_runs(const struct tc_thread *thread, uint32_t node);

/* trees.c: the sampled trees that the thread has; marks nodes below which others' spans lie. */
void tc_thread_trees(struct tc_thread *thread);
void tc_thread_elsewhere(struct tc_thread *thread);

/* ring.c: what the thread's ring still has, and of which nodes it may lack something. */
void tc_thread_ring(struct tc_thread *thread);

/* self.c: own times of a thread's records, which come in order of their ends: children before their parent. */
struct tc_self_times {         /* owns both, by node */
	uint64_t *children_ns; /* of what ended since its last span */
	uint32_t *parent;
};
bool tc_self_begin(struct tc_self_times *times, const struct tc_thread *thread);
uint64_t tc_self_next(struct tc_self_times *times, uint64_t word, uint64_t ns); /* of the next record */
void tc_self_end(struct tc_self_times *times);

/* window.c: figures of a thread's nodes from the records that ended in the window. */
void tc_thread_window(struct tc_thread *thread);
void tc_reader_forget_figures(struct tc_reader *reader); /* of all nodes */
void tc_reader_ladder(struct tc_reader *reader);         /* figures from the ladder where the rings do not reach */
void tc_reader_basis(struct tc_reader *reader);
bool tc_reader_overlaps(const struct tc_reader *reader, const struct tc_tail_window *window,
	int kind); /* it is of that kind, and of the time that is considered */
int tc_reader_window_kind(
	const struct tc_reader *reader); /* of the log's windows, those to look at; -1: there are none */

/* last.c: figures from the last spans of each name alone */
void tc_reader_last(struct tc_reader *reader);

/* share.c: where time went, from the log's windows; before names get their order */
void tc_reader_shares(struct tc_reader *reader);

/* spans.c, kept.c, kept_window.c, open.c */
void tc_thread_spans(struct tc_thread *thread);
void tc_thread_kept(struct tc_thread *thread);
void tc_thread_take_kept(
	struct tc_thread *thread, const struct tacho_kept_span *kept, bool failed); /* unless it is there */
void tc_thread_kept_in_window(struct tc_thread *thread);
void tc_thread_open(struct tc_thread *thread);
void tc_reader_finish_open(struct tc_reader *reader);
void tc_reader_sort_kept(struct tc_reader *reader);
void tc_reader_sort_spans(struct tc_reader *reader);
bool tc_thread_view(struct tc_thread *thread, struct tc_span_view *view, uint64_t tag, uint64_t start_ns);
void tc_thread_show(
	struct tc_thread *thread, const struct tc_span_view *view); /* its name and node come into the session */

/* attributes.c */
struct tc_attribute_entry {
	uint64_t start_ns;
	uint64_t at; /* position, in bytes ever written */
	uint32_t node;
};
void tc_thread_index_attributes(struct tc_thread *thread);
const struct tc_attribute_entry *tc_thread_find_attributes(
	const struct tc_thread *thread, uint64_t start_ns, uint32_t node, size_t *count);
const struct tacho_attribute *tc_thread_attribute(
	const struct tc_thread *thread, const struct tc_attribute_entry *entry);
/* Appends them as they lie in stored spans; false: some are lost. */
bool tc_thread_copy_attributes(const struct tc_thread *thread, uint64_t start_ns, uint32_t node, struct tc_strbuf *out);
void tc_thread_join_attributes(struct tc_thread *thread, struct tc_span_view *view, uint64_t start_ns, uint32_t node);
void tc_thread_kept_attributes(struct tc_thread *thread, struct tc_span_view *view, const struct tacho_kept_span *kept);

/* callback.c: those that did not return until the newest process's end, which is known by now */
void tc_reader_callbacks(struct tc_reader *reader, const struct tc_part_copy *part);

/* Attributes as they lie in kept and stored spans. */
void tc_attributes_take(struct tc_arena *arena, struct tc_span_view *view, const unsigned char *bytes, uint32_t count);

/* stored_thread.c: what the ring no longer holds.  Found before figures are taken, named when names are known. */
struct tc_stored_span;
typedef bool (*tc_stored_visit)(
	void *context, uint64_t index, const struct tc_stored_span *span, uint32_t tid); /* false: no more */
void tc_thread_find_stored(struct tc_thread *thread);
void tc_thread_name_stored(struct tc_thread *thread);
void tc_thread_each_stored(struct tc_thread *thread, uint64_t from, tc_stored_visit visit, void *context);
/* Of record number `index`; false: they are not there whole. */
bool tc_thread_stored_attributes(struct tc_thread *thread, struct tc_span_view *view, uint64_t index);
void tc_reader_finish_stored(struct tc_reader *reader);

/* metric.c, metric_cell.c: what was counted */
void tc_reader_metrics(struct tc_reader *reader, struct tc_part_copy *part, const struct tc_clock_map *clock);
void tc_reader_finish_metrics(struct tc_reader *reader); /* after the log, when the session's end is known */
void tc_metric_take(struct tc_reader *reader, struct tc_merged_metric *metric, struct tacho_metrics *metrics,
	uint32_t cell, const struct tc_clock_map *clock);

/* metric_course.c: from the observer's readings */
void tc_metric_finish_gauge(struct tc_reader *reader, struct tc_merged_metric *metric);
void tc_metric_part(struct tc_reader *reader, struct tc_merged_metric *metric); /* figures for the time window */
void tc_metric_last(struct tc_reader *reader, struct tc_merged_metric *metric); /* the same for its last values */
void tc_metric_cut_recent(const struct tc_reader *reader, struct tc_metric_view *view);

/* finish.c: piece by piece, from 0; false: that was the last */
bool tc_reader_finish(struct tc_reader *reader, size_t piece);

/* samples.c: the observer's log, as far as the tail has it */
void tc_reader_log(struct tc_reader *reader);
void tc_reader_finish_log(struct tc_reader *reader);
/* To the end, and to the time of the last spans, where those were asked for. */
void tc_reader_cut_series(struct tc_reader *reader);

#endif
