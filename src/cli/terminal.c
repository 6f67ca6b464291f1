/* SPDX-License-Identifier: MIT
 *
 * terminal.c - on the alternate screen that xterm and all its heirs have, by their control sequences alone.
 */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { ROWS_USUAL = 24 };
static const char enter[] = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", leave[] = "\x1b[?25h\x1b[?1049l";
static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

static bool can_be_drawn_on(FILE *out)
{
	const char *kind = getenv("TERM");
	return isatty(fileno(out)) && kind && *kind && strcmp(kind, "dumb") != 0;
}

/* Another job may have it: then it is not ours to draw on. */
static bool is_ours(const struct tc_terminal *terminal)
{
	pid_t front = tcgetpgrp(fileno(terminal->out));
	return front < 0 || front == getpgrp();
}

static void put(const struct tc_terminal *terminal, const char *text)
{
	fputs(text, terminal->out); /* a terminal that is gone shows nothing */
	fflush(terminal->out);
}

void tc_terminal_begin(struct tc_terminal *terminal, FILE *out)
{
	*terminal = (struct tc_terminal){.out = out && can_be_drawn_on(out) ? out : NULL};
	sigemptyset(&terminal->signals);
	if (!terminal->out)
		return;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		sigaddset(&terminal->signals, taken[i]);
	sigprocmask(SIG_BLOCK, &terminal->signals, &terminal->before);
	put(terminal, enter);
}

void tc_terminal_end(struct tc_terminal *terminal)
{
	if (!terminal->out)
		return;
	put(terminal, leave);
	terminal->out = NULL;
	sigprocmask(SIG_SETMASK, &terminal->before, NULL);
}

size_t tc_terminal_rows(const struct tc_terminal *terminal)
{
	struct winsize size;
	bool known = !ioctl(fileno(terminal->out), TIOCGWINSZ, &size) && size.ws_row;
	return known ? size.ws_row : ROWS_USUAL;
}

/* Each line covers the one that stood there; nothing is cleared first, so that nothing flickers. */
void tc_terminal_show(const struct tc_terminal *terminal, const char *text)
{
	if (!is_ours(terminal))
		return;
	fputs("\x1b[H", terminal->out);
	for (const char *line = text; *line;) {
		size_t bytes = strcspn(line, "\n");
		fwrite(line, 1, bytes, terminal->out);
		fputs("\x1b[K", terminal->out);
		line += bytes + (line[bytes] == '\n');
		if (*line)
			fputc('\n', terminal->out);
	}
	put(terminal, "\x1b[J");
}

static void stop(const struct tc_terminal *terminal)
{
	sigset_t only;
	sigemptyset(&only);
	sigaddset(&only, SIGTSTP);
	put(terminal, leave);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &only, NULL); /* stops here */
	sigprocmask(SIG_BLOCK, &only, NULL);
	put(terminal, enter);
}

int tc_terminal_wait(struct tc_terminal *terminal, uint64_t ns)
{
	struct timespec time = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
	int number = sigtimedwait(&terminal->signals, NULL, &time);
	if (number == SIGTSTP)
		stop(terminal);
	bool again = number == SIGTSTP || number == SIGCONT;
	return again ? SIGWINCH : number > 0 ? number : 0;
}

void tc_terminal_die(struct tc_terminal *terminal, int number)
{
	tc_terminal_end(terminal);
	raise(number);
	_exit(128 + number);
}
