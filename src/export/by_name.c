/* SPDX-License-Identifier: MIT */
#include "export/by_name.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"

static int compare(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
	int order = memcmp(a, b, a_bytes < b_bytes ? a_bytes : b_bytes);
	return order ? order : (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

static int by_bytes(const void *left, const void *right, void *context)
{
	const struct tc_name_view *name = context;
	const struct tc_name_view *a = &name[*(const uint32_t *)left], *b = &name[*(const uint32_t *)right];
	return compare(a->name, a->bytes, b->name, b->bytes);
}

int tc_by_name_make(struct tc_by_name *out, const struct tc_session *session)
{
	*out = (struct tc_by_name){session, calloc(session->names + 1, sizeof *out->at)};
	if (!out->at)
		return tc_error(TACHO_ENOMEM, "not enough memory for %zu names", session->names);
	for (uint32_t i = 0; i < session->names; i++)
		out->at[i] = i;
	if (session->names)
		qsort_r(out->at, session->names, sizeof *out->at, by_bytes, session->name);
	return 0;
}

const struct tc_name_view *tc_by_name_find(const struct tc_by_name *names, const char *name, size_t bytes)
{
	size_t low = 0, high = names->session->names;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct tc_name_view *view = &names->session->name[names->at[middle]];
		int order = compare(view->name, view->bytes, name, bytes);
		if (!order)
			return view;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void tc_by_name_release(struct tc_by_name *names)
{
	free(names->at);
	names->at = NULL;
}
