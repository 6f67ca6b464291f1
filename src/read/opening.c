/* SPDX-License-Identifier: MIT */
#include "read/opening.h"

#include <errno.h>
#include <fcntl.h>
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
#include "read/spool.h"
#include "read/stored.h"
#include "read/whole.h"

struct tc_opening {
	struct tc_whole *whole;
	struct tc_reader reader;
	struct tc_part_files files;
	struct tc_merging merging;
	bool merges; /* a part is under way */
	int (*stage)(
		struct tc_watch *watch, struct tc_opening *opening); /* whose turn it is; NULL: the session is whole */
	size_t piece;
	int part_code;   /* the first that kept a part from being read, */
	char part[1024]; /* and why */
};

static tc_instant now(const struct tc_reader *reader)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return tc_instant_between(reader->begin_ns, (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec);
}

static int open_manifest(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	const char *directory = session->directory;
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

/* Of the part at hand a thread, or what is left of it. */
static void merge(struct tc_opening *opening)
{
	opening->merges = tc_reader_merge(&opening->merging);
	if (!opening->merges)
		tc_reader_let_go(&opening->merging);
}

static void begin_part(struct tc_opening *opening, const char *file)
{
	tc_reader_part(&opening->merging, &opening->reader, file);
	opening->merges = true;
}

/* Each stage goes on to the next: 1, or the code that ends it all. */
static int finish(struct tc_watch *watch, struct tc_opening *opening)
{
	struct tc_reader *reader = &opening->reader;
	(void)watch;
	if (!tc_reader_finish(reader, opening->piece++))
		opening->stage = NULL;
	return reader->error ? reader->error : 1;
}

/* Of a running session what is open lasts until now, which is after all that the parts hold. */
static void take_now(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	if (!session->live)
		return;
	session->end = now(reader);
	for (size_t i = 0; i < session->processes; i++)
		if (session->process[i].state == TC_PROCESS_RUNNING)
			session->process[i].end = session->end;
}

static int begin_to_finish(struct tc_opening *opening)
{
	take_now(&opening->reader);
	opening->stage = finish;
	opening->piece = 0;
	return 1;
}

/* A part that can't be read is said and passed over.  Where that leaves none at all, and it is not for being torn, it is
 * the answer. */
static void pass_over(struct tc_opening *opening, int code)
{
	tc_reader_damage(&opening->reader, "%s", tacho_last_error());
	if (!opening->part_code)
		snprintf(opening->part, sizeof opening->part, "%s", tacho_last_error());
	opening->part_code = opening->part_code ? opening->part_code : code;
}

static void read_part(struct tc_opening *opening)
{
	struct tc_part_file *file = &opening->files.file[opening->piece++];
	int code = tc_part_files_read(&opening->files, file, &opening->merging.part);
	if (!code)
		begin_part(opening, file->name);
	else if (code != TACHO_ENOENT || !opening->reader.session->live)
		pass_over(opening, code); /* else it is being made right now, or was moved away */
}

static int read_parts(struct tc_watch *watch, struct tc_opening *opening)
{
	(void)watch;
	if (opening->merges)
		merge(opening);
	else if (opening->piece < opening->files.count)
		read_part(opening);
	else {
		int code = opening->part_code;
		bool refused = code && code != TACHO_EFORMAT && code != TACHO_ENOENT;
		return refused && !opening->reader.session->processes ? tc_error(code, "%s", opening->part)
		                                                      : begin_to_finish(opening);
	}
	return opening->reader.error ? opening->reader.error : 1;
}

/* The windows that the tail has are shared from now on. */
static int take_log(struct tc_watch *watch, struct tc_opening *opening)
{
	struct tc_reader *reader = &opening->reader;
	reader->tail = opening->whole->tail = tc_tail_hold(watch->tail);
	tc_reader_log(reader);
	open_stored(reader, &opening->files);
	opening->stage = read_parts;
	opening->piece = 0;
	return reader->error ? reader->error : 1;
}

static int read_log(struct tc_watch *watch, struct tc_opening *opening)
{
	int code = watch->tail->fd < 0 ? 0 : tc_tail_step(watch->tail);
	if (code < 0)
		return tc_error(code, "out of memory while reading %s", opening->reader.session->directory);
	return code ? 1 : take_log(watch, opening);
}

static int new_tail(struct tc_watch *watch, const struct tc_reader *reader)
{
	tc_tail_release(watch->tail);
	watch->tail = tc_tail_new(&reader->options, reader->begin_ns);
	return watch->tail ? 0 : tc_error(TACHO_ENOMEM, "out of memory");
}

/* That of a snapshot before, if the log only grew since. */
static int find_tail(struct tc_watch *watch, struct tc_opening *opening)
{
	const struct tc_reader *reader = &opening->reader;
	int fd = tc_part_files_open(&opening->files, TC_LOG_FILE), code = 0;
	char trouble[sizeof watch->tail->trouble] = "";
	if (fd < 0 && fd != TACHO_ENOENT)
		snprintf(trouble, sizeof trouble, "%s", tacho_last_error());
	if (!watch->tail || fd < 0 || !tc_tail_serves(watch->tail, &reader->options, reader->begin_ns))
		code = new_tail(watch, reader);
	if (!code && fd >= 0 && !tc_tail_takes(watch->tail, fd)) {
		fd = tc_part_files_open(&opening->files, TC_LOG_FILE);
		code = new_tail(watch, reader);
		if (!code && fd >= 0)
			tc_tail_takes(watch->tail, fd);
	}
	if (!code && trouble[0])
		snprintf(watch->tail->trouble, sizeof watch->tail->trouble, "%s", trouble);
	opening->stage = read_log;
	return code ? code : 1;
}

static int find_files(struct tc_watch *watch, struct tc_opening *opening)
{
	struct tc_reader *reader = &opening->reader;
	int code = open_manifest(reader);
	if (!code)
		code = tc_part_files_list(&opening->files, reader->session->directory);
	return code ? code : find_tail(watch, opening);
}

static int begin(struct tc_reader *reader)
{
	reader->root = tc_reader_child(reader, NULL, TC_ROOT, TACHO_KIND_SCOPE, 0);
	if (!reader->root)
		return reader->error ? reader->error : tc_error(TACHO_ENOMEM, "out of memory");
	reader->session->root = &reader->root->view;
	return 0;
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
	tc_spool_close(reader->spool);
}

/* What it has of the session is given up, or belongs to who opened it. */
static void release(struct tc_opening *opening)
{
	if (opening->merges)
		tc_reader_let_go(&opening->merging);
	opening->whole->node = opening->reader.node;
	opening->whole->nodes = opening->reader.nodes;
	release_reader(&opening->reader, opening->whole->session.name);
	tc_part_files_release(&opening->files);
	free(opening);
}

static void give_up(struct tc_watch *watch)
{
	struct tc_session *session = &watch->opening->whole->session;
	release(watch->opening);
	watch->opening = NULL;
	tc_session_release(session);
}

static void prepare(struct tc_reader *reader, struct tc_whole *whole, const struct tc_session_options *options)
{
	*reader = (struct tc_reader){.session = &whole->session, .arena = &whole->arena};
	if (options)
		reader->options = *options;
	reader->options.no_spans &= !reader->options.last; /* which are counted one by one */
	reader->observed.part = reader->options.has_window;
	reader->observed.from = reader->options.has_window ? reader->options.from : INT64_MIN;
	reader->observed.to = reader->options.has_window ? reader->options.to : INT64_MAX;
}

int tc_watch_begin(struct tc_watch *watch, const char *directory, const struct tc_session_options *options)
{
	struct tc_whole *whole = calloc(1, sizeof *whole);
	struct tc_opening *opening = calloc(1, sizeof *opening);
	if (!whole || !opening) {
		free(whole);
		free(opening);
		return tc_error(TACHO_ENOMEM, "out of memory");
	}
	opening->whole = whole;
	opening->files.fold = -1;
	opening->stage = find_files;
	prepare(&opening->reader, whole, options);
	watch->opening = opening;
	whole->session.directory = tc_arena_text(&whole->arena, directory, strlen(directory));
	int code = begin(&opening->reader);
	if (code)
		give_up(watch);
	return code;
}

int tc_watch_step(struct tc_watch *watch, struct tc_session **out)
{
	struct tc_opening *opening = watch->opening;
	int code = opening->stage(watch, opening);
	if (code < 0) {
		give_up(watch);
		return code;
	}
	if (opening->stage)
		return 1;
	*out = &opening->whole->session;
	release(opening);
	watch->opening = NULL;
	return 0;
}

void tc_watch_release(struct tc_watch *watch)
{
	if (watch->opening)
		give_up(watch);
	tc_tail_release(watch->tail);
	watch->tail = NULL;
}

/* ---- from memory ---- */

static int copy_parts(struct tc_opening *opening, const struct tc_memory_file *part, size_t parts)
{
	struct tc_reader *reader = &opening->reader;
	for (size_t i = 0; i < parts && !reader->error; i++) {
		int code = tc_part_copy(&opening->merging.part, part[i].bytes, part[i].count, "part");
		if (code) {
			pass_over(opening, code);
			continue;
		}
		begin_part(opening, "part");
		while (opening->merges && !reader->error)
			merge(opening);
	}
	int code = opening->part_code;
	return reader->error ? reader->error : code && !reader->session->processes ? code : begin_to_finish(opening);
}

int tc_session_open_memory(struct tc_session **out, const struct tc_memory_file *part, size_t parts,
	struct tc_memory_file log, const struct tc_session_options *options)
{
	struct tc_watch watch = {0};
	*out = NULL;
	int code = tc_watch_begin(&watch, "memory", options);
	if (code)
		return code;
	struct tc_opening *opening = watch.opening;
	code = new_tail(&watch, &opening->reader);
	if (!code && log.bytes && tc_tail_memory(watch.tail, log.bytes, log.count) < 0)
		code = tc_error(TACHO_ENOMEM, "out of memory");
	if (!code) {
		opening->reader.tail = opening->whole->tail = tc_tail_hold(watch.tail);
		tc_reader_log(&opening->reader);
		code = copy_parts(opening, part, parts);
	}
	while (code > 0)
		code = tc_watch_step(&watch, out);
	tc_watch_release(&watch);
	return code;
}
