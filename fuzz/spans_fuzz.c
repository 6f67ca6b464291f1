/* SPDX-License-Identifier: MIT
 *
 * spans_fuzz.c - a file of stored spans: frames, payloads packed and not, columns.  An input is such a file; its checksums are
 * made right, so that what they guard is reached.
 *
 * mutations in tests: 40000
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "format/crc32.h"
#include "mended.h"
#include "read/stored.h"

static volatile uint64_t sink;

static void use(const struct tc_stored_span *span, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		sink += span[i].start_ns + span[i].duration_ns + span[i].tag;
		for (uint32_t k = 0; k < span[i].attribute_bytes; k++)
			sink += span[i].attributes[k];
	}
}

static void read_attributes(const struct tc_stored_span *span, uint32_t count)
{
	struct tc_arena arena = {.left = 0};
	struct tc_node_view node = {.name = 0};
	struct tc_stored_node nodes[4] = {{&node, 1}, {&node, 1}, {&node, 1}, {NULL, 0}};
	struct tc_clock_point point = {0, 0};
	struct tc_clock_map clock = {.points = 1, .point = &point};
	struct tc_stored_thread thread = {.nodes = 4, .node = nodes, .clock = &clock};
	for (uint32_t i = 0; i < count && i < 64; i++) {
		struct tc_span_view view;
		if (tc_stored_view(&thread, &span[i], 1, &view, &arena))
			for (size_t k = 0; k < view.attributes; k++)
				sink += strlen(view.attribute[k].key);
	}
	tc_arena_release(&arena);
}

static void read_input(const uint8_t *data, size_t size)
{
	struct tc_stored *stored;
	struct tc_stored_reader reader;
	int fd = memfd_create("spans", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size || tc_stored_open(&stored, fd)) {
		if (fd >= 0)
			close(fd);
		return;
	}
	size_t count;
	if (stored->blocks) {
		const struct tc_spans_frame first = stored->block[0].frame;
		tc_stored_blocks(stored, first.part, first.thread, first.epoch, &count);
		sink += count;
	}
	if (tc_stored_reader_init(&reader, stored)) {
		for (size_t i = 0; i < stored->blocks; i++) {
			if (tc_stored_read(&reader, &stored->block[i]))
				continue;
			use(reader.span, stored->block[i].frame.count);
			read_attributes(reader.span, stored->block[i].frame.count);
		}
		tc_stored_reader_release(&reader);
	}
	tc_stored_release(stored);
}

static void mend_checksums(uint8_t *data, size_t size)
{
	static struct tc_crc32 crc;
	struct tc_spans_frame frame;
	tc_crc32_init(&crc);
	for (size_t at = sizeof(struct tc_spans_header); at + sizeof frame <= size;) {
		memcpy(&frame, data + at, sizeof frame);
		size_t left = size - at - sizeof frame, padded = ((size_t)frame.packed_bytes + 7) & ~(size_t)7;
		if (frame.packed_bytes <= left)
			frame.payload_crc = tc_crc32_of(&crc, 0, data + at + sizeof frame, frame.packed_bytes);
		frame.crc = tc_crc32_of(&crc, 0, &frame, offsetof(struct tc_spans_frame, crc));
		memcpy(data + at, &frame, sizeof frame);
		if (padded > left)
			return;
		at += sizeof frame + padded;
	}
}
