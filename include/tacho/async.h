/* SPDX-License-Identifier: MIT
 *
 * async.h - spans that are begun in one thread and ended in another, or that overlap on one: jobs, requests, transfers.
 * Included by tacho.h.
 *
 *	struct job { struct tacho_async span; ... };
 *
 *	tacho_async_begin(&job->span, &job_site, NULL);                   // in the thread that takes it
 *	...
 *	struct tacho_context outside = tacho_context_set(tacho_async_context(&job->span));
 *	work(job);                                                        // its scopes lie below the job
 *	tacho_context_set(outside);
 *	tacho_async_end(&job->span);                                      // in the thread that finishes it
 *
 * They lie beside the stack of the thread: their time is no part of the spans around them, and is counted by the thread
 * that ends them.  Threads: a handle belongs to one thread at a time; handing it over is the caller's to order.
 */
#ifndef TACHO_ASYNC_H
#define TACHO_ASYNC_H

#include <tacho/tacho.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is current somewhere: the innermost open span of a thread, or an async one.  Copy it as you like; it means
 * nothing in another process or after tacho_stop(), and is then as good as none. */
struct tacho_context {
	struct tacho_block *block; /* NULL: none, at the root */
	uint64_t generation;
	uint32_t node;
	uint32_t spare;
};

/* An async span; where it lies is the caller's, and it may be copied and moved.  Its fields are tacho's own. */
struct tacho_async {
	struct tacho_block *block; /* in which it was begun; NULL: not recording, or ended */
	struct tacho_node *node;
	uint64_t generation;
	uint64_t start; /* raw ticks */
	uint64_t tag;
	uint32_t place; /* among the open ones of the block */
	uint16_t kept_bytes, kept_cut;
	unsigned char kept[200]; /* attributes, until its end says where they go */
};

/* What the calls below become; no need to call these by their names. */
TACHO_API void tacho_async_begin_called(
	struct tacho_async *async, struct tacho_site *site, const struct tacho_context *parent);
TACHO_API void tacho_async_end_called(struct tacho_async *async);
TACHO_API void tacho_async_attr_text(struct tacho_async *async, const char *key, const char *value);
TACHO_API void tacho_async_attr_i64(struct tacho_async *async, const char *key, int64_t value);
TACHO_API void tacho_async_attr_f64(struct tacho_async *async, const char *key, double value);
TACHO_API void tacho_async_attr_bool(struct tacho_async *async, const char *key, bool value);
TACHO_API void tacho_async_failed(struct tacho_async *async, int64_t code, const char *message);
#if !TACHO_COMPILED_OUT
/* For texts that do not end with a NUL; a failure's code and message may be NULL. */
TACHO_API void tacho_async_attr_bytes(struct tacho_async *async, const char *key, const char *value, size_t bytes);
TACHO_API void tacho_async_failed_bytes(
	struct tacho_async *async, const int64_t *code, const char *message, size_t bytes);
#endif
TACHO_API void tacho_async_linked(struct tacho_async *async, uint64_t id);
TACHO_API uint64_t tacho_async_identity(const struct tacho_async *async);
TACHO_API void tacho_context_get_called(struct tacho_context *context);
TACHO_API void tacho_context_set_called(const struct tacho_context *context);
TACHO_API uint64_t tacho_span_identity(const struct tacho_span *span);
TACHO_API void tacho_span_linked(struct tacho_span *span, uint64_t id);

/* Begins an async span below parent: a context from anywhere in this process; NULL: what is current here. */
TACHO_INLINE void tacho_async_begin(
	struct tacho_async *async, struct tacho_site *site, const struct tacho_context *parent)
{
	async->block = NULL;
	if (!TACHO_COMPILED_OUT)
		tacho_async_begin_called(async, site, parent);
}

/* Ends it, on any thread.  Ending it twice is harmless, if it is the same handle. */
TACHO_INLINE void tacho_async_end(struct tacho_async *async)
{
	if (!TACHO_COMPILED_OUT && async->block)
		tacho_async_end_called(async);
}

/* Marks it as failed, as tacho_span_fail(). */
TACHO_INLINE int tacho_async_fail(struct tacho_async *async, int code)
{
	if (!TACHO_COMPILED_OUT && async->block)
		tacho_async_failed(async, code, NULL);
	return code;
}

TACHO_INLINE int tacho_async_fail_message(struct tacho_async *async, int code, const char *message)
{
	if (!TACHO_COMPILED_OUT && async->block)
		tacho_async_failed(async, code, message);
	return code;
}

/* What is below it: a parent for other async spans, or what tacho_context_set() makes current. */
TACHO_INLINE struct tacho_context tacho_async_context(const struct tacho_async *async)
{
	struct tacho_context context = {NULL, 0, 0, 0};
	if (!TACHO_COMPILED_OUT && async->block) {
		context.block = async->block;
		context.generation = async->generation;
		context.node = TACHO_CAST(uint32_t, async->tag >> TACHO_TAG_NODE_SHIFT) & 0xffff;
	}
	return context;
}

/* What is current on this thread: the innermost open span, or what was set. */
TACHO_INLINE struct tacho_context tacho_context_get(void)
{
	struct tacho_context context = {NULL, 0, 0, 0};
	if (!TACHO_COMPILED_OUT)
		tacho_context_get_called(&context);
	return context;
}

/* Makes a context current on this thread and returns the one before, which has to be set again before the innermost open
 * span ends: a runner of coroutines or jobs calls it around each step.  Spans begun from then on lie below it.  Of another
 * thread's scope they take no self time, unless this thread runs the same scope at the same place itself: figures are
 * kept per thread and call path, and do not tell which of its runs a span lies below. */
TACHO_INLINE struct tacho_context tacho_context_set(struct tacho_context context)
{
	struct tacho_context before = tacho_context_get();
	if (!TACHO_COMPILED_OUT)
		tacho_context_set_called(&context);
	return before;
}

/* A number for an open span, good for links in all processes of the session; 0 where nothing is recorded.  On the span's
 * own thread. */
TACHO_INLINE uint64_t tacho_span_id(const struct tacho_span *span)
{
	return !TACHO_COMPILED_OUT && span->block ? tacho_span_identity(span) : 0;
}

TACHO_INLINE uint64_t tacho_async_id(const struct tacho_async *async)
{
	return !TACHO_COMPILED_OUT && async->block ? tacho_async_identity(async) : 0;
}

/* Notes on an open span that it goes back to another: the service of a job to its enqueueing.  An id of 0 is ignored. */
TACHO_INLINE void tacho_span_link(struct tacho_span *span, uint64_t id)
{
	if (!TACHO_COMPILED_OUT && span->block && id)
		tacho_span_linked(span, id);
}

TACHO_INLINE void tacho_async_link(struct tacho_async *async, uint64_t id)
{
	if (!TACHO_COMPILED_OUT && async->block && id)
		tacho_async_linked(async, id);
}

#ifdef __cplusplus
}
#define TACHO_NO_ASYNC \
	{ \
	}
#else
#define TACHO_NO_ASYNC \
	{ \
		.block = NULL \
	}
#endif

/* tacho_async_attr(&async, "key", value): as tacho_span_attr().  All of an async span's attributes together have 200 bytes;
 * what is beyond is dropped, and that is said. */
#ifdef __cplusplus
#define TACHO_ASYNC_ATTR_OVERLOAD_(type, call, as) \
	TACHO_INLINE void tacho_async_attr(struct tacho_async *async, const char *key, type value) \
	{ \
		if (!TACHO_COMPILED_OUT && async->block) \
			call(async, key, as); \
	}
TACHO_ATTR_TYPES_(TACHO_ASYNC_ATTR_OVERLOAD_, tacho_async_attr)
/* Else a pointer would be a bool. */
void tacho_async_attr(struct tacho_async *, const char *, const volatile void *) = delete;
#undef TACHO_ASYNC_ATTR_OVERLOAD_
#elif TACHO_COMPILED_OUT
#define tacho_async_attr(async, key, value) ((void)(async), (void)(key), (void)(value))
#else
#define tacho_async_attr(async, key, value) TACHO_ATTR_TYPES_(value, tacho_async_attr)((async), (key), (value))
#endif

#endif
