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
TACHO_API void tacho_record_memory_called(const char *operation);

/* From now on the machine and the processes are not looked at, this process's callbacks are not called and the course of
 * metrics over time pauses; the figures of spans and metrics go on.  At the end of the session there is one
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

/* How often a group is read from now on, from 10 ms to 1 h; the next reading comes no later than that, or when it was due anyway.
 * 0: as is set, and where nothing is set as usual: more often at the begin of a session, so that a short run has a curve.  0, or TACHO_EINVAL with tacho_last_error() saying what is possible. */
TACHO_INLINE int tacho_sampling_interval(enum tacho_sampling_group group, uint64_t ns)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_sampling_interval_called(group, ns);
}

/* ---- readings ---- */

/* A reading by hand: the memory that is resident in this process now, into the distribution "OPERATION.memory", in bytes; so a
 * report has what was resident at each such moment, per operation.  About 8 us.  Nothing without a session. */
TACHO_INLINE void tacho_record_memory(const char *operation)
{
	if (!TACHO_COMPILED_OUT)
		tacho_record_memory_called(operation);
}

/* Readings of the program's own, of something that only it can see: a pool, a queue, a device.
 *
 *	static void read_pool(void *context, double *values)
 *	{
 *		const struct pool *pool = context;
 *		values[0] = pool->used;
 *		values[1] = pool->waiting;
 *	}
 *	...
 *	static const struct tacho_sampler_series series[] = {
 *		{"pool.blocks", "blocks", "Blocks in use"},
 *		{"pool.waiters", "threads", "Threads that wait for a block"},
 *	};
 *	struct tacho_sampler sampler = TACHO_SAMPLER_INIT;
 *	sampler.name = "pool";
 *	sampler.series = series;
 *	sampler.series_count = 2;
 *	sampler.read = read_pool;
 *	sampler.context = &pool;
 *	int number = tacho_sampler_add(&sampler);
 *
 * Each series is a gauge of that name, with the sampler's name as its source.  `read` is a callback as of
 * tacho_callback_add(), with all that is said there about threads and about one that hangs; it is called as often as cheap
 * readings are made.  What it does not write, or writes as NAN, is missing at that instant; so is all of it while it does not
 * return.  Where it crashes the program the
 * record says so, and has all there was until then. */
struct tacho_sampler_series {
	const char *name, *unit, *help; /* as of a metric; unit and help may be NULL */
};

struct tacho_sampler {
	size_t struct_size;
	const char *name;
	const struct tacho_sampler_series *series; /* copied */
	size_t series_count;                       /* from 1 to 256 */
	void (*read)(void *context, double *values);
	void *context;
};
#define TACHO_SAMPLER_INIT \
	{ \
		sizeof(struct tacho_sampler), NULL, NULL, 0, NULL, NULL \
	}

TACHO_API int tacho_sampler_add_called(const struct tacho_sampler *sampler);
TACHO_API void tacho_sampler_remove_called(int number);

/* A number to remove it by, from 1, or a negative code with tacho_last_error() set: TACHO_EINVAL, TACHO_ENOMEM, or those of
 * tacho_callback_add().  A forked child has none: it adds its own. */
TACHO_INLINE int tacho_sampler_add(const struct tacho_sampler *sampler)
{
	return TACHO_COMPILED_OUT ? 0 : tacho_sampler_add_called(sampler);
}

/* As tacho_callback_remove(): when this returns it does not run any more, and `context` may go. */
TACHO_INLINE void tacho_sampler_remove(int number)
{
	if (!TACHO_COMPILED_OUT)
		tacho_sampler_remove_called(number);
}

#ifdef __cplusplus
}
#endif
#endif
