/* SPDX-License-Identifier: MIT */
#include "sample/devices.h"

#include <math.h>
#include <string.h>

static bool is_named(const struct tc_device *device, const char *name, size_t bytes)
{
	return !strncmp(device->name, name, bytes) && !device->name[bytes];
}

/* Lists keep their order, so that the next one is mostly the one that is looked for. */
static struct tc_device *look_up(struct tc_devices *devices, const char *name, size_t bytes)
{
	for (size_t i = 0, at = devices->next; i < devices->count; i++, at++) {
		at = at < devices->count ? at : 0;
		if (!is_named(&devices->device[at], name, bytes))
			continue;
		devices->next = at + 1;
		return &devices->device[at];
	}
	return NULL;
}

struct tc_device *tc_devices_find(struct tc_devices *devices, const char *name, size_t bytes, bool *fresh)
{
	bytes = bytes < sizeof devices->device[0].name ? bytes : sizeof devices->device[0].name - 1;
	struct tc_device *device = look_up(devices, name, bytes);
	*fresh = !device;
	if (!device) {
		if (devices->count == TC_DEVICES_MAX)
			return NULL;
		device = &devices->device[devices->count++];
		memcpy(device->name, name, bytes);
	}
	device->here = true;
	for (size_t i = 0; i < devices->counters; i++)
		device->reading[i] = (struct tc_reading){NAN, NAN};
	return device;
}

static void show(struct tc_devices *devices, struct tc_device *device)
{
	for (size_t i = 0; i < devices->each_count && !device->shown; i++)
		device->number[i] = devices->shown < TC_DEVICES_SHOWN_MAX
		                            ? tc_sample_each(devices->set, &devices->each[i], device->name)
		                            : TC_NO_SERIES;
	devices->shown += !device->shown;
	device->shown = true;
	for (size_t i = 0; i < devices->each_count && device->here; i++)
		tc_series_put(devices->set, device->number[i], device->reading[i]);
}

static void lose(struct tc_devices *devices, struct tc_device *device)
{
	for (size_t i = 0; i < devices->counters; i++) {
		tc_counter_lose(&device->counter[i]);
		device->reading[i] = (struct tc_reading){NAN, NAN};
	}
}

static void add(struct tc_reading *sum, const struct tc_reading *reading, double total)
{
	if (!isnan(reading->value))
		sum->value = (isnan(sum->value) ? 0 : sum->value) + reading->value;
	sum->total = (isnan(sum->total) ? 0 : sum->total) + total;
}

void tc_devices_sum(struct tc_devices *devices, struct tc_reading *readings)
{
	for (size_t i = 0; i < devices->count; i++) {
		struct tc_device *device = &devices->device[i];
		if (!device->counts)
			continue;
		if (!device->here)
			lose(devices, device);
		show(devices, device);
		for (size_t k = 0; k < devices->counters; k++)
			add(&readings[k], &device->reading[k], device->counter[k].total);
		device->here = false;
	}
}
