/* SPDX-License-Identifier: MIT
 *
 * launch_help.c - why a command could not be run, and who is whose child.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/slurp.h"
#include "cli/launch.h"

enum { TC_GENERATIONS = 64 };

static const char *hint(const char *program, int error)
{
	bool is_path = strchr(program, '/') != NULL;
	struct stat st;
	switch (error) {
	case ENOENT:
		if (is_path && access(program, F_OK) == 0)
			return "; the interpreter that it names is missing";
		return is_path ? "; check the path" : "; check the name and PATH";
	case EACCES:
		if (is_path && stat(program, &st) == 0 && S_ISDIR(st.st_mode))
			return "; it is a directory";
		return is_path ? "; make it executable (chmod +x)"
		               : "; no directory in PATH has it as an executable file";
	case E2BIG:
		return "; its arguments and the environment are too long together";
	default:
		return "";
	}
}

int tc_launch_complain(const char *command, const char *program, int error)
{
	fprintf(stderr, "tacho %s: cannot run '%s': %s%s\n", command, program, strerror(error), hint(program, error));
	return error == ENOENT ? TC_STATUS_NOT_FOUND : TC_STATUS_CANNOT_RUN;
}

int tc_launch_become(char **argv, const char *command)
{
	fflush(NULL);
	execvp(argv[0], argv);
	return tc_launch_complain(command, argv[0], errno);
}

/* Field 4 of /proc/PID/stat; 0 when there is no such process any more. */
static pid_t parent_of(pid_t pid)
{
	char path[32], text[512];
	int parent = 0;
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	tc_slurp(path, text, sizeof text);
	const char *name_end = strrchr(text, ')');
	if (!name_end || sscanf(name_end + 1, " %*c %d", &parent) != 1)
		return 0;
	return parent;
}

bool tc_launch_is_below(pid_t pid)
{
	pid_t self = getpid();
	if (pid == self)
		return false;
	for (int i = 0; i < TC_GENERATIONS && pid > 1; i++)
		if ((pid = parent_of(pid)) == self)
			return true;
	return false;
}
