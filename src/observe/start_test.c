/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <unistd.h>
#include "base/test.h"
#include "format/manifest.h"
#include "format/store.h"

static char store[] = "/tmp/tacho-start-XXXXXX";
static char tmpfs[] = "/dev/shm/tacho-start-XXXXXX";

static pid_t first;

/* LeakSanitizer asks: in a forked child it could wait for ever for a lock that a thread of the parent held. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return getpid() != first;
}

static int make_store(void **state)
{
	(void)state;
	unsetenv(TC_ENV_SESSION);
	/* other tests adopt what they find on the common tmpfs */
	if (!mkdtemp(store) || !mkdtemp(tmpfs))
		return -1;
	setenv("TACHO_LIVE", tmpfs, 1);
	return setenv(TC_ENV_STORE, store, 1);
}

static int remove_store(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s' '%s'", store, tmpfs);
	return system(command);
}

static size_t count(const char *directory, const char *pattern)
{
	char path[5000];
	glob_t found;
	snprintf(path, sizeof path, "%s/%s", directory, pattern);
	size_t n = glob(path, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
	globfree(&found);
	return n;
}

enum { GUESTS = 2 }; /* the observer, and who reads for it what may not answer */

static size_t entries(const char *directory)
{
	size_t n = 0;
	DIR *stream = opendir(directory);
	while (readdir(stream))
		n++;
	closedir(stream);
	return n;
}

/* How many there are, when no more of them than so many are left on their way out: those that were joined may still be there. */
static size_t threads_beside(size_t expected)
{
	size_t threads = entries("/proc/self/task");
	for (int tries = 0; threads > expected && tries < 100000; tries++) {
		sched_yield();
		threads = entries("/proc/self/task");
	}
	return threads;
}

static enum tc_how how_it_ended(const char *directory)
{
	struct tc_manifest manifest;
	assert_int_equal(tc_manifest_read(directory, &manifest), 0);
	enum tc_how how = manifest.how;
	assert_int_equal(how != TC_HOW_RUNNING, manifest.end.monotonic_ns != 0);
	tc_manifest_release(&manifest);
	return how;
}

static void start(char *directory)
{
	assert_int_equal(tacho_start(NULL), 0);
	assert_non_null(tacho_session_directory());
	strcpy(directory, tacho_session_directory());
}

static void mark(void)
{
	TACHO_SCOPE("work");
}

static void a_session_of_ones_own(void **state)
{
	char directory[4096];
	(void)state;
	assert_null(tacho_session_directory());
	tacho_stop();
	start(directory);
	assert_true(tacho_is_recording());
	assert_true(tc_session_is_live(directory));
	assert_int_equal(how_it_ended(directory), TC_HOW_RUNNING);
	mark();
	assert_int_equal(tacho_start(NULL), TACHO_EBUSY);
	assert_non_null(strstr(tacho_last_error(), "tacho_stop()"));
	tacho_stop();
	assert_false(tacho_is_recording());
	assert_null(tacho_session_directory());
	assert_false(tc_session_is_live(directory));
	assert_int_equal(how_it_ended(directory), TC_HOW_STOPPED);
	assert_int_equal(count(directory, "part-*"), 1);
	assert_int_equal(count(directory, "live"), 0);
	mark();
	assert_int_equal(count(directory, "part-*"), 1);
	tacho_stop();
}

static void again_and_again_without_a_trace(void **state)
{
	char directory[4096];
	(void)state;
	start(directory);
	tacho_stop();
	size_t files = entries("/proc/self/fd"), threads = entries("/proc/self/task");
	for (int i = 0; i < 20; i++) {
		start(directory);
		mark();
		tacho_stop();
		assert_int_equal(count(directory, "part-*"), 1);
	}
	assert_int_equal(entries("/proc/self/fd"), files);
	assert_true(threads_beside(threads) <= threads);
}

static void what_cannot_be_meant_is_refused(void **state)
{
	struct {
		struct tacho_config config;
		char newer[16];
	} c = {.config = TACHO_CONFIG_INIT};
	(void)state;
	c.config.struct_size = 0;
	assert_int_equal(tacho_start(&c.config), TACHO_EINVAL);
	c.config.struct_size = sizeof c;
	c.newer[3] = 1;
	assert_int_equal(tacho_start(&c.config), TACHO_EINVAL);
	c.newer[3] = 0;
	c.config.ring_records = 17;
	assert_int_equal(tacho_start(&c.config), TACHO_EINVAL);
	c.config.ring_records = 16;
	c.config.interval_ms = 9;
	assert_int_equal(tacho_start(&c.config), TACHO_EINVAL);
	c.config.interval_ms = 3600001;
	assert_int_equal(tacho_start(&c.config), TACHO_EINVAL);
	c.config.interval_ms = 10;
	c.config.attribute_text_bytes = 65536;
	assert_int_equal(tacho_start(&c.config), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "at most a quarter of the ring"));
	c.config.attribute_text_bytes = 0;
	c.config.store = "";
	assert_int_equal(tacho_start(&c.config), TACHO_EINVAL);
	c.config.store = NULL;
	c.config.directory = "/etc/passwd/session";
	assert_true(tacho_start(&c.config) < 0);
	assert_false(tacho_is_recording());
	mark();
	c.config.directory = NULL;
	c.config.name = "by name";
	assert_int_equal(tacho_start(&c.config), 0);
	assert_non_null(strstr(tacho_session_directory(), "/by_name-"));
	tacho_stop();
}

static void settings_go_from_the_api_to_the_environment(void **state)
{
	struct tacho_config config = TACHO_CONFIG_INIT;
	struct tc_manifest manifest;
	char directory[4096];
	(void)state;
	size_t threads = entries("/proc/self/task");
	assert_int_equal(tacho_config_set(&config, "ring_recods", "64"), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "did you mean ring_records?"));
	assert_int_equal(tacho_config_set(&config, "ring_records", "65"), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "a power of two from 16 to 16777216"));
	assert_int_equal(tacho_config_set(NULL, "ring_records", "64"), TACHO_EINVAL);
	assert_int_equal(tacho_config_set(&config, NULL, "64"), TACHO_EINVAL);
	assert_int_equal(tacho_config_set(&config, "store", NULL), TACHO_EINVAL);
	assert_int_equal(tacho_config_set(&config, "store", ""), TACHO_EINVAL);
	assert_non_null(strstr(tacho_last_error(), "store is empty"));
	assert_int_equal(config.ring_records | config.given, 0);
	assert_int_equal(tacho_config_set(&config, "interval", "70ms"), 0);
	assert_int_equal(config.interval_ms, 70);
	assert_int_equal(tacho_config_set(&config, "observer", "yes"), 0);
	setenv("TACHO_OBSERVER", "no", 1);
	setenv("TACHO_INTERVAL", "50ms", 1);
	assert_int_equal(tacho_start(&config), 0);
	assert_int_equal(entries("/proc/self/task"), threads + GUESTS);
	strcpy(directory, tacho_session_directory());
	tacho_stop();
	assert_int_equal(tc_manifest_read(directory, &manifest), 0);
	assert_int_equal(manifest.interval_ms, 70);
	tc_manifest_release(&manifest);
	assert_int_equal(tacho_start(NULL), 0); /* as the environment says */
	assert_true(threads_beside(threads) <= threads);
	strcpy(directory, tacho_session_directory());
	tacho_stop();
	assert_int_equal(tc_manifest_read(directory, &manifest), 0);
	assert_int_equal(manifest.interval_ms, 50);
	tc_manifest_release(&manifest);
	unsetenv("TACHO_OBSERVER");
	unsetenv("TACHO_INTERVAL");
}

static void a_config_names_the_store(void **state)
{
	struct tacho_config config = TACHO_CONFIG_INIT;
	char place[4096 + 16];
	(void)state;
	snprintf(place, sizeof place, "%s/other", store);
	assert_int_equal(tacho_config_set(&config, "store", place), 0);
	assert_int_equal(tacho_config_set(&config, "live", "none"), 0);
	assert_int_equal(tacho_start(&config), 0);
	assert_memory_equal(tacho_session_directory(), place, strlen(place));
	assert_int_equal(count(tacho_session_directory(), "part-*"), 1); /* not on a tmpfs */
	tacho_stop();
	assert_int_equal(tacho_start(NULL), 0);
	assert_memory_not_equal(tacho_session_directory(), place, strlen(place));
	tacho_stop();
}

/* The observer's threads: named, deaf to signals, and there only if they are wanted. */
static void the_observer_is_a_quiet_guest(void **state)
{
	struct tacho_config alone = TACHO_CONFIG_INIT;
	char path[300], line[256] = "", directory[4096];
	int found = 0;
	(void)state;
	size_t threads = entries("/proc/self/task");
	alone.no_observer = true;
	assert_int_equal(tacho_start(&alone), 0);
	assert_true(threads_beside(threads) <= threads);
	tacho_stop();
	start(directory);
	assert_int_equal(entries("/proc/self/task"), threads + GUESTS);
	DIR *tasks = opendir("/proc/self/task");
	for (struct dirent *e; (e = readdir(tasks));) {
		bool observer = false;
		snprintf(path, sizeof path, "/proc/self/task/%s/status", e->d_name);
		FILE *status = fopen(path, "r");
		while (status && fgets(line, sizeof line, status)) {
			observer |= strcmp(line, "Name:\ttacho\n") == 0;
			if (observer && strncmp(line, "SigBlk:", 7) == 0) {
				unsigned long long blocked = strtoull(line + 7, NULL, 16);
				assert_true(blocked & 1ull << (SIGTERM - 1));
				assert_true(blocked & 1ull << (SIGPROF - 1));
				found++;
			}
		}
		if (status)
			fclose(status);
	}
	closedir(tasks);
	assert_int_equal(found, GUESTS);
	tacho_stop();
}

/* `tacho run` has made a session and said so in the environment. */
static void the_session_of_a_run_is_taken_up(void **state)
{
	const struct tc_manifest manifest = {.name = store, .begin = {1, 2, 3}};
	struct tc_session_paths run;
	char directory[4096];
	(void)state;
	assert_int_equal(tc_session_create(&run, NULL, "run"), 0);
	assert_int_equal(tc_manifest_write(run.directory, &manifest), 0);
	setenv(TC_ENV_SESSION, run.directory, 1);
	start(directory);
	assert_string_equal(directory, run.directory);
	mark();
	tacho_stop();
	assert_true(tc_session_is_live(run.directory));
	assert_int_equal(how_it_ended(run.directory), TC_HOW_RUNNING);
	assert_int_equal(tc_session_close(&run), 0);
	assert_int_equal(count(run.directory, "part-*"), 1);
	/* It is over: whoever still carries its name begins a session of his own. */
	start(directory);
	assert_string_not_equal(directory, run.directory);
	tacho_stop();
	unsetenv(TC_ENV_SESSION);
}

static int in_child(void (*act)(void))
{
	int status;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		act();
		_exit(77);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void mark_stop_and_exit(void)
{
	if (!tacho_session_directory())
		_exit(1);
	mark();
	if (tacho_start(NULL) != TACHO_EBUSY)
		_exit(2);
	tacho_stop();
	exit(0);
}

static void mark_and_exit(void)
{
	mark();
	exit(0);
}

static void a_forked_child_leaves_the_session_to_its_parent(void **state)
{
	char directory[4096];
	(void)state;
	start(directory);
	mark();
	assert_int_equal(in_child(mark_stop_and_exit), 0);
	assert_int_equal(in_child(mark_and_exit), 0);
	assert_true(tc_session_is_live(directory));
	assert_int_equal(how_it_ended(directory), TC_HOW_RUNNING);
	assert_true(tacho_is_recording());
	mark();
	tacho_stop();
	assert_int_equal(how_it_ended(directory), TC_HOW_STOPPED);
	assert_int_equal(count(directory, "part-*"), 3);
}

static void mark_in_a_new_program(void)
{
	execl("/proc/self/exe", "start_test", "mark", (char *)NULL);
}

static void wish_in_a_new_program(void)
{
	execl("/proc/self/exe", "start_test", "wish", (char *)NULL);
}

/* Programs that never call tacho_start() take up a session at their first span or wish, if it still goes on. */
static void a_session_that_is_over_is_left_alone(void **state)
{
	struct tc_session_paths run;
	(void)state;
	TC_SKIP_IF_EMULATED("it cannot exec itself");
	assert_int_equal(tc_session_create(&run, NULL, "over"), 0);
	setenv(TC_ENV_SESSION, run.directory, 1);
	assert_int_equal(in_child(mark_in_a_new_program), 0);
	assert_int_equal(count(run.live, "part-*"), 1);
	assert_int_equal(in_child(wish_in_a_new_program), 0);
	assert_int_equal(count(run.live, "part-*"), 2);
	assert_int_equal(tc_session_close(&run), 0);
	assert_int_equal(in_child(mark_in_a_new_program), 0);
	assert_int_equal(count(run.directory, "part-*"), 2);
	unsetenv(TC_ENV_SESSION);
}

static int told; /* pipe on which a child says where its session lies */

static void start_and_tell(void)
{
	char directory[4096] = "";
	start(directory);
	mark();
	if (write(told, directory, sizeof directory) != sizeof directory)
		_exit(9);
}

static void start_and_exit(void)
{
	start_and_tell();
	exit(3);
}

static void start_and_leave(void)
{
	start_and_tell();
	_exit(4);
}

static void hear(void (*act)(void), int status, char *directory)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	told = ends[1];
	assert_int_equal(WEXITSTATUS(in_child(act)), status);
	assert_int_equal(read(ends[0], directory, 4096), 4096);
	close(ends[0]);
	close(ends[1]);
}

static void a_program_that_ends_without_stop_is_closed(void **state)
{
	char directory[4096];
	(void)state;
	hear(start_and_exit, 3, directory);
	assert_int_equal(how_it_ended(directory), TC_HOW_STOPPED);
	assert_int_equal(count(directory, "part-*"), 1);
	assert_int_equal(count(directory, "live"), 0);
}

static void a_program_that_leaves_by_exit_is_adopted(void **state)
{
	char directory[4096], found[4096];
	(void)state;
	hear(start_and_leave, 4, directory);
	assert_int_equal(how_it_ended(directory), TC_HOW_RUNNING);
	assert_false(tc_session_is_live(directory));
	assert_int_equal(tc_session_find(directory, found), 0);
	assert_int_equal(count(directory, "part-*"), 1);
	assert_int_equal(count(directory, "live"), 0);
}

static sem_t inside, stopped;

static void *outlive(void *unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++) {
		TACHO_SPAN(span, "outliving");
		sem_post(&inside);
		sem_wait(&stopped);
		tacho_span_attr(&span, "late", i);
		mark();
	}
	return NULL;
}

static void a_thread_may_outlive_stop(void **state)
{
	char directory[4096];
	pthread_t thread;
	(void)state;
	sem_init(&inside, 0, 0);
	sem_init(&stopped, 0, 0);
	start(directory);
	assert_int_equal(pthread_create(&thread, NULL, outlive, NULL), 0);
	sem_wait(&inside);
	tacho_stop();
	sem_post(&stopped);
	sem_wait(&inside);
	start(directory); /* a second session while the thread is inside a span of none */
	sem_post(&stopped);
	sem_wait(&inside);
	tacho_stop();
	sem_post(&stopped);
	pthread_join(thread, NULL);
	assert_int_equal(count(directory, "part-*"), 1);
}

int main(int argc, char **argv)
{
	first = getpid();
	if (argc > 1 && !strcmp(argv[1], "wish"))
		return tacho_sampling_interval(TACHO_SAMPLING_CHEAP, 1000000000);
	if (argc > 1) {
		mark();
		return 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_of_ones_own),
		cmocka_unit_test(again_and_again_without_a_trace),
		cmocka_unit_test(what_cannot_be_meant_is_refused),
		cmocka_unit_test(settings_go_from_the_api_to_the_environment),
		cmocka_unit_test(a_config_names_the_store),
		cmocka_unit_test(the_observer_is_a_quiet_guest),
		cmocka_unit_test(the_session_of_a_run_is_taken_up),
		cmocka_unit_test(a_forked_child_leaves_the_session_to_its_parent),
		cmocka_unit_test(a_session_that_is_over_is_left_alone),
		cmocka_unit_test(a_program_that_ends_without_stop_is_closed),
		cmocka_unit_test(a_program_that_leaves_by_exit_is_adopted),
		cmocka_unit_test(a_thread_may_outlive_stop),
	};
	return cmocka_run_group_tests(tests, make_store, remove_store);
}
