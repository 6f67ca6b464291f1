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
#include "base/wide.h"

/* assert_float_equal() looks at the 24 bits of a float. */
static inline int tc_near(double got, double want, double within)
{
	return got - want <= within && want - got <= within;
}

/* cmocka's own takes what is not a number for equal to any. */
#undef assert_float_equal
#define assert_float_equal(got, want, within) \
	do { \
		const double got_number = (got), wanted_number = (want); \
		assert_false(__builtin_isnan(got_number) || __builtin_isnan(wanted_number)); \
		_assert_float_equal((float)got_number, (float)wanted_number, (float)(within), __FILE__, __LINE__); \
	} while (0)

#ifdef __SIZEOF_INT128__
/* As the compiler's own number, to be reckoned with in a test of what 64 bits do. */
__extension__ typedef unsigned __int128 tc_u128;
static inline tc_u128 tc_u128_of(struct tc_wide wide)
{
	return (tc_u128)wide.high << 64 | wide.low;
}
#endif

/* Leaves a case out under qemu-user, which knows neither MADV_WIPEONFORK nor how to exec another program of its
 * architecture, and is too slow to be killed at an interesting moment.  Of a process that has threads a forked child may make
 * none of its own: qemu 7.2 fails in qemu_plugin_vcpu_init_hook() then, or waits for a lock for ever, whatever the program. */
#define TC_SKIP_IF_EMULATED(why) \
	do { \
		if (getenv("EMULATED")) { \
			print_message("left out under an emulator: %s\n", why); \
			skip(); \
		} \
	} while (0)

#endif
