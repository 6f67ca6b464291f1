/* SPDX-License-Identifier: MIT
 *
 * stopwatch.h - times to look at in the program itself, recorded or not: a stopwatch, operations under way, throughput.
 * Included by tacho.h.  Compiled with -DTACHO_DISABLE every time is 0.
 */
#ifndef TACHO_STOPWATCH_H
#define TACHO_STOPWATCH_H

#include <tacho/tacho.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Operations that run at the same time, each known by its name; recorded as async spans where there is a session, and timed
 * without one.  Threads: any; one lock.  Not from signal handlers. */
struct tacho_operation {
	const char *name;    /* lives as long as the process */
	uint64_t elapsed_ns; /* so far */
};
struct tacho_monitor;

/* What the calls below become; no need to call these by their names. */
TACHO_API uint64_t tacho_now_ns_called(void);
TACHO_API int tacho_monitor_new_called(struct tacho_monitor **out);
TACHO_API void tacho_monitor_free_called(struct tacho_monitor *monitor);
TACHO_API int tacho_monitor_start_called(struct tacho_monitor *monitor, const char *operation);
TACHO_API int tacho_monitor_stop_called(struct tacho_monitor *monitor, const char *operation, uint64_t *elapsed_ns);
TACHO_API size_t tacho_monitor_list_called(struct tacho_monitor *monitor, struct tacho_operation *out, size_t room);
TACHO_API double tacho_throughput_called(uint64_t items, uint64_t elapsed_ns);

/* CLOCK_MONOTONIC in ns. */
TACHO_INLINE uint64_t tacho_now_ns(void)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_now_ns_called();
}

/* A stopwatch; needs no session.  {0} is one at zero.  Threads: the caller's own. */
struct tacho_stopwatch {
	uint64_t since_ns; /* CLOCK_MONOTONIC; 0: it stands */
	uint64_t held_ns;  /* of runs before */
};

/* Starts it, or goes on after a stop; harmless while it runs. */
TACHO_INLINE void tacho_stopwatch_start(struct tacho_stopwatch *watch)
{
	if (!watch->since_ns)
		watch->since_ns = tacho_now_ns();
}

/* What it shows: of all runs together, also while it runs. */
TACHO_INLINE uint64_t tacho_stopwatch_elapsed_ns(const struct tacho_stopwatch *watch)
{
	return watch->held_ns + (watch->since_ns ? tacho_now_ns() - watch->since_ns : 0);
}

/* Stops it and returns what it shows. */
TACHO_INLINE uint64_t tacho_stopwatch_stop(struct tacho_stopwatch *watch)
{
	watch->held_ns = tacho_stopwatch_elapsed_ns(watch);
	watch->since_ns = 0;
	return watch->held_ns;
}

/* Back to zero, standing. */
TACHO_INLINE void tacho_stopwatch_clear(struct tacho_stopwatch *watch)
{
	watch->since_ns = watch->held_ns = 0;
}

/* A monitor in *out; TACHO_ENOMEM.  Compiled out: NULL and 0. */
TACHO_INLINE int tacho_monitor_new(struct tacho_monitor **out)
{
	*out = NULL;
	return TACHO_COMPILED_OUT ? 0 : tacho_monitor_new_called(out);
}

/* NULL is fine.  What still runs is not recorded. */
TACHO_INLINE void tacho_monitor_free(struct tacho_monitor *monitor)
{
	if (!TACHO_COMPILED_OUT)
		tacho_monitor_free_called(monitor);
}

/* 0; TACHO_EBUSY: one of this name runs already; TACHO_ENOMEM. */
TACHO_INLINE int tacho_monitor_start(struct tacho_monitor *monitor, const char *operation)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_monitor_start_called(monitor, operation);
}

/* Ends one and says how long it took (elapsed_ns may be NULL).  0; TACHO_ENOENT: none of this name runs, and the sentence names
 * one that does. */
TACHO_INLINE int tacho_monitor_stop(struct tacho_monitor *monitor, const char *operation, uint64_t *elapsed_ns)
{
	if (elapsed_ns)
		*elapsed_ns = 0;
	return TACHO_COMPILED_OUT ? 0 : tacho_monitor_stop_called(monitor, operation, elapsed_ns);
}

/* Fills in up to `room` of those that run, in the order of their begins, and returns how many there are. */
TACHO_INLINE size_t tacho_monitor_list(struct tacho_monitor *monitor, struct tacho_operation *out, size_t room)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_monitor_list_called(monitor, out, room);
}

/* Items per second over elapsed_ns; 0: over the time since this process began to record.  NAN where that is not known or
 * nothing. */
TACHO_INLINE double tacho_throughput(uint64_t items, uint64_t elapsed_ns)
{
	return TACHO_COMPILED_OUT ? __builtin_nan("") : tacho_throughput_called(items, elapsed_ns);
}

#ifdef __cplusplus
}
#endif
#endif
