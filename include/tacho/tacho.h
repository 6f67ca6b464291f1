/* SPDX-License-Identifier: MIT
 *
 * tacho.h - mark what a program does; tacho records it.
 *
 *	#include <tacho/tacho.h>
 *
 *	int load(const char *path)
 *	{
 *		TACHO_SPAN(span, "load");               // ends at every return
 *		tacho_span_attr(&span, "path", path);
 *		int fd = open(path, O_RDONLY);
 *		if (fd < 0)
 *			return tacho_span_fail(&span, -errno);
 *		...
 *	}
 *
 * Link with -ltacho.  A program started by `tacho run` records into that session from its first span on; any other
 * records after tacho_start() only, and until then a span costs less than a nanosecond.  Compiled with -DTACHO_DISABLE
 * all of this is gone and nothing need be linked: calls do nothing, and say 0.
 *
 * Threads: everything here may be called from any thread at any time, without locks of the caller's.  A span belongs to
 * the thread that began it.  Signals: a handler may mark spans; one that it begins while its thread is in the midst of tacho
 * itself, as in its first call, is counted as lost.  Errors: none of the marking calls can fail; what cannot be kept is counted.
 */
#ifndef TACHO_H
#define TACHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tacho/error.h>
#include <tacho/hot.h>
#include <tacho/metric.h>
#include <tacho/version.h>

#if !TACHO_RECORDS
#error "tacho records in programs of 64 bits only; one of 32 can read sessions with <tacho/session.h>"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- recording on and off ---- */

/* What a program may choose when it starts a session itself.  Initialise with TACHO_CONFIG_INIT; 0 and NULL mean "as
 * usual". */
struct tacho_config {
	size_t struct_size;
	const char *name;              /* of the session; NULL: the program's name */
	const char *directory;         /* where the session goes; NULL: a new one in the store (TACHO_STORE) */
	uint32_t ring_records;         /* records kept per thread, a power of two from 16 to 2^24; 0: 4096 */
	uint32_t interval_ms;          /* between two samples of the machine, from 10 to 3600000; 0: 1000 */
	bool no_observer;              /* true: record spans only, start no thread */
	uint32_t given;                /* of tacho_config_set() */
	uint64_t threshold_ns;         /* shorter spans are counted, but not kept one by one */
	uint32_t keep_slowest;         /* spans of each name that are kept for good, from 1 to 5; 0: 5 */
	uint32_t attribute_text_bytes; /* longer texts are cut to this, from 16 to 65536; 0: 1024 */
	uint32_t attribute_ring_bytes; /* for attributes, per thread: a power of two from 4096 to 2^24; 0: 65536 */
	const char *redact_keys;       /* what these are: `tacho config`, or docs/SETTINGS.md */
	const char *redact_values;
	const char *store;
	const char *live;
	const char *clock;
	uint32_t dear_interval_ms;      /* between two readings of what is dear to read; 0: 10000 */
	double observer_budget_percent; /* of a core that looking at the machine may take, from 0.01 to 100; 0: 1 */
	uint32_t state_interval_ms;     /* between looks at threads that are in several spans in turn; 0: 20 */
	const char *export_directory;   /* where files go that `tacho export` makes up a name for */
	const char *keep;               /* "all": every span is stored on disk; NULL or "rings": the newest are kept */
};
#define TACHO_CONFIG_INIT \
	{ \
		sizeof(struct tacho_config), NULL, NULL, 0, 0, false, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, \
			0, 0, NULL, NULL \
	}

#if !TACHO_COMPILED_OUT /* else see disabled.h */
/* Sets one of a config's settings by its name, as in "ring_records" or "interval", from text, as in "64" or "500ms": the
 * names, ranges and units that `tacho config` lists.  Unlike 0 in a field, "0" is taken as said.  What is set here and in the
 * fields goes before the environment and the file of settings.  Texts are not copied: keep `value` until tacho_start() has
 * returned.  0, or TACHO_EINVAL with tacho_last_error() saying what is possible, and the config unchanged. */
TACHO_API int tacho_config_set(struct tacho_config *config, const char *key, const char *value);

/* Starts recording: into the session of `tacho run` where there is one, else into a session of its own, observed by a
 * thread in this process.  config may be NULL.  0, or a negative code with tacho_last_error() set: TACHO_EBUSY when the
 * program records already, TACHO_EINVAL, TACHO_EACCES, TACHO_ENOSPC, TACHO_EIO. */
TACHO_API int tacho_start(const struct tacho_config *config);

/* Ends what tacho_start() began and closes the session.  Threads still inside spans are safe: their ends are ignored.
 * Harmless when nothing records. */
TACHO_API void tacho_stop(void);

/* Switches recording off and on again at run time.  Spans open at the change are not recorded. */
TACHO_API void tacho_set_recording(bool on);

/* Whether a span begun now would be recorded. */
TACHO_API bool tacho_is_recording(void);

/* The directory of the session that is being recorded; NULL when there is none.  Valid until tacho_stop(). */
TACHO_API const char *tacho_session_directory(void);

/* "0.1.0": of the library in use; TACHO_VERSION is that of the header. */
TACHO_API const char *tacho_version(void);
#endif

/* ---- spans ---- */

/* The same as the inline forms, behind a call: about 2 ns more each and a fraction of the code at every scope. */
TACHO_API void tacho_span_begin_called(struct tacho_span *span, struct tacho_site *site);
TACHO_API void tacho_span_end_called(struct tacho_span *span);

/* What tacho_span_attr() and the calls below it become; no need to call these by their names. */
TACHO_API void tacho_span_attr_text(struct tacho_span *span, const char *key, const char *value);
TACHO_API void tacho_span_attr_i64(struct tacho_span *span, const char *key, int64_t value);
TACHO_API void tacho_span_attr_f64(struct tacho_span *span, const char *key, double value);
TACHO_API void tacho_span_attr_bool(struct tacho_span *span, const char *key, bool value);
TACHO_API void tacho_span_failed(struct tacho_span *span, int64_t code, const char *message);

/* The same with the lengths of keys, which compilers know.  type: enum tacho_attribute_type, of 8 bytes. */
TACHO_API void tacho_span_attr_word(
	struct tacho_span *span, const char *key, size_t key_bytes, int type, uint64_t value);
TACHO_API void tacho_span_attr_string(
	struct tacho_span *span, const char *key, size_t key_bytes, const char *text, size_t text_bytes);

#if !TACHO_COMPILED_OUT
/* The same for texts that do not end with a NUL: bytes is their length.  A failure's code and message may be NULL. */
TACHO_API void tacho_span_attr_bytes(struct tacho_span *span, const char *key, const char *value, size_t bytes);
TACHO_API void tacho_span_failed_bytes(struct tacho_span *span, const int64_t *code, const char *message, size_t bytes);
#endif

/* Begins a span at a site.  Needs a matching tacho_span_end() on the same thread. */
TACHO_INLINE void tacho_span_begin(struct tacho_span *span, struct tacho_site *site)
{
	if (TACHO_COMPILED_OUT)
		span->block = NULL;
	else
#ifdef TACHO_CALLED
		tacho_span_begin_called(span, site);
#else
		tacho_begin_inline(span, site);
#endif
}

/* Ends a span.  Ending it twice is harmless.  Spans of the same thread that were begun inside it and not ended (a longjmp
 * skipped them) are open no longer; one of them whose end comes later all the same counts, until then. */
TACHO_INLINE void tacho_span_end(struct tacho_span *span)
{
	if (TACHO_COMPILED_OUT)
		return;
#ifdef TACHO_CALLED
	tacho_span_end_called(span);
#else
	tacho_end_inline(span);
#endif
}

/* Marks an open span as failed and returns the code it was given, so that it can stand in a return statement. */
TACHO_INLINE int tacho_span_fail(struct tacho_span *span, int code)
{
	if (!TACHO_COMPILED_OUT && span->block)
		tacho_span_failed(span, code, NULL);
	return code;
}

/* The same, with a sentence that says what happened. */
TACHO_INLINE int tacho_span_fail_message(struct tacho_span *span, int code, const char *message)
{
	if (!TACHO_COMPILED_OUT && span->block)
		tacho_span_failed(span, code, message);
	return code;
}

#ifdef __cplusplus
}
#endif

#define TACHO_JOIN_(a, b) a##b
#define TACHO_JOIN(a, b) TACHO_JOIN_(a, b)
/* For a span that is begun later, or perhaps never: ending it is harmless. */
#ifdef __cplusplus
#define TACHO_NO_SPAN \
	{ \
	}
#else
#define TACHO_NO_SPAN \
	{ \
		.block = NULL \
	}
#endif

/* Defines a site, at file scope or in a function: static TACHO_SITE(decode, "decode"); */
#define TACHO_SITE(variable, site_name) struct tacho_site variable = {(site_name), 0, {0, 0}}

/* A span that ends by itself on every way out of its scope.  Make it the first declaration of its block: a goto past it
 * would run its end on memory that nobody wrote (gcc: -Wjump-misses-init). */
#define TACHO_SPAN(variable, name) \
	static TACHO_SITE(TACHO_JOIN(tacho_site_of_, variable), name); \
	const char TACHO_JOIN(tacho_no_goto_past_, variable) __attribute__((unused)) = 0; /* that gcc warns */ \
	struct tacho_span variable __attribute__((cleanup(tacho_span_end), unused)); \
	tacho_span_begin(&variable, &TACHO_JOIN(tacho_site_of_, variable))

/* The same where the span needs no name of its own. */
#define TACHO_SCOPE(name) TACHO_SPAN(TACHO_JOIN(tacho_scope_, __COUNTER__), name)

/* tacho_span_attr(&span, "key", value): adds an attribute to an open span, at any time between its begin and its end; on one
 * that has ended it does nothing.  value: text (NULL is kept as ""), any integer, a floating point number or a bool.  Integers
 * are kept as int64_t: of one that is unsigned and has 2^63 or more, what is kept is less by 2^64.  A long double is kept as a
 * double.  In C17 `true` itself is an int and is kept as 1: a variable of type bool is a bool, and so is (bool)true.  Texts
 * over attribute_text_bytes (1,024) are cut, and that is said; keys over 255 bytes are cut and end in "...".  Of a key that is
 * given twice the last value counts.  URIs lose their passwords; see the settings redact_keys and redact_values.  Attributes
 * are kept with the record of the span and, if it is among the slowest or the failed ones of its name, with that; the oldest
 * are overwritten, and statistics don't depend on them.  A few ns each. */
#if !TACHO_COMPILED_OUT
#ifdef __cplusplus
extern "C" {
#endif
TACHO_INLINE size_t tacho_text_bytes(const char *text)
{
	return text ? __builtin_strlen(text) : 0;
}
TACHO_INLINE void tacho_attribute_text(struct tacho_span *span, const char *key, const char *value)
{
	if (span->block)
		tacho_span_attr_string(span, key, tacho_text_bytes(key), value, tacho_text_bytes(value));
}
TACHO_INLINE void tacho_attribute_i64(struct tacho_span *span, const char *key, int64_t value)
{
	if (span->block)
		tacho_span_attr_word(span, key, tacho_text_bytes(key), TACHO_ATTR_I64, TACHO_CAST(uint64_t, value));
}
TACHO_INLINE void tacho_attribute_f64(struct tacho_span *span, const char *key, double value)
{
	uint64_t word;
	__builtin_memcpy(&word, &value, sizeof word);
	if (span->block)
		tacho_span_attr_word(span, key, tacho_text_bytes(key), TACHO_ATTR_F64, word);
}
TACHO_INLINE void tacho_attribute_bool(struct tacho_span *span, const char *key, bool value)
{
	if (span->block)
		tacho_span_attr_word(span, key, tacho_text_bytes(key), TACHO_ATTR_BOOL, value);
}
#ifdef __cplusplus
}
#endif
#endif
/* Which call takes which type of value, for tacho_span_attr() and tacho_async_attr(); calls: their common beginning. */
#ifdef __cplusplus
#define TACHO_ATTR_TYPES_(overload, calls) \
	overload(const char *, calls##_text, value) overload(decltype(nullptr), calls##_text, value) overload( \
		bool, calls##_bool, value) overload(int, calls##_i64, value) overload(unsigned, calls##_i64, value) \
		overload(long, calls##_i64, value) overload(unsigned long, calls##_i64, static_cast<int64_t>(value)) \
			overload(long long, calls##_i64, value) \
				overload(unsigned long long, calls##_i64, static_cast<int64_t>(value)) \
					overload(float, calls##_f64, static_cast<double>(value)) \
						overload(double, calls##_f64, value) \
							overload(long double, calls##_f64, static_cast<double>(value))
#if TACHO_COMPILED_OUT
#define TACHO_ATTR_OVERLOAD_(type, call, as) \
	TACHO_INLINE void tacho_span_attr(struct tacho_span *, const char *, type) \
	{ \
	}
#else
#define TACHO_ATTR_OVERLOAD_(type, call, as) \
	TACHO_INLINE void tacho_span_attr(struct tacho_span *span, const char *key, type value) \
	{ \
		call(span, key, as); \
	}
#endif
TACHO_ATTR_TYPES_(TACHO_ATTR_OVERLOAD_, tacho_attribute)
/* Else a pointer would be a bool. */
void tacho_span_attr(struct tacho_span *, const char *, const volatile void *) = delete;
#undef TACHO_ATTR_OVERLOAD_
#else
#define TACHO_ATTR_TYPES_(value, calls) \
	_Generic((value),                                                                                              \
		char *: calls##_text,                                                                                  \
		const char *: calls##_text,                                                                            \
		bool: calls##_bool,                                                                                    \
		float: calls##_f64,                                                                                    \
		double: calls##_f64,                                                                                   \
		long double: calls##_f64,                                                                              \
		default: calls##_i64)
#if TACHO_COMPILED_OUT
#define tacho_span_attr(span, key, value) ((void)(span), (void)(key), (void)(value))
#else
#define tacho_span_attr(span, key, value) TACHO_ATTR_TYPES_(value, tacho_attribute)((span), (key), (value))
#endif
#endif

#include <tacho/async.h>
#include <tacho/cost.h>
#include <tacho/sampling.h>
#include <tacho/span.h>
#include <tacho/stopwatch.h>
#if TACHO_COMPILED_OUT
#include <tacho/disabled.h>
#endif

#endif
