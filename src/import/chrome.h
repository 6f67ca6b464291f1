/* SPDX-License-Identifier: MIT
 *
 * chrome.h - one trace in Chrome's format on its way, as the files of that share it.
 */
#ifndef IMPORT_CHROME_H
#define IMPORT_CHROME_H

#include "base/json_read.h"
#include "import/private.h"

enum { TC_CHROME_VALUES = 16, TC_CHROME_SLOTS = 1 << 16 };

struct tc_chrome_pending { /* a begin without its end */
	struct tc_chrome_pending *next;
	uint64_t key; /* of async spans */
	struct tc_import_span span;
	struct tc_import_taken *attributes;
	char name[];
};

struct tc_chrome_value { /* of a counter */
	char name[64];
	double value;
};

struct tc_chrome_event {
	char phase;
	bool has_name, has_time, has_duration;
	int64_t time_ns, duration_ns;
	unsigned flags;
	uint64_t id; /* hash of id and id2 */
	bool local;  /* the id is one of its process */
	struct tc_strbuf name, category, pid, tid, label;
	struct tc_chrome_value value[TC_CHROME_VALUES];
	size_t values;
	uint64_t place;
};

struct tc_chrome {
	struct tc_import *import;
	struct tc_json_reader json;
	struct tc_chrome_event event;
	struct tc_chrome_pending **begun; /* by thread, the innermost first */
	size_t threads;
	uint64_t spans;                                   /* ids of async ones */
	struct tc_chrome_pending *async[TC_CHROME_SLOTS]; /* by key */
};

/* chrome_event.c: reads one, behind its brace, to chrome->event and its args to the attributes; false: it is no JSON */
bool tc_chrome_read_event(struct tc_chrome *chrome);

/* chrome_take.c: what that is; 0 or a negative code */
int tc_chrome_take_event(struct tc_chrome *chrome);

/* chrome_pair.c: begins and ends of a thread; async ones; at last those that have no end.  0 or a negative code */
int tc_chrome_stacked(struct tc_chrome *chrome, uint32_t thread);
int tc_chrome_async(struct tc_chrome *chrome, uint32_t thread);
int tc_chrome_give_open(struct tc_chrome *chrome);
struct tc_import_span tc_chrome_span(const struct tc_chrome *chrome, uint32_t thread);

#endif
