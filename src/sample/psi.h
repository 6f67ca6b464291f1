/* SPDX-License-Identifier: MIT
 *
 * psi.h - pressure: how long tasks waited for what they lacked, of the machine or of a group.  It is the kernel's sum in µs
 * that is read; its own averages over 10 s say less.
 */
#ifndef SAMPLE_PSI_H
#define SAMPLE_PSI_H

#include "sample/counter.h"
#include "sample/sample.h"

struct tc_psi {
	int fd;                       /* -1: none */
	struct tc_counter some, full; /* not begun after a reading: it tells no pressure */
};

/* Percent of the time in which some task waited, or all that could work did; totals in seconds.  full may be NULL. */
void tc_psi_read(struct tc_psi *psi, struct tc_moment *now, struct tc_reading *some, struct tc_reading *full);

void tc_psi_close(struct tc_psi *psi);

#define TC_PSI_UNITS .unit = "percent", .total_unit = "seconds", .resolution = "1 µs"
#define TC_PSI_ABSENT "the kernel tells no pressure here: it takes Linux 4.20 with PSI on (boot with psi=1)"

#endif
