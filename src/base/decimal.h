/* SPDX-License-Identifier: MIT
 *
 * decimal.h - decimal numbers as texts have them, to whole numbers, without the rounding of a double: "1700000000.123456789" s is
 * 1700000000123456789 ns.  Independent of the locale.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All of text, as JSON has numbers, times 10^scale, to the nearest whole number.  False, with nothing written: it is no number, or one
 * that does not fit. */
bool tc_decimal_scaled(const char *text, size_t bytes, int scale, int64_t *out);

/* The same to a double.  False: it is no number, or beyond all doubles. */
bool tc_decimal_real(const char *text, size_t bytes, double *out);

/* Digits, perhaps with a sign, and nothing else. */
bool tc_decimal_is_whole(const char *text, size_t bytes);

#endif
