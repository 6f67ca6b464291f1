/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <tacho/tacho.h>
#include <time.h>
#include "record/metric.h"

static uint64_t thread_cpu_ns(void)
{
	struct timespec t = {0};
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void tacho_cost_begin_called(struct tacho_cost *cost, struct tacho_cost_site *site)
{
	cost->site = site;
	tacho_span_begin(&cost->span, &site->site);
	if (!cost->span.block)
		return;
	cost->resident_bytes = site->memory ? tc_resident_bytes() : 0;
	cost->cpu_ns = thread_cpu_ns(); /* last, so that what was read before is not in it */
}

/* Two threads that make it at once find the same. */
static struct tacho_metric *metric(
	struct tacho_metric **made, const char *name, const char *suffix, enum tacho_metric_kind kind, const char *help)
{
	struct tacho_metric *one = __atomic_load_n(made, __ATOMIC_ACQUIRE);
	char text[256];
	if (one)
		return one;
	snprintf(text, sizeof text, "%.240s.%s", name, suffix);
	one = tc_metric_of_span(kind, text, kind == TACHO_METRIC_TIME ? "ns" : "bytes", help);
	__atomic_store_n(made, one, __ATOMIC_RELEASE);
	return one;
}

static void end_memory(struct tacho_cost *cost)
{
	struct tacho_cost_site *site = cost->site;
	uint64_t now = tc_resident_bytes();
	if (!cost->resident_bytes || !now)
		return;
	int64_t grown = (int64_t)(now - cost->resident_bytes);
	tacho_span_attr_i64(&cost->span, "memory_bytes", grown);
	tacho_distribution_record(metric(&site->grown, site->site.name, "memory", TACHO_METRIC_MEMORY,
					  "Growth of the process's resident memory in each call."),
		(double)grown);
}

void tacho_cost_end_called(struct tacho_cost *cost)
{
	uint64_t cpu_ns = thread_cpu_ns() - cost->cpu_ns;
	struct tacho_cost_site *site = cost->site;
	if (!cost->span.block)
		return;
	tacho_span_attr_i64(&cost->span, "cpu_ns", (int64_t)cpu_ns);
	tacho_timer_record_ns(metric(&site->cpu, site->site.name, "cpu", TACHO_METRIC_TIME,
				      "CPU time of the thread in each call, measured at its begin and end."),
		cpu_ns);
	if (site->memory)
		end_memory(cost);
	tacho_span_end(&cost->span);
}
