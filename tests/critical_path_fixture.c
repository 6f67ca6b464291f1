/* SPDX-License-Identifier: MIT
 *
 * critical_path_fixture.c - the driver of critical_path_test.py: trees of spans from stdin, each as how many there are and of each its parent
 * (-1: none), begin, end and whether it only follows; their critical sections to stdout, one tree to the line: "span begin end, …".
 */
#include <stdio.h>
#include <stdlib.h>
#include "analyze/critical_path.h"

enum { MOST = 1024 };

static int print(const struct tc_plain_span *plain, size_t count)
{
	static struct tc_section section[2 * MOST];
	static int64_t own_ns[MOST];
	struct tc_forest forest;
	if (tc_forest_make(&forest, plain, count) || !forest.trees)
		return -1;
	size_t sections = tc_critical_sections(&forest, &forest.tree[0], own_ns, section);
	for (size_t i = 0; i < sections; i++)
		printf("%u %lld %lld%s", forest.span[section[i].span].plain, (long long)section[i].begin_ns,
			(long long)section[i].end_ns, i + 1 < sections ? ", " : "\n");
	tc_forest_release(&forest);
	return 0;
}

int main(void)
{
	static struct tc_plain_span plain[MOST];
	size_t count;
	while (scanf("%zu", &count) == 1 && count && count <= MOST) {
		for (size_t i = 0; i < count; i++) {
			long long parent, begin, end;
			int follows;
			if (scanf("%lld %lld %lld %d", &parent, &begin, &end, &follows) != 4 || parent >= (long long)i)
				return 1;
			plain[i] = (struct tc_plain_span){.parent = parent < 0 ? TC_NO_SPAN : (uint32_t)parent,
				.begin_ns = begin,
				.end_ns = end,
				.follows = follows};
		}
		if (print(plain, count))
			return 1;
	}
	return 0;
}
