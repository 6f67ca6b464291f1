/* SPDX-License-Identifier: MIT
 *
 * series_file_fuzz.c - numbers from a text: plain, and as columns of a table.  What is taken is finite and in time order; what is
 * refused is so in one line.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "base/error.h"
#include "cli/series_file.h"

static void read_as(const uint8_t *data, size_t size, const char *column, const char *time_column)
{
	const struct tc_series_choice choice = {column, time_column};
	struct tc_series_file file;
	FILE *in = fmemopen((void *)(uintptr_t)data, size, "r");
	if (!in)
		return;
	int code = tc_series_file_read(&file, in, "x", &choice);
	fclose(in);
	if (code ? file.count || strchr(tacho_last_error(), '\n') || strncmp(tacho_last_error(), "x:", 2) : !file.count)
		__builtin_trap();
	for (size_t i = 0; i < file.count; i++)
		if (!isfinite(file.value[i]) ||
			(file.at && (!isfinite(file.at[i]) || (i && file.at[i] < file.at[i - 1]))))
			__builtin_trap();
	tc_series_file_release(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_as(data, size, NULL, NULL);
	read_as(data, size, "2", NULL);
	read_as(data, size, "value", NULL);
	read_as(data, size, "value", "time");
	read_as(data, size, NULL, "1");
	return 0;
}
