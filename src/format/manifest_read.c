/* SPDX-License-Identifier: MIT
 *
 * manifest_read.c - reads a manifest, trusting nothing in it.  A line that cannot be understood is passed over.
 */
#include "format/manifest.h"

#include "base/error.h"
#include "format/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TC_MANIFEST_BYTES_MAX = 16 << 20 }; /* a command line has at most 6 MiB, escaped somewhat more */

static int read_file(const char *path, char **text, size_t *bytes)
{
	struct stat st;
	ssize_t n = 1;
	int r = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return tc_error(TACHO_ENOENT, "no session there: %s is missing", path);
	if (fd < 0 || fstat(fd, &st) != 0) {
		r = tc_error_errno(errno, "cannot read %s", path);
		goto out;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > TC_MANIFEST_BYTES_MAX) {
		r = tc_error(TACHO_EFORMAT, "%s is no manifest of a session", path);
		goto out;
	}
	*text = malloc((size_t)st.st_size + 1);
	if (!*text) {
		r = tc_error(TACHO_ENOMEM, "out of memory");
		goto out;
	}
	while (n && *bytes < (size_t)st.st_size) {
		n = read(fd, *text + *bytes, (size_t)st.st_size - *bytes);
		if (n < 0 && errno != EINTR) {
			r = tc_error_errno(errno, "cannot read %s", path);
			goto out;
		}
		*bytes += n > 0 ? (size_t)n : 0;
	}
	(*text)[*bytes] = '\0';
out:
	if (fd >= 0)
		close(fd);
	return r;
}

/* The character that \uXXXX stands for, if it is one that the writer escapes; -1: none. */
static int control_of(const char *four)
{
	char digits[5] = {0};
	for (int i = 0; i < 4; i++) {
		if (!four[i])
			return -1;
		digits[i] = four[i];
	}
	char *end;
	unsigned long value = strtoul(digits, &end, 16);
	return *end == '\0' && value > 0 && value < 0x80 ? (int)value : -1;
}

/* Undoes the escapes in place; what is none stays as it is. */
static void unescape(char *text)
{
	static const char letter[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char *to = text;
	for (const char *from = text; *from;) {
		const char *at = from[0] == '\\' && from[1] ? strchr(letter, from[1]) : NULL;
		int control = from[0] == '\\' && from[1] == 'u' ? control_of(from + 2) : -1;
		if (at) {
			*to++ = meant[at - letter];
			from += 2;
		} else if (control > 0) {
			*to++ = (char)control;
			from += 6;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

static bool take_text(char **field, char *value)
{
	unescape(value);
	free(*field);
	return (*field = strdup(value)) != NULL;
}

static bool take_argument(struct tc_manifest *m, size_t *count, char *value)
{
	if ((*count & (*count + 1)) == 0) { /* full: there is room for 2^k - 1 and the end */
		char **more = realloc(m->arguments, (2 * *count + 2) * sizeof *more);
		if (!more)
			return false;
		m->arguments = more;
	}
	unescape(value);
	char *copy = strdup(value);
	m->arguments[*count] = copy;
	if (!copy)
		return false;
	m->arguments[++*count] = NULL;
	return true;
}

/* So many that an honest writer has no more, since each costs a walk over those before. */
static bool take_note(struct tc_manifest *m, char *value)
{
	enum { NOTES = 64 };
	size_t count = 0;
	while (m->notes && m->notes[count])
		count++;
	unescape(value);
	return count >= NOTES || tc_manifest_note(m, value);
}

static void take_calibration(struct tc_calibration *c, const char *value)
{
	struct tc_calibration got;
	if (sscanf(value, "%" SCNu64 " %" SCNu64 " %" SCNu64, &got.ticks, &got.monotonic_ns, &got.realtime_ns) == 3)
		*c = got;
}

static bool take_number(struct tc_manifest *m, const char *key, const char *value)
{
	const struct {
		const char *key;
		uint64_t *field;
	} numbers[] = {
		{"cpus", &m->cpus},
		{"memory_total_bytes", &m->memory_total_bytes},
		{"memory_limit_bytes", &m->memory_limit_bytes},
		{"interval_ms", &m->interval_ms},
		{"pid", &m->pid},
		{"user_ns", &m->user_ns},
		{"system_ns", &m->system_ns},
		{"peak_rss_bytes", &m->peak_rss_bytes},
		{"imported_ns", &m->imported_ns},
	};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (strcmp(key, numbers[i].key) == 0) {
			*numbers[i].field = strtoull(value, NULL, 10);
			return true;
		}
	return false;
}

static void take_trace(struct tc_trace *trace, const char *value)
{
	struct tc_trace got;
	if (sscanf(value, "%32s %16s %16s %2s", got.trace_id, got.parent_span_id, got.span_id, got.flags) == 4)
		*trace = got;
}

/* false: out of memory */
static bool take_line(struct tc_manifest *m, size_t *arguments, const char *key, char *value)
{
	if (strcmp(key, "argument") == 0)
		return take_argument(m, arguments, value);
	if (strcmp(key, "note") == 0)
		return take_note(m, value);
	if (strcmp(key, "name") == 0)
		return take_text(&m->name, value);
	if (strcmp(key, "directory") == 0)
		return take_text(&m->directory, value);
	if (strcmp(key, "git_commit") == 0)
		return take_text(&m->git_commit, value);
	if (strcmp(key, "host") == 0)
		return take_text(&m->host, value);
	if (strcmp(key, "kernel") == 0)
		return take_text(&m->kernel, value);
	if (strcmp(key, "tacho") == 0)
		return take_text(&m->tacho, value);
	if (take_number(m, key, value))
		m->has_usage |= strcmp(key, "user_ns") == 0;
	else if (strcmp(key, "format") == 0)
		m->format = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(key, "cpu_limit_millicores") == 0)
		m->cpu_limit = (double)strtoull(value, NULL, 10) / 1000;
	else if (strcmp(key, "begin") == 0)
		take_calibration(&m->begin, value);
	else if (strcmp(key, "end") == 0)
		take_calibration(&m->end, value);
	else if (strcmp(key, "git_changes") == 0)
		m->git_changes = tc_git_changes_find(value);
	else if (strcmp(key, "trace") == 0)
		take_trace(&m->trace, value);
	else if (strcmp(key, "status") == 0)
		m->status = (int)strtol(value, NULL, 10);
	else if (strcmp(key, "how") == 0 && value[0] >= '0' && value[0] <= '0' + TC_HOW_ARCHIVED && value[0] != '4' &&
		 !value[1])
		m->how = (enum tc_how)(value[0] - '0');
	return true;
}

int tc_manifest_read(const char *session_directory, struct tc_manifest *out)
{
	char path[TC_PATH_BYTES], *text = NULL, *state = NULL;
	size_t bytes = 0, arguments = 0;
	bool memory = true;
	memset(out, 0, sizeof *out);
	int r = tc_path(path, "%s/" TC_MANIFEST_FILE, session_directory);
	if (r == 0)
		r = read_file(path, &text, &bytes);
	if (r != 0)
		goto out;
	for (char *line = strtok_r(text, "\n", &state); line && memory; line = strtok_r(NULL, "\n", &state)) {
		char *value = strchr(line, ' ');
		if (!value)
			continue;
		*value++ = '\0';
		memory = take_line(out, &arguments, line, value);
	}
	if (!memory)
		r = tc_error(TACHO_ENOMEM, "out of memory");
	else if (out->format == 0)
		r = tc_error(TACHO_EFORMAT, "%s is no manifest of a session", path);
	else if (out->format != TC_MANIFEST_FORMAT)
		r = tc_error(TACHO_EVERSION,
			"%s has format %u and this tacho reads %d: use the tacho that recorded it (%s)", path,
			out->format, TC_MANIFEST_FORMAT, out->tacho ? out->tacho : "unknown");
	else if (out->begin.monotonic_ns == 0)
		r = tc_error(TACHO_EFORMAT, "%s does not say when the session began", path);
out:
	free(text);
	if (r != 0)
		tc_manifest_release(out);
	return r;
}

uint64_t tc_manifest_when(const struct tc_manifest *manifest)
{
	return manifest->begin.realtime_ns ? manifest->begin.realtime_ns : manifest->imported_ns;
}

/* What follows the key in its line; NULL: there is none. */
static const char *value_of(const char *text, const char *key)
{
	size_t bytes = strlen(key);
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += line != text;
		if (!strncmp(line, key, bytes) && line[bytes] == ' ')
			return line + bytes + 1;
	}
	return NULL;
}

uint64_t tc_manifest_read_when(const char *session_directory)
{
	struct tc_manifest m = {.format = 0};
	char path[TC_PATH_BYTES], *text = NULL;
	size_t bytes = 0;
	if (tc_path(path, "%s/" TC_MANIFEST_FILE, session_directory) == 0 && read_file(path, &text, &bytes) == 0) {
		const char *begin = value_of(text, "begin"), *imported = value_of(text, "imported_ns");
		if (begin)
			take_calibration(&m.begin, begin);
		m.imported_ns = imported ? strtoull(imported, NULL, 10) : 0;
	}
	free(text);
	return tc_manifest_when(&m);
}
