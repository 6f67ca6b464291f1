/* SPDX-License-Identifier: MIT
 *
 * otlp.h - pieces of OpenTelemetry's JSON; otlp.c has the traces, otlp_metrics.c the metrics.
 */
#ifndef EXPORT_OTLP_H
#define EXPORT_OTLP_H

#include "export/escape.h"
#include "export/export.h"

void tc_otlp_resource(struct tc_out *out, const struct tc_session *session); /* "resource":{…} */
void tc_otlp_int(struct tc_out *out, const char *key, int64_t value);        /* an attribute */
void tc_otlp_text(struct tc_out *out, const char *key, const char *text, size_t bytes);
void tc_otlp_attribute(struct tc_out *out, const struct tc_attribute_view *attribute); /* with a comma before it */

int tc_otlp_metrics(struct tc_export *export); /* a line */

#endif
