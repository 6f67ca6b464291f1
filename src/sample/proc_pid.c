/* SPDX-License-Identifier: MIT */
#include "sample/proc_pid.h"
#include "sample/procfile.h"

#include <stdio.h>
#include <string.h>

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
	at = tc_parse_number(close + 3, &out->parent); /* field 4 */
	at = tc_parse_number(tc_parse_skip(at, 9), &out->user);
	at = tc_parse_number(at, &out->system);
	at = tc_parse_number(at, &out->waited_user);
	at = tc_parse_number(at, &out->waited_system);
	at = tc_parse_number(tc_parse_skip(at, 2), &out->threads); /* field 20 */
	at = tc_parse_number(tc_parse_skip(at, 1), &out->start);
	at = tc_parse_number(tc_parse_skip(at, 1), &out->rss_pages);
	return at != NULL;
}

/* scheme://user:password@host: the password becomes "***", in place. */
static void hide_passwords(char *text)
{
	for (char *at = strstr(text, "://"); at; at = strstr(at, "://")) {
		at += 3;
		size_t authority = strcspn(at, "/?# "), user = strcspn(at, ":");
		char *end = memrchr(at, '@', authority);
		if (!end || at + user >= end)
			continue;
		char *password = at + user + 1;
		size_t room = (size_t)(end - password), stars = room < 3 ? room : 3;
		memset(password, '*', stars);
		memmove(password + stars, end, strlen(end) + 1);
	}
}

void tc_proc_pid_command(const char *root, uint64_t pid, const char *name, char command[TC_COMMAND_BYTES])
{
	char text[1024];
	size_t bytes = tc_procfile_slurp(root, text, sizeof text, "proc/%lu/cmdline", (unsigned long)pid);
	while (bytes && !text[bytes - 1])
		bytes--;
	for (size_t i = 0; i < bytes; i++)
		if (!text[i])
			text[i] = ' ';
	text[bytes] = 0;
	hide_passwords(text);
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

uint64_t tc_proc_pid_peak_bytes(const char *root, uint64_t pid)
{
	char text[2048];
	uint64_t kib;
	tc_procfile_slurp(root, text, sizeof text, "proc/%lu/status", (unsigned long)pid);
	const char *at = strstr(text, "\nVmHWM:");
	return at && tc_parse_number(at + strlen("\nVmHWM:"), &kib) ? kib * 1024 : 0;
}
