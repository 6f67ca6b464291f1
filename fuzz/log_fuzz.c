/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>
#include "format/crc32.h"
#include "format/log.h"
#include "format/log_frame.h"
#include "mended.h"

/* Everything a visitor is given is read, so that a bad pointer or length is met. */
static volatile uint64_t sink;

static void use_text(const char *text)
{
	sink += text ? strlen(text) : 0;
}

static void on_calibration(void *context, const struct tc_calibration *calibration)
{
	(void)context;
	sink += calibration->ticks + calibration->monotonic_ns + calibration->realtime_ns;
}

static void on_series(void *context, const struct tc_series *series)
{
	(void)context;
	use_text(series->name);
	use_text(series->unit);
	use_text(series->source);
	use_text(series->help);
	use_text(series->absent);
	use_text(series->resolution);
	use_text(series->total_unit);
}

static void on_samples(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	(void)context;
	sink += at_ns;
	for (size_t i = 0; i < count; i++)
		sink += samples[i].series + (samples[i].value > 0);
}

static void on_name(void *context, const char *bytes, size_t count)
{
	(void)context;
	for (size_t i = 0; i < count; i++)
		sink += (unsigned char)bytes[i];
}

static void on_window(void *context, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count)
{
	(void)context;
	sink += (unsigned)kind + begin_ns + end_ns;
	for (size_t i = 0; i < count; i++) {
		sink += entries[i].name + entries[i].count + entries[i].sum_ns.low;
		for (uint32_t c = 0; c < entries[i].cells; c++)
			sink += entries[i].cell[c] + entries[i].grown[c];
	}
}

static void on_process(void *context, const struct tc_process_entry *process)
{
	(void)context;
	sink += process->pid + process->peak_rss_bytes + (process->cpu_seconds > 0);
	use_text(process->command);
}

static void on_note(void *context, const char *sentence)
{
	(void)context;
	use_text(sentence);
}

static void on_tree(void *context, const struct tc_tree_entry *tree)
{
	(void)context;
	sink += tree->part + tree->block + tree->epoch + (tree->key > 0);
	for (size_t i = 0; i < tree->count; i++)
		sink += tree->record[i].start_ns + tree->record[i].word;
}

static bool passes_over(void *context, int kind, uint64_t begin_ns, uint64_t end_ns)
{
	(void)context;
	sink += begin_ns + end_ns;
	return kind == 1;
}

static void read_input(const uint8_t *data, size_t size)
{
	static const struct tc_log_visitor visitor = {NULL, on_calibration, on_series, on_samples, on_samples, on_name,
		on_window, on_process, on_note, on_tree, passes_over};
	size_t sound = 0;
	tc_log_read(data, size, &visitor, &sound);
	if (sound > size)
		__builtin_trap();
}

/* Makes all checksums right, so that what they guard is reached. */
static void mend_checksums(uint8_t *data, size_t size)
{
	static struct tc_crc32 crc;
	struct tc_log_frame frame;
	tc_crc32_init(&crc);
	for (size_t at = sizeof(struct tc_log_header); at + sizeof frame <= size;) {
		memcpy(&frame, data + at, sizeof frame);
		size_t left = size - at - sizeof frame;
		if (frame.bytes > left)
			return;
		frame.crc = tc_crc32_of(&crc, 0, &frame, 8);
		frame.crc = tc_crc32_of(&crc, frame.crc, data + at + sizeof frame, frame.bytes);
		memcpy(data + at, &frame, sizeof frame);
		size_t padded = ((size_t)frame.bytes + 7) & ~(size_t)7;
		if (padded > left)
			return;
		at += sizeof frame + padded;
	}
}
