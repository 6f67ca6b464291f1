/* SPDX-License-Identifier: MIT
 *
 * terminal.h - a terminal that is drawn on as a whole, again and again, and is as it was before when that ends, whatever ends it.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct tc_terminal {
	FILE *out;        /* NULL: it is none */
	sigset_t signals; /* that tc_terminal_wait() takes; blocked in the meantime */
	sigset_t before;
};

/* Takes it over, if `out` (NULL: none) is one that can be drawn on; else all but waiting does nothing. */
void tc_terminal_begin(struct tc_terminal *terminal, FILE *out);
void tc_terminal_end(struct tc_terminal *terminal); /* of one that ended already too */

size_t tc_terminal_rows(const struct tc_terminal *terminal);

/* Text in lines, no more than there are rows.  Draws nothing while another job has the terminal. */
void tc_terminal_show(const struct tc_terminal *terminal, const char *text);

/* 0: the time is over; SIGWINCH: what is shown is to be drawn anew; another: it is to end, by this signal.  A job that is stopped gives the
 * terminal back as long. */
int tc_terminal_wait(struct tc_terminal *terminal, uint64_t ns);

/* Ends the process by the signal, as if it had not been waited for. */
void tc_terminal_die(struct tc_terminal *terminal, int signal);

#endif
