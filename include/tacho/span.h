/* SPDX-License-Identifier: MIT
 *
 * span.h - spans in other ways than by scope: names made at run time, phases without a variable, durations measured
 * elsewhere, a threshold, a new epoch.  Included by tacho.h.
 *
 * Threads: everything may be called from any thread.  Errors: only those calls fail that return a code.
 */
#ifndef TACHO_SPAN_H
#define TACHO_SPAN_H

#include <tacho/tacho.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the calls below become; no need to call these by their names. */
TACHO_API struct tacho_site *tacho_site_named_called(const char *name);
TACHO_API void tacho_span_recorded(
	struct tacho_site *site, uint64_t start_monotonic_ns, uint64_t duration_ns, bool failed);
TACHO_API void tacho_phase_begin_called(const char *name);
TACHO_API bool tacho_phase_current_called(struct tacho_span *out);
TACHO_API int tacho_span_end_current_called(void);
TACHO_API int tacho_span_end_named_called(const char *name);
TACHO_API void tacho_set_threshold_ns_called(uint64_t threshold_ns);
TACHO_API void tacho_reset_called(void);

/* The site of a name that is made at run time; the name is copied, the site is never freed.  Keep the pointer: a look-up
 * costs some 20 ns.  NULL and "" are "(unnamed)".  A process has 65,535 names; what is asked for beyond is "(other)", and
 * the report says so.  From a signal handler that interrupted tacho itself it is "(other)" as well. */
TACHO_INLINE struct tacho_site *tacho_site_named(const char *name)
{
	static struct tacho_site none = {"", 0, {0, 0}};
	return TACHO_COMPILED_OUT ? &none : tacho_site_named_called(name);
}

/* Records a duration that was measured elsewhere, as a span below what is current here but beside the stack: the spans
 * around it don't lose time to it.  start_monotonic_ns: on CLOCK_MONOTONIC; 0: it ended just now. */
TACHO_INLINE void tacho_span_record(
	struct tacho_site *site, uint64_t start_monotonic_ns, uint64_t duration_ns, bool failed)
{
	if (!TACHO_COMPILED_OUT)
		tacho_span_recorded(site, start_monotonic_ns, duration_ns, failed);
}

/* Begins a span that nobody holds; end it by tacho_span_end_current() or tacho_span_end_named() on the same thread. */
TACHO_INLINE void tacho_phase_begin(const char *name)
{
	if (!TACHO_COMPILED_OUT)
		tacho_phase_begin_called(name);
}

/* Fills a variable for the innermost open span, if that is a phase, so that it can be given attributes, fail and be ended
 * as any other; false: it is none, and ending out is harmless.  Valid while the phase is open. */
TACHO_INLINE bool tacho_phase_current(struct tacho_span *out)
{
	out->block = NULL;
	return TACHO_COMPILED_OUT ? false : tacho_phase_current_called(out);
}

/* Ends the innermost open span of this thread, whether it is a phase or a scope; the end of such a scope does nothing
 * more.  0 or TACHO_EINVAL: none is open, or it lies deeper than 256.  Where nothing is recorded: 0. */
TACHO_INLINE int tacho_span_end_current(void)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_span_end_current_called();
}

/* The same if the innermost open span has this name; else nothing is ended, and TACHO_EINVAL with a sentence that says both
 * names. */
TACHO_INLINE int tacho_span_end_named(const char *name)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_span_end_named_called(name);
}

/* Spans under a threshold that didn't fail are counted in all statistics but not kept one by one.  0: all are kept.  With a
 * threshold every begin and end is out of line, which costs some ns.  Threads take it over at their next begin or end. */
TACHO_INLINE void tacho_set_threshold_ns(uint64_t threshold_ns)
{
	if (!TACHO_COMPILED_OUT)
		tacho_set_threshold_ns_called(threshold_ns);
}

/* Forgets what this process has recorded and goes on from nothing, while others record.  Spans that are open stay open; each
 * counts, whole, where it ends.  Exact per thread: what a thread ended before it next began or ended a span is gone, what it
 * ends from then on is there.  The observer's samples and windows keep what they have seen.  Metrics go on. */
TACHO_INLINE void tacho_reset(void)
{
	if (!TACHO_COMPILED_OUT)
		tacho_reset_called();
}

#ifdef __cplusplus
}
#endif
#endif
