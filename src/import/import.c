/* SPDX-License-Identifier: MIT
 *
 * import.c - one import: a session under a name of no session, which gets its own when it is whole.
 */
#include "import/import.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <tacho/version.h>
#include <time.h>
#include <unistd.h>
#include "base/error.h"
#include "base/units.h"
#include "format/manifest.h"
#include "format/session_remove.h"
#include "import/private.h"

/* ---- which format ---- */

static int unknown(const struct tc_input *input)
{
	static const struct {
		const char *magic;
		size_t bytes;
		const char *what, *program;
	} packed[] = {{"\x1f\x8b", 2, "gzip", "zcat"}, {"\x28\xb5\x2f\xfd", 4, "zstd", "zstdcat"},
		{"BZh", 3, "bzip2", "bzcat"}};
	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
		if (input->filled >= packed[i].bytes && !memcmp(input->piece, packed[i].magic, packed[i].bytes))
			return tc_error(TACHO_EFORMAT, "%s is packed by %s: %s %s | tacho import -", input->name,
				packed[i].what, packed[i].program, input->name);
	return tc_error(TACHO_EFORMAT,
		"%s begins like no format that can be imported; if it is one, say which with --format", input->name);
}

static const struct tc_importer *recognise(const struct tc_input *input)
{
	for (size_t i = 0; tc_importers[i]; i++)
		if (tc_importers[i]->recognises(input->piece, input->filled))
			return tc_importers[i];
	unknown(input);
	return NULL;
}

/* ---- where to ---- */

/* In the directory in which the one that is to be will lie. */
static void remove_stale(const char *directory)
{
	char above[TC_IMPORT_PATH];
	const char *slash = strrchr(directory, '/');
	snprintf(above, sizeof above, "%.*s", slash ? (int)(slash - directory) + 1 : 1, slash ? directory : ".");
	tc_session_clean(above, slash ? slash + 1 : directory);
}

/* A directory beside the one that is to be, or in the store, that no command takes for a session. */
static int make_aside(const struct tc_import_options *options, char *aside)
{
	char store[TC_IMPORT_PATH];
	int code = options->directory ? 0 : tc_store_path(store);
	if (code)
		return code;
	if (options->directory)
		remove_stale(options->directory);
	else
		tc_session_clean(store, "");
	int bytes = snprintf(aside, TC_IMPORT_PATH, "%s%s" TC_IMPORTING "%d-XXXXXX",
		options->directory ? options->directory : store, options->directory ? "" : "/", (int)getpid());
	if (bytes >= TC_IMPORT_PATH)
		return tc_error(TACHO_EINVAL, "the path of the session is too long");
	if (!mkdtemp(aside))
		return tc_error_errno(errno, "cannot make a session beside %s",
			options->directory ? options->directory : "the others in the store");
	return 0;
}

static int refuse_existing(const struct tc_import_options *options)
{
	struct stat st;
	if (!options->directory || lstat(options->directory, &st))
		return 0;
	if (!options->force)
		return tc_error(TACHO_EBUSY, "%s is there already; --force replaces it, where it is a session",
			options->directory);
	char manifest[TC_IMPORT_PATH];
	bool fits = snprintf(manifest, sizeof manifest, "%s/" TC_MANIFEST_FILE, options->directory) < TC_IMPORT_PATH;
	return fits && !access(manifest, F_OK)
	               ? 0
	               : tc_error(TACHO_EINVAL, "%s is no session, and --force replaces nothing else",
				 options->directory);
}

static int give_name(const struct tc_import *import, const char *name, char *made)
{
	const struct tc_import_options *options = import->options;
	if (!options->directory)
		return tc_session_name(import->paths.directory, name, made);
	struct stat st;
	snprintf(made, TC_IMPORT_PATH, "%s", options->directory);
	if (!lstat(options->directory, &st))
		return tc_session_replace(options->directory, import->paths.directory);
	if (rename(import->paths.directory, options->directory))
		return tc_error_errno(errno, "cannot name the session %s", options->directory);
	return 0;
}

/* ---- the session ---- */

/* The file's name without folder and endings. */
static void name_of(char *out, size_t room, const struct tc_import_options *options)
{
	const char *path = options->name ? options->name : strcmp(options->path, "-") ? options->path : "import";
	const char *slash = options->name ? NULL : strrchr(path, '/');
	snprintf(out, room, "%s", slash ? slash + 1 : path);
	char *dot = options->name ? NULL : strchr(out + (*out == '.'), '.');
	if (dot)
		*dot = 0;
}

/* An archive brings the name that the session had, unless it is to have another. */
static int name_as_recorded(char *out, size_t room, const struct tc_import *import)
{
	struct tc_manifest manifest;
	int code = tc_manifest_read(import->paths.directory, &manifest);
	if (code)
		return code;
	if (import->options->name) {
		free(manifest.name);
		manifest.name = strdup(import->options->name);
		code = manifest.name ? tc_manifest_write(import->paths.directory, &manifest)
		                     : tc_error(TACHO_ENOMEM, "out of memory");
	} else if (manifest.name && *manifest.name)
		snprintf(out, room, "%s", manifest.name);
	tc_manifest_release(&manifest);
	return code;
}

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool describe(const struct tc_import *import, struct tc_manifest *m, const char *name)
{
	char sentence[TC_IMPORT_PATH + 128];
	const char *const words[] = {"tacho", "import", import->options->path};
	m->format = TC_MANIFEST_FORMAT;
	m->how = TC_HOW_STOPPED;
	m->imported_ns = now_ns();
	m->name = strdup(name);
	m->tacho = strdup(TACHO_VERSION);
	m->arguments = calloc(4, sizeof *m->arguments);
	for (size_t i = 0; m->arguments && i < 3; i++)
		m->arguments[i] = strdup(words[i]);
	snprintf(sentence, sizeof sentence, "imported from %s (%s): times are those of the trace%s",
		import->input->name, import->options->importer->name,
		import->dated ? "" : ", which does not say when it was recorded");
	return m->name && m->tacho && m->arguments && m->arguments[2] && tc_manifest_note(m, sentence);
}

static int nothing(const struct tc_import *import)
{
	for (int i = 0; i < TC_IMPORT_PROBLEMS; i++)
		if (import->problem[i])
			return tc_error(TACHO_EFORMAT,
				"there is no span in %s that can be imported: of %llu none has a name, a begin and an "
				"end "
				"after it",
				import->input->name, (unsigned long long)import->problem[i]);
	return tc_error(TACHO_EFORMAT, "there is no span in %s", import->input->name);
}

/* What lies on a tmpfs until here may find no room where it is to be. */
static int close_session(struct tc_import *import)
{
	uint64_t bytes = tc_session_bytes(import->paths.directory);
	int code = tc_session_close(&import->paths);
	if (code == TACHO_ENOSPC)
		import->needs = bytes;
	else if (code)
		tc_error(code, "cannot write the session into %.900s: nothing is left of it", import->paths.directory);
	return code;
}

static int make_session(struct tc_import *import, const char *name)
{
	struct tc_manifest manifest = {.format = 0};
	int code = import->spans ? 0 : nothing(import);
	if (!code)
		code = tc_import_place(import, &manifest.begin, &manifest.end);
	if (!code && !describe(import, &manifest, name))
		code = tc_error(TACHO_ENOMEM, "out of memory");
	if (!code) {
		tc_import_notes(import, &manifest);
		code = tc_manifest_write(import->paths.directory, &manifest);
	}
	if (!code)
		code = close_session(import);
	tc_manifest_release(&manifest);
	return code;
}

static bool on_piece(void *context, uint64_t done, uint64_t all)
{
	const struct tc_import_options *options = context;
	return options->progress(options->context, false, done, all);
}

static int read_input(struct tc_import *import, struct tc_input *input)
{
	const struct tc_importer *importer = import->options->importer;
	char name[256];
	name_of(name, sizeof name, import->options);
	import->unit = importer->unit;
	import->sort = tc_sort_new(import->paths.directory);
	if (!import->sort)
		return tc_error(TACHO_ENOMEM, "out of memory");
	if (import->options->progress) {
		input->progress = on_piece;
		input->context = (void *)(uintptr_t)import->options;
	}
	int code = importer->read(import, input);
	if (!code && input->error)
		code = input->error;
	if (code || importer->is_session)
		return code ? code : close_session(import);
	return make_session(import, name);
}

/* What a session of all of the file takes by what this far took; of some it is known. */
static uint64_t room_needed(const struct tc_import *import)
{
	const struct tc_input *input = import->input;
	double taken = (double)tc_session_bytes(import->paths.directory) + (double)tc_sort_bytes(import->sort);
	uint64_t done = tc_input_offset(input);
	return import->needs                 ? import->needs
	       : done && input->bytes > done ? (uint64_t)(taken * ((double)input->bytes / (double)done))
	                                     : (uint64_t)taken;
}

/* Where the disk is full, and not a limit of this process: when nothing of it is there any more, so that it does not itself take the room. */
static int say_no_room(const struct tc_import *import, uint64_t needed, const char *sentence)
{
	char above[TC_IMPORT_PATH];
	struct statvfs space;
	snprintf(above, sizeof above, "%s", import->paths.directory);
	*strrchr(above, '/') = '\0'; /* it is absolute */
	if (statvfs(above, &space) || space.f_bavail * space.f_frsize > needed)
		return tc_error(TACHO_ENOSPC, "%s", sentence);
	return tc_error(TACHO_ENOSPC,
		"the session takes %s%s, and in %.600s there are %s free: make room there, or let -o or TACHO_STORE "
		"lead elsewhere",
		tc_bytes((double)needed).text, import->needs ? "" : " or more while it is made", above,
		tc_bytes((double)space.f_bavail * (double)space.f_frsize).text);
}

/* What was said last stays said. */
static int discard(struct tc_import *import, int code)
{
	char sentence[sizeof tacho_error_sentence];
	uint64_t needed = code == TACHO_ENOSPC ? room_needed(import) : 0;
	snprintf(sentence, sizeof sentence, "%s", tacho_last_error());
	tc_sort_free(import->sort);
	import->sort = NULL;
	tc_session_discard(&import->paths);
	return code == TACHO_ENOSPC ? say_no_room(import, needed, sentence) : tc_error(code, "%s", sentence);
}

static int import_input(struct tc_import *import, struct tc_input *input, char *made)
{
	char aside[TC_IMPORT_PATH], name[256];
	name_of(name, sizeof name, import->options);
	int code = make_aside(import->options, aside);
	if (code)
		return code;
	code = tc_session_create(&import->paths, aside, name);
	if (code) {
		rmdir(aside);
		return code;
	}
	code = read_input(import, input);
	if (!code && import->options->importer->is_session)
		code = name_as_recorded(name, sizeof name, import);
	if (!code)
		code = give_name(import, name, made);
	if (!code)
		tc_import_tell(import);
	return code ? discard(import, code) : 0;
}

struct tc_session_paths *tc_import_paths(struct tc_import *import)
{
	return &import->paths;
}

void tc_import_needs(struct tc_import *import, uint64_t bytes)
{
	import->needs = bytes;
}

void tc_import_rounds(struct tc_import *import)
{
	import->rounding_ns = 3; /* as in export/lanes.c */
}

void tc_import_begins(struct tc_import *import, int64_t unix_ns)
{
	import->base_ns = unix_ns > 0 ? (uint64_t)unix_ns : 0;
}

/* Without the slashes at its end: what is made beside it would lie in it. */
static int name_directory(struct tc_import_options *options, char *directory)
{
	int bytes = options->directory ? snprintf(directory, TC_IMPORT_PATH, "%s", options->directory) : 0;
	if (options->directory && !*options->directory)
		return tc_error(TACHO_EINVAL, "-o takes the name of a directory, and it has none");
	if (bytes >= TC_IMPORT_PATH)
		return tc_error(TACHO_EINVAL, "the path of the session is too long");
	while (bytes > 1 && directory[bytes - 1] == '/')
		directory[--bytes] = '\0';
	options->directory = options->directory ? directory : NULL;
	return 0;
}

int tc_import(const struct tc_import_options *options, char *made)
{
	struct tc_import_options known = *options;
	struct tc_import import = {.options = &known};
	char directory[TC_IMPORT_PATH];
	struct tc_input *input = malloc(sizeof *input);
	int code = input ? name_directory(&known, directory) : tc_error(TACHO_ENOMEM, "out of memory");
	if (!code)
		code = refuse_existing(&known);
	if (!code)
		code = tc_input_open(input, options->path);
	if (code) {
		free(input);
		return code;
	}
	import.input = input;
	if (!known.importer)
		known.importer = recognise(input);
	code = known.importer ? import_input(&import, input, made) : TACHO_EFORMAT;
	tc_import_release(&import);
	tc_input_close(input);
	free(input);
	return code;
}
