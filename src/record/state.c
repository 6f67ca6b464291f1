/* SPDX-License-Identifier: MIT */
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "record/metric.h"

struct tacho_gate tacho_gate;
struct tacho_block tc_nobody = {.ready = UINT64_MAX};
__thread struct tacho_block *tacho_self __attribute__((tls_model("initial-exec"))) = &tc_nobody;
__thread struct tacho_metrics *tacho_counted __attribute__((tls_model("initial-exec"))) = TC_NOTHING_COUNTED;
struct tc_recorder tc_recorder;

/* 0: free; else the process whose thread holds it, and whether another may be waiting.  No pthread mutex: a child of a raw
 * clone inherits the lock as it was, and of its threads that meet it at once exactly one must get it. */
#define WAITED_FOR UINT32_C(0x80000000)
static uint32_t lock;
static __thread bool inside __attribute__((tls_model("initial-exec")));

/* Whoever held it stayed behind in the parent.  Only a fork wipes the generation: a vfork shares all with its parent. */
static bool is_inherited(uint32_t holder, uint32_t self)
{
	pid_t opener = __atomic_load_n(&tc_recorder.pid, __ATOMIC_RELAXED);
	return (holder & ~WAITED_FOR) != self && opener && (uint32_t)opener != self &&
	       !__atomic_load_n(&tacho_gate.generation, __ATOMIC_RELAXED);
}

static bool take(uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(&lock, &from, to, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Whoever had to wait takes it as waited for: it does not know whether it was the last. */
static void wait_and_take(uint32_t self)
{
	for (;;) {
		uint32_t seen = __atomic_load_n(&lock, __ATOMIC_RELAXED);
		if (!seen || is_inherited(seen, self)) {
			if (take(seen, self | WAITED_FOR))
				return;
		} else if (seen & WAITED_FOR || take(seen, seen | WAITED_FOR)) {
			syscall(SYS_futex, &lock, FUTEX_WAIT_PRIVATE, seen | WAITED_FOR, NULL);
		}
	}
}

bool tc_slow_enter(void)
{
	if (inside)
		return false;
	inside = true;
	uint32_t self = (uint32_t)getpid();
	if (!take(0, self))
		wait_and_take(self);
	return true;
}

void tc_slow_leave(void)
{
	if (__atomic_exchange_n(&lock, 0, __ATOMIC_RELEASE) & WAITED_FOR)
		syscall(SYS_futex, &lock, FUTEX_WAKE_PRIVATE, 1);
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
