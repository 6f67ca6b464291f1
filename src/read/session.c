/* SPDX-License-Identifier: MIT */
#include "read/session.h"
#include "read/course.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "format/store.h"
#include "read/files.h"
#include "read/memory.h"
#include "read/reader.h"
#include "read/spool.h"
#include "read/stored.h"

struct whole { /* a session with the memory its strings lie in */
	struct tc_session session;
	struct tc_arena arena;
	struct tc_merged_node **node; /* their histograms are malloc'ed */
	size_t nodes;
};

void tc_reader_no_memory(struct tc_reader *reader)
{
	if (!reader->error)
		reader->error = tc_error(TACHO_ENOMEM, "out of memory while reading %s", reader->session->directory);
}

char *tc_session_text(struct tc_session *session, const char *text, size_t bytes)
{
	struct whole *whole = (struct whole *)(void *)((char *)session - offsetof(struct whole, session));
	return tc_arena_text(&whole->arena, text, bytes);
}

bool tc_reader_grow(struct tc_reader *reader, void *items, size_t count, size_t *room, size_t size)
{
	void *old, *grown;
	memcpy(&old, items, sizeof old); /* items points to a pointer of whatever type */
	grown = tc_grow(old, count, room, size);
	if (!grown) {
		tc_reader_no_memory(reader);
		return false;
	}
	memcpy(items, &grown, sizeof grown);
	return true;
}

bool tc_reader_in_window(const struct tc_reader *reader, tc_instant end)
{
	return !reader->options.has_window || (end >= reader->options.from && end < reader->options.to);
}

static bool note(struct tc_reader *reader, const char *format, va_list list)
{
	struct tc_session *session = reader->session;
	char text[1024];
	vsnprintf(text, sizeof text, format, list);
	if (!tc_reader_grow(reader, &session->note, session->notes, &reader->note_room, sizeof *session->note))
		return false;
	char *own = tc_arena_text(reader->arena, text, strlen(text));
	if (own)
		session->note[session->notes++] = own;
	return own;
}

void tc_reader_note(struct tc_reader *reader, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	note(reader, format, list);
	va_end(list);
}

void tc_reader_damage(struct tc_reader *reader, const char *format, ...)
{
	struct tc_session *session = reader->session;
	va_list list;
	va_start(list, format);
	if (note(reader, format, list) && tc_reader_grow(reader, &session->damage, session->damages,
						  &reader->damage_room, sizeof *session->damage))
		session->damage[session->damages++] = session->notes - 1;
	va_end(list);
}

static tc_instant now(const struct tc_reader *reader)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return tc_instant_between(reader->begin_ns, (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec);
}

static int open_manifest(struct tc_reader *reader, const char *directory)
{
	struct tc_session *session = reader->session;
	struct stat st;
	if (stat(directory, &st))
		return errno == ENOENT ? tc_error(TACHO_ENOENT, "there is no session %s", directory)
		                       : tc_error_errno(errno, "cannot open the session %s", directory);
	if (!S_ISDIR(st.st_mode))
		return tc_error(TACHO_EFORMAT, "%s is no session: a session is a directory", directory);
	int code = tc_manifest_read(directory, &session->manifest);
	if (code)
		return code;
	reader->begin_ns = session->manifest.begin.monotonic_ns;
	for (char **note = session->manifest.notes; note && *note; note++)
		tc_reader_note(reader, "%s", *note);
	session->live = tc_session_is_live(directory);
	if (session->live)
		session->end = now(reader);
	else if (session->manifest.end.monotonic_ns)
		session->end = tc_instant_between(reader->begin_ns, session->manifest.end.monotonic_ns);
	return 0;
}

static void read_log(struct tc_reader *reader, const struct tc_part_files *files)
{
	size_t bytes;
	int code;
	void *text = tc_part_files_slurp(files, TC_LOG_FILE, &bytes, &code);
	if (text)
		tc_reader_log(reader, text, bytes);
	else if (code)
		tc_reader_damage(reader, "no readings of the machine: %s", tacho_last_error());
	free(text);
}

/* The observer writes it into the session's own directory. */
static void open_stored(struct tc_reader *reader, const struct tc_part_files *files)
{
	struct tc_session *session = reader->session;
	char path[4096];
	tc_part_files_path(files, TC_SPANS_FILE, 1, path);
	if (!session->live)
		tc_stored_pack(path);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return;
	int code = tc_stored_open(&session->stored, fd);
	if (code)
		close(fd);
	if (code && code != TACHO_ENOENT)
		tc_reader_damage(reader, "no stored spans: %s", tacho_last_error());
	if (code)
		return;
	tc_stored_ask(session->stored, &reader->options);
}

/* A part that can't be read is said and passed over.  Where that leaves none at all, and it is not for being torn, it is
 * the answer. */
static int read_parts(struct tc_reader *reader, struct tc_part_files *files)
{
	int first_code = 0;
	char first[1024] = "";
	for (size_t i = 0; i < files->count && !reader->error; i++) {
		struct tc_part_copy part;
		int code = tc_part_files_read(files, &files->file[i], &part);
		if (!code) {
			tc_reader_part(reader, &part, files->file[i].name);
			tc_part_release(&part);
			continue;
		}
		if (code == TACHO_ENOENT && reader->session->live)
			continue; /* being made right now, or moved away */
		tc_reader_damage(reader, "%s", tacho_last_error());
		if (!first_code)
			snprintf(first, sizeof first, "%s", tacho_last_error());
		first_code = first_code ? first_code : code;
	}
	bool refused = first_code && first_code != TACHO_EFORMAT && first_code != TACHO_ENOENT;
	return refused && !reader->session->processes ? tc_error(first_code, "%s", first) : 0;
}

/* Of a session whose owner was killed: the last that is known of it. */
static void find_end(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	if (session->live || session->manifest.end.monotonic_ns)
		return;
	session->end = reader->last_seen;
	for (size_t i = 0; i < session->processes; i++)
		session->end = session->process[i].end > session->end ? session->process[i].end : session->end;
}

static void summarize(struct tc_reader *reader)
{
	for (size_t i = 0; i < reader->names; i++) {
		struct tc_merged_name *name = &reader->name[i];
		struct tc_figures *f = &name->view.figures;
		if (!f->count)
			f->min_ns = 0;
		bool exact = !name->many && f->count && name->values == f->count;
		tc_summarize(&name->view.summary, f->count, f->failed, f->sum_ns, f->squares_ns2, f->min_ns, f->max_ns,
			&f->histogram, exact ? name->value : NULL);
	}
}

/* Totals are written once a second, of what moved: of a time window the rates tell more. */
static double total_between(const struct tc_series_view *view, tc_instant from, tc_instant to)
{
	bool percent = !strcmp(view->series.unit, "percent"); /* of a second per second */
	if (!view->series.total_unit || isnan(view->course.last))
		return NAN;
	return tc_series_integral(view, from, to) / (percent ? 100 : 1);
}

static void follow_series(struct tc_reader *reader)
{
	tc_instant from = reader->observed.from > 0 ? reader->observed.from : 0;
	tc_instant to = reader->observed.to < reader->session->end ? reader->observed.to : reader->session->end;
	for (size_t i = 0; i < reader->session->series; i++) {
		struct tc_series_view *view = &reader->session->series_view[i];
		if (tc_series_course(&view->course, view, from))
			tc_reader_no_memory(reader);
		if (reader->observed.part)
			view->total = total_between(view, from, to);
	}
}

static int begin(struct tc_reader *reader)
{
	reader->root = tc_reader_child(reader, NULL, TC_ROOT, TACHO_KIND_SCOPE, 0);
	if (!reader->root)
		return reader->error ? reader->error : tc_error(TACHO_ENOMEM, "out of memory");
	reader->session->root = &reader->root->view;
	return 0;
}

static int gather_files(struct tc_reader *reader, const char *directory)
{
	struct tc_part_files files;
	int code = open_manifest(reader, directory);
	if (code)
		return code;
	code = tc_part_files_list(&files, directory);
	if (!code) {
		read_log(reader, &files);
		open_stored(reader, &files);
		code = read_parts(reader, &files);
	}
	tc_part_files_release(&files);
	return code;
}

struct memory {
	const struct tc_memory_file *part;
	size_t parts;
	struct tc_memory_file log;
};

static int gather_memory(struct tc_reader *reader, const struct memory *memory)
{
	int first = 0;
	if (memory->log.bytes)
		tc_reader_log(reader, memory->log.bytes, memory->log.count);
	for (size_t i = 0; i < memory->parts && !reader->error; i++) {
		struct tc_part_copy part;
		int code = tc_part_copy(&part, memory->part[i].bytes, memory->part[i].count, "part");
		first = first ? first : code;
		if (code) {
			tc_reader_damage(reader, "%s", tacho_last_error());
			continue;
		}
		tc_reader_part(reader, &part, "part");
		tc_part_release(&part);
	}
	return first && !reader->session->processes ? first : 0;
}

static int finish(struct tc_reader *reader)
{
	find_end(reader);
	tc_reader_ladder(reader);
	if (reader->options.last)
		tc_reader_last(reader);
	tc_reader_finish_open(reader);
	tc_reader_finish_tree(reader);
	tc_reader_sort_kept(reader);
	tc_reader_sort_spans(reader);
	summarize(reader);
	tc_reader_shares(reader);
	tc_reader_finish_stored(reader);
	tc_reader_sort_names(reader);
	tc_reader_finish_log(reader);
	tc_reader_finish_metrics(reader); /* the last values of one may be older than the last spans */
	tc_reader_cut_series(reader);
	follow_series(reader);
	tc_reader_basis(reader);
	if (reader->arena->failed)
		tc_reader_no_memory(reader);
	return reader->error;
}

/* What served the building; names that did not come into the session give their arrays back here. */
static void release_reader(struct tc_reader *reader, bool built)
{
	for (size_t i = 0; i < reader->names; i++) {
		struct tc_merged_name *name = &reader->name[i];
		free(name->value);
		if (!built || !name->seen) {
			tc_histogram_release(&name->view.figures.histogram);
			free(name->view.failed_kept);
		}
	}
	for (size_t i = 0; i < reader->metrics; i++) {
		tc_values_release(&reader->metric[i].values);
		free(reader->metric[i].second);
		if (!reader->session->metric)
			free(reader->metric[i].view.recent_value);
	}
	free(reader->metric);
	free(reader->name);
	free(reader->name_slot);
	free(reader->node_slot);
	free(reader->calibration);
	free(reader->log_name);
	free(reader->window);
	for (size_t i = 0; i < reader->trees; i++)
		free((void *)reader->tree[i].record);
	free(reader->series_room_of);
	tc_spool_close(reader->spool);
}

static int open_from(struct tc_session **out, const char *directory, const struct memory *memory,
	const struct tc_session_options *options)
{
	*out = NULL;
	struct whole *whole = calloc(1, sizeof *whole);
	if (!whole)
		return tc_error(TACHO_ENOMEM, "out of memory");
	struct tc_reader reader = {.session = &whole->session, .arena = &whole->arena};
	if (options)
		reader.options = *options;
	reader.options.no_spans &= !reader.options.last; /* which are counted one by one */
	reader.observed.part = reader.options.has_window;
	reader.observed.from = reader.options.has_window ? reader.options.from : INT64_MIN;
	reader.observed.to = reader.options.has_window ? reader.options.to : INT64_MAX;
	whole->session.directory = tc_arena_text(&whole->arena, directory, strlen(directory));
	int code = begin(&reader);
	if (!code)
		code = memory ? gather_memory(&reader, memory) : gather_files(&reader, directory);
	if (!code)
		code = reader.error ? reader.error : finish(&reader);
	whole->node = reader.node;
	whole->nodes = reader.nodes;
	release_reader(&reader, whole->session.name);
	if (code)
		tc_session_release(&whole->session);
	else
		*out = &whole->session;
	return code;
}

int tc_session_open(struct tc_session **out, const char *directory, const struct tc_session_options *options)
{
	return open_from(out, directory, NULL, options);
}

int tc_session_open_memory(struct tc_session **out, const struct tc_memory_file *part, size_t parts,
	struct tc_memory_file log, const struct tc_session_options *options)
{
	struct memory memory = {part, parts, log};
	return open_from(out, "memory", &memory, options);
}

void tc_session_release(struct tc_session *session)
{
	if (!session)
		return;
	struct whole *whole = (struct whole *)session;
	for (size_t i = 0; i < whole->nodes; i++)
		tc_histogram_release(&whole->node[i]->view.figures.histogram);
	for (size_t i = 0; i < session->names; i++) {
		tc_histogram_release(&session->name[i].figures.histogram);
		free(session->name[i].failed_kept);
	}
	for (size_t i = 0; i < session->series; i++) {
		free(session->series_view[i].at);
		free(session->series_view[i].value);
	}
	for (size_t i = 0; i < session->metrics; i++)
		free(session->metric[i].recent_value);
	free(session->metric);
	free(whole->node);
	free(session->name);
	free(session->process);
	free(session->ring);
	free(session->sampled_span);
	free(session->thread_name);
	free(session->span);
	free(session->open_span);
	free(session->series_view);
	free(session->window);
	free(session->share);
	free(session->tree_process);
	free(session->note);
	free(session->damage);
	tc_stored_release(session->stored);
	tc_manifest_release(&session->manifest);
	tc_arena_release(&whole->arena);
	free(whole);
}
