/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>
#include "record/metric.h"

struct tacho_gate tacho_gate;
struct tacho_block tc_nobody = {.ready = UINT64_MAX};
__thread struct tacho_block *tacho_self __attribute__((tls_model("initial-exec"))) = &tc_nobody;
__thread struct tacho_metrics *tacho_counted __attribute__((tls_model("initial-exec"))) = TC_NOTHING_COUNTED;
struct tc_recorder tc_recorder;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread bool inside __attribute__((tls_model("initial-exec")));

/* A child of a raw clone inherits the lock as it was; alone in its process, nobody else holds it. */
static void free_inherited_lock(void)
{
	pid_t owner = __atomic_load_n(&tc_recorder.pid, __ATOMIC_RELAXED);
	if (owner && owner != getpid() && __atomic_load_n(&tacho_gate.generation, __ATOMIC_RELAXED) == 0)
		pthread_mutex_init(&lock, NULL);
}

bool tc_slow_enter(void)
{
	if (inside)
		return false;
	inside = true;
	if (pthread_mutex_trylock(&lock)) {
		free_inherited_lock();
		pthread_mutex_lock(&lock);
	}
	return true;
}

void tc_slow_leave(void)
{
	pthread_mutex_unlock(&lock);
	inside = false;
}

void *tc_private_alloc(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

void tc_private_free(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, bytes);
}
