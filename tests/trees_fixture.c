/* SPDX-License-Identifier: MIT
 *
 * trees_fixture.c - a program that makes processes in every way there is, each of which marks spans.
 *	trees_fixture mark N            marks "leaf" N times
 *	trees_fixture many N            N children one after another, each marks 3
 *	trees_fixture WAY COMMAND...    starts the command by fork, vfork, spawn, clone, daemon or exec
 *	trees_fixture uid N COMMAND...  becomes user N, marks, and runs the command
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tacho/tacho.h>
#include <unistd.h>

extern char **environ;

static void mark(int times)
{
	for (int i = 0; i < times; i++) {
		TACHO_SCOPE("leaf");
	}
}

static int status_of(pid_t child)
{
	int status;
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int many(int count)
{
	for (int i = 0; i < count; i++) {
		TACHO_SCOPE("child");
		pid_t child = fork();
		if (!child) {
			mark(3);
			_exit(0);
		}
		if (status_of(child))
			return 1;
	}
	return 0;
}

static int run(char **command)
{
	execv(command[0], command);
	_exit(127);
}

static int spawn(char **command)
{
	pid_t child;
	return posix_spawn(&child, command[0], NULL, NULL, command, environ) ? 1 : status_of(child);
}

static int with_vfork(char **command)
{
	pid_t child = vfork();
	if (!child)
		run(command);
	return status_of(child);
}

static int with_fork(char **command)
{
	pid_t child = fork();
	if (!child) {
		mark(1);
		run(command);
	}
	return status_of(child);
}

static int with_clone(char **command)
{
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
	if (!child) {
		mark(1);
		run(command);
	}
	return status_of(child);
}

/* Forks twice, leaves the terminal, closes everything, marks once; only then does the parent go on. */
static int daemonized(char **command)
{
	int ready[2];
	char byte;
	if (pipe2(ready, O_CLOEXEC))
		return 1;
	pid_t child = fork();
	if (!child) {
		setsid();
		if (fork())
			_exit(0);
		dup2(ready[1], 0);
		syscall(SYS_close_range, 1, ~0u, 0);
		mark(1);
		(void)!write(0, "", 1);
		close(0);
		run(command);
	}
	close(ready[1]);
	return read(ready[0], &byte, 1) == 1 ? status_of(child) : 1;
}

static int as_user(int uid, char **command)
{
	if (setgid((gid_t)uid) || setuid((uid_t)uid))
		return 1;
	mark(1);
	return with_fork(command);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	if (!strcmp(argv[1], "mark")) {
		mark(atoi(argv[2]));
		return 0;
	}
	TACHO_SPAN(span, "trunk");
	if (!strcmp(argv[1], "many"))
		return many(atoi(argv[2]));
	if (!strcmp(argv[1], "fork"))
		return with_fork(argv + 2);
	if (!strcmp(argv[1], "vfork"))
		return with_vfork(argv + 2);
	if (!strcmp(argv[1], "spawn"))
		return spawn(argv + 2);
	if (!strcmp(argv[1], "clone"))
		return with_clone(argv + 2);
	if (!strcmp(argv[1], "daemon"))
		return daemonized(argv + 2);
	if (!strcmp(argv[1], "exec"))
		return run(argv + 2);
	if (!strcmp(argv[1], "uid"))
		return as_user(atoi(argv[2]), argv + 3);
	return 2;
}
