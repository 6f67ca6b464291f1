/* SPDX-License-Identifier: MIT */
#include "base/guest_thread.h"

#include <signal.h>

/* glibc takes thread-local storage out of the stack: where a program has much of it, the usual size must do. */
static int create(pthread_t *thread, size_t stack_bytes, void *(*work)(void *context), void *context)
{
	pthread_attr_t small;
	pthread_attr_init(&small);
	int error = stack_bytes ? pthread_attr_setstacksize(&small, stack_bytes) : 0;
	if (!error)
		error = pthread_create(thread, &small, work, context);
	pthread_attr_destroy(&small);
	return error && stack_bytes ? pthread_create(thread, NULL, work, context) : error;
}

int tc_guest_thread(pthread_t *thread, size_t stack_bytes, void *(*work)(void *context), void *context)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = create(thread, stack_bytes, work, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error)
		pthread_setname_np(*thread, "tacho"); /* whoever looks at the program's threads sees whose it is */
	return error;
}
