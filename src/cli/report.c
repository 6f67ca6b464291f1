/* SPDX-License-Identifier: MIT */
#include "cli/report.h"

int tc_report_session(const char *directory, FILE *out)
{
	fprintf(out, "session  %s\n", directory);
	return 0;
}
