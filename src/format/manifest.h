/* SPDX-License-Identifier: MIT
 *
 * manifest.h - the text file that says what a session is.  Lines "key value"; text values escaped as in JSON without the
 * quotes; unknown keys are ignored, so that a newer writer is understood.  Times in ns.
 */
#ifndef FORMAT_MANIFEST_H
#define FORMAT_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "format/git_changes.h"
#include "format/part.h"
#include "format/trace.h"

#define TC_MANIFEST_FILE "manifest"
#define TC_MANIFEST_FORMAT 1

/* The numbers are those of enum tacho_session_state, in which 4 is told by no manifest. */
enum tc_how {
	TC_HOW_RUNNING = 0,
	TC_HOW_EXITED = 1,
	TC_HOW_SIGNALLED = 2,
	TC_HOW_STOPPED = 3,  /* tacho_stop() */
	TC_HOW_ENDED = 5,    /* `tacho attach`: the process ended, nobody told us how; */
	TC_HOW_DETACHED = 6, /* it runs on */
	TC_HOW_ARCHIVED = 7  /* it was archived while it ran: what came later is not here */
};

struct tc_manifest {
	unsigned format;
	char *name;
	char **arguments;                /* the command; NULL-terminated */
	char *directory;                 /* where it ran */
	char *git_commit;                /* that is checked out there; NULL: none is known */
	enum tc_git_changes git_changes; /* whether what git tracks there was changed */
	char *host;
	char *kernel;
	char *tacho;                                                             /* version that recorded */
	uint64_t cpus, memory_total_bytes, memory_limit_bytes, interval_ms, pid; /* memory_limit_bytes 0: none known */
	double cpu_limit;                 /* cores this session may use; 0: unknown */
	struct tc_calibration begin, end; /* end all zero while running */
	uint64_t imported_ns;  /* since 1970, when a trace of another tool was made a session; 0: it was recorded */
	struct tc_trace trace; /* empty: the caller was in none */
	enum tc_how how;
	int status;   /* exit status or signal */
	char **notes; /* sentences that the session is to say; NULL-terminated */
	bool has_usage;
	uint64_t user_ns, system_ns, peak_rss_bytes; /* of the child and all it waited for: wait4 */
};

/* As it lies in the file; malloc'ed.  NULL: out of memory, and the sentence set. */
char *tc_manifest_text(const struct tc_manifest *manifest, size_t *bytes);
int tc_manifest_write(const char *session_directory, const struct tc_manifest *manifest);
int tc_manifest_read(const char *session_directory, struct tc_manifest *out); /* release with tc_manifest_release() */

/* When the session began, ns since 1970; of a trace that does not say when it was, when that was imported.  0: neither is known. */
uint64_t tc_manifest_when(const struct tc_manifest *manifest);

/* The same of a session, without reading more than that; 0 also where there is no manifest or it is none. */
uint64_t tc_manifest_read_when(const char *session_directory);

bool tc_manifest_note(struct tc_manifest *manifest, const char *sentence); /* adds a copy; false: out of memory */
void tc_manifest_release(struct tc_manifest *manifest);

#endif
