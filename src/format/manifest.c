/* SPDX-License-Identifier: MIT */
#include "format/manifest.h"

#include "base/error.h"
#include "format/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_text(FILE *out, const char *key, const char *text)
{
	if (!text)
		return;
	fprintf(out, "%s ", key);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c < 0x20 || *c == 0x7f)
			fprintf(out, "\\u%04x", *c);
		else if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else
			putc(*c, out);
	}
	putc('\n', out);
}

static void put_number(FILE *out, const char *key, uint64_t value)
{
	fprintf(out, "%s %" PRIu64 "\n", key, value);
}

static void put_calibration(FILE *out, const char *key, const struct tc_calibration *c)
{
	if (c->monotonic_ns || c->realtime_ns)
		fprintf(out, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", key, c->ticks, c->monotonic_ns,
			c->realtime_ns);
}

static void put_manifest(FILE *out, const struct tc_manifest *m)
{
	put_number(out, "format", TC_MANIFEST_FORMAT);
	put_text(out, "name", m->name);
	for (char **argument = m->arguments; argument && *argument; argument++)
		put_text(out, "argument", *argument);
	put_text(out, "directory", m->directory);
	put_text(out, "git_commit", m->git_commit);
	put_text(out, "git_changes", tc_git_changes_word(m->git_changes));
	put_text(out, "host", m->host);
	put_text(out, "kernel", m->kernel);
	put_text(out, "tacho", m->tacho);
	put_number(out, "cpus", m->cpus);
	put_number(out, "memory_total_bytes", m->memory_total_bytes);
	put_number(out, "memory_limit_bytes", m->memory_limit_bytes);
	/* In thousandths: a decimal point would hang on the program's locale. */
	if (m->cpu_limit > 0)
		put_number(out, "cpu_limit_millicores", (uint64_t)(m->cpu_limit * 1000 + 0.5));
	put_number(out, "interval_ms", m->interval_ms);
	put_number(out, "pid", m->pid);
	for (char **note = m->notes; note && *note; note++)
		put_text(out, "note", *note);
	if (*m->trace.trace_id)
		fprintf(out, "trace %s %s %s %s\n", m->trace.trace_id, m->trace.parent_span_id, m->trace.span_id,
			m->trace.flags);
	put_calibration(out, "begin", &m->begin);
	put_calibration(out, "end", &m->end);
	if (m->imported_ns)
		put_number(out, "imported_ns", m->imported_ns);
	put_number(out, "how", m->how);
	fprintf(out, "status %d\n", m->status);
	if (m->has_usage) {
		put_number(out, "user_ns", m->user_ns);
		put_number(out, "system_ns", m->system_ns);
		put_number(out, "peak_rss_bytes", m->peak_rss_bytes);
	}
}

char *tc_manifest_text(const struct tc_manifest *manifest, size_t *bytes)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, bytes);
	if (out)
		put_manifest(out, manifest);
	if (out && fclose(out) == 0)
		return text;
	free(text);
	tc_error(TACHO_ENOMEM, "out of memory");
	return NULL;
}

/* Whole or not at all: written aside, then renamed over the old one. */
int tc_manifest_write(const char *session_directory, const struct tc_manifest *manifest)
{
	char path[TC_PATH_BYTES], aside[TC_PATH_BYTES];
	size_t bytes = 0;
	int r = tc_path(path, "%s/" TC_MANIFEST_FILE, session_directory);
	if (r == 0)
		r = tc_path(aside, "%s/.manifest-new", session_directory);
	if (r != 0)
		return r;
	char *text = tc_manifest_text(manifest, &bytes);
	if (!text)
		return TACHO_ENOMEM;
	int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int error = fd < 0 ? errno : 0;
	for (size_t at = 0; error == 0 && at < bytes;) {
		ssize_t n = write(fd, text + at, bytes - at);
		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			error = errno;
	}
	if (fd >= 0 && close(fd) != 0 && error == 0)
		error = errno;
	if (error == 0 && rename(aside, path) != 0)
		error = errno;
	free(text);
	if (error == 0)
		return 0;
	unlink(aside);
	return tc_error_errno(error,
		"cannot write %s (make room there, or set TACHO_STORE or use tacho run -o DIR to record elsewhere)",
		path);
}

bool tc_manifest_note(struct tc_manifest *m, const char *sentence)
{
	size_t count = 0;
	while (m->notes && m->notes[count])
		count++;
	char *copy = strdup(sentence), **more = copy ? realloc(m->notes, (count + 2) * sizeof *more) : NULL;
	if (!more) {
		free(copy);
		return false;
	}
	m->notes = more;
	more[count] = copy;
	more[count + 1] = NULL;
	return true;
}

void tc_manifest_release(struct tc_manifest *m)
{
	for (char **argument = m->arguments; argument && *argument; argument++)
		free(*argument);
	free(m->arguments);
	for (char **note = m->notes; note && *note; note++)
		free(*note);
	free(m->notes);
	free(m->name);
	free(m->directory);
	free(m->git_commit);
	free(m->host);
	free(m->kernel);
	free(m->tacho);
	memset(m, 0, sizeof *m);
}
