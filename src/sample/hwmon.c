/* SPDX-License-Identifier: MIT
 *
 * hwmon.c - temperatures of the machine's sensors, by chip and label.  Dear: some sensors sit behind a slow bus.
 */
#include "sample/patient.h"
#include "sample/procfile.h"
#include "sample/sample.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENSORS_MAX = 32, NAME_BYTES = 64 };

struct hwmon {
	char root[PATH_MAX];
	struct tc_series_set *set;
	size_t count;
	struct sensor {
		unsigned chip, input; /* hwmonCHIP/tempINPUT_input */
		char name[NAME_BYTES];
		uint32_t number;
		bool added;
	} sensor[SENSORS_MAX];
};

static bool read_celsius(const struct hwmon *hwmon, const struct sensor *sensor, double *celsius)
{
	char text[64];
	double millidegrees;
	if (!tc_patient_slurp(hwmon->root, text, sizeof text, "sys/class/hwmon/hwmon%u/temp%u_input", sensor->chip,
		    sensor->input) ||
		!tc_parse_decimal(text, &millidegrees))
		return false;
	*celsius = millidegrees / 1000;
	return true;
}

/* Appends text as a part of a name: lower case, digits, '_' for the rest. */
static void append(char name[NAME_BYTES], const char *text)
{
	size_t at = strlen(name);
	if (at && at < NAME_BYTES - 1)
		name[at++] = '_';
	for (; *text && *text != '\n' && at < NAME_BYTES - 1; text++) {
		bool upper = *text >= 'A' && *text <= 'Z';
		bool plain = (*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9');
		name[at++] = upper ? (char)(*text - 'A' + 'a') : plain ? *text : '_';
	}
	name[at] = 0;
}

/* "coretemp_package_id_0"; two chips of one name are told apart by their number. */
static void name_sensor(struct hwmon *hwmon, struct sensor *sensor)
{
	char chip[64], label[64], text[32];
	tc_patient_slurp(hwmon->root, chip, sizeof chip, "sys/class/hwmon/hwmon%u/name", sensor->chip);
	if (!tc_patient_slurp(hwmon->root, label, sizeof label, "sys/class/hwmon/hwmon%u/temp%u_label", sensor->chip,
		    sensor->input))
		snprintf(label, sizeof label, "%u", sensor->input);
	append(sensor->name, *chip ? chip : "chip");
	append(sensor->name, label);
	for (const struct sensor *other = hwmon->sensor; other < sensor; other++)
		if (!strcmp(other->name, sensor->name)) {
			snprintf(text, sizeof text, "hwmon%u", sensor->chip);
			append(sensor->name, text);
			return;
		}
}

/* "temp12_input": 12 between "temp" and "_input" */
static bool number_in(const char *name, const char *before, const char *behind, unsigned *number)
{
	uint64_t found;
	size_t bytes = strlen(before);
	const char *end = strncmp(name, before, bytes) ? NULL : tc_parse_number(name + bytes, &found);
	if (!end || strcmp(end, behind) || found > UINT32_MAX)
		return false;
	*number = (unsigned)found;
	return true;
}

static void look_at_chip(struct hwmon *hwmon, unsigned chip)
{
	char path[PATH_MAX + 64];
	struct dirent *entry;
	unsigned input;
	snprintf(path, sizeof path, "%s/sys/class/hwmon/hwmon%u", hwmon->root, chip);
	DIR *directory = opendir(path);
	while (directory && (entry = readdir(directory)))
		if (number_in(entry->d_name, "temp", "_input", &input) && hwmon->count < SENSORS_MAX)
			hwmon->sensor[hwmon->count++] = (struct sensor){.chip = chip, .input = input};
	if (directory)
		closedir(directory);
}

static int by_number(const void *a, const void *b)
{
	const struct sensor *left = a, *right = b;
	int chips = (left->chip > right->chip) - (left->chip < right->chip);
	return chips ? chips : (left->input > right->input) - (left->input < right->input);
}

static void find_sensors(struct hwmon *hwmon)
{
	char path[PATH_MAX + 64];
	struct dirent *entry;
	unsigned chip;
	snprintf(path, sizeof path, "%s/sys/class/hwmon", hwmon->root);
	DIR *directory = opendir(path);
	while (directory && (entry = readdir(directory)))
		if (number_in(entry->d_name, "hwmon", "", &chip))
			look_at_chip(hwmon, chip);
	if (directory)
		closedir(directory);
	qsort(hwmon->sensor, hwmon->count, sizeof hwmon->sensor[0], by_number);
	for (size_t i = 0; i < hwmon->count; i++)
		name_sensor(hwmon, &hwmon->sensor[i]);
}

static void hwmon_open(void *state, const struct tc_sample_place *place, struct tc_series *series)
{
	struct hwmon *hwmon = state;
	snprintf(hwmon->root, sizeof hwmon->root, "%s", place->root);
	hwmon->set = place->series;
	find_sensors(hwmon);
	if (!hwmon->count)
		series[0].absent =
			"no sensor tells a temperature here: virtual machines have none; on hardware the module of "
			"the sensor may be missing (modprobe coretemp or k10temp)";
}

static const struct tc_series each_sensor[1];

static void add_sensor(struct hwmon *hwmon, struct sensor *sensor, bool late)
{
	struct tc_series each = each_sensor[0];
	each.absent = late ? TC_PATIENT_REASON : NULL;
	sensor->number = tc_sample_each(hwmon->set, &each, sensor->name);
	sensor->added = true;
}

static void hwmon_read(void *state, struct tc_moment *now, struct tc_reading *readings)
{
	struct hwmon *hwmon = state;
	double celsius;
	(void)now;
	for (size_t i = 0; i < hwmon->count; i++) {
		struct sensor *sensor = &hwmon->sensor[i];
		bool told = read_celsius(hwmon, sensor, &celsius);
		if (!sensor->added)
			add_sensor(hwmon, sensor, !told && errno == ETIMEDOUT);
		if (!told)
			continue;
		readings[0].value = readings[0].value > celsius ? readings[0].value : celsius;
		tc_series_put(hwmon->set, sensor->number, (struct tc_reading){celsius, NAN});
	}
}

static void hwmon_close(void *state, uint64_t now_ns)
{
	(void)state, (void)now_ns;
}

#define OF_HWMON .unit = "celsius", .source = "/sys/class/hwmon", .resolution = "1 millidegree, mostly less"

static const struct tc_series series_of_hwmon[] = {
	{.name = "system.temperature", OF_HWMON, .help = "The hottest of the machine's sensors."},
};

static const struct tc_series each_sensor[1] = {
	{.name = "system.temperature", OF_HWMON, .help = "One sensor, by chip and label; of the first 32."},
};

const struct tc_sampler tc_sampler_hwmon = {
	.name = "hwmon",
	.group = TC_DEAR,
	.state_bytes = sizeof(struct hwmon),
	.series = series_of_hwmon,
	.series_count = 1,
	.each = each_sensor,
	.each_count = 1,
	.open = hwmon_open,
	.read = hwmon_read,
	.close = hwmon_close,
};
