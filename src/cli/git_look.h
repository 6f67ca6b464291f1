/* SPDX-License-Identifier: MIT
 *
 * git_look.h - asks git beside a run whether what it tracks was changed.
 */
#ifndef CLI_GIT_LOOK_H
#define CLI_GIT_LOOK_H

#include <sys/types.h>
#include "format/git_changes.h"

struct tc_git_look {
	pid_t group; /* of all that git's look takes; 0: there is none */
	int answer;  /* -1: none comes */
};

/* Asks, where the working directory lies in a working tree of git.  Before tacho adopts orphans: who looks is no child of it, and
 * so neither waited for nor counted among what the command took. */
void tc_git_look_begin(struct tc_git_look *look);

/* What git said by now; a look that is still under way ends.  May be called again: TC_GIT_NOT_LOOKED. */
enum tc_git_changes tc_git_look_end(struct tc_git_look *look);

#endif
