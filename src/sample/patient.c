/* SPDX-License-Identifier: MIT
 *
 * patient.c - one thread reads for all, one file at a time.  A job owns its path and its buffer, so that whoever lets go of it
 * last, the caller or a thread that comes back too late, frees it and nobody else notices.
 */
#include "sample/patient.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/guest_thread.h"
#include "sample/proc_pid.h"
#include "sample/procfile.h"

enum {
	OUT_MAX = 4, /* threads that wait; after that nothing is read here until one comes back */
	STACK_BYTES = 256 * 1024
};
static const uint64_t patience_ns = 250000000, second_ns = 1000000000;

struct job {
	enum { GIVEN, BEGUN, DONE } stage;
	struct job *next; /* that is out too */
	pid_t reader;     /* since it has begun */
	int error;
	size_t count, room;
	const char *path; /* behind the text */
	char text[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all here; not held while a file is read */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_cond_t given, done; /* to the thread; by it, or by a caller that makes room for the next */
static struct job *now;            /* that somebody waits for; NULL: nobody does */
static struct job *out;            /* that nobody waits for any more */
static bool has_thread;
static pthread_t thread;
static uint64_t generation; /* of that thread; those of others end */
static struct tc_patient_counts counts;
static char late_path[OUT_MAX][TC_PATIENT_PATH_BYTES]; /* the newest ones */
static uint64_t worked_ns;                             /* CPU time of all threads here; atomic */

/* ---- the process ---- */

static void make_conditions(void)
{
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&given, NULL);
	pthread_cond_init(&done, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void in_parent(void)
{
	pthread_mutex_unlock(&lock);
}

/* It has none of the threads. */
static void in_child(void)
{
	free(now);
	for (struct job *job = out; job; job = out) {
		out = job->next;
		free(job);
	}
	now = NULL;
	has_thread = false;
	generation++;
	counts = (struct tc_patient_counts){.out = 0};
	__atomic_store_n(&worked_ns, 0, __ATOMIC_RELAXED);
	make_conditions();
	pthread_mutex_unlock(&lock);
}

static void prepare(void)
{
	make_conditions();
	pthread_atfork(before_fork, in_parent, in_child);
}

/* ---- the thread ---- */

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * second_ns + (uint64_t)t.tv_nsec;
}

static void read_file(struct job *job)
{
	int fd = open(job->path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : pread(fd, job->text, job->room - 1, 0);
	job->error = got < 0 ? errno : 0;
	job->count = got < 0 ? 0 : (size_t)got;
	if (fd >= 0)
		close(fd);
}

static void come_back(struct job *job)
{
	struct job **place = &out;
	while (*place != job)
		place = &(*place)->next;
	*place = job->next;
	counts.out--;
	free(job);
}

/* Reads it, and hands it back; where nobody waits for it any more, another thread reads by now. */
static void serve(struct job *job, uint64_t mine, uint64_t *told_ns)
{
	job->stage = BEGUN;
	job->reader = gettid();
	pthread_mutex_unlock(&lock);
	read_file(job);
	uint64_t all_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	__atomic_fetch_add(&worked_ns, all_ns - *told_ns, __ATOMIC_RELAXED);
	*told_ns = all_ns;
	pthread_mutex_lock(&lock);
	if (generation != mine) {
		come_back(job);
		return;
	}
	job->stage = DONE;
	pthread_cond_broadcast(&done);
}

static void *work(void *context)
{
	uint64_t mine = (uint64_t)(uintptr_t)context, told_ns = 0;
	pthread_mutex_lock(&lock);
	while (generation == mine)
		if (now && now->stage == GIVEN)
			serve(now, mine, &told_ns);
		else
			pthread_cond_wait(&given, &lock);
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* ---- who asks; the lock is held ---- */

static bool start_thread(void)
{
	has_thread = !tc_guest_thread(&thread, STACK_BYTES, work, (void *)(uintptr_t)++generation);
	return has_thread;
}

static bool is_out(const char *path)
{
	const struct job *job = out;
	while (job && strcmp(job->path, path) != 0)
		job = job->next;
	return job;
}

/* A reader that has much to do, or no CPU, is no reader that waits. */
static bool waits(pid_t reader)
{
	char text[1024];
	struct tc_proc_pid stat;
	size_t bytes = tc_procfile_slurp("/", text, sizeof text, "proc/self/task/%d/stat", (int)reader);
	return !tc_proc_pid_parse(text, bytes, &stat) || stat.state != 'R';
}

static bool wait_for(struct job *job)
{
	uint64_t until_ns = clock_ns(CLOCK_MONOTONIC) + patience_ns;
	while (job->stage != DONE) {
		const struct timespec until = {(time_t)(until_ns / second_ns), (long)(until_ns % second_ns)};
		if (pthread_cond_timedwait(&done, &lock, &until) != ETIMEDOUT || job->stage == DONE)
			continue;
		if (job->stage == BEGUN && waits(job->reader))
			return false;
		until_ns = clock_ns(CLOCK_MONOTONIC) + patience_ns;
	}
	return true;
}

/* From now on the job is its thread's, and the next one has another thread. */
static void leave(struct job *job)
{
	snprintf(late_path[counts.late++ % OUT_MAX], TC_PATIENT_PATH_BYTES, "%s", job->path);
	job->next = out;
	out = job;
	counts.out++;
	pthread_detach(thread);
	has_thread = false;
	generation++;
}

/* false: it is its thread's by now. */
static bool ask(struct job *job)
{
	now = job;
	pthread_cond_broadcast(&given);
	bool answered = wait_for(job);
	if (!answered)
		leave(job);
	now = NULL;
	pthread_cond_broadcast(&done);
	return answered;
}

/* Where there can be no thread the caller waits itself. */
static bool read_here(struct job *job)
{
	pthread_mutex_unlock(&lock);
	read_file(job);
	pthread_mutex_lock(&lock);
	return true;
}

/* false: there is no answer, and the job is the caller's no more. */
static bool answer(struct job *job)
{
	while (now)
		pthread_cond_wait(&done, &lock);
	bool refused = counts.out == OUT_MAX || is_out(job->path);
	if (refused)
		free(job);
	bool answered = !refused && (has_thread || start_thread() ? ask(job) : read_here(job));
	counts.missed += !answered;
	return answered;
}

/* ---- for sources ---- */

static struct job *make_job(size_t room, const char *path)
{
	struct job *job = malloc(sizeof *job + room + strlen(path) + 1);
	if (!job)
		return NULL;
	*job = (struct job){.room = room, .path = job->text + room};
	strcpy(job->text + room, path);
	return job;
}

static size_t take(struct job *job, char *text)
{
	size_t count = job->count;
	memcpy(text, job->text, count);
	text[count] = 0;
	errno = job->error;
	free(job);
	return count;
}

size_t tc_patient_slurp(const char *root, char *text, size_t room, const char *path, ...)
{
	char whole[PATH_MAX];
	va_list list;
	va_start(list, path);
	bool sound = tc_procfile_path(whole, root, path, list);
	va_end(list);
	struct job *job = sound ? make_job(room, whole) : NULL;
	*text = 0;
	if (!job)
		return 0;
	pthread_once(&once, prepare);
	pthread_mutex_lock(&lock);
	bool answered = answer(job);
	pthread_mutex_unlock(&lock);
	if (answered)
		return take(job, text);
	errno = ETIMEDOUT;
	return 0;
}

bool tc_patient_late(uint64_t *seen, char path[TC_PATIENT_PATH_BYTES])
{
	pthread_mutex_lock(&lock);
	bool any = *seen < counts.late;
	if (any && counts.late - *seen > OUT_MAX)
		*seen = counts.late - OUT_MAX;
	if (any)
		strcpy(path, late_path[(*seen)++ % OUT_MAX]);
	pthread_mutex_unlock(&lock);
	return any;
}

struct tc_patient_counts tc_patient_counts(void)
{
	pthread_mutex_lock(&lock);
	struct tc_patient_counts copy = counts;
	pthread_mutex_unlock(&lock);
	return copy;
}

uint64_t tc_worked_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID) + __atomic_load_n(&worked_ns, __ATOMIC_RELAXED);
}

void tc_patient_end(void)
{
	pthread_mutex_lock(&lock);
	bool idle = has_thread && !now;
	pthread_t last = thread;
	if (idle) {
		has_thread = false;
		generation++;
		pthread_cond_broadcast(&given);
	}
	pthread_mutex_unlock(&lock);
	if (idle)
		pthread_join(last, NULL);
}
