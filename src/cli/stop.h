/* SPDX-License-Identifier: MIT
 *
 * stop.h - signals that ask a command to stop, heeded so that nothing half done is left of it.  One thread.
 */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP are remembered, unless they are ignored.  Once: who asks twice gets what the signal usually does. */
void tc_stop_heed(void);

bool tc_stop_asked(void);

/* Ends the process by the signal that asked, so that who started it sees why it ended; returns where none did. */
void tc_stop_end(void);

#endif
