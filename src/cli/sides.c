/* SPDX-License-Identifier: MIT */
#include "cli/sides.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/glob.h"
#include "format/store.h"

static int add(struct tc_side *side, const char *directory)
{
	char *real = realpath(directory, NULL), *path = real ? real : strdup(directory);
	char **grown = realloc(side->directory, (side->count + 1) * sizeof *grown);
	if (grown)
		side->directory = grown;
	if (!grown || !path) {
		free(path);
		return tc_error(TACHO_ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < side->count; i++)
		if (!strcmp(side->directory[i], path)) {
			free(path);
			return 0;
		}
	side->directory[side->count++] = path;
	return 0;
}

static int add_matching(struct tc_side *side, const char *pattern)
{
	char store[PATH_MAX], path[PATH_MAX + 256], **names = NULL;
	size_t count = 0, before = side->count;
	int code = tc_store_path(store);
	if (!code)
		code = tc_store_list(&names, &count);
	for (size_t i = 0; i < count; i++) {
		if (!code && tc_glob(pattern, strlen(pattern), names[i], strlen(names[i]))) {
			snprintf(path, sizeof path, "%s/%s", store, names[i]);
			code = add(side, path);
		}
		free(names[i]);
	}
	free(names);
	if (!code && side->count == before)
		code = tc_error(TACHO_ENOENT,
			"no session of the store is called like \"%.60s\" (tacho list shows the sessions)", pattern);
	return code;
}

static int add_one(struct tc_side *side, const char *text)
{
	char directory[4096];
	int code = tc_session_find(text, directory);
	if (!code)
		return add(side, directory);
	return text && strpbrk(text, "*?[") ? add_matching(side, text) : code;
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

void tc_side_release(struct tc_side *side)
{
	for (size_t i = 0; i < side->count; i++)
		free(side->directory[i]);
	free(side->directory);
	*side = (struct tc_side){0};
}
