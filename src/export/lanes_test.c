/* SPDX-License-Identifier: MIT */
#include "base/test.h"
#include "export/lanes.h"

static struct tc_node_view outer_node = {.depth = 0}, inner_node = {.depth = 1, .parent = &outer_node};

static struct tc_span_view span(const struct tc_node_view *node, uint64_t id, tc_instant begin, uint64_t ns)
{
	return (struct tc_span_view){.node = node, .id = id, .begin = begin, .duration_ns = ns, .thread = 7};
}

static void by_begin(void **state)
{
	(void)state;
	struct tc_lanes lanes = {0};
	tc_instant end;
	struct tc_span_view outer = span(&outer_node, 1, 100, 50), inner = span(&inner_node, 2, 120, 32),
			    later = span(&inner_node, 3, 150, 40), other = inner;
	other.thread = 8;
	assert_int_equal(tc_lanes_pass(&lanes, &outer, &end), 0);
	assert_int_equal(end, 150);
	assert_int_equal(tc_lanes_pass(&lanes, &inner, &end), 1); /* 2 ns after what holds it */
	assert_int_equal(end, 150);
	assert_int_equal(tc_lanes_pass(&lanes, &other, &end), 0);
	assert_int_equal(end, 152);
	assert_int_equal(tc_lanes_pass(&lanes, &later, &end), 0); /* what held it was not kept */
	assert_int_equal(end, 190);
	tc_lanes_release(&lanes);
}

static void by_end(void **state)
{
	(void)state;
	struct tc_lanes lanes = {0};
	tc_instant end;
	struct tc_span_view inner = span(&inner_node, 2, 120, 32), outer = span(&outer_node, 1, 100, 50),
			    next = span(&outer_node, 3, 160, 5);
	assert_int_equal(tc_lanes_pass(&lanes, &inner, &end), 0);
	assert_int_equal(end, 152);
	tc_lanes_pass(&lanes, &outer, &end);
	assert_int_equal(end, 152);
	tc_lanes_pass(&lanes, &next, &end);
	assert_int_equal(end, 165);
	tc_lanes_release(&lanes);
}

static void many_threads(void **state)
{
	(void)state;
	struct tc_lanes lanes = {0};
	tc_instant end;
	for (uint32_t thread = 0; thread < 100; thread++) {
		struct tc_span_view outer = span(&outer_node, thread + 1, 100, 50);
		outer.thread = thread;
		tc_lanes_pass(&lanes, &outer, &end);
	}
	for (uint32_t thread = 0; thread < 100; thread++) {
		struct tc_span_view inner = span(&inner_node, 1000, 120, 10);
		inner.thread = thread;
		assert_int_equal(tc_lanes_pass(&lanes, &inner, &end), thread + 1);
	}
	assert_int_equal(lanes.lanes, 100);
	tc_lanes_release(&lanes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_begin),
		cmocka_unit_test(by_end),
		cmocka_unit_test(many_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
