/* SPDX-License-Identifier: MIT
 *
 * by_name.h - finds a name of a session, of which there may be 65,536.
 */
#ifndef EXPORT_BY_NAME_H
#define EXPORT_BY_NAME_H

#include "read/session.h"

struct tc_by_name { /* owns at */
	const struct tc_session *session;
	uint32_t *at; /* names in order of their bytes */
};

int tc_by_name_make(
	struct tc_by_name *out, const struct tc_session *session); /* 0 or TACHO_ENOMEM, with nothing to release */
const struct tc_name_view *tc_by_name_find(
	const struct tc_by_name *names, const char *name, size_t bytes); /* NULL: none */
void tc_by_name_release(struct tc_by_name *names);

#endif
