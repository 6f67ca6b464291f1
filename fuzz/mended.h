/* SPDX-License-Identifier: MIT
 *
 * mended.h - inputs whose checksums are made right: read as they are, and once more as a writer would have made them, so that what the
 * checksums guard is reached.
 */
#ifndef FUZZ_MENDED_H
#define FUZZ_MENDED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void read_input(const uint8_t *data, size_t size);
static void mend_checksums(uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *mended = malloc(size ? size : 1);
	read_input(data, size);
	if (!mended)
		return 0;
	memcpy(mended, data, size);
	mend_checksums(mended, size);
	read_input(mended, size);
	free(mended);
	return 0;
}

#endif
