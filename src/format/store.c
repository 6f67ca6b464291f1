/* SPDX-License-Identifier: MIT
 *
 * store.c - the directory in which sessions lie, and how they are found there.
 */
#include "format/store.h"

#include "base/error.h"
#include "format/directory.h"
#include "format/manifest.h"
#include "format/settings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int tc_path(char *out, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	int n = vsnprintf(out, TC_PATH_BYTES, format, list);
	va_end(list);
	if (n >= 0 && n < TC_PATH_BYTES)
		return 0;
	return tc_error(TACHO_EINVAL,
		"a path has %d bytes and %d are possible: choose a shorter one with -o DIR or TACHO_STORE", n,
		TC_PATH_BYTES - 1);
}

int tc_directory_make(const char *path)
{
	char part[TC_PATH_BYTES];
	struct stat st;
	int r = tc_path(part, "%s", path);
	if (r != 0 || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
		return r;
	for (char *slash = part; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(part, 0700); /* what matters is the last one */
		*slash = '/';
	}
	if (mkdir(part, 0700) == 0 || (stat(part, &st) == 0 && S_ISDIR(st.st_mode)))
		return 0;
	return tc_error_errno(errno,
		"cannot make the directory %s (mend that, set TACHO_STORE or use tacho run -o DIR to record elsewhere)",
		path);
}

int tc_store_place(char *out)
{
	char set[TC_SETTING_TEXT_BYTES];
	if (!tc_setting_get(TC_SET_STORE, set))
		return tc_error(
			TACHO_EINVAL, "TACHO_STORE is too long for the path of a directory: choose a shorter one");
	if (*set)
		return tc_path(out, "%s", set);
	const char *place = secure_getenv("XDG_STATE_HOME");
	if (place && *place == '/')
		return tc_path(out, "%s/tacho", place);
	place = secure_getenv("HOME");
	if (place && *place)
		return tc_path(out, "%s/.local/state/tacho", place);
	return tc_error(
		TACHO_ENOENT, "no place for sessions is known, as HOME is not set: set TACHO_STORE to a directory");
}

int tc_store_path(char *out)
{
	char place[TC_PATH_BYTES];
	int r = tc_store_place(place);
	if (r == 0)
		r = tc_directory_make(place);
	if (r == 0 && !realpath(place, out))
		r = tc_error_errno(errno, "cannot use the store %s (set TACHO_STORE to another directory)", place);
	return r;
}

static int none_yet(const char *store)
{
	return tc_error(TACHO_ENOENT, "no session in the store %s yet: record one with tacho run -- COMMAND", store);
}

int tc_store_find(char *out)
{
	char place[TC_PATH_BYTES];
	int r = tc_store_place(place);
	if (r != 0 || realpath(place, out))
		return r;
	int error = errno;
	strcpy(out, place);
	if (error == ENOENT)
		return none_yet(place);
	return tc_error_errno(error, "cannot use the store %s (set TACHO_STORE to another directory)", place);
}

struct found {
	char *name;
	uint64_t when_ns;
};

static int newer_first(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	if (x->when_ns != y->when_ns)
		return x->when_ns < y->when_ns ? 1 : -1;
	return strcmp(y->name, x->name);
}

/* Of what the manifest says, not of the files' dates: a copy has others.  Where it says nothing there is nothing else. */
static bool is_session(const char *place, const char *name, uint64_t *when_ns)
{
	char directory[TC_PATH_BYTES], manifest[TC_PATH_BYTES];
	struct stat st;
	if (name[0] == '.' || tc_path(directory, "%s/%s", place, name) != 0 ||
		tc_path(manifest, "%s/" TC_MANIFEST_FILE, directory) != 0 || stat(manifest, &st) != 0)
		return false;
	*when_ns = tc_manifest_read_when(directory);
	if (!*when_ns)
		*when_ns = (uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec;
	return true;
}

static int collect(DIR *store, const char *place, struct found **found, size_t *count)
{
	size_t room = 0;
	uint64_t when_ns;
	for (struct dirent *e; (e = readdir(store));) {
		if (!is_session(place, e->d_name, &when_ns))
			continue;
		if (*count == room) {
			room = room ? 2 * room : 64;
			struct found *more = realloc(*found, room * sizeof *more);
			if (!more)
				return tc_error(TACHO_ENOMEM, "out of memory");
			*found = more;
		}
		char *name = strdup(e->d_name);
		if (!name)
			return tc_error(TACHO_ENOMEM, "out of memory");
		(*found)[(*count)++] = (struct found){name, when_ns};
	}
	return 0;
}

int tc_store_list(char ***names, size_t *count)
{
	struct found *found = NULL;
	char place[TC_PATH_BYTES];
	*names = NULL;
	*count = 0;
	int r = tc_store_place(place);
	if (r != 0)
		return r;
	DIR *store = opendir(place);
	if (!store)
		return errno == ENOENT ? 0 : tc_error_errno(errno, "cannot read the store %s", place);
	r = collect(store, place, &found, count);
	if (r == 0 && *count && !(*names = malloc(*count * sizeof **names)))
		r = tc_error(TACHO_ENOMEM, "out of memory");
	if (r == 0 && *count)
		qsort(found, *count, sizeof *found, newer_first);
	for (size_t i = 0; i < *count; i++)
		if (r == 0)
			(*names)[i] = found[i].name;
		else
			free(found[i].name);
	if (r != 0)
		*count = 0;
	free(found);
	closedir(store);
	return r;
}

/* Whether a directory's name is NAME-YYYYMMDD-HHMMSS, perhaps with a number behind it. */
static bool is_named(const char *directory, const char *name)
{
	static const char form[] = "-dddddddd-dddddd";
	size_t length = strlen(name);
	if (strncmp(directory, name, length) != 0)
		return false;
	for (size_t i = 0; form[i]; i++) {
		char c = directory[length + i];
		if (form[i] == 'd' ? c < '0' || c > '9' : c != form[i])
			return false;
	}
	return true;
}

/* name NULL: of any name; else TACHO_ENOENT without a sentence when there is none of that name. */
static int find_newest(char *out, const char *name)
{
	char store[TC_PATH_BYTES], **names;
	size_t count, at = 0;
	int r = tc_store_list(&names, &count);
	if (r == 0)
		r = tc_store_place(store);
	if (r != 0)
		return r;
	while (name && at < count && !is_named(names[at], name))
		at++;
	if (at < count)
		r = tc_path(out, "%s/%s", store, names[at]);
	else if (name)
		r = TACHO_ENOENT;
	else
		r = none_yet(store);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return r;
}

static int find_given(const char *given, char *out)
{
	char store[TC_PATH_BYTES], manifest[TC_PATH_BYTES];
	struct stat st;
	if (*given && stat(given, &st) == 0) {
		int r = tc_path(manifest, "%s/" TC_MANIFEST_FILE, given);
		if (r == 0 && access(manifest, F_OK) == 0)
			return tc_path(out, "%s", given);
	}
	bool is_name = *given && !strchr(given, '/') && given[0] != '.';
	int r = tc_store_place(store);
	if (r == 0 && is_name) {
		r = tc_path(out, "%s/%s/" TC_MANIFEST_FILE, store, given);
		if (r == 0 && access(out, F_OK) == 0)
			return tc_path(out, "%s/%s", store, given);
	}
	if (r == 0 && is_name && find_newest(out, given) == 0)
		return 0;
	if (*given && stat(given, &st) == 0)
		return tc_error(TACHO_EFORMAT,
			"%s is not a session: it has no manifest (tacho list shows the sessions)", given);
	if (!is_name || r != 0)
		return tc_error(TACHO_ENOENT, "no session at '%s' (tacho list shows the sessions)", given);
	return tc_error(TACHO_ENOENT,
		"no session '%s', neither here nor in the store %s (tacho list shows the sessions)", given, store);
}

int tc_session_find(const char *given, char *out)
{
	int r = given ? find_given(given, out) : find_newest(out, NULL);
	if (r == 0)
		tc_session_adopt(out); /* what stays on the tmpfs for now is read there */
	return r;
}

void tc_store_adopt(void)
{
	char place[TC_PATH_BYTES], path[TC_PATH_BYTES];
	tc_live_look_after_all();
	if (tc_store_place(place) != 0)
		return;
	DIR *store = opendir(place);
	if (!store)
		return;
	for (struct dirent *e; (e = readdir(store));)
		if (e->d_name[0] != '.' && tc_path(path, "%s/%s", place, e->d_name) == 0)
			tc_session_adopt(path);
	closedir(store);
}
