/* SPDX-License-Identifier: MIT */
#include "cli/stop.h"

#include <signal.h>

static volatile sig_atomic_t stopped; /* by this signal */

static void stop(int number)
{
	stopped = number;
}

static void heed(int number)
{
	struct sigaction action = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND}, before;
	if (!sigaction(number, NULL, &before) && before.sa_handler != SIG_IGN)
		sigaction(number, &action, NULL);
}

void tc_stop_heed(void)
{
	heed(SIGINT);
	heed(SIGTERM);
	heed(SIGHUP);
}

bool tc_stop_asked(void)
{
	return stopped;
}

void tc_stop_end(void)
{
	if (stopped)
		raise(stopped);
}
