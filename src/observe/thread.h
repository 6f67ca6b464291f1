/* SPDX-License-Identifier: MIT
 *
 * thread.h - the observer as a thread of the observed program.
 */
#ifndef OBSERVE_THREAD_H
#define OBSERVE_THREAD_H

#include <stdint.h>
#include "format/settings.h"
#include "format/store.h"

struct tc_observer_thread;

/* Opens an observer of this process and starts its thread. */
int tc_observer_thread_start(
	struct tc_observer_thread **out, const struct tc_session_paths *paths, const struct tc_settings *settings);

/* Ends the thread and closes its observer, with a last reading.  NULL is fine. */
void tc_observer_thread_stop(struct tc_observer_thread *thread);

#endif
