/* SPDX-License-Identifier: MIT
 *
 * guest_thread.h - a thread of tacho's own, mostly in somebody else's program: all signals are blocked in it, and its name says whose
 * it is.
 */
#ifndef BASE_GUEST_THREAD_H
#define BASE_GUEST_THREAD_H

#include <pthread.h>
#include <stddef.h>

/* stack_bytes: of its stack, 0: as usual.  It must not end before this has returned.  0, or the error of pthread_create(). */
int tc_guest_thread(pthread_t *thread, size_t stack_bytes, void *(*work)(void *context), void *context);

#endif
