/* SPDX-License-Identifier: MIT
 *
 * Spans that last for hours.  The hours are simulated: clock_gettime() is this file's and is set forward while a span is open;
 * the recorder reads it, since the setting `clock` is monotonic.
 *
 * runs in: release asan
 */
#include <sys/syscall.h>
#include <time.h>
#include "recorded.h"

static TACHO_SITE(outer, "outer");
static TACHO_SITE(inner, "inner");
static uint64_t ahead_ns;

int clock_gettime(clockid_t id, struct timespec *now)
{
	int code = (int)syscall(SYS_clock_gettime, id, now);
	uint64_t ns = (uint64_t)now->tv_nsec + __atomic_load_n(&ahead_ns, __ATOMIC_RELAXED);
	now->tv_sec += (time_t)(ns / 1000000000);
	now->tv_nsec = (long)(ns % 1000000000);
	return code;
}

static void last_for(struct tacho_site *site, uint64_t ns)
{
	struct tacho_span span;
	tacho_span_begin(&span, site);
	__atomic_add_fetch(&ahead_ns, ns, __ATOMIC_RELAXED);
	tacho_span_end(&span);
}

#define HOUR UINT64_C(3600000000000)

static void spans_of_hours(void **state)
{
	(void)state;
	struct recorded r;
	recorded_start(&r);
	recorded_mark(&inner, 1);
	last_for(&outer, HOUR / 2);
	last_for(&outer, HOUR * 9 / 10);
	last_for(&inner, HOUR / 3);
	for (int i = 1; i <= 40; i++)
		tacho_span_record(&inner, 0, HOUR * (uint64_t)i, false);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_name_view *o = recorded_name(s, "outer"), *i = recorded_name(s, "inner");
	assert_in_range(o->figures.max_ns, HOUR * 9 / 10, HOUR);
	assert_in_range(o->slowest[0].duration_ns, HOUR * 9 / 10, HOUR);
	assert_true(i->figures.max_ns == HOUR * 40);
	assert_true(i->slowest[0].duration_ns == HOUR * 40);
	assert_true(i->slowest[4].duration_ns == HOUR * 36);
	for (size_t n = 0; n < s->names; n++) {
		const struct tc_figures *f = &s->name[n].figures;
		assert_int_equal(tc_histogram_total(&f->histogram), f->count);
		assert_true(s->name[n].summary.p999 <= (double)f->max_ns);
	}
	uint64_t sum = 0;
	for (size_t n = 0; n < s->spans; n++)
		if (s->span[n].kind) {
			sum += s->span[n].duration_ns;
			assert_true(s->span[n].begin <= s->end); /* 40 hours ago, or when the clock began */
		}
	assert_true(sum == HOUR * 820); /* each is whole in the ring, too */
	assert_true(tc_histogram_quantile(&i->figures.histogram, 0.95, i->figures.min_ns, i->figures.max_ns) >
		    (double)HOUR * 35);
	recorded_drop(&r, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_of_hours),
	};
	setenv("TACHO_CLOCK", "monotonic", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
