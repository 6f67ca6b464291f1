/* SPDX-License-Identifier: MIT
 *
 * otlp.h - one file of OpenTelemetry's spans on its way, as the files of that share it.
 */
#ifndef IMPORT_OTLP_H
#define IMPORT_OTLP_H

#include "base/json_read.h"
#include "import/private.h"

struct tc_otlp_resource {
	struct tc_strbuf service, instance, host, pid;
	uint32_t process; /* TC_NO_TEXT: no span has asked for it yet */
};

struct tc_otlp {
	struct tc_import *import;
	struct tc_json_reader json;
	struct tc_otlp_resource resource;
	uint64_t resources;
	/* The span under way. */
	struct tc_strbuf name, trace, id, parent, pid, thread, thread_name, message, exception, events;
	struct tc_strbuf other_trace, other; /* of a link; a name */
	uint32_t event_count;
	bool has_begin, has_end, has_code;
	int64_t begin_ns, end_ns, code, depth;
	unsigned flags;
};

/* Where a value goes, which is otlp->json.text; type: enum tacho_attribute_type. */
typedef void tc_otlp_take(struct tc_otlp *otlp, const char *key, size_t bytes, int type);

/* otlp_value.c: the values of an array, or where `pairs` its attributes, under their places or keys behind a prefix; false: it is no JSON */
bool tc_otlp_values(struct tc_otlp *otlp, const char *prefix, size_t bytes, bool pairs, tc_otlp_take *take);
bool tc_otlp_key_is(const char *key, size_t bytes, const char *wanted);

/* otlp_span.c: one, behind its brace; false: it is no JSON */
bool tc_otlp_read_span(struct tc_otlp *otlp);
int tc_otlp_take_span(struct tc_otlp *otlp); /* 0 or a negative code */

/* otlp_event.c: its links and events, behind the bracket; false: it is no JSON */
bool tc_otlp_read_links(struct tc_otlp *otlp);
bool tc_otlp_read_events(struct tc_otlp *otlp);
int tc_otlp_take_events(struct tc_otlp *otlp, uint32_t thread); /* those that were read; 0 or a negative code */
uint64_t tc_otlp_id(const struct tc_strbuf *trace, const struct tc_strbuf *id); /* 0: there is none */

/* otlp_who.c: its process and thread; TC_NO_TEXT: with the error set */
uint32_t tc_otlp_thread(struct tc_otlp *otlp);
/* Of the resource that was read, for the process that its spans have. */
void tc_otlp_name_process(struct tc_otlp *otlp);

#endif
