/* SPDX-License-Identifier: MIT */
#include "format/store.h"

#include "format/manifest.h"
#include "format/session_remove.h"

#include <tacho/error.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char root[] = "/tmp/tacho-store-XXXXXX";
static char store[64];
static char tmpfs[] = "/dev/shm/tacho-store-XXXXXX"; /* other tests adopt what they find on the common one */

static void use_tmpfs(void)
{
	setenv(TC_ENV_LIVE, tmpfs, 1);
}

static int make_root(void **state)
{
	(void)state;
	if (!mkdtemp(root) || !mkdtemp(tmpfs))
		return -1;
	use_tmpfs();
	snprintf(store, sizeof store, "%s/state/store", root);
	return setenv(TC_ENV_STORE, store, 1);
}

static int remove_root(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s' '%s'", root, tmpfs);
	return system(command);
}

static void put_file(const char *directory, const char *name, const char *text)
{
	char path[5000];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static bool has_file(const char *directory, const char *name)
{
	char path[5000];
	struct stat st;
	snprintf(path, sizeof path, "%s/%s", directory, name);
	return lstat(path, &st) == 0;
}

static void create(struct tc_session_paths *paths, const char *name)
{
	static uint64_t begun_ns = 3; /* by this, and not by their files, they are in an order */
	const struct tc_manifest manifest = {.name = root, .begin = {1, 2, begun_ns++}};
	assert_int_equal(tc_session_create(paths, NULL, name), 0);
	assert_int_equal(tc_manifest_write(paths->directory, &manifest), 0);
}

static int lock_file(const char *directory, const char *name)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[5000];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &whole), 0);
	return fd;
}

static void a_session_lives_and_comes_home(void **state)
{
	struct tc_session_paths paths;
	struct stat st;
	char live[4096];
	(void)state;
	create(&paths, "/usr/bin/my prog\n");
	assert_non_null(strstr(paths.directory, "/my_prog_-20"));
	assert_int_equal(stat(paths.directory, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_true(paths.lock >= 200);
	assert_true(fcntl(paths.lock, F_GETFD) & FD_CLOEXEC);
	assert_true(tc_session_is_live(paths.directory));
	assert_int_equal(tc_session_live(paths.directory, live), 0);
	assert_string_equal(live, paths.live);
	put_file(paths.live, "log.tacho", "hello");
	assert_int_equal(tc_session_adopt(paths.directory), 0); /* the owner lives: nothing happens */
	assert_true(has_file(paths.live, "log.tacho"));
	assert_int_equal(tc_session_close(&paths), 0);
	assert_int_equal(paths.lock, -1);
	assert_false(tc_session_is_live(paths.directory));
	assert_true(has_file(paths.directory, "log.tacho"));
	assert_false(has_file(paths.directory, "live"));
	assert_int_equal(tc_session_live(paths.directory, live), 0);
	assert_string_equal(live, paths.directory);
	if (strcmp(paths.live, paths.directory) != 0)
		assert_int_equal(access(paths.live, F_OK), -1);
	assert_int_equal(tc_session_close(&paths), 0);
}

static void without_a_tmpfs_it_lies_in_its_directory(void **state)
{
	struct tc_session_paths paths;
	(void)state;
	setenv(TC_ENV_LIVE, "none", 1);
	create(&paths, "x");
	use_tmpfs();
	assert_string_equal(paths.live, paths.directory);
	assert_false(has_file(paths.directory, "live"));
	assert_int_equal(tc_session_close(&paths), 0);
}

/* The owner is killed; one part is still written by a process of the session. */
static void a_dead_owners_session_is_adopted(void **state)
{
	struct tc_session_paths paths;
	char found[4096];
	(void)state;
	create(&paths, "killed");
	put_file(paths.live, "part-a.tacho", "finished");
	put_file(paths.live, "part-b.tacho", "still written");
	put_file(paths.live, "log.tacho", "log");
	int part = lock_file(paths.live, "part-b.tacho");
	close(paths.lock);
	tc_store_adopt();
	assert_true(has_file(paths.directory, "part-a.tacho"));
	assert_true(has_file(paths.directory, "log.tacho"));
	if (strcmp(paths.live, paths.directory) != 0) {
		assert_false(has_file(paths.live, "part-a.tacho"));
		assert_true(has_file(paths.live, "part-b.tacho"));
		assert_true(has_file(paths.directory, "live"));
	}
	close(part);
	assert_int_equal(tc_session_find("killed", found), 0);
	assert_string_equal(found, paths.directory);
	assert_true(has_file(paths.directory, "part-b.tacho"));
	assert_false(has_file(paths.directory, "live"));
}

/* `run -o` of a tacho that was killed: the way back is in the live directory. */
static void outside_of_the_store_too(void **state)
{
	const struct tc_manifest manifest = {.name = root, .begin = {1, 2, 3}};
	struct tc_session_paths paths;
	char given[80];
	(void)state;
	snprintf(given, sizeof given, "%s/outside", root);
	assert_int_equal(tc_session_create(&paths, given, "x"), 0);
	assert_int_equal(tc_manifest_write(paths.directory, &manifest), 0);
	put_file(paths.live, "part-a.tacho", "finished");
	tc_store_adopt();
	if (strcmp(paths.live, paths.directory) != 0)
		assert_true(has_file(paths.live, "part-a.tacho"));
	close(paths.lock);
	tc_store_adopt();
	assert_true(has_file(given, "part-a.tacho"));
	assert_false(has_file(given, "live"));
}

static void what_nobody_wants_any_more_goes_after_a_week(void **state)
{
	const struct timespec then[2] = {
		{.tv_sec = time(NULL) - 8 * 24 * 3600}, {.tv_sec = time(NULL) - 8 * 24 * 3600}};
	struct tc_session_paths paths;
	char command[5000];
	(void)state;
	create(&paths, "removed");
	if (strcmp(paths.live, paths.directory) == 0)
		skip();
	put_file(paths.live, "part-a.tacho", "x");
	close(paths.lock);
	snprintf(command, sizeof command, "rm -rf '%s'", paths.directory);
	assert_int_equal(system(command), 0);
	tc_store_adopt();
	assert_true(has_file(paths.live, "part-a.tacho")); /* it may only have been moved */
	assert_int_equal(utimensat(AT_FDCWD, paths.live, then, 0), 0);
	int part = lock_file(paths.live, "part-a.tacho");
	tc_store_adopt();
	assert_true(has_file(paths.live, "part-a.tacho"));
	close(part);
	tc_store_adopt();
	assert_int_equal(access(paths.live, F_OK), -1);
}

static void holes_stay_holes(void **state)
{
	struct tc_session_paths paths;
	char path[5000], byte = 0;
	struct stat st;
	(void)state;
	create(&paths, "holes");
	snprintf(path, sizeof path, "%s/part-a.tacho", paths.live);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(ftruncate(fd, 64 << 20), 0);
	assert_int_equal(pwrite(fd, "x", 1, 32 << 20), 1);
	close(fd);
	assert_int_equal(tc_session_close(&paths), 0);
	snprintf(path, sizeof path, "%s/part-a.tacho", paths.directory);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 64 << 20);
	assert_true(st.st_blocks < 1024);
	assert_int_equal(pread(fd, &byte, 1, 32 << 20), 1);
	assert_int_equal(byte, 'x');
	close(fd);
}

static bool has_holes(const char *directory)
{
	char path[5000];
	struct stat st;
	snprintf(path, sizeof path, "%s/probe", directory);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	assert_int_equal(fstat(fd, &st), 0);
	bool punched = !fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1 << 20);
	close(fd);
	unlink(path);
	return punched && st.st_blocks < 64;
}

/* As a recorder has them: there before they are needed. */
static void put_pages(const char *directory, size_t bytes, off_t used_at)
{
	char path[5000], *zeros = calloc(1, bytes);
	snprintf(path, sizeof path, "%s/part-a.tacho", directory);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, zeros, bytes), bytes);
	assert_int_equal(pwrite(fd, "x", 1, used_at), 1);
	assert_int_equal(fsync(fd), 0); /* else a file system may not have given it blocks yet */
	close(fd);
	free(zeros);
}

static void pages_that_were_not_needed_take_no_room(void **state)
{
	enum { BYTES = (1 << 20) + 100 }; /* the last page is not whole */
	static char bytes[BYTES + 1];
	const off_t used_at[] = {0, 300001, 300001, BYTES - 1};
	(void)state;
	for (size_t i = 0; i < sizeof used_at / sizeof *used_at; i++) {
		struct tc_session_paths paths;
		char path[5000];
		struct stat st;
		if (i < 2)
			setenv(TC_ENV_LIVE, "none", 1); /* it is at home already */
		create(&paths, "pages");
		use_tmpfs();
		put_pages(paths.live, BYTES, used_at[i]);
		bool able = has_holes(paths.directory);
		assert_int_equal(tc_session_close(&paths), 0);
		if (!able) {
			print_message("left out: the file system of %s has no holes\n", root);
			skip();
		}
		snprintf(path, sizeof path, "%s/part-a.tacho", paths.directory);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		assert_int_equal(fsync(fd), 0);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(st.st_size, BYTES);
		assert_in_range(st.st_blocks, 1, BYTES / 512 / 8);
		assert_int_equal(read(fd, bytes, sizeof bytes), BYTES);
		close(fd);
		for (off_t at = 0; at < BYTES; at++)
			assert_int_equal(bytes[at], at == used_at[i] ? 'x' : 0);
	}
}

/* What is still written stays as it is, also where it lies. */
static void a_part_in_use_is_not_touched(void **state)
{
	struct tc_session_paths paths;
	char path[5000];
	struct stat before, after;
	(void)state;
	setenv(TC_ENV_LIVE, "none", 1);
	create(&paths, "used");
	use_tmpfs();
	put_pages(paths.directory, 1 << 20, 0);
	snprintf(path, sizeof path, "%s/part-a.tacho", paths.directory);
	int fd = lock_file(paths.directory, "part-a.tacho");
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(tc_session_close(&paths), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_blocks, after.st_blocks);
	close(fd);
}

/* A link in a directory that somebody sent us must not make us move files of ours. */
static void a_forged_link_is_not_followed(void **state)
{
	struct tc_session_paths paths;
	char secret[80], link[5000], live[4096];
	(void)state;
	snprintf(secret, sizeof secret, "%s/secret", root);
	assert_int_equal(mkdir(secret, 0700), 0);
	put_file(secret, "key", "private");
	setenv(TC_ENV_LIVE, "none", 1);
	create(&paths, "forged");
	use_tmpfs();
	snprintf(link, sizeof link, "%s/live", paths.directory);
	assert_int_equal(symlink(secret, link), 0);
	assert_int_equal(tc_session_live(paths.directory, live), 0);
	assert_string_equal(live, paths.directory);
	close(paths.lock);
	tc_store_adopt();
	assert_true(has_file(secret, "key"));
	assert_false(has_file(paths.directory, "key"));
}

static void after_a_restart_the_link_goes(void **state)
{
	struct tc_session_paths paths;
	(void)state;
	create(&paths, "restart");
	if (strcmp(paths.live, paths.directory) != 0) {
		char home[5000];
		snprintf(home, sizeof home, "%s/.home", paths.live);
		assert_int_equal(unlink(home), 0);
		assert_int_equal(rmdir(paths.live), 0);
	}
	close(paths.lock);
	assert_int_equal(tc_session_adopt(paths.directory), 0);
	assert_false(has_file(paths.directory, "live"));
}

static void a_forked_child_leaves_it_alone(void **state)
{
	struct tc_session_paths paths;
	int status;
	(void)state;
	create(&paths, "fork");
	pid_t child = fork();
	if (child == 0) {
		tc_session_forget(&paths);
		_exit(paths.lock != -1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(tc_session_is_live(paths.directory));
	assert_int_equal(tc_session_close(&paths), 0);
}

static void sessions_are_found_and_listed(void **state)
{
	struct tc_session_paths first, second;
	char found[4096], **names;
	size_t count;
	(void)state;
	create(&first, "list");
	create(&second, "list"); /* in the same second: named apart */
	assert_string_not_equal(first.directory, second.directory);
	tc_session_close(&first);
	tc_session_close(&second);
	assert_int_equal(tc_store_list(&names, &count), 0);
	assert_true(count >= 2);
	assert_string_equal(names[0], strrchr(second.directory, '/') + 1);
	assert_string_equal(names[1], strrchr(first.directory, '/') + 1);
	assert_int_equal(tc_session_find(names[1], found), 0);
	assert_string_equal(found, first.directory);
	assert_int_equal(tc_session_find(first.directory, found), 0);
	assert_string_equal(found, first.directory);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	assert_int_equal(tc_session_find("list", found), 0); /* the newest of that name */
	assert_string_equal(found, second.directory);
	assert_int_equal(tc_session_find("lis", found), TACHO_ENOENT);
	assert_int_equal(tc_session_find("list-", found), TACHO_ENOENT);
	assert_int_equal(tc_session_find("no-such", found), TACHO_ENOENT);
	assert_int_equal(tc_session_find("", found), TACHO_ENOENT);
	assert_int_equal(tc_session_find("/nowhere/at/all", found), TACHO_ENOENT);
	assert_int_equal(tc_session_find("/tmp", found), TACHO_EFORMAT);
	assert_int_equal(tc_session_find("/etc/passwd", found), TACHO_EFORMAT);
}

static void a_given_directory_must_be_empty(void **state)
{
	struct tc_session_paths paths;
	char given[80];
	(void)state;
	snprintf(given, sizeof given, "%s/above/given", root);
	assert_int_equal(tc_session_create(&paths, given, "x"), 0);
	assert_string_equal(paths.directory, given);
	assert_int_equal(tc_session_close(&paths), 0);
	assert_int_equal(tc_session_create(&paths, given, "x"), TACHO_EBUSY);
	assert_non_null(strstr(tacho_last_error(), "not empty"));
	assert_true(has_file(given, "lock"));
	assert_true(tc_session_create(&paths, "/etc/passwd", "x") < 0);
	assert_true(tc_session_create(&paths, "/etc/passwd/x", "x") < 0);
	assert_int_equal(tc_session_create(&paths, "", "x"), TACHO_EINVAL);
}

static void a_discarded_session_leaves_nothing(void **state)
{
	struct tc_session_paths paths;
	(void)state;
	create(&paths, "discard");
	put_file(paths.live, "log.tacho", "x");
	tc_session_discard(&paths);
	assert_int_equal(access(paths.directory, F_OK), -1);
	assert_int_equal(access(paths.live, F_OK), -1);
	assert_int_equal(paths.lock, -1);
}

static void what_cannot_be_replaced_is_as_it_was(void **state)
{
	struct tc_session_paths paths;
	(void)state;
	setenv(TC_ENV_LIVE, "none", 1);
	create(&paths, "replaced");
	put_file(paths.directory, "log.tacho", "x");
	assert_int_equal(tc_session_close(&paths), 0);
	assert_true(tc_session_replace(paths.directory, "/nowhere/at/all") < 0);
	assert_true(has_file(paths.directory, "log.tacho"));
	assert_int_equal(tc_session_remove(paths.directory), 0);
	assert_false(has_file(paths.directory, "log.tacho"));
	assert_int_equal(tc_session_remove(paths.directory), TACHO_ENOENT);
	use_tmpfs();
}

static void a_store_that_cannot_be_is_said(void **state)
{
	struct tc_session_paths paths;
	char long_path[5000], **names;
	size_t count;
	(void)state;
	setenv(TC_ENV_STORE, "/etc/passwd/store", 1);
	assert_true(tc_session_create(&paths, NULL, "x") < 0);
	assert_non_null(strstr(tacho_last_error(), "TACHO_STORE"));
	memset(long_path, 'x', sizeof long_path - 1);
	long_path[0] = '/';
	long_path[sizeof long_path - 1] = '\0';
	setenv(TC_ENV_STORE, long_path, 1);
	assert_int_equal(tc_session_create(&paths, NULL, "x"), TACHO_EINVAL);
	assert_int_equal(tc_session_create(&paths, long_path, "x"), TACHO_EINVAL);
	assert_true(tc_store_list(&names, &count) < 0);
	tc_store_adopt();
	setenv(TC_ENV_STORE, "/nonexistent-store", 1);
	assert_int_equal(tc_store_list(&names, &count), 0);
	assert_int_equal(count, 0);
	unsetenv(TC_ENV_STORE);
	unsetenv("XDG_STATE_HOME");
	char *home = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
	unsetenv("HOME");
	assert_int_equal(tc_session_create(&paths, NULL, "x"), TACHO_ENOENT);
	assert_non_null(strstr(tacho_last_error(), "TACHO_STORE"));
	if (home)
		setenv("HOME", home, 1);
	free(home);
	setenv(TC_ENV_STORE, store, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_lives_and_comes_home),
		cmocka_unit_test(without_a_tmpfs_it_lies_in_its_directory),
		cmocka_unit_test(a_dead_owners_session_is_adopted),
		cmocka_unit_test(outside_of_the_store_too),
		cmocka_unit_test(what_nobody_wants_any_more_goes_after_a_week),
		cmocka_unit_test(holes_stay_holes),
		cmocka_unit_test(pages_that_were_not_needed_take_no_room),
		cmocka_unit_test(a_part_in_use_is_not_touched),
		cmocka_unit_test(a_forged_link_is_not_followed),
		cmocka_unit_test(after_a_restart_the_link_goes),
		cmocka_unit_test(a_forked_child_leaves_it_alone),
		cmocka_unit_test(sessions_are_found_and_listed),
		cmocka_unit_test(a_given_directory_must_be_empty),
		cmocka_unit_test(a_discarded_session_leaves_nothing),
		cmocka_unit_test(what_cannot_be_replaced_is_as_it_was),
		cmocka_unit_test(a_store_that_cannot_be_is_said),
	};
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
