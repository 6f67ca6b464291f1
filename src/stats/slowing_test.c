/* SPDX-License-Identifier: MIT */
#include "stats/slowing.h"

#include <math.h>
#include "base/test.h"
#include "stats/drawn.h"
#include "stats/forecast.h"

enum { N = 300 };
static double values[N];

static struct tc_slowing of(double (*level)(double part), size_t n)
{
	struct tc_slowing out;
	drawn_seed = 5;
	for (size_t i = 0; i < n; i++)
		values[i] = 100 + level((double)i / (double)n) + drawn_normal();
	assert_int_equal(tc_slowing(&out, values, n), 0);
	assert_true(0 <= out.ceases && out.ceases <= out.slows + 1e-9 && out.slows <= 1 + 1e-9);
	return out;
}

static double line(double part)
{
	return 100 * part;
}

static double late(double part)
{
	return part < 0.6 ? 0 : 200 * (part - 0.6);
}

static double slows(double part)
{
	return 100 * (1 - exp(-part / 0.5));
}

static double ceases(double part)
{
	return 100 * (1 - exp(-part / 0.2));
}

static void by_all_of_it(void **state)
{
	(void)state;
	assert_true(of(line, N).slows < 0.3);
	assert_true(of(late, N).slows < 0.3);
	struct tc_slowing some = of(slows, N), all = of(ceases, N);
	assert_true(some.slows > 0.9 && some.ceases < 0.5);
	assert_true(all.slows > 0.9 && all.ceases > 0.9);
	assert_true(of(line, 20).slows < 0.5); /* the fewest */
}

static void the_forecast_of_it(void **state)
{
	static double seconds[N];
	struct tc_forecast f;
	(void)state;
	for (size_t i = 0; i < N; i++)
		seconds[i] = (double)i;
	of(ceases, N);
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 300), 0);
	assert_true(f.value_low < 200 && 200 < f.value_high && isnan(f.seconds_to_limit) && f.limit_reason);
	of(late, N);
	assert_int_equal(tc_forecast(&f, seconds, values, N, 60, 300), 0);
	double left = (1.6 - 1) * N;
	assert_true(f.soonest < left && left < f.latest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_all_of_it),
		cmocka_unit_test(the_forecast_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
