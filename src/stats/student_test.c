/* SPDX-License-Identifier: MIT */
#include "stats/student.h"

#include <math.h>
#include "base/test.h"

/* Figures of printed tables. */
static void quantiles_are_those_of_tables(void **state)
{
	static const struct {
		double freedom, t;
	} at[] = {{3, 3.18245}, {4, 2.77645}, {5, 2.57058}, {9, 2.26216}, {17, 2.10982}, {30, 2.04227}, {120, 1.97993}};
	(void)state;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		assert_true(fabs(tc_student_quantile(0.975, at[i].freedom) / at[i].t - 1) < 0.006);
		assert_true(fabs(tc_student_quantile(0.025, at[i].freedom) / -at[i].t - 1) < 0.006);
	}
	assert_true(tc_student_quantile(0.5, 4) == 0);
	assert_true(isnan(tc_student_quantile(1, 4)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_those_of_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
