/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/test.h"
#include "format/grid.h"

/* R2.3; every row of the reference table, computed with 60 digits. */
static void cells_equal_the_reference(void **state)
{
	(void)state;
	char path[4096], line[256];
	const char *data = getenv("REFERENCE_DATA");
	snprintf(path, sizeof path, "%s/prom_native/ns_bucket_index.csv", data ? data : "../shared/data");
	FILE *file = fopen(path, "r");
	if (!file) {
		print_message("skipped: no reference data at %s\n", path);
		skip();
	}
	long rows = 0, wrong = 0;
	while (fgets(line, sizeof line, file)) {
		unsigned long long ns;
		long index3, index5, index7;
		if (sscanf(line, "%llu,%ld,%ld,%ld", &ns, &index3, &index5, &index7) != 4)
			continue;
		rows++;
		wrong += (long)tacho_cell(ns) + TC_PROMETHEUS_OFFSET != index7;
	}
	fclose(file);
	assert_true(rows > 100);
	assert_int_equal(wrong, 0);
}

/* Cells never fall, never skip more than the grid allows, and their bounds hold the value. */
static void cells_hold_their_values(void **state)
{
	(void)state;
	uint32_t last = 0;
	for (uint64_t ns = 0; ns < 2000000; ns++) {
		uint32_t cell = tacho_cell(ns);
		assert_true(cell >= last);
		last = cell;
		if (!ns)
			continue;
		long double upper = powl(2, (long double)((int)cell + TC_PROMETHEUS_OFFSET) / 128) * 1e9L;
		long double lower = powl(2, (long double)((int)cell + TC_PROMETHEUS_OFFSET - 1) / 128) * 1e9L;
		assert_true((long double)ns <= upper * (1 + 1e-15L) && (long double)ns > lower * (1 - 1e-15L));
	}
	assert_int_equal(tacho_cell(0), 0);
	assert_true(tacho_cell(UINT64_MAX >> 1) < TACHO_HISTOGRAM_PAGES * TACHO_PAGE_CELLS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_equal_the_reference),
		cmocka_unit_test(cells_hold_their_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
