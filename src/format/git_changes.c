/* SPDX-License-Identifier: MIT */
#include "format/git_changes.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *word, *reason;
} changes_of[] = {
	[TC_GIT_NOT_LOOKED] = {NULL, "nobody looked: tacho run does where a commit is checked out, older ones did not"},
	[TC_GIT_CLEAN] = {"clean", NULL},
	[TC_GIT_CHANGED] = {"changed", NULL},
	[TC_GIT_LATE] = {"late", "no answer of git was recorded: it is when the run ends, if git is done by then"},
	[TC_GIT_ABSENT] = {"absent", "no program called git was found"},
	[TC_GIT_FILTERS] = {"filters",
		"the repository's own configuration names programs (filter.*.clean or .process) that git would run"},
	[TC_GIT_REFUSED] = {"refused", "git gave no answer: `git status` says there why"},
};

enum { STATES = sizeof changes_of / sizeof *changes_of };

const char *tc_git_changes_word(enum tc_git_changes changes)
{
	return changes_of[changes].word;
}

enum tc_git_changes tc_git_changes_find(const char *word)
{
	for (size_t i = 0; i < STATES; i++)
		if (changes_of[i].word && !strcmp(changes_of[i].word, word))
			return (enum tc_git_changes)i;
	return TC_GIT_NOT_LOOKED;
}

const char *tc_git_changes_reason(enum tc_git_changes changes)
{
	return changes_of[changes].reason;
}
