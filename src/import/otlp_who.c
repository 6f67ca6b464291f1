/* SPDX-License-Identifier: MIT
 *
 * otlp_who.c - the process and the thread of a span: a resource is a process.
 */
#include <string.h>
#include "base/decimal.h"
#include "import/otlp.h"

static void name_process(struct tc_otlp *otlp, uint32_t process, const struct tc_strbuf *pid)
{
	const struct tc_strbuf *service = &otlp->resource.service;
	int64_t number;
	tc_import_name_process(otlp->import, process, service->bytes ? tc_strbuf_text(service) : "unknown_service",
		service->bytes ? service->bytes : strlen("unknown_service"));
	if (tc_decimal_scaled(tc_strbuf_text(pid), pid->bytes, 0, &number) && number > 0)
		tc_import_number_process(otlp->import, process, (uint64_t)number);
}

/* A resource that comes behind its spans names them afterwards; until then it is one of its own. */
static uint32_t process_of(struct tc_otlp *otlp)
{
	struct tc_otlp_resource *r = &otlp->resource;
	const struct tc_strbuf *pid = otlp->pid.bytes ? &otlp->pid : &r->pid;
	struct tc_strbuf key = {0};
	if (!otlp->pid.bytes && r->process != TC_NO_TEXT)
		return r->process;
	tc_strbuf_printf(&key, "%s\n%s\n%s\n%s", tc_strbuf_text(&r->service), tc_strbuf_text(&r->instance),
		tc_strbuf_text(&r->host), tc_strbuf_text(pid));
	if (key.bytes == 3)
		tc_strbuf_printf(&key, "resource %llu", (unsigned long long)otlp->resources);
	size_t known = otlp->import->process_keys.count;
	uint32_t process = tc_import_process(otlp->import, tc_strbuf_text(&key), key.bytes);
	tc_strbuf_release(&key);
	if (process != TC_NO_TEXT && process >= known)
		name_process(otlp, process, pid);
	if (!otlp->pid.bytes)
		r->process = process;
	return process;
}

uint32_t tc_otlp_thread(struct tc_otlp *otlp)
{
	uint32_t process = process_of(otlp);
	if (process == TC_NO_TEXT)
		return process;
	if (!otlp->thread.bytes)
		return tc_import_any_thread(otlp->import, process);
	uint32_t thread = tc_import_thread(otlp->import, process, tc_strbuf_text(&otlp->thread), otlp->thread.bytes);
	if (thread != TC_NO_TEXT && otlp->thread_name.bytes)
		tc_import_name_thread(
			otlp->import, thread, tc_strbuf_text(&otlp->thread_name), otlp->thread_name.bytes);
	return thread;
}

void tc_otlp_name_process(struct tc_otlp *otlp)
{
	if (otlp->resource.process != TC_NO_TEXT)
		name_process(otlp, otlp->resource.process, &otlp->resource.pid);
}
