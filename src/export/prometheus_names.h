/* SPDX-License-Identifier: MIT
 *
 * prometheus_names.h - what families of metrics are called: legal, with their unit at the end, and none as a sample of another might be.
 * Only those that would be get a number behind their name, made of what they are, so that it hangs neither on their order nor on
 * what else was recorded.
 */
#ifndef EXPORT_PROMETHEUS_NAMES_H
#define EXPORT_PROMETHEUS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tc_family_type {
	TC_FAMILY_COUNTER,
	TC_FAMILY_GAUGE,
	TC_FAMILY_HISTOGRAM,
	TC_FAMILY_SUMMARY,
	TC_FAMILY_SIGNED, /* a summary whose values may be negative, which OpenMetrics does not allow: gauges of the same names there */
	TC_FAMILY_INFO
};

struct tc_family {
	enum tc_family_type type;
	enum { TC_FAMILY_OWN, TC_FAMILY_READING, TC_FAMILY_METRIC } rank; /* who keeps a name first */
	const char *prefix, *text, *unit;                                 /* the unit as it was recorded */
	const char *kind; /* tells it from others of this text and unit */
	const char *note; /* to follow its help; NULL: nothing */
};

enum { TC_FAMILY_NAME = 256 };

struct tc_family_names {
	struct tc_family_name {
		char *text; /* without _total */
		char *base; /* without unit and number */
		char unit[64];
		uint32_t identity;
		unsigned rank; /* lower ones keep their name */
		enum tc_family_type type;
		bool is_beaten;
	} * name;
	size_t count, room;
	bool no_memory;
};

/* The next family; unit: as Prometheus has it. */
void tc_family_names_add(struct tc_family_names *names, const struct tc_family *family, const char *unit);

/* After the last one: no two are the same any more. */
void tc_family_names_find(struct tc_family_names *names);
void tc_family_names_release(struct tc_family_names *names);

#endif
