/* SPDX-License-Identifier: MIT */
#include "cli/sides.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/glob.h"
#include "format/store.h"

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool has(const struct tc_side *side, const struct tc_side_session *one)
{
	for (size_t i = 0; i < side->count; i++)
		if (same(side->session[i].directory, one->directory) && same(side->session[i].from, one->from) &&
			same(side->session[i].to, one->to))
			return true;
	return false;
}

static void forget(struct tc_side_session *session)
{
	free(session->directory);
	free(session->from);
	free(session->to);
}

/* Takes all that one has. */
static int add(struct tc_side *side, struct tc_side_session *one)
{
	struct tc_side_session *grown = realloc(side->session, (side->count + 1) * sizeof *grown);
	if (grown)
		side->session = grown;
	if (!grown || has(side, one))
		forget(one);
	else
		side->session[side->count++] = *one;
	return grown ? 0 : tc_error(TACHO_ENOMEM, "out of memory");
}

static int add_directory(struct tc_side *side, const char *directory, const char *from, const char *to)
{
	char *real = realpath(directory, NULL);
	struct tc_side_session one = {
		real ? real : strdup(directory), from ? strdup(from) : NULL, to ? strdup(to) : NULL};
	if (one.directory && !one.from == !from && !one.to == !to)
		return add(side, &one);
	forget(&one);
	return tc_error(TACHO_ENOMEM, "out of memory");
}

static int add_matching(struct tc_side *side, const char *pattern, const char *from, const char *to)
{
	char store[PATH_MAX], path[PATH_MAX + 256], **names = NULL;
	size_t count = 0, before = side->count;
	int code = tc_store_find(store);
	if (!code)
		code = tc_store_list(&names, &count);
	for (size_t i = 0; i < count; i++) {
		if (!code && tc_glob(pattern, strlen(pattern), names[i], strlen(names[i]))) {
			snprintf(path, sizeof path, "%s/%s", store, names[i]);
			code = add_directory(side, path, from, to);
		}
		free(names[i]);
	}
	free(names);
	if (!code && side->count == before)
		code = tc_error(TACHO_ENOENT,
			"no session of the store is called like \"%.60s\" (tacho list shows the sessions)", pattern);
	return code;
}

/* The sentence for a name that is none is about the name alone, without its time. */
static int add_part(struct tc_side *side, const char *text, const char *from, const char *to)
{
	char directory[4096];
	const char *name = text && *text ? text : NULL;
	int code = tc_session_find(name, directory);
	if (!code)
		return add_directory(side, directory, from, to);
	return name && strpbrk(name, "*?[") ? add_matching(side, name, from, to) : code;
}

/* SESSION, SESSION@FROM..TO, where one of both times may be missing. */
static int add_one(struct tc_side *side, const char *text)
{
	char directory[4096];
	const char *at = text ? strrchr(text, '@') : NULL, *dots = at ? strstr(at, "..") : NULL;
	if (!dots || !tc_session_find(text, directory))
		return add_part(side, text, NULL, NULL);
	char *name = strndup(text, (size_t)(at - text)), *from = strndup(at + 1, (size_t)(dots - at - 1));
	int code = name && from ? add_part(side, name, *from ? from : NULL, dots[2] ? dots + 2 : NULL)
	                        : tc_error(TACHO_ENOMEM, "out of memory");
	free(name);
	free(from);
	return code;
}

int tc_side_add(struct tc_side *side, const char *text)
{
	char directory[4096];
	if (!text || !strchr(text, ',') || !tc_session_find(text, directory))
		return add_one(side, text);
	char *all = strdup(text), *rest = all, *one;
	int code = all ? 0 : tc_error(TACHO_ENOMEM, "out of memory");
	while (!code && (one = strsep(&rest, ",")))
		if (*one)
			code = add_one(side, one);
	free(all);
	return code;
}

bool tc_sides_are_same(const struct tc_side *a, const struct tc_side *b)
{
	bool all = a->count == b->count;
	for (size_t i = 0; i < a->count && all; i++)
		all = has(b, &a->session[i]);
	return all;
}

void tc_side_release(struct tc_side *side)
{
	for (size_t i = 0; i < side->count; i++)
		forget(&side->session[i]);
	free(side->session);
	*side = (struct tc_side){0};
}

bool tc_side_is_part(const struct tc_side *side)
{
	for (size_t i = 0; i < side->count; i++)
		if (side->session[i].from || side->session[i].to)
			return true;
	return false;
}

static const char *name_of(const struct tc_side_session *session)
{
	const char *slash = strrchr(session->directory, '/');
	return slash && slash[1] ? slash + 1 : session->directory;
}

void tc_side_label(struct tc_strbuf *out, const struct tc_side *side)
{
	const struct tc_side_session *first = &side->session[0], *last = &side->session[side->count - 1];
	if (side->count > 1) {
		bool ascending = strcmp(name_of(first), name_of(last)) < 0;
		tc_strbuf_printf(out, "%zu runs, %s to %s", side->count, name_of(ascending ? first : last),
			name_of(ascending ? last : first));
		return;
	}
	tc_strbuf_puts(out, name_of(first));
	if (first->from)
		tc_strbuf_printf(out, " from %s", first->from);
	if (first->to)
		tc_strbuf_printf(out, " to %s", first->to);
}
