/* SPDX-License-Identifier: MIT
 *
 * session.h - a session as a reader sees it: parts of all processes merged, what a kill tore mended, live or finished.
 * Nothing here ever disturbs a writer or trusts a byte of a file.  All memory belongs to the session and lives until
 * tc_session_release(); strings are as recorded (any bytes): escape them where people look.
 */
#ifndef READ_SESSION_H
#define READ_SESSION_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tacho/metric.h>
#include "format/log.h"
#include "format/manifest.h"
#include "stats/histogram.h"
#include "stats/summary.h"

/* Instants in a session are ns since the session began (manifest.begin), on CLOCK_MONOTONIC; negative: before it. */
typedef int64_t tc_instant;

struct tc_stored;

struct tc_figures { /* exact and additive */
	uint64_t count, failed, min_ns, max_ns;
	uint64_t self_ns; /* own and open spans' time so far, less that of the child nodes */
	struct tc_wide sum_ns, squares_ns2;
	struct tc_histogram histogram;
};

struct tc_node_view {    /* a node of the merged call tree */
	uint32_t name;   /* index into names; TC_ROOT for the root */
	uint32_t depth;  /* 0: root spans */
	uint32_t kind;   /* enum tacho_metric_kind */
	uint32_t number; /* its own: below tc_session.nodes, above its parent's */
	struct tc_figures figures;
	tc_instant first; /* when first seen */
	uint32_t
		sampled; /* of its spans a random sample of so many lies in tc_session.sampled_span, with what is below */
	bool elsewhere;         /* below it lie spans of other threads, or beside a stack */
	tc_instant below_since; /* of a span that began from here on no other ring has overwritten what lies below it */
	size_t open;            /* spans of it open now (live) or when the record ended */
	uint64_t open_ns;       /* how long those have run: in self_ns less their children, not in sum_ns */
	size_t children;        /* in order of first appearance */
	struct tc_node_view **child;
	struct tc_node_view *parent;
};
#define TC_ROOT UINT32_MAX
#define TC_NO_NAME UINT32_MAX /* of a window's entry: of none that is shown */

struct tc_attribute_view {
	const char *key; /* NUL-terminated */
	enum tacho_attribute_type type;
	const char *text; /* TEXT, ERROR; NUL-terminated */
	size_t text_bytes;
	int64_t i64; /* I64, CODE, BOOL */
	double f64;
	uint32_t cut; /* bytes that were cut off */
};

struct tc_span_view { /* one span, finished or open */
	uint32_t name;
	uint32_t process; /* index into processes */
	uint32_t thread;  /* tid */
	uint32_t depth;
	uint32_t
		own_depth; /* of the outermost scope of its thread's own that it may lie in: those above it are of others, by a context */
	uint32_t kind; /* enum tacho_metric_kind */
	uint32_t ring; /* index into rings */
	uint64_t id;   /* what links name */
	size_t links;
	const uint64_t *link; /* ids of spans that it goes back to */
	uint32_t begun_by; /* of an async span that was begun in a scope that it lies in: whose, a tid; 0: not known */
	uint64_t parent;   /* id of the span that it lies in, where that was recorded; 0: its node and the stack tell */
	const struct tc_node_view *node;
	tc_instant begin,
		end; /* by the same clock as begin, so that spans nest; of the finished ones in the rings only */
	uint64_t duration_ns; /* finished; for open ones: until the record ended or now */
	uint64_t self_ns;     /* of finished ones in the rings: less that of children that the rings still hold */
	bool failed, open, has_code;
	int64_t code;
	const char *message;  /* of the failure, or NULL */
	uint32_t message_cut; /* bytes that were cut off */
	size_t attributes;
	struct tc_attribute_view *attribute;
	bool attributes_lost; /* had some that were overwritten or cut */
};

struct tc_name_view { /* everything of one name, over all processes, threads and parents */
	const char *name;
	size_t bytes;
	struct tc_figures figures;
	struct tc_summary summary; /* computed; see stats/summary.h */
	tc_instant first;
	size_t open;
	uint64_t open_ns;
	size_t slowest_count; /* slowest first */
	struct tc_span_view *slowest;
	size_t failed_kept_count; /* oldest first: the first and last failed ones of every thread */
	struct tc_span_view *failed_kept;
};

struct tc_process_view { /* a recording process: one part */
	const char *file;
	const char *program;
	uint64_t pid, parent_pid;
	tc_instant begin, end; /* end: when it closed, or the last thing known of it */
	/* CLOSED: by tacho_stop(); ENDED: gone without it, by itself or by a kill, which its part does not tell apart */
	enum { TC_PROCESS_RUNNING, TC_PROCESS_CLOSED, TC_PROCESS_ENDED } state;
	bool waits; /* a `tacho span`, which does nothing but wait for its command */
	size_t threads;
	uint64_t finished, kept; /* spans, and how many of them lie in the rings or are stored */
	uint64_t names_lost, threads_lost, space_lost, signal_lost;
	uint64_t attributes_lost;            /* found no room at all */
	uint64_t spans_that_lost_attributes; /* of those in the rings: overwritten */
	size_t mended;                       /* threads whose last span was completed from the undo log */
};

struct tc_ring_view {         /* the newest single spans of a thread, and of those that had its place before it */
	uint32_t process;     /* index into processes */
	uint64_t overwritten; /* spans that lay in it once */
	uint64_t skipped;     /* spans too short to be kept at all */
	tc_instant since;     /* whatever ended later is there; INT64_MIN: nothing was overwritten */
};

struct tc_course { /* of a series: figures weighted by time, and its extremes; NAN: no reading */
	double last, average, min, p95, max;
};

struct tc_series_view {
	struct tc_series series;
	struct tc_course course; /* in the time window, if one was asked for */
	size_t count;
	tc_instant *at;
	double *value;      /* NAN: missing */
	double total;       /* of a rate, over the session or the time window, in series.total_unit; NAN: not known */
	tc_instant since;   /* the first reading stands for the time from here on */
	tc_instant next_at; /* the first reading behind the time window, which began within it; 0: none */
	double next;
	bool has_held; /* a reading lies before the time window: */
	double held;
	bool left_out; /* by a filter on metrics: conclusions are drawn from it, but it is not shown */
};

/* Where the figures of a metric for a time window are from. */
enum tc_metric_part {
	TC_METRIC_WHOLE,    /* none was asked for */
	TC_METRIC_VALUES,   /* all its values of that time */
	TC_METRIC_READINGS, /* the observer's readings: of distributions and gauges there is no count, … */
	TC_METRIC_UNKNOWN   /* nothing is known */
};

struct tc_metric_view {                          /* a metric, over all processes and threads of the session */
	const char *name, *unit, *help, *source; /* source: "" where none was given */
	enum tacho_metric_kind kind;
	tc_instant first; /* when it was first used */
	size_t threads;   /* that used it, or took over from such */
	uint64_t count;   /* of a counter and a wait: its sum; else how many values, marks, settings */
	double last, sum, mean, sd, min, max, median, p90, p95, p99; /* NAN: not known, or of no use for this kind */
	double quantile_error; /* 0: exact; else the relative error of the quantiles */
	uint64_t zero, negative,
		invalid;      /* of a distribution: nearly 0; below 0; infinite or not a number, and in nothing else */
	uint64_t last_minute; /* of an event: marks in the last 60 s of the session, or of the time window */
	double minute_ns;     /* how much of these 60 s there was */
	enum tc_metric_part part;
	const char *basis;   /* where the figures are from */
	const char *missing; /* why it has no value, if that is known; else NULL */
	size_t recent;       /* newest values of a distribution, oldest first, at most TC_RECENT_MAX */
	struct tc_recent_view {
		tc_instant at;
		double value;
	} * recent_value;
	const struct tc_series_view *series; /* its course as the observer saw it; NULL: none */
};
enum { TC_RECENT_MAX = TACHO_RECENT - 1 };

struct tc_window_view { /* one window of the ladder */
	tc_instant begin, end;
	size_t entries;
	const struct tc_window_entry *entry; /* see tc_entry_name() */
};

/* Where the own time of a name went, as the observer saw it; see docs/ATTRIBUTION.md.  NAN: not known. */
struct tc_share_view {
	const char *name;
	size_t bytes;
	enum {
		TC_SHARE_OF_NAME,
		TC_SHARE_OF_NO_SPAN,
		TC_SHARE_OF_OTHER_THREADS,
		TC_SHARE_OF_OBSERVER,
		TC_SHARE_OF_OTHERS
	} row;
	double wall_ns;
	double running_ns, running_low_ns, running_high_ns; /* of CPU time: as estimated, and 95 % sure */
	double waiting_ns, waiting_low_ns, waiting_high_ns; /* ready, without a CPU */
	double throttled_ns;                                /* of waiting, because a quota was used up */
	double blocked_ns, blocked_low_ns, blocked_high_ns;
	double io_ns; /* of blocked, in uninterruptible wait; as far as the state was looked at */
	double memory_bytes, memory_low_bytes, memory_high_bytes; /* growth; bounds NAN: an older version had none */
	uint64_t looks;                                           /* at the state of threads */
	bool told_apart;         /* what it ran is known to better than half of its time */
	bool waiting_told_apart; /* what it waited, to better than a quarter: of that much findings speak */
	bool memory_told_apart;  /* the bounds of its growth are no further apart than half of the greater */
};

/* What the system called a thread when it began to record, or a trace that was imported. */
struct tc_thread_name {
	uint32_t process, tid;
	char name[16]; /* "": it is not known */
};

struct tc_session {
	char *directory;
	struct tc_manifest manifest;
	bool live;
	tc_instant end; /* when it ended; now, for a live one */
	size_t names;
	struct tc_name_view *name; /* in order of first appearance */
	struct tc_node_view *root;
	size_t nodes; /* of the tree, also those that are not shown */
	size_t processes;
	struct tc_process_view *process;
	size_t thread_names; /* of the newest TACHO_OCCUPANTS threads of each block */
	struct tc_thread_name *thread_name;
	size_t rings;
	struct tc_ring_view *ring;
	size_t spans; /* records in the rings, by begin; an outer span before what it holds */
	struct tc_span_view *span;
	size_t sampled_spans; /* whole trees of scopes, of the session from its begin on; by begin */
	struct tc_span_view *sampled_span;
	size_t open_spans; /* outermost first per thread */
	struct tc_span_view *open_span;
	size_t series;
	struct tc_series_view *series_view;
	size_t metrics;
	struct tc_metric_view *metric; /* in order of first use */
	size_t windows;                /* of the ladder, in the time that is considered */
	struct tc_window_view *window;
	const uint32_t
		*window_name; /* names by what the entries of windows have as .name; NULL: that is their index itself */
	bool windows_mixed; /* only some kinds of its spans or the last were asked for: windows don't tell them from the others */
	tc_instant
		last_since; /* of the last spans that were asked for, when the first began: what the observer saw (series, windows,
				* shares) is of the time from there on.  0: of all the time that was asked for */
	size_t shares; /* by own time, rows that are no names last; all of them add up to the process tree's CPU time */
	struct tc_share_view *share;
	tc_instant shares_from, shares_to; /* of the observer's windows that touch what was asked for */
	const char *share_basis;           /* where CPU time of the rest is from; NULL: there is no such row */
	size_t tree_processes;             /* the observer's table of processes of the tree */
	struct tc_process_entry *tree_process;
	size_t notes; /* sentences for the user: torn parts, what was lost, what slowed down */
	char **note;
	size_t damages; /* of these, places of those that say that something of the session could not be read */
	size_t *damage;
	const char *basis;        /* "all spans of the session", or what a time window was answered from */
	struct tc_stored *stored; /* where spans lie that no ring has any more: see span_stream.h; NULL: nowhere */
};

struct tc_session_options {
	bool no_spans; /* leave single spans out: figures only, fast */
	bool stream; /* of single spans only the newest of each ring need be in the session where rings hold many: a stream
	                  * (span_stream.h) has them all */
	bool finds; /* findings are made of those that are in the session: more of them stay, and all where a window is asked for */
	bool has_window; /* only what ended in [from, to) */
	tc_instant from, to;
	const char *name_glob;   /* fnmatch(3) over names; NULL: all */
	const char *metric_glob; /* the same over metrics */
	const char *source_glob; /* over the sources of metrics; spans have none and are left out.  NULL: all */
	bool has_kinds;          /* only spans and metrics of these kinds: bits 1 << kind */
	uint32_t span_kinds, metric_kinds;
	size_t last; /* only the last so many of each name and of each metric; 0: all */
};

/* Opens a session's directory.  0, or TACHO_ENOENT, TACHO_EFORMAT, TACHO_EVERSION, TACHO_EACCES, TACHO_ENOMEM with the
 * sentence set.  A torn part is no failure: what is sound is there, and a note says what is not. */
int tc_session_open(struct tc_session **out, const char *directory, const struct tc_session_options *options);
void tc_session_release(struct tc_session *session);

/* A copy of a text that lives as long as the session, with a NUL behind; NULL: out of memory. */
char *tc_session_text(struct tc_session *session, const char *text, size_t bytes);

/* How many windows tell of the spans that were asked for, and of no others: all or none. */
static inline size_t tc_session_span_windows(const struct tc_session *session)
{
	return session->windows_mixed ? 0 : session->windows;
}

/* Index into names of a window's entry, or TC_NO_NAME, which is above all of them. */
static inline uint32_t tc_entry_name(const struct tc_session *session, const struct tc_window_entry *entry)
{
	return session->window_name ? session->window_name[entry->name] : entry->name;
}

/* Whether count (and of a distribution zero, negative) is known. */
static inline bool tc_metric_has_count(const struct tc_metric_view *view)
{
	bool rate = view->kind <= TACHO_METRIC_WAIT || view->kind == TACHO_METRIC_EVENT;
	return view->part <= TC_METRIC_VALUES || (rate && view->part == TC_METRIC_READINGS);
}

/* Whether count is how many values, marks or settings there were: of what adds up nobody counts how often it was added to. */
static inline bool tc_metric_has_values(const struct tc_metric_view *view)
{
	return view->kind > TACHO_METRIC_WAIT && tc_metric_has_count(view);
}

/* Marks a minute, of an event; NAN: it is none, or less than a second of them is known. */
static inline double tc_metric_per_minute(const struct tc_metric_view *view)
{
	bool known = view->kind == TACHO_METRIC_EVENT && view->minute_ns >= 1e9 && tc_metric_has_count(view);
	return known ? (double)view->last_minute * 6e10 / view->minute_ns : NAN;
}

/* Whether its sum is count, which has all its digits where a double has not. */
static inline bool tc_metric_sum_is_count(const struct tc_metric_view *view)
{
	return (view->kind <= TACHO_METRIC_WAIT || view->kind == TACHO_METRIC_EVENT) && tc_metric_has_count(view) &&
	       view->sum == (double)view->count;
}

#endif
