/* SPDX-License-Identifier: MIT
 *
 * relatives_test.c - what spans stand in and hold, over all places of the tree.
 */
#include "analyze/relatives.h"

#include "base/test.h"

enum { ROOT_NAME, JOB, READ, NODES = 5 };

/* job > read, job > job > read, and read by itself: 1, 2, 4, 8 and 16 spans of as many ns. */
static void places_of_a_name_add_up(void **state)
{
	static struct tc_node_view node[NODES + 1], *child[NODES + 1][2];
	static const struct {
		uint32_t name;
		size_t parent;
	} at[NODES] = {{1, 0}, {2, 1}, {1, 1}, {2, 3}, {2, 0}};
	static struct tc_name_view names[3];
	struct tc_session session = {.names = 3, .name = names, .root = node};
	struct tc_relatives around;
	(void)state;
	node[0] = (struct tc_node_view){.name = TC_ROOT, .child = child[0]};
	for (size_t i = 0; i < NODES; i++) {
		struct tc_node_view *parent = &node[at[i].parent];
		node[i + 1] = (struct tc_node_view){.name = at[i].name, .parent = parent, .child = child[i + 1]};
		node[i + 1].figures.count = 1u << i;
		node[i + 1].figures.sum_ns = tc_wide_of(1u << i);
		node[i + 1].open = i == 3; /* read in the inner job */
		parent->child[parent->children++] = &node[i + 1];
	}
	assert_int_equal(tc_relatives_find(&around, &session, READ), 0);
	assert_int_equal(around.below, 0);
	assert_int_equal(around.above, 2);
	assert_true(around.caller[0].name == TC_ROOT && around.caller[0].spans == 16);
	assert_true(around.caller[1].name == JOB && around.caller[1].spans == 2 + 8 && around.caller[0].open == 0 &&
		    around.caller[1].open == 1 && around.caller[1].total_ns == 10);
	tc_relatives_release(&around);
	assert_int_equal(tc_relatives_find(&around, &session, JOB), 0);
	assert_true(around.above == 2 && around.below == 2);
	assert_true(around.callee[0].name == READ && around.callee[0].spans == 10);
	assert_true(around.callee[1].name == JOB && around.callee[1].spans == 4);
	tc_relatives_release(&around);
	assert_int_equal(tc_relatives_find(&around, &session, ROOT_NAME), 0);
	assert_true(around.above == 0 && around.below == 0);
	tc_relatives_release(&around);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_of_a_name_add_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
