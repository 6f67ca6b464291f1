/* SPDX-License-Identifier: MIT
 *
 * options.h - the command line.
 */
#ifndef PHOTO_OPTIONS_H
#define PHOTO_OPTIONS_H

#include <stdbool.h>
#include "job.h"

struct options {
	unsigned threads, rounds;
	struct job_settings job;
	char **files;
	unsigned file_count;
};

/* false: the program ends with *status; what there was to say has been said. */
bool options_parse(struct options *options, int argc, char **argv, int *status);

#endif
