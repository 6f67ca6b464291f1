/* SPDX-License-Identifier: MIT
 *
 * sample.h - readings of the machine and of the observed processes, one file per source; sample.c lists them.  README.md
 * says how to add one.  Not thread-safe: the observer's thread alone uses a sampling.
 */
#ifndef SAMPLE_SAMPLE_H
#define SAMPLE_SAMPLE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "format/series.h"
#include "sample/moment.h"

/* Why a source has nothing that could not even be opened, whatever it itself takes for the reason. */
#define TC_NO_DESCRIPTOR "no file descriptor was free: raise ulimit -n"

struct tc_sampler;
struct tc_tree;
struct tc_own_group;

/* What a source looks at. */
struct tc_sample_place {
	const char *root; /* "/"; tests give a recorded tree */
	uint64_t now_ns;  /* of all first readings; 0: each has its own, by CLOCK_MONOTONIC */
	pid_t pid;        /* the process whose tree is observed */
	uint64_t
		started_ns; /* when the reaper started pid, which makes all that it took since count; 0: it ran before */
	char *const *arguments; /* with which pid was started; NULL: not known */
	/* For tests, and to look at one source alone: the sources; NULL: all there are. */
	const struct tc_sampler *const *samplers;
	size_t sampler_count;
	pid_t reaper; /* orphans of the tree become its children, and its own children are of the tree; 0: nobody */
	const struct tc_own_group *group; /* in which pid was started and nothing else runs; NULL: none */
	/* Where series go.  What a source meets only while it runs it adds by tc_series_add() and fills by tc_series_put() at
	 * each reading; the set outlives it. */
	struct tc_series_set *series;
	void *context;
	/* Told of each process of the tree: once it has lived a second or at its end, and once more when all is closed.
	 * The newest figures of a (pid, begin_ns) count.  May be NULL. */
	void (*process)(void *context, const struct tc_process_entry *process);
	/* Filled in by the sampling, for its sources: the processes below pid, see tree.h; or why there is no tree. */
	struct tc_tree *tree;
	const char *tree_absent;
};

/* How often a source is read: cheap ones (some µs) each tick, dear ones (a pass over page tables, over all open files)
 * seldom. */
enum tc_sample_group { TC_CHEAP, TC_DEAR, TC_SAMPLE_GROUPS };

/* A source: what its file ends with. */
struct tc_sampler {
	const char *name;
	enum tc_sample_group group;
	size_t state_bytes; /* of the state that the three calls get, zeroed before the first */
	const struct tc_series *series;
	size_t series_count;
	/* Of each device that it meets, for tc_sample_each(): NAME stands for the series NAME.DEVICE. */
	const struct tc_series *each;
	size_t each_count;
	/* Opens files and takes the first counts.  series is a copy to write to, series_count long: set `absent` where
	 * there can be no values and why; a source whose series depend on the machine has no series in its
	 * descriptor and fills in the copies; those left without a name are dropped.  Texts live as long as the state. */
	void (*open)(void *state, const struct tc_sample_place *place, struct tc_series *series);
	/* Writes readings[i] of series[i]; what is not written is missing at this instant.  now has begun: the source ends it just behind
	 * what it reads, and begins it anew where it reads more. */
	void (*read)(void *state, struct tc_moment *now, struct tc_reading *readings);
	void (*close)(void *state, uint64_t now_ns);
};

struct tc_sampling;

/* Opens every source and adds its series.  One that is not there has its series absent; only want of memory fails. */
int tc_sampling_open(struct tc_sampling **out, const struct tc_sample_place *place);

enum { TC_LAST = 1u << TC_SAMPLE_GROUPS }; /* beside groups: it is the last reading of a run */

/* What is read from now on is read at this instant of CLOCK_MONOTONIC; 0: whenever that is. */
struct tc_moment tc_sample_moment(uint64_t now_ns);

/* Reads every source of the groups (1u << TC_CHEAP | …), and puts what it read into the row under way.  now_ns: as of
 * tc_sample_moment(). */
void tc_sampling_read(struct tc_sampling *sampling, uint64_t now_ns, unsigned groups);

/* Whose children nobody waits for (SIGCHLD ignored), so that CPU time of theirs is in no sum; NULL: nobody's is known of. */
const char *tc_sampling_unwaited(const struct tc_sampling *sampling);

/* Every source there is, in the order of its series: how many. */
size_t tc_samplers(const struct tc_sampler *const **samplers);

/* Adds the series NAME.DEVICE, otherwise as `each`: its number, or TC_NO_SERIES. */
uint32_t tc_sample_each(struct tc_series_set *set, const struct tc_series *each, const char *device);

void tc_sampling_close(struct tc_sampling *sampling, uint64_t now_ns); /* NULL is fine */

#endif
