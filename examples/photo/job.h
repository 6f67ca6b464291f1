/* SPDX-License-Identifier: MIT
 *
 * job.h - one photo, from the file to its export.  job.c is where this program uses tacho.
 */
#ifndef PHOTO_JOB_H
#define PHOTO_JOB_H

#include "failure.h"

struct job {
	const char *path;
	unsigned photo_id; /* from 1: the file's place in the command line */
	unsigned round;    /* from 1 */
	unsigned number;   /* of the job, unique in this run */
};

struct job_settings {
	const char *directory; /* where exports go */
	unsigned side;         /* longer side of an export, in pixels */
};

/* Any thread.  0, or a negative code with failure set; nothing is left behind then. */
int job_run(const struct job *job, const struct job_settings *settings, struct failure *failure);

#endif
