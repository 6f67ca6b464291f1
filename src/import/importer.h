/* SPDX-License-Identifier: MIT
 *
 * importer.h - what a format is, and what it calls: it names processes, threads and spans as it meets them, in any order; where each
 * span lies in the session follows when all have been read (place.h).
 */
#ifndef IMPORT_IMPORTER_H
#define IMPORT_IMPORTER_H

#include <tacho/layout.h>
#include "format/store.h"
#include "import/input.h"
#include "import/item.h"

struct tc_import;

struct tc_importer {
	const char *name;    /* "csv" */
	const char *summary; /* one line: what it is, and what writes it */
	const char *unit;    /* of places in it: "line" */
	/* Whether a file that begins so is one. */
	bool (*recognises)(const unsigned char *head, size_t bytes);
	/* Reads all of it.  0, or a negative tacho_error code with the sentence set. */
	int (*read)(struct tc_import *import, struct tc_input *input);
	/* It makes all files of the session itself, in the directory of tc_import_paths(), with the manifest. */
	bool is_session;
};

/* Begins and durations of the source were rounded, each by itself: ends of spans that are no more apart than that from another's begin or end
 * in their thread are the same instant. */
void tc_import_rounds(struct tc_import *import);

/* The Unix time of the source's instant 0.  Else times of 1973 and later are Unix times, and of others nobody knows when that was. */
void tc_import_begins(struct tc_import *import, int64_t unix_ns);

/* Processes by what tells them apart; a number, or TC_NO_TEXT: out of memory or too many, with the sentence set. */
uint32_t tc_import_process(struct tc_import *import, const char *key, size_t bytes);
void tc_import_name_process(struct tc_import *import, uint32_t process, const char *name, size_t bytes);
void tc_import_number_process(struct tc_import *import, uint32_t process, uint64_t pid);

/* Threads of a process likewise.  A key that is a number is the thread's own; else it gets one. */
uint32_t tc_import_thread(struct tc_import *import, uint32_t process, const char *key, size_t bytes);
/* Whether it has that of the source. */
bool tc_import_is_numbered(const struct tc_import *import, uint32_t thread);
void tc_import_name_thread(struct tc_import *import, uint32_t thread, const char *name, size_t bytes);

/* Where the source has no threads: spans of the process are put into as many as it takes. */
uint32_t tc_import_any_thread(struct tc_import *import, uint32_t process);

/* A span: its attributes, if it has any, then the rest of it.  Text may be any bytes; more than 64 KiB of it are cut. */
void tc_import_text(
	struct tc_import *import, int type, const char *key, size_t key_bytes, const char *text, size_t bytes);
void tc_import_word(struct tc_import *import, int type, const char *key, size_t key_bytes, uint64_t word);
void tc_import_real(struct tc_import *import, const char *key, size_t key_bytes, double value);

/* The attributes so far are none's; or they are of a span that is not read whole yet: tc_import_take() has them (NULL: there are none, or no
 * memory), and gives them back by tc_import_give(). */
struct tc_import_taken;
void tc_import_forget(struct tc_import *import);
struct tc_import_taken *tc_import_take(struct tc_import *import);
void tc_import_give(struct tc_import *import, struct tc_import_taken *taken);

struct tc_import_span {
	const char *name;
	size_t name_bytes;
	uint32_t thread;
	int64_t start_ns, duration_ns; /* negative ones are left out and said; of open spans so far, 0: not known */
	uint64_t id, parent, group;    /* see struct tc_item */
	uint32_t depth;                /* see struct tc_item; 0: not known */
	unsigned flags;                /* enum tc_item_flag */
	uint64_t place;                /* line or byte of the source, for what is to be said of it */
};
int tc_import_span(struct tc_import *import, const struct tc_import_span *span); /* 0 or a negative code */

/* A reading of a counter. */
int tc_import_reading(
	struct tc_import *import, const char *name, size_t name_bytes, const char *unit, int64_t at_ns, double value);

/* Something that happened in a thread. */
int tc_import_event(struct tc_import *import, const char *name, size_t bytes, uint32_t thread, int64_t at_ns);

/* Something that was left out or is not as it was: how often is counted, and said with the first place. */
enum tc_import_problem {
	TC_IMPORT_NEGATIVE,   /* durations below 0 */
	TC_IMPORT_UNPAIRED,   /* ends without a begin */
	TC_IMPORT_NO_PARENT,  /* parents that are not there when their child begins, nor soon after */
	TC_IMPORT_RINGS,      /* of parents */
	TC_IMPORT_TWINS,      /* spans with the id of another */
	TC_IMPORT_OUTSIDE,    /* spans of a thread that overlap */
	TC_IMPORT_UNENDED,    /* open spans in what ended */
	TC_IMPORT_INCOMPLETE, /* events without name, time or duration */
	TC_IMPORT_NAMES,      /* more names than a session has */
	TC_IMPORT_ATTRIBUTES, /* more of them than a span has room for */
	TC_IMPORT_COUNTERS,   /* readings of more counters than a session has */
	TC_IMPORT_EVENTS,     /* of more names than a session has */
	TC_IMPORT_LINKS,      /* to spans that are not there when one that has them begins */
	TC_IMPORT_PASSED,     /* what tells of no span */
	TC_IMPORT_PROBLEMS
};
void tc_import_problem(struct tc_import *import, enum tc_import_problem problem, uint64_t place);

/* Sets "NAME, line PLACE: …"; returns TACHO_EFORMAT. */
int tc_import_fail(const struct tc_import *import, uint64_t place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* For those that make all of the session themselves: where; and, if the disk is full, the bytes that it takes. */
struct tc_session_paths *tc_import_paths(struct tc_import *import);
void tc_import_needs(struct tc_import *import, uint64_t bytes);

#endif
