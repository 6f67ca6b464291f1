/* SPDX-License-Identifier: MIT
 *
 * settings.h - everything that can be set, in one table: for the API, the environment, `tacho run -c` and the file.
 *
 * What counts: the API, then -c (which travels by the environment), the environment, the file, what is usual.  Nothing here
 * allocates, so that a first span in a signal handler may look at its settings.  A set-uid program has the usual ones only.
 */
#ifndef FORMAT_SETTINGS_H
#define FORMAT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tc_setting_id {
	TC_SET_RING_RECORDS,
	TC_SET_INTERVAL,
	TC_SET_DEAR_INTERVAL,
	TC_SET_OBSERVER,
	TC_SET_OBSERVER_BUDGET,
	TC_SET_THRESHOLD,
	TC_SET_KEEP_SLOWEST,
	TC_SET_ATTRIBUTE_TEXT_BYTES,
	TC_SET_ATTRIBUTE_RING_BYTES,
	TC_SET_REDACT_KEYS,
	TC_SET_REDACT_VALUES,
	TC_SET_STORE,
	TC_SET_LIVE,
	TC_SET_CLOCK,
	TC_SET_STATE_INTERVAL,
	TC_SET_EXPORT_DIRECTORY,
	TC_SET_KEEP,
	TC_SETTINGS
};

enum tc_keep { TC_KEEP_RINGS, TC_KEEP_ALL }; /* values of `keep` */

enum tc_setting_type {
	TC_TYPE_COUNT,    /* whole number */
	TC_TYPE_BYTES,    /* in bytes */
	TC_TYPE_DURATION, /* in ns */
	TC_TYPE_PERCENT,  /* in thousandths */
	TC_TYPE_BOOL,
	TC_TYPE_CHOICE, /* the place of a word in `range`, words with " or " between */
	TC_TYPE_TEXT
};

struct tc_setting {
	const char *key;         /* "ring_records" */
	const char *environment; /* "TACHO_RING_RECORDS" */
	enum tc_setting_type type;
	bool power_of_two;
	uint8_t text; /* of TEXT: its place in struct tc_settings */
	uint64_t least, most;
	const char *usual; /* as one would write it; "" for a text: as `range` says */
	const char *range; /* completes "it takes ..." */
	const char *help;  /* sentences */
};
extern const struct tc_setting tc_setting_table[TC_SETTINGS];

enum tc_setting_origin {
	TC_FROM_DEFAULT,
	TC_FROM_FILE,
	TC_FROM_ENVIRONMENT,
	TC_FROM_OPTION,
	TC_FROM_API,
	TC_FROM_CONFLICT /* of another setting, which leaves room for so much */
};

enum { TC_SETTING_TEXTS = 5, TC_SETTING_TEXT_BYTES = 4096, TC_COMPLAINTS = 8, TC_COMPLAINT_BYTES = 384 };

struct tc_settings {
	struct {
		uint64_t number; /* of all but TEXT */
		enum tc_setting_origin origin;
		uint32_t line; /* of the file */
	} value[TC_SETTINGS];
	char text[TC_SETTING_TEXTS][TC_SETTING_TEXT_BYTES];
	char file[TC_SETTING_TEXT_BYTES]; /* that was read; "": none there */
	size_t complaints;
	int8_t about[TC_COMPLAINTS]; /* a setting of which it still has to be said what is used; -1: none */
	char complaint[TC_COMPLAINTS][TC_COMPLAINT_BYTES]; /* on what was passed over; sentences */
};

/* What is usual, then what the file says, then the environment.  What cannot be used is passed over, with a complaint. */
void tc_settings_load(struct tc_settings *settings);

/* The same without what tc_settings_settle() does, for those who set more. */
void tc_settings_gather(struct tc_settings *settings);

/* TACHO_EINVAL where settings exclude each other and one of them is of this origin, which is to be told so. */
int tc_settings_conflict(const struct tc_settings *settings, enum tc_setting_origin origin);

/* Sets one from text; where it comes from is said in the error.  TACHO_EINVAL with the sentence set, and nothing changed. */
int tc_settings_set(struct tc_settings *settings, const char *key, const char *value, enum tc_setting_origin origin);

/* The same from a number: of a count, bytes, ns, 0 or 1. */
int tc_settings_set_number(
	struct tc_settings *settings, enum tc_setting_id id, uint64_t number, enum tc_setting_origin origin);

/* What does not go together, after the last of them is set: mended, with a complaint. */
void tc_settings_settle(struct tc_settings *settings);

/* Index in the table; -1 with the sentence set, which names the nearest. */
int tc_setting_find(const char *key);

/* Reads a value as the table says: TACHO_EINVAL with the sentence set.  where: "TACHO_INTERVAL", "/etc/x:3".  *number is
 * untouched for a text. */
int tc_setting_parse(enum tc_setting_id id, const char *value, const char *where, uint64_t *number);

/* As one would write it. */
void tc_setting_show(const struct tc_settings *settings, enum tc_setting_id id, char *out, size_t room);

/* A text or choice alone, from the environment or else the file, into out (TC_SETTING_TEXT_BYTES): "" where it is as usual.
 * false: it is too long. */
bool tc_setting_get(enum tc_setting_id id, char *out);

/* From now on tc_setting_get() gives this, which the caller keeps; NULL: as before.  While a program starts a session of its
 * own. */
void tc_setting_override(enum tc_setting_id id, const char *value);

static inline uint64_t tc_settings_number(const struct tc_settings *settings, enum tc_setting_id id)
{
	return settings->value[id].number;
}

static inline const char *tc_settings_text(const struct tc_settings *settings, enum tc_setting_id id)
{
	return settings->text[tc_setting_table[id].text];
}

#endif
