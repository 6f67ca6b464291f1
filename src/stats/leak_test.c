/* SPDX-License-Identifier: MIT */
#include "stats/leak.h"

#include <math.h>
#include "base/test.h"

enum { N = 300 };
static const double mib = 1048576;
static double seconds[N], bytes[N];

static struct tc_leak leak_of(double (*at)(double part), size_t n, double limit)
{
	struct tc_leak leak;
	for (size_t i = 0; i < n; i++) {
		seconds[i] = (double)i;
		bytes[i] = at((double)i / (double)n) + mib * (double)(i * 8 % 13) / 13; /* what comes and goes */
	}
	assert_int_equal(tc_leak(&leak, seconds, bytes, n, limit), 0);
	assert_true(leak.n == n && (leak.reason != NULL) == (leak.status <= TC_LEAK_NONE));
	assert_true(!isinf(leak.bytes_per_second) && !isinf(leak.p) && !isinf(leak.seconds_to_limit) &&
		    !isinf(leak.growth_bytes));
	return leak;
}

static double steady(double part)
{
	(void)part;
	return 100 * mib;
}

static double growing(double part)
{
	return 100 * mib + 50 * mib * part;
}

static double falling(double part)
{
	return 100 * mib - 50 * mib * part;
}

static double one_step(double part)
{
	return 100 * mib + (part < 0.83 ? 0 : 30 * mib) + mib * part * 3;
}

static double full(double part)
{
	return 100 * mib + 80 * mib * fmin(part, 0.773);
}

static double slowing(double part)
{
	return 100 * mib + 200 * mib * (part < 0.85 ? part : 0.85 + 0.35 * (part - 0.85));
}

static double nothing(double part)
{
	(void)part;
	return 0;
}

static void steady_growth(void **state)
{
	(void)state;
	struct tc_leak leak = leak_of(growing, N, 200 * mib);
	assert_true(leak.status == TC_LEAK_LEAK && leak.p < 0.01);
	assert_true(tc_near(leak.bytes_per_second, 50 * mib / N, mib / N * 2));
	assert_true(leak.low <= leak.bytes_per_second && leak.bytes_per_second <= leak.high && leak.low > 0);
	assert_true(tc_near(leak.seconds_to_limit, N, 20) && leak.since_seconds >= N / 3.0);
	assert_true(isnan(leak_of(growing, N, NAN).seconds_to_limit));
	assert_true(leak_of(growing, N, 90 * mib).seconds_to_limit == 0);
}

static void no_growth(void **state)
{
	(void)state;
	double (*const at[])(double) = {steady, falling, nothing};
	for (int i = 0; i < 3; i++) {
		struct tc_leak leak = leak_of(at[i], N, 200 * mib);
		assert_true(leak.status == TC_LEAK_NONE && leak.reason && leak.p >= 0.01 && leak.p <= 1);
		assert_true(isnan(leak.seconds_to_limit)); /* whatever way the noise happens to lean */
	}
}

static void other_growth(void **state)
{
	(void)state;
	assert_int_equal(leak_of(one_step, N, 0).status, TC_LEAK_ONE_OFF_STEP);
	assert_int_equal(leak_of(full, N, 0).status, TC_LEAK_SATURATED);
	assert_int_equal(leak_of(slowing, N, 0).status, TC_LEAK_GROWTH_SLOWING);
	assert_true(isnan(leak_of(one_step, N, 900 * mib).seconds_to_limit));
	assert_true(isnan(leak_of(full, N, 900 * mib).seconds_to_limit));
	assert_true(leak_of(slowing, N, 900 * mib).seconds_to_limit > 0);
}

static void all_equal(void **state)
{
	(void)state;
	struct tc_leak leak;
	for (size_t i = 0; i < N; i++) {
		seconds[i] = (double)i;
		bytes[i] = 0;
	}
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, 1), 0);
	assert_true(leak.status == TC_LEAK_NONE && leak.p == 1 && leak.bytes_per_second == 0 &&
		    isnan(leak.seconds_to_limit));
	bytes[N - 2] = 1e300;
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, 1), 0);
	assert_true(leak.status == TC_LEAK_NONE);
}

static void too_little_says_why(void **state)
{
	(void)state;
	struct tc_leak leak;
	for (size_t n = 0; n < TC_LEAK_SAMPLES_MIN; n++) {
		leak = leak_of(growing, n, 0);
		assert_true(leak.status == TC_LEAK_INSUFFICIENT_DATA && leak.reason && isnan(leak.bytes_per_second) &&
			    isnan(leak.p));
	}
	for (size_t i = 0; i < N; i++)
		seconds[i] = (double)i / 20;
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, 0), 0);
	assert_true(leak.status == TC_LEAK_INSUFFICIENT_DATA && leak.reason);
	assert_int_not_equal(leak_of(growing, TC_LEAK_SAMPLES_MIN, 0).status, TC_LEAK_INSUFFICIENT_DATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steady_growth),
		cmocka_unit_test(no_growth),
		cmocka_unit_test(other_growth),
		cmocka_unit_test(all_equal),
		cmocka_unit_test(too_little_says_why),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
