/* SPDX-License-Identifier: MIT
 *
 * spool.h - what large rings hold, put aside as stored spans are (format/spans_file.h) for whoever goes through all spans one after
 * another: some 2 bytes each in a file without a name, instead of some 190 in the session.  The newest of each ring stay in it.
 */
#ifndef READ_SPOOL_H
#define READ_SPOOL_H

#include "read/reader.h"

struct tc_spool;

/* Before what is stored of a thread is looked for.  Where something is wanting all stays in the session. */
void tc_thread_spool(struct tc_thread *thread);

/* When all threads were read; what was put aside stays the session's.  NULL is fine. */
void tc_spool_close(struct tc_spool *spool);

#endif
