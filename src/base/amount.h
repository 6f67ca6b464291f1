/* SPDX-License-Identifier: MIT
 *
 * amount.h - amounts with their unit: as people write them ("2s", "1.5 GiB", "40%", "12MiB/s", "1000") and as units are named
 * ("ns", "bytes/s", "percent").
 */
#ifndef BASE_AMOUNT_H
#define BASE_AMOUNT_H

#include <stdbool.h>
#include "base/units.h"

enum tc_amount_kind { TC_AMOUNT_NUMBER, TC_AMOUNT_TIME, TC_AMOUNT_BYTES, TC_AMOUNT_PERCENT, TC_AMOUNT_KINDS };

struct tc_amount { /* value: in ns, bytes, parts of 100; of a number itself */
	double value;
	enum tc_amount_kind kind;
	bool per_second;
};

/* What one of a named unit is: "ms" is 1e6 ns, "ratio" 100 percent, "bytes/s" 1 byte per second; of a unit that is not known, or of
 * none (NULL), a number of 1. */
struct tc_amount tc_amount_of_unit(const char *unit);

/* Reads all of text; no sign, no exponent, no commas.  False, with nothing written, when it is no amount. */
bool tc_parse_amount(const char *text, struct tc_amount *out);

/* "1.21 s", "1.43 GiB", "61.2 %", "12.0 MiB/s", "1,000", "3", "1.82"; NAN is "-". */
struct tc_figure tc_amount_figure(struct tc_amount amount);

#endif
