/* SPDX-License-Identifier: MIT
 *
 * series_fixture.c - prints the tables of docs/SERIES.md from the sources' descriptors; tests/series_test.py holds the page to
 * them.
 */
#include <stdio.h>
#include "sample/sample.h"

static void print_series(const struct tc_series *series, const char *device)
{
	printf("| %s%s | %s | %s | %s | %s | %s |\n", series->name, device, series->unit,
		series->total_unit ? series->total_unit : "", series->source,
		series->resolution ? series->resolution : "", series->help);
}

int main(void)
{
	const struct tc_sampler *const *samplers;
	size_t count = tc_samplers(&samplers);
	for (size_t i = 0; i < count; i++) {
		const struct tc_sampler *sampler = samplers[i];
		printf("\n## %s%s\n\n", sampler->name, sampler->group == TC_DEAR ? ", read seldom" : "");
		puts("| series | unit | total | source | resolution | what it is |\n|---|---|---|---|---|---|");
		for (size_t k = 0; k < sampler->series_count && sampler->series; k++)
			print_series(&sampler->series[k], "");
		for (size_t k = 0; k < sampler->each_count; k++)
			print_series(&sampler->each[k], ".DEVICE");
	}
	return 0;
}
