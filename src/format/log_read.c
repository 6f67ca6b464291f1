/* SPDX-License-Identifier: MIT
 *
 * Reading trusts nothing: every length is held against what is left, every count against what it must at least occupy,
 * and an entry whose payload ends early or is not used up is as unsound as one with a wrong crc.
 */
#include "base/error.h"
#include "format/crc32.h"
#include "format/log.h"
#include "format/log_frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024 };

/* Bytes in memory, or of a file through a window of it. */
struct source {
	const unsigned char *bytes;
	uint64_t size, window_at;
	int fd;
	unsigned char *window;
	size_t window_bytes, capacity;
};

struct reader {
	struct source source;
	const struct tc_log_visitor *visitor;
	struct tc_crc32 crc;
	void *scratch; /* the arrays of the entry being read */
	size_t scratch_bytes;
	bool no_memory;
};

struct cursor {
	const unsigned char *at, *end;
	bool bad;
};

/* count bytes from offset on, valid until the next call; NULL: not there. */
static const unsigned char *fetch(struct reader *reader, uint64_t offset, size_t count)
{
	struct source *source = &reader->source;
	if (source->bytes)
		return offset <= source->size && count <= source->size - offset ? source->bytes + offset : NULL;
	if (offset < source->window_at || offset - source->window_at > source->window_bytes ||
		source->window_bytes - (offset - source->window_at) < count) {
		size_t wanted = count < PIECE_BYTES ? PIECE_BYTES : count;
		if (wanted > source->capacity) {
			unsigned char *window = realloc(source->window, wanted);
			if (!window) {
				reader->no_memory = true;
				return NULL;
			}
			source->window = window;
			source->capacity = wanted;
		}
		ssize_t got = pread(source->fd, source->window, wanted, (off_t)offset);
		source->window_at = offset;
		source->window_bytes = got > 0 ? (size_t)got : 0;
	}
	offset -= source->window_at;
	return source->window_bytes - offset >= count ? source->window + offset : NULL;
}

static void *scratch(struct reader *reader, uint64_t bytes)
{
	if (bytes > reader->scratch_bytes) {
		free(reader->scratch);
		reader->scratch = bytes <= SIZE_MAX ? malloc((size_t)bytes) : NULL;
		reader->scratch_bytes = reader->scratch ? (size_t)bytes : 0;
		reader->no_memory |= !reader->scratch;
	}
	return reader->scratch;
}

static void take(struct cursor *cursor, void *to, size_t count)
{
	if ((size_t)(cursor->end - cursor->at) < count) {
		cursor->bad = true;
		memset(to, 0, count);
		return;
	}
	memcpy(to, cursor->at, count);
	cursor->at += count;
}

static struct tc_wide take_wide(struct cursor *cursor)
{
	struct tc_wide number = {0, 0};
	for (unsigned shift = 0; shift < 128 && cursor->at < cursor->end; shift += 7) {
		unsigned char byte = *cursor->at++;
		if (shift == 126 && byte > 3)
			break;
		number = tc_wide_add(number, tc_wide_left(tc_wide_of(byte & 127), shift));
		if (byte < 128)
			return number;
	}
	cursor->bad = true;
	return tc_wide_of(0);
}

static uint64_t take_number(struct cursor *cursor)
{
	struct tc_wide number = take_wide(cursor);
	cursor->bad |= number.high != 0;
	return cursor->bad ? 0 : number.low;
}

static uint32_t take_u32(struct cursor *cursor)
{
	uint64_t number = take_number(cursor);
	cursor->bad |= number > UINT32_MAX;
	return cursor->bad ? 0 : (uint32_t)number;
}

/* How many things of at least `least` bytes each come next. */
static size_t take_count(struct cursor *cursor, size_t least)
{
	uint64_t count = take_number(cursor);
	cursor->bad |= count > (size_t)(cursor->end - cursor->at) / least;
	return cursor->bad ? 0 : (size_t)count;
}

static const char *take_text(struct cursor *cursor)
{
	const char *text = (const char *)cursor->at;
	const unsigned char *end = memchr(cursor->at, 0, (size_t)(cursor->end - cursor->at));
	if (!end) {
		cursor->bad = true;
		return "";
	}
	cursor->at = end + 1;
	return text;
}

static bool used_up(const struct cursor *cursor)
{
	return !cursor->bad && cursor->at == cursor->end;
}

static bool read_calibration(const struct tc_log_visitor *visitor, struct cursor *cursor)
{
	struct tc_calibration calibration;
	take(cursor, &calibration, sizeof calibration);
	if (!used_up(cursor))
		return false;
	if (visitor->calibration)
		visitor->calibration(visitor->context, &calibration);
	return true;
}

static bool read_series(const struct tc_log_visitor *visitor, struct cursor *cursor)
{
	struct tc_series series;
	uint64_t absent = take_number(cursor);
	series.name = take_text(cursor);
	series.unit = take_text(cursor);
	series.source = take_text(cursor);
	series.help = take_text(cursor);
	series.absent = take_text(cursor);
	series.resolution = take_text(cursor);
	series.total_unit = take_text(cursor);
	if (!used_up(cursor) || absent > 1)
		return false;
	if (!absent)
		series.absent = NULL;
	if (!*series.resolution)
		series.resolution = NULL;
	if (!*series.total_unit)
		series.total_unit = NULL;
	if (visitor->series)
		visitor->series(visitor->context, &series);
	return true;
}

static double take_value(struct cursor *cursor, enum tc_log_form form)
{
	double value = NAN;
	float narrow;
	switch (form) {
	case TC_FORM_F64:
		take(cursor, &value, sizeof value);
		return value;
	case TC_FORM_F32:
		take(cursor, &narrow, sizeof narrow);
		return (double)narrow;
	case TC_FORM_NUMBER:
		return (double)take_number(cursor);
	default:
		return value;
	}
}

/* Samples or totals: told to `visit`, which may be NULL. */
static bool read_row(struct reader *reader, struct cursor *cursor,
	void (*visit)(void *context, uint64_t at_ns, const struct tc_sample *samples, size_t count))
{
	uint64_t at_ns = take_number(cursor);
	size_t count = take_count(cursor, 1);
	struct tc_sample *samples = scratch(reader, (uint64_t)count * sizeof *samples + 1);
	if (!samples)
		return false;
	for (size_t i = 0; i < count && !cursor->bad; i++) {
		uint64_t key = take_number(cursor);
		cursor->bad |= key >> 2 > UINT32_MAX;
		samples[i].series = (uint32_t)(key >> 2);
		samples[i].value = take_value(cursor, (enum tc_log_form)(key & 3));
	}
	if (!used_up(cursor))
		return false;
	if (visit)
		visit(reader->visitor->context, at_ns, samples, count);
	return true;
}

static bool read_name(const struct tc_log_visitor *visitor, struct cursor *cursor)
{
	if (visitor->name)
		visitor->name(visitor->context, (const char *)cursor->at, (size_t)(cursor->end - cursor->at));
	return true;
}

static int64_t take_signed(struct cursor *cursor)
{
	uint64_t number = take_number(cursor);
	return (int64_t)(number >> 1 ^ -(number & 1));
}

/* A newer writer may say more. */
static void take_share(struct cursor *cursor, struct tc_window_entry *entry)
{
	int64_t fields[TC_SHARE_FIELDS] = {0};
	size_t count = take_count(cursor, 1);
	for (size_t i = 0; i < count && !cursor->bad; i++) {
		int64_t field = take_signed(cursor);
		if (i < TC_SHARE_FIELDS)
			fields[i] = field;
	}
	entry->has_share = count > 0;
	memcpy(&entry->share, fields, sizeof fields);
}

/* Its cells go to *pairs, of which at least half as many are there as bytes are left. */
static void take_window_entry(struct cursor *cursor, struct tc_window_entry *entry, uint32_t **pairs)
{
	entry->name = take_u32(cursor);
	entry->count = take_number(cursor);
	entry->failed = take_number(cursor);
	entry->self_ns = take_signed(cursor);
	entry->sum_ns = take_wide(cursor);
	entry->squares_ns2 = take_wide(cursor);
	entry->min_ns = take_number(cursor);
	entry->max_ns = take_number(cursor);
	entry->cells = (uint32_t)take_count(cursor, 2);
	uint32_t *cell = *pairs, *grown = cell + entry->cells;
	entry->cell = cell;
	entry->grown = grown;
	*pairs = grown + entry->cells;
	for (uint32_t i = 0, before = 0; i < entry->cells && !cursor->bad; before = cell[i], i++) {
		uint64_t step = take_number(cursor);
		cursor->bad |= (i && !step) || step >= TC_LOG_CELLS_MAX || before + step >= TC_LOG_CELLS_MAX;
		cell[i] = cursor->bad ? 0 : before + (uint32_t)step;
		grown[i] = take_u32(cursor);
	}
	take_share(cursor, entry);
}

static bool read_window(struct reader *reader, struct cursor *cursor)
{
	const struct tc_log_visitor *visitor = reader->visitor;
	uint32_t kind = take_u32(cursor);
	uint64_t begin_ns = take_number(cursor), length_ns = take_number(cursor);
	size_t count = take_count(cursor, TC_LOG_ENTRY_BYTES_MIN);
	if (cursor->bad || kind > INT32_MAX || length_ns > UINT64_MAX - begin_ns)
		return false;
	if (visitor->passes_over && visitor->passes_over(visitor->context, (int)kind, begin_ns, begin_ns + length_ns))
		return true;
	uint64_t left = (uint64_t)(cursor->end - cursor->at);
	struct tc_window_entry *entries =
		scratch(reader, count * (uint64_t)sizeof *entries + (left + 2) * sizeof(uint32_t));
	if (!entries)
		return false;
	uint32_t *pairs = (uint32_t *)(void *)(entries + count);
	for (size_t i = 0; i < count && !cursor->bad; i++)
		take_window_entry(cursor, &entries[i], &pairs);
	if (!used_up(cursor))
		return false;
	if (visitor->window)
		visitor->window(visitor->context, (int)kind, begin_ns, begin_ns + length_ns, entries, count);
	return true;
}

static bool read_process(const struct tc_log_visitor *visitor, struct cursor *cursor)
{
	struct tc_process_entry process;
	process.pid = take_number(cursor);
	process.parent_pid = take_number(cursor);
	process.begin_ns = take_number(cursor);
	process.end_ns = take_number(cursor);
	process.peak_rss_bytes = take_number(cursor);
	take(cursor, &process.cpu_seconds, sizeof process.cpu_seconds);
	process.command = take_text(cursor);
	if (!used_up(cursor))
		return false;
	if (visitor->process)
		visitor->process(visitor->context, &process);
	return true;
}

static bool read_note(const struct tc_log_visitor *visitor, struct cursor *cursor)
{
	const char *sentence = take_text(cursor);
	if (!used_up(cursor))
		return false;
	if (visitor->note)
		visitor->note(visitor->context, sentence);
	return true;
}

static bool read_tree(struct reader *reader, struct cursor *cursor)
{
	struct tc_tree_entry tree = {.count = 0};
	uint64_t place[3];
	take(cursor, &tree.key, sizeof tree.key);
	take(cursor, place, sizeof place);
	size_t left = (size_t)(cursor->end - cursor->at);
	struct tacho_record *record = scratch(reader, left + 1);
	tree.count = left / sizeof *record;
	if (!record || cursor->bad || left % sizeof *record || !isfinite(tree.key))
		return false;
	take(cursor, record, left);
	tree.part = place[0];
	tree.block = place[1];
	tree.epoch = place[2];
	tree.record = record;
	if (reader->visitor->tree)
		reader->visitor->tree(reader->visitor->context, &tree);
	return true;
}

static bool read_payload(struct reader *reader, uint32_t type, const unsigned char *payload, size_t bytes)
{
	struct cursor cursor = {payload, payload + bytes, false};
	switch (type) {
	case TC_LOG_CALIBRATION:
		return read_calibration(reader->visitor, &cursor);
	case TC_LOG_SERIES:
		return read_series(reader->visitor, &cursor);
	case TC_LOG_SAMPLES:
		return read_row(reader, &cursor, reader->visitor->samples);
	case TC_LOG_TOTALS:
		return read_row(reader, &cursor, reader->visitor->totals);
	case TC_LOG_NAME:
		return read_name(reader->visitor, &cursor);
	case TC_LOG_WINDOW:
		return read_window(reader, &cursor);
	case TC_LOG_PROCESS:
		return read_process(reader->visitor, &cursor);
	case TC_LOG_NOTE:
		return read_note(reader->visitor, &cursor);
	case TC_LOG_TREE:
		return read_tree(reader, &cursor);
	default:
		return true; /* of a newer writer */
	}
}

/* Bytes of the entry at offset; 0: there is none, or it is unsound. */
static uint64_t read_entry(struct reader *reader, uint64_t offset)
{
	struct tc_log_frame frame;
	const unsigned char *at = fetch(reader, offset, sizeof frame);
	if (!at)
		return 0;
	memcpy(&frame, at, sizeof frame);
	uint64_t bytes = frame.bytes, padded = (bytes + 7) & ~UINT64_C(7);
	if (frame.zero || offset + sizeof frame + padded > reader->source.size)
		return 0;
	reader->no_memory |= padded > SIZE_MAX;
	at = reader->no_memory ? NULL : fetch(reader, offset + sizeof frame, (size_t)padded);
	if (!at)
		return 0;
	uint32_t crc = tc_crc32_of(&reader->crc, tc_crc32_of(&reader->crc, 0, &frame, 8), at, (size_t)bytes);
	for (size_t i = (size_t)bytes; i < padded; i++)
		if (at[i])
			return 0;
	if (crc != frame.crc || !read_payload(reader, frame.type, at, (size_t)bytes))
		return 0;
	return sizeof frame + padded;
}

/* 0, or why this is no log that can be read. */
static int check_header(struct reader *reader)
{
	struct tc_log_header header;
	const unsigned char *at = fetch(reader, 0, sizeof header);
	if (at)
		memcpy(&header, at, sizeof header);
	if (!at || memcmp(header.magic, TC_LOG_MAGIC, sizeof header.magic) || header.spare)
		return tc_error(TACHO_EFORMAT, "this is not a log of tacho's observer");
	if (header.version != TC_LOG_VERSION)
		return tc_error(TACHO_EVERSION,
			"the observer's log has format %u and this tacho reads %u; use the tacho that recorded it",
			header.version, TC_LOG_VERSION);
	return 0;
}

/* From *offset on, until `most` bytes are behind it or no sound entry follows. */
static int read_on(struct reader *reader, uint64_t *offset, uint64_t most)
{
	uint64_t begin = *offset, bytes = 0;
	int code = begin ? 0 : check_header(reader);
	if (!code) {
		*offset = begin ? begin : sizeof(struct tc_log_header);
		tc_crc32_init(&reader->crc);
		while (*offset - begin < most && (bytes = read_entry(reader, *offset)))
			*offset += bytes;
		code = bytes ? 1 : 0;
		if (reader->no_memory)
			code = tc_error(TACHO_ENOMEM, "no memory to read the observer's log");
	}
	free(reader->scratch);
	free(reader->source.window);
	return code;
}

static int read_all(struct reader *reader, uint64_t *sound_bytes)
{
	*sound_bytes = 0;
	return read_on(reader, sound_bytes, UINT64_MAX);
}

int tc_log_read(const void *bytes, size_t count, const struct tc_log_visitor *visitor, size_t *sound_bytes)
{
	struct reader reader = {.source = {.bytes = bytes ? bytes : "", .size = count, .fd = -1}, .visitor = visitor};
	uint64_t sound;
	int code = read_all(&reader, &sound);
	if (sound_bytes)
		*sound_bytes = (size_t)sound;
	return code;
}

static struct reader of_file(int fd, const struct tc_log_visitor *visitor)
{
	off_t size = lseek(fd, 0, SEEK_END);
	return (struct reader){.source = {.size = size > 0 ? (uint64_t)size : 0, .fd = fd}, .visitor = visitor};
}

int tc_log_read_fd(int fd, const struct tc_log_visitor *visitor, uint64_t *sound_bytes)
{
	struct reader reader = of_file(fd, visitor);
	uint64_t sound;
	int code = read_all(&reader, &sound);
	if (sound_bytes)
		*sound_bytes = sound;
	return code;
}

int tc_log_read_on(int fd, const struct tc_log_visitor *visitor, uint64_t *offset, uint64_t most)
{
	struct reader reader = of_file(fd, visitor);
	return read_on(&reader, offset, most);
}
