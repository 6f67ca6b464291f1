/* SPDX-License-Identifier: MIT
 *
 * private.h - one import under way, as the files of this room share it; formats see importer.h.
 */
#ifndef IMPORT_PRIVATE_H
#define IMPORT_PRIVATE_H

#include "format/log.h"
#include "format/store.h"
#include "import/import.h"
#include "import/importer.h"
#include "import/sort.h"
#include "import/texts.h"

enum {
	TC_IMPORT_NAMES_MOST = 65000,    /* in a session, of spans; more are "(other)" */
	TC_IMPORT_EVENTS_MOST = 1000,    /* different ones; a session has so many metrics */
	TC_IMPORT_PROCESSES_MOST = 500,  /* each is a file that is open while they are written */
	TC_IMPORT_THREADS_MOST = 16384,  /* each has some 50 KiB of memory */
	TC_IMPORT_VALUE_MOST = 1 << 16,  /* bytes of an attribute; the setting attribute_text_bytes leaves less */
	TC_IMPORT_ATTRIBUTES_MOST = 1024 /* of a span */
};

struct tc_import_process_entry {
	uint64_t pid;
	bool numbered;       /* the source says its pid; else it gets one that no other has */
	uint32_t highest;    /* number of its threads */
	uint32_t any_thread; /* + 1; 0: none */
	char name[256];
};

struct tc_import_thread_entry {
	uint32_t process, tid;
	bool numbered; /* the source says its tid; else it gets one that no other of the process has */
	bool any;      /* stands for as many as it takes */
	char name[16];
};

struct tc_import {
	const struct tc_import_options *options;
	const struct tc_input *input;
	struct tc_session_paths paths;
	const char *unit; /* of places in the input */
	bool dated;       /* it is known when the trace was: */
	uint64_t base_ns; /* Unix time of its instant 0; 0: what the source says, if it says so, are Unix times */
	struct tc_texts names, process_keys, thread_keys, counters, units, events;
	struct tc_import_process_entry *process;
	struct tc_import_thread_entry *thread;
	size_t process_room, thread_room;
	struct tc_sort *sort;
	uint64_t spans, others, highest; /* readings and events; pid */
	char *item;                      /* the one under way: struct tc_item and its attributes */
	size_t item_bytes, item_room;
	uint16_t attributes;
	uint64_t problem[TC_IMPORT_PROBLEMS], first[TC_IMPORT_PROBLEMS];
	int error;           /* of the item under way */
	int64_t rounding_ns; /* by how much a time may be off the source's own, where that has parts of ns or was rounded */
	uint64_t needs;      /* bytes that the session takes, where that is known; else 0 */
};

static inline struct tc_item *tc_import_item(const struct tc_import *import)
{
	return (struct tc_item *)(void *)import->item;
}

/* who.c, span.c */
void tc_import_release(struct tc_import *import);

/* place.c: puts what was sorted where it belongs, and all of it into the session's files.  begin and end: of the session. */
int tc_import_place(struct tc_import *import, struct tc_calibration *begin, struct tc_calibration *end);

/* problems.c: as notes of the manifest, and to who imports */
struct tc_manifest;
void tc_import_notes(const struct tc_import *import, struct tc_manifest *manifest);
void tc_import_tell(const struct tc_import *import);

#endif
