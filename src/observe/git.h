/* SPDX-License-Identifier: MIT
 *
 * git.h - which commit is checked out where a program runs, read from git's own files: a few reads instead of a process of git.
 * Whether files were changed since is not looked at, as that reads all of them.
 */
#ifndef OBSERVE_GIT_H
#define OBSERVE_GIT_H

/* malloc'ed, 40 or 64 hexadecimal digits; NULL: directory lies in no repository, or it cannot be told. */
char *tc_git_commit(const char *directory);

#endif
