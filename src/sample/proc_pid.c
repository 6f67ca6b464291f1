/* SPDX-License-Identifier: MIT */
#include "sample/proc_pid.h"
#include "sample/patient.h"
#include "sample/procfile.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "format/redact.h"

enum { ARGUMENTS_BYTES = 1024, COMM_BYTES = 16 /* TASK_COMM_LEN of linux/sched.h, with the zero */ };

bool tc_proc_pid_parse(const char *text, size_t bytes, struct tc_proc_pid *out)
{
	const char *open = memchr(text, '(', bytes), *close = memrchr(text, ')', bytes), *at;
	memset(out, 0, sizeof *out);
	if (!open || !close || close < open || !tc_parse_number(text, &out->pid))
		return false;
	snprintf(out->name, sizeof out->name, "%.*s", (int)(close - open - 1), open + 1);
	if (close[1] != ' ' || !close[2])
		return false;
	out->state = close[2];
	at = tc_parse_number(close + 3, &out->parent);                  /* field 4 */
	at = tc_parse_number(tc_parse_skip(at, 5), &out->minor_faults); /* field 10 */
	at = tc_parse_number(at, &out->waited_minor_faults);
	at = tc_parse_number(at, &out->major_faults);
	at = tc_parse_number(at, &out->waited_major_faults);
	at = tc_parse_number(at, &out->user);
	at = tc_parse_number(at, &out->system);
	at = tc_parse_number(at, &out->waited_user);
	at = tc_parse_number(at, &out->waited_system);
	at = tc_parse_number(tc_parse_skip(at, 2), &out->threads); /* field 20 */
	at = tc_parse_number(tc_parse_skip(at, 1), &out->start);
	at = tc_parse_number(at, &out->memory_bytes);
	at = tc_parse_number(at, &out->rss_pages);
	return at != NULL;
}

/* Blanks between arguments, and nothing in them that is not to be recorded.  The last one is left out if it may not be
 * whole: half of a secret would not be known as one. */
static void join_arguments(char *out, size_t room, const char *text, size_t bytes, bool whole)
{
	const char *before = NULL;
	size_t used = 0;
	*out = 0;
	for (size_t at = 0; at < bytes && used + 1 < room; at += strlen(text + at) + 1) {
		if (!whole && before && at + strlen(text + at) >= bytes)
			return;
		if (before)
			out[used++] = ' ';
		size_t count = tc_redact_argument(out + used, room - used - 1, text + at, before);
		used = used + count < room - 1 ? used + count : room - 1;
		out[used] = 0;
		before = text + at;
	}
}

/* arguments: each ends with a zero byte; so many bytes of ARGUMENTS_BYTES */
static void take_command(char command[TC_COMMAND_BYTES], char *arguments, size_t bytes, const char *name)
{
	char text[ARGUMENTS_BYTES];
	bool whole = bytes < ARGUMENTS_BYTES - 1;
	while (bytes && !arguments[bytes - 1])
		bytes--;
	arguments[bytes < ARGUMENTS_BYTES ? bytes : ARGUMENTS_BYTES - 1] = 0;
	join_arguments(text, sizeof text, arguments, bytes, whole);
	if (!bytes)
		snprintf(text, sizeof text, "%s", name);
	bytes = strlen(text);
	if (bytes >= TC_COMMAND_BYTES) {
		bytes = TC_COMMAND_BYTES - 1 - strlen("…");
		while (bytes && ((unsigned char)text[bytes] & 0xc0) == 0x80)
			bytes--; /* not inside a character */
		strcpy(text + bytes, "…");
	}
	strcpy(command, text);
}

bool tc_proc_pid_command(const char *root, uint64_t pid, const char *name, char command[TC_COMMAND_BYTES])
{
	char arguments[ARGUMENTS_BYTES];
	size_t bytes = tc_patient_slurp(root, arguments, sizeof arguments, "proc/%lu/cmdline", (unsigned long)pid);
	take_command(command, arguments, bytes, name);
	return bytes != 0;
}

void tc_proc_pid_started(char *const *started, const char *name, char command[TC_COMMAND_BYTES])
{
	char arguments[ARGUMENTS_BYTES];
	size_t bytes = 0;
	const char *slash = started[0] ? strrchr(started[0], '/') : NULL;
	if (!started[0] || strncmp(slash ? slash + 1 : started[0], name, COMM_BYTES - 1) != 0)
		return;
	for (int i = 0; started[i] && bytes < sizeof arguments - 1; i++) {
		int count = snprintf(arguments + bytes, sizeof arguments - bytes, "%s", started[i]);
		bytes = (size_t)count < sizeof arguments - bytes ? bytes + (size_t)count + 1 : sizeof arguments;
	}
	take_command(command, arguments, bytes, name);
}

struct tc_proc_status tc_proc_pid_status(const char *root, uint64_t pid)
{
	char text[4096];
	uint64_t kib = 0;
	tc_procfile_slurp(root, text, sizeof text, "proc/%lu/status", (unsigned long)pid);
	tc_parse_number(tc_parse_behind(text, "\nVmHWM:"), &kib);
	const char *ignored = tc_parse_behind(text, "\nSigIgn:");
	bool sigchld = ignored && strtoull(ignored, NULL, 16) >> (SIGCHLD - 1) & 1;
	return (struct tc_proc_status){kib * 1024, sigchld};
}
