/* SPDX-License-Identifier: MIT
 *
 * test.h - cmocka with the headers it wants before it.
 */
#ifndef BASE_TEST_H
#define BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#include <cmocka.h>
}
#else
#include <cmocka.h>
#endif

/* Leaves a case out under qemu-user, which knows neither MADV_WIPEONFORK nor how to exec another program of its
 * architecture, and is too slow to be killed at an interesting moment. */
#define TC_SKIP_IF_EMULATED(why) \
	do { \
		if (getenv("TACHO_EMULATED")) { \
			print_message("left out under an emulator: %s\n", why); \
			skip(); \
		} \
	} while (0)

#endif
