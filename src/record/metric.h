/* SPDX-License-Identifier: MIT
 *
 * metric.h - metrics within this room: metric.c has their numbers, metric_cell.c what threads count.
 */
#ifndef RECORD_METRIC_H
#define RECORD_METRIC_H

#include <tacho/metric.h>
#include "record/private.h"

/* Numbers that are not handed out. */
enum { TC_OTHER_COUNTERS = 1, TC_OTHER_WAITS = 2, TC_OTHER_EVENTS = 1, TC_NO_CELL = 2 };

/* Gives it its kind if it has none and its id; the lock is held. */
void tc_metric_register(struct tacho_metric *metric);
/* The next gauge that there is, or the first behind NULL; NULL: there is none.  The lock is held. */
const struct tacho_metric *tc_metric_next_gauge(const struct tacho_metric *behind);
bool tc_metric_name_is_good(const char *name);

/* As tacho_metric_named(), of a name that tacho made of a span's: nobody who reads it chose that, so it need not be as
 * names of metrics are to be. */
struct tacho_metric *tc_metric_of_span(
	enum tacho_metric_kind kind, const char *name, const char *unit, const char *help);

/* Marks an event of a block that is no thread's of this process, in a second of its own clock; false: there is no room. */
bool tc_metric_mark_in(struct tacho_block *block, const struct tacho_metric *metric, uint64_t second);

/* What tacho_counted points to on a thread without cells: its `ready` is no generation. */
#define TC_NOTHING_COUNTED ((struct tacho_metrics *)(void *)&tc_nobody.ready)

#endif
