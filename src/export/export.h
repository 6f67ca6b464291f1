/* SPDX-License-Identifier: MIT
 *
 * export.h - a session as a file that other tools read.  Each format is one file of this folder that ends with its descriptor; formats.c
 * lists it in one line.  An export goes through the session once or a few times and holds nothing of it but what the format needs
 * at a time, whatever the number of spans.
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include "analyze/considered.h"
#include "export/destination.h"
#include "read/span_stream.h"

struct tc_export;

struct tc_format {
	const char *name;                       /* "csv" */
	const char *ending;                     /* of the names that are made up: ".json" */
	const char *summary;                    /* one line: what it is, and what reads it */
	bool is_directory;                      /* it makes several files */
	bool has_spans;                         /* it goes through single spans */
	bool streams;                           /* and needs no more of them than one after another */
	bool finds;                             /* it has findings, which are made of those in memory */
	bool is_whole;                          /* of all of a session as it was recorded, and of nothing less */
	bool is_state;                          /* how things stand, for who reads one file again and again */
	int (*write)(struct tc_export *export); /* 0, or a negative tacho_error code with the sentence set */
};

extern const struct tc_format *const tc_formats[]; /* ends with NULL */

/* NULL with the sentence set, which names the nearest. */
const struct tc_format *tc_format_find(const char *name);

/* What went by the last time that the format went through all single spans. */
struct tc_export_told {
	bool any; /* it did */
	uint64_t spans, open;
	uint64_t lacking; /* spans, of which attributes are missing */
	bool leaves_open_out;
};

struct tc_export_options {
	const struct tc_format *format;
	const char *path;                      /* "-": standard output; NULL: a name is made up, in `directory` */
	const char *directory;                 /* made where it is not there; "": the working directory */
	bool force;                            /* replace what is there */
	bool is_latest;                        /* a name that is made up has no time, and what is there is replaced */
	const struct tc_session_options *part; /* which part of the session was opened; NULL: all of it */
	bool is_redacted;                      /* it was recorded under the redact settings of now */
	/* Each 64 KiB that were written, and each 16,384 spans that were passed; false: stop.  May be NULL. */
	bool (*progress)(void *context, uint64_t spans, uint64_t bytes);
	void *context;
	struct tc_export_told *told; /* may be NULL */
};

struct tc_export { /* one that is under way, as its format sees it */
	const struct tc_session *session;
	struct tc_report_options what; /* which part of it */
	struct tc_destination *destination;
	struct tc_out *out; /* of the file that is open */
	const struct tc_export_options *options;
	struct tc_span_stream *stream; /* NULL: none is begun */
	bool outer_first;              /* as span_stream.h says; for formats to set, before the first span */
	struct tc_export_told going;   /* since it began to go through them */
	uint64_t passed;               /* single spans so far, again where it goes through them again */
	struct tc_span_view hidden;    /* the span that is shown, when something in it was replaced */
	struct tc_attribute_view *attribute;
	size_t room;
};

/* Writes an open session.  Texts that the redact settings name are replaced, in the session too.  written (TC_DESTINATION_PATH bytes): what
 * was made.  0, or a negative tacho_error code with the sentence set; then nothing is left of it. */
int tc_export(struct tc_session *session, const struct tc_export_options *options, char *written);

/* ---- for formats ---- */

/* In a directory: the next file. */
int tc_export_file(struct tc_export *export, const char *name);

/* Through all single spans that were kept, as span_stream.h says; NULL: there are no more, or the export is lost and that will be
 * said.  After NULL it begins anew. */
const struct tc_span_view *tc_export_span(struct tc_export *export);

/* The process ids that processes are shown under, by index, so that no two have the same; malloc'ed.  NULL: out of memory, and the
 * sentence set. */
uint64_t *tc_export_pids(const struct tc_session *session);

/* redact.c: replaces what the settings say in a session, and in a span that does not lie in it; NULL: out of memory. */
bool tc_export_has_rules(void);
void tc_export_redact(struct tc_session *session);
const struct tc_span_view *tc_export_redacted(struct tc_export *export, const struct tc_span_view *span);

#endif
