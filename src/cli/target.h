/* SPDX-License-Identifier: MIT
 *
 * target.h - a running process that `attach` is to observe: whether it can be, and what there is to say of it.
 */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { TC_TARGET_NOTES = 3 };

struct tc_target {
	pid_t pid;
	char name[32];
	uint64_t start; /* clock ticks since boot: tells it from the next process of its pid */
	int pidfd;      /* readable when it has ended; -1: this kernel has none */
	size_t notes;
	char note[TC_TARGET_NOTES][4608]; /* sentences */
};

/* Looks at the process whose number is in text.  0, or a negative code with a sentence that says why it cannot be observed. */
int tc_target_find(struct tc_target *target, const char *text);

/* Notes what can be read of it and what cannot, and whether it is recorded already. */
void tc_target_describe(struct tc_target *target);

bool tc_target_has_ended(const struct tc_target *target);

#endif
