/* SPDX-License-Identifier: MIT
 *
 * opens.h - spans that have begun and not ended: by their ends, and by their ids; and where those were that ended last, for children that
 * begin when their parent is over.
 */
#ifndef IMPORT_OPENS_H
#define IMPORT_OPENS_H

#include <tacho/layout.h>
#include "import/item.h"

struct tc_place { /* of a span, for what lies in it */
	uint32_t path;
	uint64_t identity;
};

enum { TC_LANE_NODES = 64 };

struct tc_lane { /* a thread */
	struct tacho_block *block;
	struct {
		uint32_t path, node;
	} known[TC_LANE_NODES]; /* nodes of paths that were asked for last */
	struct tc_open *innermost;
	struct tc_lane *next; /* of the same process, where the source has no threads */
};

struct tc_open {
	struct tc_item *item; /* its own */
	int64_t end_ns;
	uint64_t number; /* in order of begins */
	struct tc_lane *lane;
	struct tc_open *outer;     /* what its thread was in when it began */
	bool stacked;              /* its thread is in it */
	bool over;                 /* it was written, before its end came */
	struct tc_open *same_slot; /* in the table of ids */
	struct tc_place place;
	uint32_t node;
	uint64_t top;
	uint64_t parent; /* identity of the span that it lies in, if that is not `outer` */
};

struct tc_recent {
	uint64_t id;
	struct tc_place place;
};

struct tc_opens {
	struct tc_open **heap; /* by end */
	size_t count, room;
	uint64_t number;
	struct tc_open **by_id; /* hash table */
	size_t id_slots;
	struct tc_recent *recent; /* that ended */
};

bool tc_opens_init(struct tc_opens *opens); /* false: out of memory */
void tc_opens_release(struct tc_opens *opens);

void tc_open_free(struct tc_open *open);

/* Where `place` is known; false: out of memory. */
bool tc_opens_add(struct tc_opens *opens, struct tc_open *open);

/* The one that ends first, of equals the one that began last, is no longer among them; it is to be freed. */
struct tc_open *tc_opens_take(struct tc_opens *opens);

/* The newest span of this id that is open; else NULL and the place of one that was, path 0: none is known. */
struct tc_open *tc_opens_find(const struct tc_opens *opens, uint64_t id, struct tc_place *place);

#endif
