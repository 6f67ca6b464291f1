/* SPDX-License-Identifier: MIT
 *
 * patient.h - files of /proc and /sys that the kernel may make their reader wait for, for ever perhaps: another thread reads
 * them.  Where one does not answer, that thread is left to it and the caller goes on.  All of it is the whole process's, and
 * any thread may call it.
 */
#ifndef SAMPLE_PATIENT_H
#define SAMPLE_PATIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TC_PATIENT_PATH_BYTES = 128 };

/* What a series says that has no readings for this. */
#define TC_PATIENT_REASON "the kernel made its reader wait: it is read again as soon as it answers"

/* As tc_procfile_slurp(), about 15 µs dearer.  errno: 0 where it was read; ETIMEDOUT where it does not answer, or did not
 * the last time and has not since. */
size_t tc_patient_slurp(const char *root, char *text, size_t room, const char *path, ...)
	__attribute__((format(printf, 4, 5)));

/* Files that did not answer in time, one a call: those behind the first *seen of this process; false: there are no more. */
bool tc_patient_late(uint64_t *seen, char path[TC_PATIENT_PATH_BYTES]);

struct tc_patient_counts {
	uint64_t late;   /* files that did not answer in time, */
	uint64_t missed; /* and readings that are missing for that; of this process since it began */
	unsigned out;    /* threads that wait for such a file now */
};
struct tc_patient_counts tc_patient_counts(void);

/* CPU time of the calling thread, and of those that read for the process here. */
uint64_t tc_worked_ns(void);

/* Ends the thread that reads, unless it is left to a file; the next reading makes another. */
void tc_patient_end(void);

#endif
