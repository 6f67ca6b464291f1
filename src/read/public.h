/* SPDX-License-Identifier: MIT
 *
 * public.h - what the calls of include/tacho/session.h share.
 */
#ifndef READ_PUBLIC_H
#define READ_PUBLIC_H

#include <tacho/session.h>
#include "read/session.h"

/* What a program asked for; NULL: everything.  0, or TACHO_EINVAL with the sentence set. */
int tc_session_filter(struct tc_session_options *out, const struct tacho_session_filter *filter);

#endif
