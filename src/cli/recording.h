/* SPDX-License-Identifier: MIT
 *
 * recording.h - what `run` and `attach` share: their options, the session they make, the observer that writes into it.  One
 * recording per process.
 */
#ifndef CLI_RECORDING_H
#define CLI_RECORDING_H

#include <stdint.h>
#include <sys/types.h>
#include "cli/command.h"
#include "cli/export_plan.h"
#include "cli/progress.h"
#include "format/manifest.h"
#include "format/settings.h"
#include "format/store.h"
#include "observe/observer.h"

struct tc_recording { /* its settings make it too large for a stack */
	const char *directory, *name;
	struct tc_settings settings;
	bool progress, quiet;
	struct tc_session_paths paths;
	struct tc_manifest manifest;
	struct tc_observer *observer; /* NULL: none */
	struct tc_progress progress_line;
	struct tc_export_plan exports;
	int (*complain)(const char *sentence); /* of exports while it records; set by the command */
};

enum tc_recording_option {
	TC_RECORDING_OUTPUT,
	TC_RECORDING_NAME,
	TC_RECORDING_INTERVAL,
	TC_RECORDING_SETTING,
	TC_RECORDING_PROGRESS,
	TC_RECORDING_QUIET,
	TC_RECORDING_EXPORT,
	TC_RECORDING_EXPORT_EVERY,
	TC_RECORDING_OWN /* a command's own follow from here on */
};

/* Their rows in a command's table of options. */
#define TC_RECORDING_OPTIONS(what) \
	[TC_RECORDING_OUTPUT] = {'o', "output", "DIR", \
		"Record into DIR, which must be new or empty, instead of into the store"}, \
	[TC_RECORDING_NAME] = {'n', "name", "NAME", "Call the session NAME instead of by " what}, \
	[TC_RECORDING_INTERVAL] = {'i', "interval", "DURATION", \
		"Read the machine and the processes this often, from 10ms to 1h\nUsual: 1s, and at first faster; one " \
		"that is given is kept from the begin"}, \
	[TC_RECORDING_SETTING] = {'c', "set", "KEY=VALUE", \
		"Set one of the settings that `tacho config` lists, for this run\nMay be given again"}, \
	[TC_RECORDING_PROGRESS] = {0, "progress", NULL, \
		"Show on the terminal that it records: one line with time, spans per second, CPU and memory"}, \
	[TC_RECORDING_QUIET] = {'q', "quiet", NULL, "Print no report at the end"}, \
	[TC_RECORDING_EXPORT] = {0, "export", "FORMAT", \
		"Export the session at the end, as `tacho export` does, into a file with a time-stamped name\nMay be " \
		"given again"}, \
	[TC_RECORDING_EXPORT_EVERY] = {0, "export-every", "DURATION", \
		"Export it this often before the end too, from 1s to 365d; meanwhile the machine is not " \
		"read\nprometheus " \
		"and openmetrics replace one file without a time in its name"}

/* Takes one of these options; 0, or TACHO_EINVAL with the sentence set. */
int tc_recording_take(struct tc_recording *recording, enum tc_recording_option option, const char *value);

/* The setting `keep`; the same. */
int tc_recording_keep(struct tc_recording *recording, const char *what);

/* After the last of them: what does not go together.  0, or TACHO_EINVAL with the sentence set. */
int tc_recording_check(struct tc_recording *recording);

/* Makes the session, in which process `pid` of these arguments (NULL: as /proc tells) is recorded; pid 0: a process that is still to be
 * started.  program: what the session is called by without a name.  0, or a negative code with the sentence set. */
int tc_recording_make(struct tc_recording *recording, const char *program, pid_t pid, char *const *arguments);

/* Begins to observe; started_ns and group as in observer.h.  Without an observer the session goes on, without readings of the machine:
 * 0, or a negative code with the sentence set. */
int tc_recording_observe(
	struct tc_recording *recording, pid_t root, uint64_t started_ns, const struct tc_own_group *group);

/* The next tick: ns until it wants to be called again. */
uint64_t tc_recording_tick(void *recording);

/* Closes the session, whose manifest says by now how it ended, and reports unless that is not wanted.  complain gets each
 * sentence on what went wrong. */
void tc_recording_end(struct tc_recording *recording, int (*complain)(const char *sentence));

/* Of a session in which nothing ran. */
void tc_recording_discard(struct tc_recording *recording);

#endif
