/* SPDX-License-Identifier: MIT
 *
 * git_look.c - `git status` may write the index, ask a file system monitor, run hooks, fetch what a partial clone lacks and put changed
 * files through filters; a repository that was unpacked from anywhere may name programs for each of these.  None is run here:
 * of filters that the repository itself names, not the user, it is said that they are there.  In others' repositories git itself
 * refuses to look (safe.directory).
 */
#include "cli/git_look.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "observe/git.h"

extern char **environ;

/* What git tells is none of the user's business and goes nowhere; one word is the answer. */
static const char script[] =
	"command -v git >/dev/null || { echo absent; exit; }\n"
	"filters=$(git config --show-scope --name-only --get-regexp '^filter[.].*[.](clean|process)$')\n"
	"[ $? -le 1 ] || { echo refused; exit; }\n"
	"case $filters in *local*|*worktree*) echo filters; exit;; esac\n"
	"changes=$(git -c core.fsmonitor=false -c core.hooksPath=/dev/null --no-optional-locks status --porcelain "
	"--untracked-files=no --ignore-submodules=dirty --no-renames) || { echo refused; exit; }\n"
	"[ \"$changes\" ] && echo changed || echo clean\n";

/* Of the environment only what finds git and the user's own configuration: not where another repository lies (GIT_DIR, as in hooks),
 * nor the session. */
static bool is_kept(const char *variable)
{
	static const char *const kept[] = {"PATH=", "HOME=", "XDG_CONFIG_HOME=", "SUDO_UID=", "GIT_CONFIG_GLOBAL=",
		"GIT_CONFIG_SYSTEM=", "GIT_CONFIG_NOSYSTEM=", "GIT_CEILING_DIRECTORIES="};
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (!strncmp(variable, kept[i], strlen(kept[i])))
			return true;
	return false;
}

static _Noreturn void ask(int answer)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	char *kept[16] = {(char *)"LC_ALL=C", (char *)"GIT_ALLOW_PROTOCOL=none", (char *)"GIT_NO_LAZY_FETCH=1"};
	size_t count = 3;
	answer = fcntl(answer, F_DUPFD, STDERR_FILENO + 1); /* it may be one of the three, where those were closed */
	int nothing = open("/dev/null", O_RDWR);
	for (char **variable = environ; *variable && count < sizeof kept / sizeof *kept - 1; variable++)
		if (is_kept(*variable))
			kept[count++] = *variable;
	dup2(nothing, STDIN_FILENO);
	dup2(answer, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	syscall(SYS_close_range, 3, ~0u, 0);
	setpriority(PRIO_PROCESS, 0, 10); /* the command comes first, on a busy machine too */
	execve("/bin/sh", argv, kept);
	_exit(127);
}

/* Its child is nobody's of ours once this has ended. */
static _Noreturn void leave_alone(int answer)
{
	setpgid(0, 0);
	if (fork() == 0)
		ask(answer);
	_exit(0);
}

static bool is_in_git(void)
{
	char *directory = getcwd(NULL, 0), *commit = tc_git_commit(directory);
	bool found = commit != NULL;
	free(directory);
	free(commit);
	return found;
}

void tc_git_look_begin(struct tc_git_look *look)
{
	int pipes[2];
	*look = (struct tc_git_look){.answer = -1};
	if (!is_in_git() || pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	pid_t between = fork();
	if (between == 0)
		leave_alone(pipes[1]);
	close(pipes[1]);
	if (between > 0)
		waitpid(between, NULL, 0);
	look->group = between > 0 ? between : 0;
	look->answer = pipes[0];
}

/* A group's number is nobody else's while somebody is in it, which an answer that is still to come tells. */
enum tc_git_changes tc_git_look_end(struct tc_git_look *look)
{
	enum tc_git_changes changes = TC_GIT_NOT_LOOKED;
	char word[16] = "";
	if (look->answer < 0)
		return changes;
	ssize_t bytes = read(look->answer, word, sizeof word - 1);
	if (bytes < 0 && look->group)
		kill(-look->group, SIGKILL);
	word[bytes > 0 ? bytes : 0] = '\0';
	word[strcspn(word, "\n")] = '\0';
	if (bytes > 0)
		changes = tc_git_changes_find(word);
	else
		changes = bytes < 0 ? TC_GIT_LATE : TC_GIT_REFUSED;
	close(look->answer);
	look->answer = -1;
	return changes;
}
