/* SPDX-License-Identifier: MIT
 *
 * monitor.c - operations under way, by name: timed always, recorded as async spans where something records.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>
#include "base/error.h"
#include "format/clock.h"
#include "record/private.h"

struct running {
	struct tacho_site *site;
	uint64_t since_ns;
	struct tacho_async span;
};

struct tacho_monitor {
	pthread_mutex_t lock;
	size_t count, room;
	struct running *running; /* by begin */
};

uint64_t tacho_now_ns_called(void)
{
	return tc_monotonic_ns();
}

int tacho_monitor_new_called(struct tacho_monitor **out)
{
	*out = calloc(1, sizeof **out);
	if (!*out)
		return tc_error(TACHO_ENOMEM, "out of memory");
	pthread_mutex_init(&(*out)->lock, NULL);
	return 0;
}

void tacho_monitor_free_called(struct tacho_monitor *monitor)
{
	if (!monitor)
		return;
	pthread_mutex_destroy(&monitor->lock);
	free(monitor->running);
	free(monitor);
}

static struct running *find(struct tacho_monitor *monitor, const char *name)
{
	for (size_t i = 0; i < monitor->count; i++)
		if (!strcmp(monitor->running[i].site->name, name))
			return &monitor->running[i];
	return NULL;
}

static int start(struct tacho_monitor *monitor, const char *name)
{
	struct tacho_site *site = tacho_site_named_called(name);
	if (find(monitor, site->name))
		return tc_error(TACHO_EBUSY, "\"%.100s\" runs already: stop it first", site->name);
	if (monitor->count == monitor->room) {
		size_t room = monitor->room ? monitor->room * 2 : 8;
		struct running *more = realloc(monitor->running, room * sizeof *more);
		if (!more)
			return tc_error(TACHO_ENOMEM, "out of memory");
		monitor->running = more;
		monitor->room = room;
	}
	struct running *running = &monitor->running[monitor->count++];
	running->site = site;
	running->since_ns = tc_monotonic_ns();
	tacho_async_begin(&running->span, site, NULL);
	return 0;
}

int tacho_monitor_start_called(struct tacho_monitor *monitor, const char *operation)
{
	pthread_mutex_lock(&monitor->lock);
	int result = start(monitor, operation);
	pthread_mutex_unlock(&monitor->lock);
	return result;
}

static int stop(struct tacho_monitor *monitor, const char *name, uint64_t *elapsed_ns)
{
	uint64_t now = tc_monotonic_ns();
	struct running *running = find(monitor, tacho_site_named_called(name)->name);
	if (!running && !monitor->count)
		return tc_error(TACHO_ENOENT, "\"%.100s\" does not run, nor does anything else", name ? name : "");
	if (!running)
		return tc_error(TACHO_ENOENT, "\"%.100s\" does not run; \"%.100s\" does", name ? name : "",
			monitor->running[monitor->count - 1].site->name);
	tacho_async_end(&running->span);
	if (elapsed_ns)
		*elapsed_ns = now - running->since_ns;
	size_t behind = (size_t)(monitor->running + monitor->count-- - (running + 1));
	memmove(running, running + 1, behind * sizeof *running);
	return 0;
}

int tacho_monitor_stop_called(struct tacho_monitor *monitor, const char *operation, uint64_t *elapsed_ns)
{
	pthread_mutex_lock(&monitor->lock);
	int result = stop(monitor, operation, elapsed_ns);
	pthread_mutex_unlock(&monitor->lock);
	return result;
}

size_t tacho_monitor_list_called(struct tacho_monitor *monitor, struct tacho_operation *out, size_t room)
{
	pthread_mutex_lock(&monitor->lock);
	uint64_t now = tc_monotonic_ns();
	size_t count = monitor->count;
	for (size_t i = 0; i < count && i < room; i++)
		out[i] = (struct tacho_operation){monitor->running[i].site->name, now - monitor->running[i].since_ns};
	pthread_mutex_unlock(&monitor->lock);
	return count;
}

double tacho_throughput_called(uint64_t items, uint64_t elapsed_ns)
{
	if (!elapsed_ns && tacho_is_recording() && tc_slow_enter()) {
		if (tc_recorder.part)
			elapsed_ns = tc_monotonic_ns() - tc_part_header(tc_recorder.part)->begin.monotonic_ns;
		tc_slow_leave();
	}
	return elapsed_ns ? (double)items * 1e9 / (double)elapsed_ns : (double)NAN;
}
