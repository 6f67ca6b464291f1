/* SPDX-License-Identifier: MIT
 *
 * git_changes.h - whether what git tracks was changed where a session ran, as the manifest has it and as readers say it.
 */
#ifndef FORMAT_GIT_CHANGES_H
#define FORMAT_GIT_CHANGES_H

enum tc_git_changes {
	TC_GIT_NOT_LOOKED, /* nobody asked git */
	TC_GIT_CLEAN,
	TC_GIT_CHANGED,
	TC_GIT_LATE,    /* it has not answered, or had not when the run ended */
	TC_GIT_ABSENT,  /* there is no such program */
	TC_GIT_FILTERS, /* it would run programs that the repository names */
	TC_GIT_REFUSED  /* it could not say, or did not want to */
};

/* The word in the manifest; NULL: none is written. */
const char *tc_git_changes_word(enum tc_git_changes changes);

/* TC_GIT_NOT_LOOKED: none of them. */
enum tc_git_changes tc_git_changes_find(const char *word);

/* Why it is not known; NULL: it is. */
const char *tc_git_changes_reason(enum tc_git_changes changes);

#endif
