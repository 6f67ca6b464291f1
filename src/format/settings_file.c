/* SPDX-License-Identifier: MIT */
#include "format/settings_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 4352, PATH_BYTES = 4096 };

struct reader {
	int fd;
	char buffer[512];
	ssize_t have, at;
	bool binary; /* a NUL was met */
};

bool tc_settings_path(char *out, uint64_t room)
{
	const char *above = secure_getenv("XDG_CONFIG_HOME"), *home = secure_getenv("HOME");
	int bytes = -1;
	if (above && *above == '/')
		bytes = snprintf(out, room, "%s/tacho/config", above);
	else if (home && *home == '/')
		bytes = snprintf(out, room, "%s/.config/tacho/config", home);
	return bytes > 0 && (uint64_t)bytes < room;
}

/* One line without its end; what does not fit is left out.  false: there is none. */
static bool next_line(struct reader *r, char line[LINE_BYTES])
{
	size_t bytes = 0;
	for (bool any = false;; any = true) {
		if (r->at == r->have) {
			do
				r->have = read(r->fd, r->buffer, sizeof r->buffer);
			while (r->have < 0 && errno == EINTR);
			r->at = 0;
			if (r->have <= 0) {
				r->have = 0;
				line[bytes] = 0;
				return any;
			}
		}
		char c = r->buffer[r->at++];
		if (!c) {
			r->binary = true;
			return false;
		}
		if (c == '\n') {
			line[bytes] = 0;
			return true;
		}
		if (bytes < LINE_BYTES - 1)
			line[bytes++] = c;
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static char *strip(char *text)
{
	while (is_blank(*text))
		text++;
	size_t bytes = strlen(text);
	while (bytes && is_blank(text[bytes - 1]))
		bytes--;
	text[bytes] = 0;
	return text;
}

static bool give(char *line, uint32_t number, const char *path, tc_settings_line *take, void *context)
{
	for (char *c = line; *c; c++)
		if (*c == '#' && (c == line || is_blank(c[-1]))) {
			*c = 0;
			break;
		}
	line = strip(line);
	if (!*line)
		return true;
	char *equals = strchr(line, '=');
	if (!equals)
		return take(context, path, number, line, NULL);
	*equals = 0;
	return take(context, path, number, strip(line), strip(equals + 1));
}

void tc_settings_file(char *out, tc_settings_line *take, void *context)
{
	char path[PATH_BYTES], line[LINE_BYTES];
	struct reader r = {.fd = -1};
	struct stat st;
	if (out)
		*out = 0;
	if (!tc_settings_path(path, sizeof path))
		return;
	int error = errno;
	r.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r.fd >= 0 && !fstat(r.fd, &st) && S_ISREG(st.st_mode)) {
		if (out)
			strcpy(out, path);
		uint32_t number = 1;
		while (next_line(&r, line) && give(line, number, path, take, context))
			number++;
		if (r.binary)
			take(context, path, number, NULL, NULL);
	}
	if (r.fd >= 0)
		close(r.fd);
	errno = error;
}
