/* SPDX-License-Identifier: MIT
 *
 * chrome_take.c - what an event of Chrome's trace format is: of whom, and a span, a reading, something that happened, or a name.
 */
#include <string.h>
#include "base/decimal.h"
#include "base/error.h"
#include "import/chrome.h"

/* ---- who ---- */

static uint32_t process_of(struct tc_chrome *chrome)
{
	const struct tc_strbuf *pid = &chrome->event.pid;
	int64_t number;
	size_t known = chrome->import->process_keys.count;
	uint32_t process = tc_import_process(chrome->import, tc_strbuf_text(pid), pid->bytes);
	if (process != TC_NO_TEXT && process >= known &&
		tc_decimal_scaled(tc_strbuf_text(pid), pid->bytes, 0, &number) && number >= 0) {
		tc_import_number_process(chrome->import, process, (uint64_t)number);
		tc_import_name_process(chrome->import, process, "process", strlen("process"));
	}
	return process;
}

static uint32_t thread_of(struct tc_chrome *chrome)
{
	const struct tc_strbuf *tid = &chrome->event.tid;
	uint32_t process = process_of(chrome);
	return process == TC_NO_TEXT ? process
	                             : tc_import_thread(chrome->import, process, tc_strbuf_text(tid), tid->bytes);
}

static int name_somebody(struct tc_chrome *chrome)
{
	const struct tc_strbuf *name = &chrome->event.name, *label = &chrome->event.label;
	bool of_thread = !strcmp(tc_strbuf_text(name), "thread_name");
	if (!label->bytes || (!of_thread && strcmp(tc_strbuf_text(name), "process_name")))
		return 0;
	uint32_t number = of_thread ? thread_of(chrome) : process_of(chrome);
	if (number == TC_NO_TEXT)
		return TACHO_EINVAL;
	if (of_thread)
		tc_import_name_thread(chrome->import, number, tc_strbuf_text(label), label->bytes);
	else
		tc_import_name_process(chrome->import, number, tc_strbuf_text(label), label->bytes);
	return 0;
}

/* ---- spans and readings ---- */

static int complete(struct tc_chrome *chrome, uint32_t thread)
{
	struct tc_import_span span = tc_chrome_span(chrome, thread);
	if (!chrome->event.has_duration) { /* it had not ended when the trace did */
		span.flags |= TC_ITEM_OPEN;
		span.duration_ns = 0;
	}
	return tc_import_span(chrome->import, &span);
}

/* Of several values of a counter each is a series; of one its name is the unit, as in tacho's own. */
static int counter(struct tc_chrome *chrome)
{
	const struct tc_chrome_event *event = &chrome->event;
	bool machine = !strcmp(tc_strbuf_text(&event->pid), "2147483647"); /* see put_counters() in export/chrome.c */
	struct tc_strbuf name = {0};
	int code = 0;
	tc_import_forget(chrome->import);
	for (size_t i = 0; i < event->values && !code; i++) {
		tc_strbuf_clear(&name);
		tc_strbuf_puts(&name, tc_strbuf_text(&event->name));
		if (!machine)
			tc_strbuf_printf(&name, " of %s", tc_strbuf_text(&event->pid));
		if (event->values > 1)
			tc_strbuf_printf(&name, ": %s", event->value[i].name);
		const char *unit = machine ? event->value[i].name : "";
		code = tc_import_reading(
			chrome->import, tc_strbuf_text(&name), name.bytes, unit, event->time_ns, event->value[i].value);
	}
	tc_strbuf_release(&name);
	return code;
}

int tc_chrome_take_event(struct tc_chrome *chrome)
{
	const struct tc_chrome_event *event = &chrome->event;
	if (event->phase == 'M')
		return name_somebody(chrome);
	if (!event->phase || !strchr("XBEbeSFCiIRn", event->phase)) {
		tc_import_problem(chrome->import, TC_IMPORT_PASSED, event->place);
		return 0;
	}
	bool ends = strchr("EeF", event->phase);
	if (!event->has_time || (!ends && !event->has_name)) {
		tc_import_problem(chrome->import, TC_IMPORT_INCOMPLETE, event->place);
		return 0;
	}
	if (event->phase == 'C')
		return counter(chrome);
	uint32_t thread = thread_of(chrome);
	if (thread == TC_NO_TEXT)
		return TACHO_EINVAL;
	if (strchr("iIRn", event->phase))
		return tc_import_event(
			chrome->import, tc_strbuf_text(&event->name), event->name.bytes, thread, event->time_ns);
	if (event->phase == 'X')
		return complete(chrome, thread);
	return strchr("BE", event->phase) ? tc_chrome_stacked(chrome, thread) : tc_chrome_async(chrome, thread);
}
