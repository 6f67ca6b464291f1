/* SPDX-License-Identifier: MIT */
#include "stats/anomaly.h"

#include <math.h>
#include "base/test.h"
#include "stats/spread.h"

enum { N = 2000 };
static struct tc_anomalies found;
static double values[N];

static int release(void **state)
{
	(void)state;
	tc_anomalies_release(&found);
	return 0;
}

/* 0 to 12 */
static double wobble(size_t i)
{
	return (double)(i * 8 % 13);
}

static void sides_by_hand(void **state)
{
	(void)state;
	const double sorted[] = {1, 8, 10, 10, 11, 20, 100};
	struct tc_spread s = tc_spread(sorted, 7); /* 9 2 0 0 below, 0 0 1 10 90 above */
	assert_true(s.median == 10 && tc_near(s.below, 1.4826, 1e-12) && tc_near(s.above, 1.4826, 1e-12));
	s = tc_spread(sorted, 6); /* median 10: 9 2 0 0, 0 0 1 10 */
	assert_true(s.median == 10 && tc_near(s.above, 0.7413, 1e-12));
	assert_true(tc_near(tc_spread_z(&s, 8), -2 / 1.4826, 1e-12) && tc_spread_z(&s, 10) == 0);
	s = tc_spread(sorted, 1);
	assert_true(
		s.median == 1 && s.below == 0 && s.above == 0 && tc_spread_z(&s, 1) == 0 && isnan(tc_spread_z(&s, 2)));
}

static void sorted_window(void **state)
{
	(void)state;
	double sorted[4] = {2, 5, 5};
	tc_sorted_insert(sorted, 3, 3);
	assert_true(sorted[1] == 3 && sorted[3] == 5);
	tc_sorted_remove(sorted, 4, 5);
	assert_true(sorted[0] == 2 && sorted[1] == 3 && sorted[2] == 5);
	assert_true(tc_sorted_below(sorted, 3, 3) == 1 && tc_sorted_below(sorted, 3, 9) == 3);
}

static void too_few_say_why(void **state)
{
	(void)state;
	for (size_t n = 0; n < TC_ANOMALY_DURATIONS_MIN; n++) {
		assert_int_equal(tc_duration_anomalies(&found, values, n), 0);
		assert_true(found.reason && !found.count && !found.at);
	}
	assert_int_equal(tc_sample_anomalies(&found, values, TC_ANOMALY_SAMPLES_MIN, 0), 0);
	assert_true(found.reason && !found.count);
}

static void equal_durations_have_none(void **state)
{
	(void)state;
	for (int zero = 0; zero <= 1; zero++) {
		for (size_t i = 0; i < 30; i++)
			values[i] = zero ? 0 : 1000;
		assert_int_equal(tc_duration_anomalies(&found, values, 30), 0);
		assert_true(!found.reason && !found.count);
	}
}

/* ln(1e18 / 1000) by the floor of 0.02; 1040 is two floors up only. */
static void one_enormous_duration(void **state)
{
	(void)state;
	for (size_t i = 0; i < 30; i++)
		values[i] = 1000;
	values[5] = 1040;
	values[17] = 1e18;
	values[20] = 0;
	assert_int_equal(tc_duration_anomalies(&found, values, 30), 0);
	assert_int_equal(found.count, 2);
	assert_true(found.at[0].index == 17 && found.at[0].extreme && found.at[0].value == 1e18);
	assert_true(tc_near(found.at[0].z, log(1e15) / 0.02, 1e-6));
	assert_true(found.at[1].index == 20 && tc_near(found.at[1].z, -log(1000) / 0.02, 1e-6));
	assert_false(found.at[1].extreme);
}

/* Among ever more durations a value must lie ever further out. */
static void limit_grows_with_the_count(void **state)
{
	(void)state;
	for (size_t n = 30; n <= N; n += N - 30) {
		for (size_t i = 0; i < n; i++)
			values[i] = 1000;
		values[9] = 1000 * exp(0.02 * 3.9);
		assert_int_equal(tc_duration_anomalies(&found, values, n), 0);
		assert_int_equal(found.count, n == 30); /* the quantile for 2000 is 4.42 */
		tc_anomalies_release(&found);
	}
}

static void spike_in_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < N; i++)
		values[i] = 100 + wobble(i);
	values[50] = 900; /* nothing is known yet */
	values[700] = 900;
	values[705] = 1000;
	values[716] = 900;
	values[728] = -900;
	assert_int_equal(tc_sample_anomalies(&found, values, N, 0), 0);
	assert_true(found.count == 2 && !found.reason);
	assert_true(
		found.at[0].first == 700 && found.at[0].index == 705 && found.at[0].last == 716 && found.at[0].extreme);
	assert_true(found.at[1].index == 728 && found.at[1].z < -8 && !found.at[1].extreme);
}

/* A new level is out of the ordinary until it was seen often enough to be ordinary. */
static void new_level(void **state)
{
	(void)state;
	for (size_t i = 0; i < N; i++)
		values[i] = (i < 1000 ? 100 : 300) + wobble(i);
	assert_int_equal(tc_sample_anomalies(&found, values, N, 0), 0);
	assert_int_equal(found.count, 1);
	assert_true(found.at[0].first == 1000 && found.at[0].last < 1012);
}

static void judged_by_what_was_before_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < N; i++)
		values[i] = 100 + wobble(i) + (i % 97 == 0 ? 400 : 0);
	assert_int_equal(tc_sample_anomalies(&found, values, N, 0), 0);
	size_t all = found.count, some = 0;
	for (size_t i = 0; i < all; i++)
		some += found.at[i].last < 900;
	assert_true(some > 0);
	tc_anomalies_release(&found);
	assert_int_equal(tc_sample_anomalies(&found, values, 900, 0), 0);
	assert_int_equal(found.count, some);
}

/* A peak of every cycle is not out of the ordinary, one at another time is. */
static void known_period(void **state)
{
	(void)state;
	for (size_t i = 0; i < N; i++)
		values[i] = 100 + wobble(i) + (i % 250 == 7 ? 500 : 0);
	values[1700] += 500;
	assert_int_equal(tc_sample_anomalies(&found, values, N, 250), 0);
	assert_true(found.count > 0 && found.at[found.count - 1].index == 1700);
	for (size_t i = 0; i + 1 < found.count; i++)
		assert_true(found.at[i].index < 850); /* before three cycles and 100 samples */
	tc_anomalies_release(&found);
	assert_int_equal(tc_sample_anomalies(&found, values, N, 1), 0);
	tc_anomalies_release(&found);
	assert_int_equal(tc_sample_anomalies(&found, values, N, N * 2), 0);
	assert_true(!found.reason);
}

/* Where nothing ever was but 0, no z is known; and no infinity. */
static void from_zero(void **state)
{
	(void)state;
	for (size_t i = 0; i < N; i++)
		values[i] = i == 1500 ? 5 : 0;
	assert_int_equal(tc_sample_anomalies(&found, values, N, 0), 0);
	assert_true(found.count == 1 && found.at[0].index == 1500 && isnan(found.at[0].z) && found.at[0].extreme);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sides_by_hand),
		cmocka_unit_test(sorted_window),
		cmocka_unit_test(too_few_say_why),
		cmocka_unit_test(equal_durations_have_none),
		cmocka_unit_test_teardown(one_enormous_duration, release),
		cmocka_unit_test_teardown(limit_grows_with_the_count, release),
		cmocka_unit_test_teardown(spike_in_samples, release),
		cmocka_unit_test_teardown(new_level, release),
		cmocka_unit_test_teardown(judged_by_what_was_before_alone, release),
		cmocka_unit_test_teardown(known_period, release),
		cmocka_unit_test_teardown(from_zero, release),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
