/* SPDX-License-Identifier: MIT */
#include "base/uri.h"

#include <stdbool.h>
#include <string.h>

struct output {
	char *out;
	size_t room, bytes;
};

static void put(struct output *o, const char *text, size_t bytes)
{
	if (o->bytes < o->room) {
		size_t left = o->room - o->bytes;
		memcpy(o->out + o->bytes, text, bytes < left ? bytes : left);
	}
	o->bytes += bytes;
}

static bool is_end_of_uri(char c)
{
	return (unsigned char)c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}

static const char *last_at(const char *from, const char *to)
{
	while (to > from && to[-1] != '@')
		to--;
	return to > from ? to - 1 : NULL;
}

static bool is_number(const char *from, const char *to)
{
	while (from < to && *from >= '0' && *from <= '9')
		from++;
	return from == to;
}

/* The password of an authority that begins here: *from is behind its colon, *to its "@".  One with a "/", "?" or "#" in it,
 * which should have been escaped, counts unless the colon begins a port. */
static bool find_password(const char *at, const char *end, const char **from, const char **to)
{
	const char *stop = at, *whole = at;
	while (whole < end && !is_end_of_uri(*whole))
		whole++;
	while (stop < whole && *stop != '/' && *stop != '?' && *stop != '#')
		stop++;
	const char *colon = memchr(at, ':', (size_t)(stop - at));
	if (!colon || *at == '[')
		return false;
	*from = colon + 1;
	*to = last_at(*from, stop);
	if (!*to && !is_number(*from, stop))
		*to = last_at(*from, whole);
	return *to && *to > *from;
}

size_t tc_uri_hide(char *out, size_t room, const char *text, size_t bytes)
{
	struct output o = {out, room, 0};
	const char *end = text + bytes, *done = text, *from, *to;
	while (done < end) {
		const char *slashes = memmem(done, (size_t)(end - done), "://", 3);
		if (!slashes)
			break;
		if (find_password(slashes + 3, end, &from, &to)) {
			put(&o, done, (size_t)(from - done));
			put(&o, "***", 3);
			done = to;
		} else {
			put(&o, done, (size_t)(slashes + 3 - done));
			done = slashes + 3;
		}
	}
	put(&o, done, (size_t)(end - done));
	return o.bytes;
}
