/* SPDX-License-Identifier: MIT
 *
 * devices.h - counters of devices that come and go, as lists of /proc have them: those of each, and their sum over those that
 * count.  A device that is away keeps its part of the total; when it comes back its counters begin anew.
 */
#ifndef SAMPLE_DEVICES_H
#define SAMPLE_DEVICES_H

#include "sample/counter.h"
#include "sample/sample.h"

enum {
	TC_DEVICES_MAX = 256,      /* that are told apart; more are not looked at */
	TC_DEVICES_SHOWN_MAX = 16, /* of those that count get series of their own */
	TC_DEVICE_COUNTERS = 6,
	/* The kernel's counters are longs of its own. */
	TC_DEVICE_BITS = 8 * sizeof(long)
};

struct tc_device {
	char name[32];
	bool counts, shown, here;
	struct tc_counter counter[TC_DEVICE_COUNTERS];
	struct tc_reading reading[TC_DEVICE_COUNTERS]; /* of this instant */
	uint32_t number[TC_DEVICE_COUNTERS];           /* of its series, of the first each_count counters */
};

struct tc_devices {
	struct tc_series_set *set;
	const struct tc_series *each;
	size_t each_count, counters, count, next, shown;
	struct tc_device device[TC_DEVICES_MAX];
};

/* The device of this name, at most 31 bytes, marked as here; NULL: one too many.  A new one has `fresh` set: say whether it
 * counts. */
struct tc_device *tc_devices_find(struct tc_devices *devices, const char *name, size_t bytes, bool *fresh);

/* After all were found and their counters taken: puts the series of each, writes the sums. */
void tc_devices_sum(struct tc_devices *devices, struct tc_reading *readings);

#endif
