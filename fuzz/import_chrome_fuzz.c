/* SPDX-License-Identifier: MIT */
#include "import_fuzz.h"

/* mutations in tests: 50000 */
extern const struct tc_importer tc_importer_chrome;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_bytes(&tc_importer_chrome, data, size);
	return 0;
}
