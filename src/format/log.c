/* SPDX-License-Identifier: MIT */
#include "format/log.h"
#include "base/error.h"
#include "format/crc32.h"
#include "format/log_frame.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FLUSH_BYTES = 128 * 1024, KEEP_BYTES = 256 * 1024 };

struct tc_log {
	int fd;
	int stopped;    /* the code of the failure after which nothing is written any more */
	bool no_memory; /* for the entry being made */
	unsigned char *buffer;
	size_t used, capacity;
	size_t entry; /* where the entry being made begins */
	uint64_t in_file, lost;
	struct tc_crc32 crc;
};

static void put(struct tc_log *log, const void *bytes, size_t count)
{
	if (log->capacity - log->used < count) {
		size_t capacity = log->capacity ? log->capacity : 4096;
		while (capacity - log->used < count)
			capacity *= 2;
		unsigned char *buffer = realloc(log->buffer, capacity);
		if (!buffer) {
			log->no_memory = true;
			return;
		}
		log->buffer = buffer;
		log->capacity = capacity;
	}
	memcpy(log->buffer + log->used, bytes, count);
	log->used += count;
}

static void put_wide(struct tc_log *log, struct tc_wide number)
{
	unsigned char bytes[19];
	size_t count = 0;
	for (; number.high || number.low > 127; number = tc_wide_right(number, 7))
		bytes[count++] = (unsigned char)(number.low | 128);
	bytes[count++] = (unsigned char)number.low;
	put(log, bytes, count);
}

static void put_number(struct tc_log *log, uint64_t number)
{
	put_wide(log, tc_wide_of(number));
}

static void put_text(struct tc_log *log, const char *text)
{
	put(log, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void entry_begin(struct tc_log *log, enum tc_log_type type)
{
	struct tc_log_frame frame = {.type = type};
	log->no_memory = false;
	log->entry = log->used;
	put(log, &frame, sizeof frame);
}

/* Completes the entry's frame, or drops the entry where memory ran out or the file is at its end. */
static int entry_end(struct tc_log *log)
{
	static const unsigned char zeros[8];
	struct tc_log_frame frame;
	size_t bytes = log->used - log->entry - sizeof frame;
	if (!log->no_memory && bytes <= UINT32_MAX - 8)
		put(log, zeros, -bytes & 7);
	else
		log->no_memory = true;
	if (log->no_memory || log->stopped) {
		log->lost += log->used - log->entry;
		log->used = log->entry;
		return log->stopped ? log->stopped : tc_error(TACHO_ENOMEM, "no memory for an entry of the log");
	}
	memcpy(&frame, log->buffer + log->entry, sizeof frame);
	frame.bytes = (uint32_t)bytes;
	frame.crc = tc_crc32_of(&log->crc, 0, &frame, 8);
	frame.crc = tc_crc32_of(&log->crc, frame.crc, log->buffer + log->entry + sizeof frame, bytes);
	memcpy(log->buffer + log->entry, &frame, sizeof frame);
	return log->used >= FLUSH_BYTES ? tc_log_flush(log) : 0;
}

int tc_log_create(struct tc_log **out, const char *path)
{
	struct tc_log_header header = {.magic = TC_LOG_MAGIC, .version = TC_LOG_VERSION};
	struct tc_log *log = calloc(1, sizeof *log);
	int code;
	*out = NULL;
	if (!log)
		return tc_error(TACHO_ENOMEM, "no memory for the log %s", path);
	tc_crc32_init(&log->crc);
	log->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (log->fd < 0) {
		code = tc_error_errno(errno, "cannot create the log %s", path);
		free(log);
		return code;
	}
	put(log, &header, sizeof header);
	code = log->no_memory ? tc_error(TACHO_ENOMEM, "no memory for the log %s", path) : tc_log_flush(log);
	if (code < 0)
		tc_log_close(log);
	else
		*out = log;
	return code;
}

int tc_log_calibration(struct tc_log *log, const struct tc_calibration *calibration)
{
	entry_begin(log, TC_LOG_CALIBRATION);
	put(log, calibration, sizeof *calibration);
	return entry_end(log);
}

int tc_log_series(struct tc_log *log, const struct tc_series *series)
{
	entry_begin(log, TC_LOG_SERIES);
	put_number(log, series->absent != NULL);
	put_text(log, series->name);
	put_text(log, series->unit);
	put_text(log, series->source);
	put_text(log, series->help);
	put_text(log, series->absent);
	put_text(log, series->resolution);
	put_text(log, series->total_unit);
	return entry_end(log);
}

/* Whole numbers (bytes, counts) take their varint, everything else 4 bytes where that is exact and 8 where it is not.
 */
static void put_sample(struct tc_log *log, const struct tc_sample *sample)
{
	uint64_t series = (uint64_t)sample->series << 2;
	double value = sample->value;
	float narrow = (float)value;
	if (isnan(value)) {
		put_number(log, series | TC_FORM_MISSING);
	} else if (value >= 0 && value < 0x1p49 && (double)(uint64_t)value == value) {
		put_number(log, series | TC_FORM_NUMBER);
		put_number(log, (uint64_t)value);
	} else if ((double)narrow == value) {
		put_number(log, series | TC_FORM_F32);
		put(log, &narrow, sizeof narrow);
	} else {
		put_number(log, series | TC_FORM_F64);
		put(log, &value, sizeof value);
	}
}

static int put_row(
	struct tc_log *log, enum tc_log_type type, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	entry_begin(log, type);
	put_number(log, at_ns);
	put_number(log, count);
	for (size_t i = 0; i < count; i++)
		put_sample(log, &samples[i]);
	return entry_end(log);
}

int tc_log_samples(struct tc_log *log, uint64_t at_ns, const struct tc_sample *samples, size_t count)
{
	return put_row(log, TC_LOG_SAMPLES, at_ns, samples, count);
}

int tc_log_totals(struct tc_log *log, uint64_t at_ns, const struct tc_sample *totals, size_t count)
{
	return put_row(log, TC_LOG_TOTALS, at_ns, totals, count);
}

int tc_log_name(struct tc_log *log, const char *bytes, size_t count)
{
	entry_begin(log, TC_LOG_NAME);
	put(log, bytes, count);
	return entry_end(log);
}

/* Small numbers of either sign take few bytes. */
static void put_signed(struct tc_log *log, int64_t number)
{
	put_number(log, (uint64_t)number << 1 ^ (uint64_t)(number >> 63));
}

static void put_share(struct tc_log *log, const struct tc_window_entry *entry)
{
	int64_t fields[TC_SHARE_FIELDS];
	memcpy(fields, &entry->share, sizeof fields);
	put_number(log, entry->has_share ? TC_SHARE_FIELDS : 0);
	for (int i = 0; entry->has_share && i < TC_SHARE_FIELDS; i++)
		put_signed(log, fields[i]);
}

void tc_share_add(struct tc_share *into, const struct tc_share *from)
{
	uint64_t sum[TC_SHARE_FIELDS], more[TC_SHARE_FIELDS]; /* whatever a file says: no overflow */
	memcpy(sum, into, sizeof sum);
	memcpy(more, from, sizeof more);
	for (int i = 0; i < TC_SHARE_FIELDS; i++)
		sum[i] += more[i];
	memcpy(into, sum, sizeof sum);
}

void tc_log_window_entry(struct tc_log *log, const struct tc_window_entry *entry)
{
	put_number(log, entry->name);
	put_number(log, entry->count);
	put_number(log, entry->failed);
	put_signed(log, entry->self_ns);
	put_wide(log, entry->sum_ns);
	put_wide(log, entry->squares_ns2);
	put_number(log, entry->min_ns);
	put_number(log, entry->max_ns);
	put_number(log, entry->cells);
	for (uint32_t i = 0, before = 0; i < entry->cells; before = entry->cell[i], i++) {
		put_number(log, entry->cell[i] - before);
		put_number(log, entry->grown[i]);
	}
	put_share(log, entry);
}

void tc_log_window_begin(struct tc_log *log, int kind, uint64_t begin_ns, uint64_t end_ns, size_t count)
{
	entry_begin(log, TC_LOG_WINDOW);
	put_number(log, (unsigned)kind);
	put_number(log, begin_ns);
	put_number(log, end_ns - begin_ns);
	put_number(log, count);
}

int tc_log_window_end(struct tc_log *log)
{
	return entry_end(log);
}

int tc_log_window(struct tc_log *log, int kind, uint64_t begin_ns, uint64_t end_ns,
	const struct tc_window_entry *entries, size_t count)
{
	tc_log_window_begin(log, kind, begin_ns, end_ns, count);
	for (size_t i = 0; i < count; i++)
		tc_log_window_entry(log, &entries[i]);
	return tc_log_window_end(log);
}

int tc_log_process(struct tc_log *log, const struct tc_process_entry *process)
{
	entry_begin(log, TC_LOG_PROCESS);
	put_number(log, process->pid);
	put_number(log, process->parent_pid);
	put_number(log, process->begin_ns);
	put_number(log, process->end_ns);
	put_number(log, process->peak_rss_bytes);
	put(log, &process->cpu_seconds, sizeof process->cpu_seconds);
	put_text(log, process->command);
	return entry_end(log);
}

int tc_log_tree(struct tc_log *log, const struct tc_tree_entry *tree)
{
	const uint64_t place[] = {tree->part, tree->block, tree->epoch};
	entry_begin(log, TC_LOG_TREE);
	put(log, &tree->key, sizeof tree->key);
	put(log, place, sizeof place);
	put(log, tree->record, tree->count * sizeof *tree->record);
	return entry_end(log);
}

int tc_log_note(struct tc_log *log, const char *sentence)
{
	entry_begin(log, TC_LOG_NOTE);
	put_text(log, sentence);
	return entry_end(log);
}

/* Past the limit on file sizes the kernel would not only refuse but send SIGXFSZ, which ends the program. */
static ssize_t write_all(const struct tc_log *log)
{
	struct rlimit limit;
	ssize_t done;
	if (!getrlimit(RLIMIT_FSIZE, &limit) && log->in_file + log->used > limit.rlim_cur) {
		errno = EFBIG;
		return -1;
	}
	do
		done = write(log->fd, log->buffer, log->used);
	while (done < 0 && errno == EINTR);
	return done;
}

int tc_log_flush(struct tc_log *log)
{
	size_t count = log->used;
	if (log->stopped)
		return log->stopped;
	if (!count)
		return 0;
	ssize_t done = write_all(log);
	log->used = 0;
	if (done == (ssize_t)count) {
		log->in_file += count;
		if (log->capacity > KEEP_BYTES) {
			free(log->buffer);
			log->buffer = NULL;
			log->capacity = 0;
		}
		return 0;
	}
	log->stopped = tc_error_errno(
		done < 0 ? errno : ENOSPC, "the observer's log cannot grow; free some space for the next run");
	log->lost += count;
	/* Where even that fails, the torn tail is what readers stop at anyway. */
	int cut = done > 0 ? ftruncate(log->fd, (off_t)log->in_file) : 0;
	(void)cut;
	return log->stopped;
}

void tc_log_close(struct tc_log *log)
{
	if (!log)
		return;
	tc_log_flush(log);
	close(log->fd);
	free(log->buffer);
	free(log);
}

uint64_t tc_log_lost_bytes(const struct tc_log *log)
{
	return log->lost;
}

uint64_t tc_log_bytes(const struct tc_log *log)
{
	return log->in_file;
}

int tc_log_fd(const struct tc_log *log)
{
	return log->fd;
}
