/* SPDX-License-Identifier: MIT */
/* runs in: release clang asan (simulations, too slow for valgrind) */
#include "stats/leak.h"

#include <math.h>
#include "base/test.h"
#include "stats/drawn.h"

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
	assert_int_equal(tc_leak(&leak, seconds, bytes, n, TC_LEAK_LEAST_BYTES, limit), 0);
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
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, TC_LEAK_LEAST_BYTES, 1), 0);
	assert_true(leak.status == TC_LEAK_NONE && leak.p == 1 && leak.bytes_per_second == 0 &&
		    isnan(leak.seconds_to_limit));
	bytes[N - 2] = 1e300;
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, TC_LEAK_LEAST_BYTES, 1), 0);
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
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, TC_LEAK_LEAST_BYTES, 0), 0);
	assert_true(leak.status == TC_LEAK_INSUFFICIENT_DATA && leak.reason);
	assert_int_not_equal(leak_of(growing, TC_LEAK_SAMPLES_MIN, 0).status, TC_LEAK_INSUFFICIENT_DATA);
}

/* Noise of 1 MiB on a line, on top of what came at once at 110 s; `like`: of each value to the one before. */
static struct tc_leak noisy(double step, double before, double after, double like)
{
	struct tc_leak leak;
	double last = 0;
	for (size_t i = 0; i < N; i++) {
		last = like * last + drawn_normal();
		seconds[i] = (double)i;
		bytes[i] = mib * (100 + last + (i < 110 ? before * (double)i : step + after * ((double)i - 110)));
	}
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, TC_LEAK_LEAST_BYTES, 0), 0);
	return leak;
}

/* What began with a step, or grows faster since: the slope is that of the growth that goes on. */
static void growth_after_a_step_is_a_leak(void **state)
{
	(void)state;
	for (drawn_seed = 1; drawn_seed <= 30; drawn_seed++) {
		uint64_t own = drawn_seed;
		struct tc_leak leak = noisy(60, 0, 0.5, 0);
		assert_int_equal(leak.status, TC_LEAK_LEAK);
		assert_true(tc_near(leak.bytes_per_second, 0.5 * mib, 0.15 * mib) && leak.since_seconds > 110);
		assert_int_not_equal(noisy(60, 0, 0, 0).status, TC_LEAK_LEAK);
		assert_int_equal(noisy(60, 0.05, 0.8, 0).status, TC_LEAK_LEAK);
		drawn_seed = own;
	}
}

static void slopes_lie_in_their_interval(void **state)
{
	(void)state;
	for (int alike = 0; alike <= 1; alike++) {
		int held = 0, leaks = 0, cases = 200;
		for (int i = 0; i < cases; i++) {
			drawn_seed = (uint64_t)(5000 * alike + i);
			struct tc_leak leak = noisy(33, 0.3, 0.3, 0.9 * alike);
			leaks += leak.status == TC_LEAK_LEAK;
			held += leak.status == TC_LEAK_LEAK && leak.low <= 0.3 * mib && 0.3 * mib <= leak.high;
		}
		print_message("%s: %d of %d slopes held\n", alike ? "alike" : "white", held, leaks);
		assert_in_range(leaks, cases * 85 / 100, cases);
		assert_in_range(held, leaks * 92 / 100, leaks);
	}
}

static double warm_up;

static double warms_up(double part)
{
	return 60 * (1 - exp(-part / warm_up));
}

static double line(double part)
{
	return 60 * part;
}

static double late(double part)
{
	return part < 0.7 ? 0 : 150 * (part - 0.7);
}

static double collected(double part)
{
	return 60 * part + 8 * fmod(part * 40, 1);
}

static double faster(double part)
{
	return 80 * part * part;
}

static int leaks_of(double (*level)(double part), double noise, double like, int cases)
{
	struct tc_leak leak;
	int leaks = 0;
	for (int i = 0; i < cases; i++) {
		drawn_seed = (uint64_t)(310000 + 17 * i);
		double last = drawn_normal();
		for (size_t k = 0; k < N; k++) {
			last = like * last + sqrt(1 - like * like) * drawn_normal();
			seconds[k] = (double)k;
			bytes[k] = mib * (100 + level((double)k / N) + noise * last);
		}
		assert_int_equal(tc_leak(&leak, seconds, bytes, N, TC_LEAK_LEAST_BYTES, 0), 0);
		leaks += leak.status == TC_LEAK_LEAK;
	}
	return leaks;
}

static void what_warms_up_is_no_leak(void **state)
{
	(void)state;
	for (warm_up = 0.1; warm_up < 0.45; warm_up += 0.1)
		for (int alike = 0; alike <= 1; alike++) {
			int leaks = leaks_of(warms_up, 1 + alike, 0.6 * alike, 30);
			print_message("warm-up of %.1f, alike %d: %d of 30 called a leak\n", warm_up, alike, leaks);
			assert_in_range(leaks, 0, 2);
		}
}

static void what_goes_on_growing_is_one(void **state)
{
	double (*const level[])(double) = {line, late, collected, faster};
	(void)state;
	for (int i = 0; i < 4; i++) {
		int leaks = leaks_of(level[i], 2, 0, 40);
		print_message("growth %d: %d of 40 called a leak\n", i, leaks);
		assert_in_range(leaks, 36, 40);
	}
}

/* Memory at rest that wanders: each value is all but the one before. */
static void rest_is_no_leak(void **state)
{
	int leaks = 0, after_a_step = 0, cases = 500;
	(void)state;
	for (int i = 0; i < cases; i++) {
		drawn_seed = (uint64_t)(90000 + i);
		leaks += noisy(0, 0, 0, 0.98).status == TC_LEAK_LEAK;
		after_a_step += noisy(30, 0, 0, 0.98).status == TC_LEAK_LEAK;
	}
	print_message("%d of %d at rest called a leak, %d after a step\n", leaks, cases, after_a_step);
	assert_in_range(leaks, 0, cases * 7 / 100);
	assert_in_range(after_a_step, 0, cases * 4 / 100);
}

/* Without noise all windows are as sure: one that begins late grows by less than 2 %, of which the longer ones know better. */
static void a_longer_window_may_show_what_a_short_one_does_not(void **state)
{
	struct tc_leak leak;
	(void)state;
	for (size_t i = 0; i < N; i++) {
		seconds[i] = (double)i;
		bytes[i] = floor(mib * (100 + 0.0125 * (double)i));
	}
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, TC_LEAK_LEAST_BYTES, 0), 0);
	assert_int_equal(leak.status, TC_LEAK_LEAK);
	assert_true(tc_near(leak.bytes_per_second, 0.0125 * mib, 20));
}

/* 100 that become 250 are much, whatever they are. */
static void without_bytes_no_number_of_them_is_too_small(void **state)
{
	struct tc_leak leak;
	(void)state;
	for (size_t i = 0; i < N; i++) {
		seconds[i] = (double)i;
		bytes[i] = 100 + 0.5 * (double)i + (double)(i * 8 % 13) / 13;
	}
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, TC_LEAK_LEAST_BYTES, 0), 0);
	assert_int_equal(leak.status, TC_LEAK_NONE);
	assert_string_equal(leak.reason, "it grows too little to matter: by less than 1 MiB");
	assert_int_equal(tc_leak(&leak, seconds, bytes, N, 0, 0), 0);
	assert_int_equal(leak.status, TC_LEAK_LEAK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steady_growth),
		cmocka_unit_test(no_growth),
		cmocka_unit_test(other_growth),
		cmocka_unit_test(all_equal),
		cmocka_unit_test(too_little_says_why),
		cmocka_unit_test(growth_after_a_step_is_a_leak),
		cmocka_unit_test(slopes_lie_in_their_interval),
		cmocka_unit_test(what_warms_up_is_no_leak),
		cmocka_unit_test(what_goes_on_growing_is_one),
		cmocka_unit_test(rest_is_no_leak),
		cmocka_unit_test(a_longer_window_may_show_what_a_short_one_does_not),
		cmocka_unit_test(without_bytes_no_number_of_them_is_too_small),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
