/* SPDX-License-Identifier: MIT
 *
 * advice_factor.c - of a hundred times that a finding was right, how often its advice was, too.  1 where the advice is to look there and
 * nothing more can be wrong; 0.8 where it names a cause, until labelled cases say better.
 */
#include <string.h>
#include "analyze/advice.h"

static const struct {
	const char *kind;
	double factor;
} factors[] = {
	{"bottleneck", 1},
};

double tc_advice_factor(const char *kind)
{
	for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
		if (!strcmp(kind, factors[i].kind))
			return factors[i].factor;
	return 0;
}
