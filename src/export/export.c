/* SPDX-License-Identifier: MIT */
#include "export/export.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"

int tc_export_file(struct tc_export *export, const char *name)
{
	return tc_destination_file(export->destination, name);
}

static void tell(void *context, uint64_t bytes)
{
	struct tc_export *export = context;
	if (!export->options->progress(export->options->context, export->passed, bytes) && !export->destination->error)
		export->destination->error = ECANCELED;
}

/* Also where many spans become little. */
static void pass(struct tc_export *export, const struct tc_span_view *span)
{
	enum { TOLD_EACH = 1 << 14 };
	export->going.spans += !span->open;
	export->going.open += span->open;
	export->going.lacking += span->attributes_lost;
	if (++export->passed % TOLD_EACH == 0 && export->out->progress)
		tell(export, tc_out_total(export->out));
}

const struct tc_span_view *tc_export_span(struct tc_export *export)
{
	if (!export->stream && tc_span_stream_open(&export->stream, export->session, export->outer_first) != 0) {
		export->out->error = export->out->error ? export->out->error : ENOMEM;
		return NULL;
	}
	const struct tc_span_view *span =
		tc_destination_is_lost(export->destination) ? NULL : tc_span_stream_next(export->stream);
	const struct tc_span_view *shown = span ? tc_export_redacted(export, span) : NULL;
	if (shown) {
		pass(export, shown);
		return shown;
	}
	if (span)
		export->out->error = export->out->error ? export->out->error : ENOMEM;
	tc_span_stream_close(export->stream);
	export->stream = NULL;
	export->going.any = true;
	if (export->options->told)
		*export->options->told = export->going;
	export->going = (struct tc_export_told){.leaves_open_out = export->going.leaves_open_out};
	return NULL;
}

static int by_pid(const void *left, const void *right, void *context)
{
	const struct tc_session *session = context;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	uint64_t x = session->process[a].pid, y = session->process[b].pid;
	return x != y ? (x < y ? -1 : 1) : (a > b) - (a < b);
}

/* Processes of other pid namespaces, or of a long session, may have the same; the later ones get numbers beyond the kernel's. */
uint64_t *tc_export_pids(const struct tc_session *session)
{
	enum { BEYOND_PIDS = 1 << 22 };
	uint32_t count = (uint32_t)session->processes, *order = calloc(count + 1, sizeof *order);
	uint64_t *pid = calloc(count + 1, sizeof *pid);
	for (uint32_t i = 0; order && i < count; i++)
		order[i] = i;
	if (order && pid && count)
		qsort_r(order, count, sizeof *order, by_pid, (void *)session);
	for (uint32_t i = 0; order && pid && i < count; i++) {
		bool twin = i && session->process[order[i]].pid == session->process[order[i - 1]].pid;
		pid[order[i]] = twin ? BEYOND_PIDS + order[i] : session->process[order[i]].pid;
	}
	if (!order || !pid) {
		free(pid);
		pid = NULL;
		tc_error(TACHO_ENOMEM, "not enough memory for %u processes", count);
	}
	free(order);
	return pid;
}

/* NAME-YYYYMMDD-HHMMSS.ENDING of the session's name, which may hold anything; the time is now.  Made unique; or NAME.ENDING. */
static int make_up(char *out, const struct tc_session *session, const struct tc_export_options *options)
{
	const char *name = session->manifest.name ? session->manifest.name : "session";
	const char *directory = options->directory && *options->directory ? options->directory : ".";
	char kept[65], when[32];
	size_t n = 0;
	struct tm local;
	time_t now = time(NULL);
	for (; name[n] && n < sizeof kept - 1; n++)
		kept[n] = isalnum((unsigned char)name[n]) || strchr(n ? "._-" : "_", name[n]) ? name[n] : '_';
	kept[n] = '\0';
	localtime_r(&now, &local);
	strftime(when, sizeof when, "%Y%m%d-%H%M%S", &local);
	if (strlen(directory) > TC_DESTINATION_PATH - 200)
		return tc_error(TACHO_EINVAL, "the path %.100s… is too long", directory);
	if (mkdir(directory, 0777) != 0 && errno != EEXIST)
		return tc_error_errno(errno, "cannot make the export directory %.900s", directory);
	snprintf(out, TC_DESTINATION_PATH, "%s/%s%s%s%s", directory, kept, options->is_latest ? "" : "-",
		options->is_latest ? "" : when, options->format->ending);
	for (unsigned i = 2; !options->is_latest && access(out, F_OK) == 0; i++)
		snprintf(out, TC_DESTINATION_PATH, "%s/%s-%s-%u%s", directory, kept, when, i, options->format->ending);
	return 0;
}

/* Of a whole session nothing can be left out or hidden: that is said, not passed over. */
static int check_whole(const struct tc_export_options *options)
{
	const struct tc_session_options *part = options->part;
	if (!options->format->is_whole)
		return 0;
	if (part && (part->has_window || part->name_glob || part->metric_glob || part->source_glob || part->has_kinds ||
			    part->last))
		return tc_error(TACHO_EINVAL,
			"the format %s has all of a session: windows and filters are for the others",
			options->format->name);
	if (!options->is_redacted && tc_export_has_rules())
		return tc_error(TACHO_EINVAL,
			"the format %s has a session as it was recorded, with all texts: redact_keys and redact_values "
			"hold "
			"while it is recorded (empty them for this once to export it: TACHO_REDACT_KEYS= "
			"TACHO_REDACT_VALUES=)",
			options->format->name);
	return 0;
}

static int write_to(
	struct tc_destination *destination, struct tc_session *session, const struct tc_export_options *options)
{
	struct tc_export export = {.session = session,
		.what = {.part = options->part},
		.destination = destination,
		.out = &destination->out,
		.options = options};
	destination->out.progress = options->progress ? tell : NULL;
	destination->out.context = &export;
	if (!options->format->is_whole)
		tc_export_redact(session);
	int error = options->format->write(&export);
	tc_span_stream_close(export.stream);
	free(export.attribute);
	if (error)
		tc_destination_abandon(destination);
	return error ? error : tc_destination_finish(destination);
}

int tc_export(struct tc_session *session, const struct tc_export_options *options, char *written)
{
	struct tc_destination *destination = malloc(sizeof *destination);
	if (!destination)
		return tc_error(TACHO_ENOMEM, "out of memory");
	int error = check_whole(options);
	if (error)
		;
	else if (options->path && strlen(options->path) >= TC_DESTINATION_PATH)
		error = tc_error(TACHO_EINVAL, "the path %.100s… is too long", options->path);
	else if (options->path)
		strcpy(written, options->path);
	else
		error = make_up(written, session, options);
	if (!error)
		error = tc_destination_begin(
			destination, written, options->format->is_directory, options->force || options->is_latest);
	if (!error)
		error = write_to(destination, session, options);
	free(destination);
	return error;
}
