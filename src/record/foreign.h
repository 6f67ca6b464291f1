/* SPDX-License-Identifier: MIT
 *
 * foreign.h - parts of processes that others recorded: the same names, nodes, statistics, kept spans and attributes as a span of this
 * process gets, with times that are told instead of read.  One thread alone, which records nothing of its own meanwhile.
 */
#ifndef RECORD_FOREIGN_H
#define RECORD_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tacho/layout.h>
#include "format/part.h"
#include "format/settings.h"

struct tc_part;

/* What part and threads of all processes are like; before the first of them. */
void tc_foreign_set(const struct tc_settings *settings, uint32_t ring_records);

struct tc_foreign_process {
	const char *program;
	uint64_t pid;
	uint64_t begin_ns;    /* its own clock, to which all instants below belong; 1 or later */
	uint64_t realtime_ns; /* the same instant */
};

/* A part in this directory; tc_foreign_close() ends it, and is false where there
 * was not room for all of it.  0 or a negative code with the sentence set. */
int tc_foreign_open(struct tc_part **out, const char *directory, const struct tc_foreign_process *process);
void tc_foreign_rename(struct tc_part *part, const char *program, uint64_t pid); /* it was not known before */
bool tc_foreign_close(struct tc_part *part, const struct tc_calibration *end);

/* A thread of it; NULL: no room. */
struct tacho_block *tc_foreign_thread(struct tc_part *part, uint32_t tid, uint64_t begin_ns);
void tc_foreign_name_thread(struct tacho_block *block, const char *name);

/* The number of a name under a node of the thread, 0: its root; a new one is first seen at first_ns. */
uint32_t tc_foreign_node(
	struct tacho_block *block, uint32_t parent, const char *name, enum tacho_kind kind, uint64_t first_ns);

/* A span of the stack begins; it ends by tc_foreign_end(), the last one first, with what this returns. */
uint64_t tc_foreign_begin(struct tacho_block *block, uint32_t node, uint64_t start_ns);

/* What links and parents name a span of this node by that began then. */
uint64_t tc_foreign_identity(const struct tacho_block *block, uint32_t node, uint64_t start_ns);

struct tc_foreign_attribute {
	enum tacho_attribute_type type;
	const char *key;
	size_t key_bytes;
	const void *value; /* the bytes of a text; else a word of 8 bytes */
	size_t value_bytes;
};

struct tc_foreign_span {
	uint32_t node;
	bool beside;  /* the stack: it was not begun */
	uint64_t top; /* else what tc_foreign_begin() returned */
	uint64_t start_ns, duration_ns;
	bool failed;
	size_t attributes;
	const struct tc_foreign_attribute *attribute;
};

/* Spans come in the order of their ends, but for some that are known late. */
void tc_foreign_end(struct tacho_block *block, const struct tc_foreign_span *span);

/* One that has not ended when all is over: of the stack, then it was begun, or beside that. */
void tc_foreign_leave_open(struct tacho_block *block, const struct tc_foreign_span *span);

/* Something happened in the thread: an event of this name.  false: there is no room for it. */
bool tc_foreign_mark(struct tacho_block *block, const char *name, uint64_t at_ns);

#endif
