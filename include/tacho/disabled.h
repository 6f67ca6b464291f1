/* SPDX-License-Identifier: MIT
 *
 * disabled.h - with -DTACHO_DISABLE, what calls into the library come to, so that it need not be linked.  Included by tacho.h;
 * what has an inline form anyway is empty there.  Calls that say how they went say 0.
 */
#ifndef TACHO_DISABLED_H
#define TACHO_DISABLED_H

#include <tacho/tacho.h>

#if TACHO_COMPILED_OUT
struct tacho_async; /* async.h may have been included first */

#ifdef __cplusplus
extern "C" {
#endif

TACHO_INLINE int tacho_config_set(struct tacho_config *config, const char *key, const char *value)
{
	(void)config, (void)key, (void)value;
	return 0;
}

TACHO_INLINE int tacho_start(const struct tacho_config *config)
{
	(void)config;
	return 0;
}

TACHO_INLINE void tacho_stop(void)
{
}

TACHO_INLINE void tacho_set_recording(bool on)
{
	(void)on;
}

TACHO_INLINE bool tacho_is_recording(void)
{
	return false;
}

TACHO_INLINE const char *tacho_session_directory(void)
{
	return NULL;
}

TACHO_INLINE const char *tacho_version(void)
{
	return TACHO_VERSION;
}

TACHO_INLINE void tacho_span_attr_bytes(struct tacho_span *span, const char *key, const char *value, size_t bytes)
{
	(void)span, (void)key, (void)value, (void)bytes;
}

TACHO_INLINE void tacho_span_failed_bytes(
	struct tacho_span *span, const int64_t *code, const char *message, size_t bytes)
{
	(void)span, (void)code, (void)message, (void)bytes;
}

TACHO_INLINE void tacho_async_attr_bytes(struct tacho_async *async, const char *key, const char *value, size_t bytes)
{
	(void)async, (void)key, (void)value, (void)bytes;
}

TACHO_INLINE void tacho_async_failed_bytes(
	struct tacho_async *async, const int64_t *code, const char *message, size_t bytes)
{
	(void)async, (void)code, (void)message, (void)bytes;
}

TACHO_INLINE struct tacho_metric *tacho_metric_from(
	const char *source, enum tacho_metric_kind kind, const char *name, const char *unit, const char *help)
{
	static TACHO_METRIC(none, TACHO_METRIC_CUSTOM, "", NULL, NULL, NULL);
	(void)source, (void)kind, (void)name, (void)unit, (void)help;
	return &none;
}

TACHO_INLINE struct tacho_metric *tacho_metric_named(
	enum tacho_metric_kind kind, const char *name, const char *unit, const char *help)
{
	return tacho_metric_from(NULL, kind, name, unit, help);
}

TACHO_INLINE void tacho_metric_record(struct tacho_metric *metric, double value)
{
	(void)metric, (void)value;
}

TACHO_INLINE int tacho_callback_add(const char *name, void (*call)(void *context), void *context)
{
	(void)name, (void)call, (void)context;
	return 0;
}

TACHO_INLINE void tacho_callback_remove(int number)
{
	(void)number;
}

TACHO_INLINE void tacho_io_wait(double seconds)
{
	(void)seconds;
}

#ifdef __cplusplus
}
#endif
#endif
#endif
