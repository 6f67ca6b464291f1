/* SPDX-License-Identifier: MIT
 *
 * openmp.cc - spans in OpenMP's parallel regions and tasks.
 */
#include <cmath>
#include <cstdio>
#include <tacho/tacho.hpp>

static double block_sum(int block)
{
	TACHO_CPP_SPAN(span, "block");
	span.attr("index", block);
	double sum = 0;
	for (int i = 0; i < 100000; i++)
		sum += std::sqrt(block * 100000.0 + i);
	return sum;
}

static double in_a_loop(int blocks)
{
	TACHO_CPP_SPAN(span, "loop");
	const tacho_context loop = tacho_context_get();
	double total = 0;
#pragma omp parallel num_threads(4) reduction(+ : total)
	{
		tacho::within below(loop); // else only the first thread's spans would lie below "loop"
		TACHO_CPP_SCOPE("worker"); // one for each thread of the team
#pragma omp for schedule(dynamic)
		for (int block = 0; block < blocks; block++)
			total += block_sum(block);
	}
	return total;
}

static double in_halves(int from, int to)
{
	TACHO_CPP_SCOPE("halve");
	if (to - from == 1)
		return block_sum(from);
	const int middle = from + (to - from) / 2;
	double left = 0, right = 0;
#pragma omp task shared(left)
	left = in_halves(from, middle);
#pragma omp task shared(right)
	right = in_halves(middle, to);
#pragma omp taskwait // other tasks may run here meanwhile, inside this span
	return left + right;
}

static double in_tasks(int blocks)
{
	TACHO_CPP_SPAN(span, "tasks");
	double total = 0;
#pragma omp parallel num_threads(4)
#pragma omp single
	total = in_halves(0, blocks);
	return total;
}

int main()
{
	std::printf("%.3f\n%.3f\n", in_a_loop(32), in_tasks(32));
	return 0;
}
