/* SPDX-License-Identifier: MIT
 *
 * session.h - read what tacho recorded, while it runs or afterwards.
 *
 *	struct tacho_session *session;
 *	struct tacho_session_name name = TACHO_SESSION_NAME_INIT;
 *	size_t at = 0;
 *	if (tacho_session_open(&session, NULL, NULL))            // the newest session
 *		return puts(tacho_last_error());
 *	while (!tacho_session_next_name(&name, session, &at))
 *		printf("%s: %llu times, %.3f ms each\n", name.name, (unsigned long long)name.count, name.mean_ns / 1e6);
 *	tacho_session_close(session);
 *
 * Link with -ltacho-session (pkg-config libtacho-session).  Structs that are filled begin with their size, so that later versions can add to them:
 * initialise each with its macro.  Instants are ns since the session began; what is not known of a double is NAN.
 * Strings belong to the session and are as recorded, any bytes at all: escape them where people look.
 *
 * A session is a picture of the moment in which it was opened; nothing in it changes, so any number of threads may read
 * it at once.  Reading never disturbs those who record.
 */
#ifndef TACHO_SESSION_H
#define TACHO_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tacho/error.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tacho_session;

/* What to read; TACHO_SESSION_FILTER_INIT: everything. */
struct tacho_session_filter {
	size_t struct_size;
	const char *names; /* a pattern as of the shell, "load*"; NULL: all names */
	bool figures_only; /* leave single spans out, which is faster */
	bool has_window;   /* only what ended in [from_ns, to_ns) */
	int64_t from_ns, to_ns;
	const char *metrics; /* a pattern for metrics; NULL: all */
};

/* Opens a session: a directory, the name of a session in the store, or NULL for the newest.  filter may be NULL.  0, or
 * TACHO_ENOENT, TACHO_EFORMAT, TACHO_EVERSION, TACHO_EACCES, TACHO_ENOMEM with tacho_last_error() set.  Files that were torn
 * are no failure: what is sound is there, and a note says what is not. */
TACHO_API int tacho_session_open(
	struct tacho_session **out, const char *session, const struct tacho_session_filter *filter);

/* NULL is fine. */
TACHO_API void tacho_session_close(struct tacho_session *session);

enum tacho_session_state {
	TACHO_SESSION_RUNNING = 0,
	TACHO_SESSION_EXITED = 1,    /* its command ended; status: how */
	TACHO_SESSION_SIGNALLED = 2, /* a signal ended its command; status: which */
	TACHO_SESSION_STOPPED = 3,   /* tacho_stop() */
	TACHO_SESSION_LOST = 4,      /* what recorded it was killed */
	TACHO_SESSION_ENDED = 5,     /* the process that `tacho attach` observed ended; how is not known */
	TACHO_SESSION_DETACHED = 6,  /* it was no longer observed, and runs on */
	TACHO_SESSION_ARCHIVED = 7   /* it was archived while it ran: what came later is not in it */
};

struct tacho_session_info {
	size_t struct_size;
	const char *name, *directory;
	uint64_t begin_realtime_ns; /* since 1970 */
	uint64_t duration_ns;       /* until its end, or until now */
	enum tacho_session_state state;
	int status;
	size_t processes;  /* that recorded spans */
	const char *basis; /* what the figures are made from: all spans, or what was left of a time window */
};
TACHO_API int tacho_session_get_info(struct tacho_session_info *out, const struct tacho_session *session);

/* ---- one after another: 0, or TACHO_END when there are no more.  *at is 0 before the first, and the caller's. ---- */

/* Figures of everything under one name, over all processes, threads and callers; in order of first appearance. */
struct tacho_session_name {
	size_t struct_size;
	const char *name;
	size_t name_bytes;
	uint64_t count, failed, open;
	int64_t first_ns;
	uint64_t total_ns, self_ns, min_ns, max_ns;
	double mean_ns, sd_ns, median_ns, p90_ns, p95_ns, p99_ns, p999_ns;
	double quantile_error; /* relative, of median and percentiles; 0: they are exact */
	double success_ratio;
};
TACHO_API int tacho_session_next_name(struct tacho_session_name *out, const struct tacho_session *session, size_t *at);

/* A span: the newest of each thread, by begin. */
struct tacho_session_span {
	size_t struct_size;
	const char *name;
	size_t name_bytes;
	int64_t begin_ns;
	uint64_t duration_ns; /* of an open one: so far */
	uint64_t pid;
	uint32_t thread, depth;
	bool failed, open, has_code;
	bool attributes_lost; /* it had some that were overwritten or cut */
	int64_t code;
	const char *message; /* of the failure; NULL: none */
	size_t attributes;
	const void *own; /* for tacho_session_next_attribute() */
};
TACHO_API int tacho_session_next_span(struct tacho_session_span *out, const struct tacho_session *session, size_t *at);

/* A span that has not ended: now, or when its process was killed.  Outermost first, thread by thread. */
TACHO_API int tacho_session_next_open(struct tacho_session_span *out, const struct tacho_session *session, size_t *at);

enum tacho_session_attribute_type {
	TACHO_SESSION_TEXT = 1,
	TACHO_SESSION_I64 = 2,
	TACHO_SESSION_F64 = 3,
	TACHO_SESSION_BOOL = 4
};

struct tacho_session_attribute {
	size_t struct_size;
	const char *key;
	enum tacho_session_attribute_type type;
	const char *text;
	size_t text_bytes;
	int64_t i64; /* integers; booleans as 0 and 1 */
	double f64;
};
TACHO_API int tacho_session_next_attribute(
	struct tacho_session_attribute *out, const struct tacho_session_span *span, size_t *at);

/* What a program counted and measured, of one kind, name and source, over all processes and threads; in order of first use. */
enum tacho_session_metric_kind {
	TACHO_SESSION_COUNTER = 1,
	TACHO_SESSION_WAIT = 2,
	TACHO_SESSION_GAUGE = 3,
	TACHO_SESSION_EVENT = 4,
	TACHO_SESSION_TIME = 5, /* from here on distributions */
	TACHO_SESSION_THROUGHPUT = 6,
	TACHO_SESSION_MEMORY = 7,
	TACHO_SESSION_RATIO = 8,
	TACHO_SESSION_PERCENTAGE = 9,
	TACHO_SESSION_CUSTOM = 10
};

struct tacho_session_metric {
	size_t struct_size;
	const char *name, *unit, *help, *source; /* "" where none was given */
	enum tacho_session_metric_kind kind;
	bool has_count;       /* else count and last_minute are not known of the time window */
	uint64_t count;       /* a counter's sum, the ns of a wait; else how many values, marks, settings */
	uint64_t last_minute; /* of an event: marks in the last 60 s, or what there is of them */
	int64_t first_ns;     /* when it was first used */
	double last, sum, mean, sd, min, max, median, p90, p95, p99;
	double quantile_error; /* relative, of median and percentiles; 0: they are exact */
	const char *basis;     /* where the figures are from */
	size_t values, points; /* how many the next two calls have */
	const void *own;       /* for those */
};
TACHO_API int tacho_session_next_metric(
	struct tacho_session_metric *out, const struct tacho_session *session, size_t *at);

struct tacho_session_value {
	size_t struct_size;
	int64_t at_ns;
	double value;
};

/* The newest values of a distribution, oldest first. */
TACHO_API int tacho_session_next_value(
	struct tacho_session_value *out, const struct tacho_session_metric *metric, size_t *at);

/* The metric over time, as the observer read it: a counter's rate per second, an event's per minute, the percentage of the time
 * that was waited, a gauge's level, the mean of what a distribution took.  Each stands for the time since the one before;
 * NAN: not known. */
TACHO_API int tacho_session_next_point(
	struct tacho_session_value *out, const struct tacho_session_metric *metric, size_t *at);

/* ---- files that other tools read ---- */

/* The formats that there are, as `tacho export --format ?` lists them; NULL after the last.  Static strings. */
TACHO_API const char *tacho_session_format(size_t number);

/* Writes a session, as tacho_session_open() finds it, in one of these formats; filter may be NULL.  path: the file to be made, of "csv" the
 * directory.  It gets its name when it is whole; what is there already is replaced only with `replace`.  What the settings redact_keys and
 * redact_values name now is left out.  "archive" has all of a session, and takes neither a filter nor those settings.  0, or TACHO_EINVAL (no such format, it is there already), TACHO_ENOENT, TACHO_EACCES, TACHO_ENOSPC, … with
 * tacho_last_error() set; then nothing of it is left. */
TACHO_API int tacho_session_export(const char *session, const struct tacho_session_filter *filter, const char *format,
	const char *path, bool replace);

/* Sentences on what is missing or torn. */
TACHO_API int tacho_session_next_note(const char **out, const struct tacho_session *session, size_t *at);

#ifdef __cplusplus
}
/* clang-format off */
#define TACHO_SESSION_FILTER_INIT {sizeof(struct tacho_session_filter), nullptr, false, false, 0, 0, nullptr}
#define TACHO_SESSION_INFO_INIT {sizeof(struct tacho_session_info), nullptr, nullptr, 0, 0, TACHO_SESSION_RUNNING, 0, 0, nullptr}
#define TACHO_SESSION_NAME_INIT {sizeof(struct tacho_session_name), nullptr, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#define TACHO_SESSION_SPAN_INIT \
	{sizeof(struct tacho_session_span), nullptr, 0, 0, 0, 0, 0, 0, false, false, false, false, 0, nullptr, 0, nullptr}
#define TACHO_SESSION_ATTRIBUTE_INIT {sizeof(struct tacho_session_attribute), nullptr, TACHO_SESSION_TEXT, nullptr, 0, 0, 0}
#define TACHO_SESSION_METRIC_INIT \
	{sizeof(struct tacho_session_metric), nullptr, nullptr, nullptr, nullptr, TACHO_SESSION_COUNTER, false, 0, 0, 0, \
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, nullptr, 0, 0, nullptr}
#define TACHO_SESSION_VALUE_INIT {sizeof(struct tacho_session_value), 0, 0}
#else
#define TACHO_SESSION_FILTER_INIT {.struct_size = sizeof(struct tacho_session_filter)}
#define TACHO_SESSION_INFO_INIT {.struct_size = sizeof(struct tacho_session_info)}
#define TACHO_SESSION_NAME_INIT {.struct_size = sizeof(struct tacho_session_name)}
#define TACHO_SESSION_SPAN_INIT {.struct_size = sizeof(struct tacho_session_span)}
#define TACHO_SESSION_ATTRIBUTE_INIT {.struct_size = sizeof(struct tacho_session_attribute)}
#define TACHO_SESSION_METRIC_INIT {.struct_size = sizeof(struct tacho_session_metric)}
#define TACHO_SESSION_VALUE_INIT {.struct_size = sizeof(struct tacho_session_value)}
/* clang-format on */
#endif

#endif
