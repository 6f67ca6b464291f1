/* SPDX-License-Identifier: MIT
 *
 * proc_pid.h - what /proc/PID says of one process.
 */
#ifndef SAMPLE_PROC_PID_H
#define SAMPLE_PROC_PID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TC_COMMAND_BYTES = 96 };

struct tc_proc_pid { /* times in clock ticks */
	uint64_t minor_faults, waited_minor_faults, major_faults, waited_major_faults;
	uint64_t pid, parent, user, system, waited_user, waited_system, threads, start, memory_bytes, rss_pages;
	char state; /* 'R', 'S', … 'Z' is a process that has ended and was not waited for yet */
	char name[32];
};

/* From the text of /proc/PID/stat.  The name may hold blanks and parentheses.  false: not such a text. */
bool tc_proc_pid_parse(const char *text, size_t bytes, struct tc_proc_pid *out);

/* The command line, cut to its room and without the passwords of URIs; the name where there is none. */
bool tc_proc_pid_command(const char *root, uint64_t pid, const char *name, char command[TC_COMMAND_BYTES]);

/* The same from the arguments that it was started with, for one that ended before /proc told them; command stays as it is
 * where name is not that of the program in started[0], for then it has exec'ed another or not yet exec'ed. */
void tc_proc_pid_started(char *const *started, const char *name, char command[TC_COMMAND_BYTES]);

struct tc_proc_status {
	uint64_t peak_rss_bytes; /* that was ever resident, by the kernel's own account; 0: not told */
	bool ignores_children;   /* SIGCHLD is ignored: the kernel adds what they took to nobody's account */
};

/* From /proc/PID/status; all zero where it tells nothing. */
struct tc_proc_status tc_proc_pid_status(const char *root, uint64_t pid);

#endif
