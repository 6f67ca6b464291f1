/* SPDX-License-Identifier: MIT */
#include "stats/blocks.h"

#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "stats/values.h"

size_t tc_block_begin(size_t block, size_t blocks, size_t count)
{
	return block * (count / blocks) + block * (count % blocks) / blocks;
}

int tc_blocks(double *out, size_t blocks, const double *series, size_t count, double q)
{
	double *block = malloc((count / blocks + 1) * sizeof *block);
	if (!block)
		return tc_error(TACHO_ENOMEM, "no memory for a block of %zu values", count / blocks + 1);
	for (size_t i = 0; i < blocks; i++) {
		size_t begin = tc_block_begin(i, blocks, count), values = tc_block_begin(i + 1, blocks, count) - begin;
		memcpy(block, series + begin, values * sizeof *block);
		out[i] = tc_values_select(block, values, q);
	}
	free(block);
	return 0;
}
