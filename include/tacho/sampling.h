/* SPDX-License-Identifier: MIT
 *
 * sampling.h - what a program has to say about how the machine is looked at while it runs: how often, not now, a reading by
 * hand, readings of its own.  Included by tacho.h.  Compiled with -DTACHO_DISABLE all of it does nothing.
 *
 * It makes no difference who looks, a thread of this process (tacho_start()) or `tacho run` from outside: the wish of a
 * process lies in what it records, where whoever looks finds it within about a second.  Where several processes of one session
 * wish, the shortest interval is kept, and sampling is off only while all of them that record and live want it off.  A wish
 * holds until the recording ends (tacho_stop(), the end of the process); one made before it begins is taken into it, a
 * forked child takes its parent's over.
 *
 * Threads: all of it may be called from any thread.  Not from signal handlers.
 */
#ifndef TACHO_SAMPLING_H
#define TACHO_SAMPLING_H

#include <tacho/tacho.h>

#ifdef __cplusplus
extern "C" {
#endif

enum tacho_sampling_group {
	TACHO_SAMPLING_CHEAP = 0, /* what costs some microseconds to read; as set by `interval` */
	TACHO_SAMPLING_DEAR = 1   /* what costs more; as set by `dear_interval` */
};

/* What the calls below become; no need to call these by their names. */
TACHO_API int tacho_sampling_stop_called(void);
TACHO_API int tacho_sampling_start_called(void);
TACHO_API int tacho_sampling_interval_called(enum tacho_sampling_group group, uint64_t ns);

/* From now on the machine and the processes are not looked at; spans and metrics go on.  At the end of the session there is one
 * more reading, so that totals are whole.  0, or TACHO_EBUSY from a signal handler that interrupted tacho itself. */
TACHO_INLINE int tacho_sampling_stop(void)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_sampling_stop_called();
}

/* Takes tacho_sampling_stop() back; harmless without it. */
TACHO_INLINE int tacho_sampling_start(void)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_sampling_start_called();
}

/* How often a group is read from now on, from 10 ms to 1 h; at the begin of a session it is read more often than that, so that
 * a short run has a curve.  0: as is set.  0, or TACHO_EINVAL with tacho_last_error() saying what is possible. */
TACHO_INLINE int tacho_sampling_interval(enum tacho_sampling_group group, uint64_t ns)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_sampling_interval_called(group, ns);
}

#ifdef __cplusplus
}
#endif
#endif
