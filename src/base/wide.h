/* SPDX-License-Identifier: MIT
 *
 * wide.h - whole numbers of 128 bits, for sums that lose nothing.  Machines of 32 bits have no __int128, and a session is read
 * alike on both.  Everything is modulo 2^128.
 */
#ifndef BASE_WIDE_H
#define BASE_WIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct tc_wide {
	uint64_t low, high;
};

enum { TC_WIDE_DIGITS = 40 }; /* of the largest, and a NUL */

static inline struct tc_wide tc_wide_of(uint64_t number)
{
	return (struct tc_wide){number, 0};
}

/* From and to 16 bytes of a file, or a tacho_u128. */
static inline struct tc_wide tc_wide_load(const void *bytes)
{
	struct tc_wide number;
	memcpy(&number, bytes, sizeof number);
	return number;
}

static inline void tc_wide_store(void *bytes, struct tc_wide number)
{
	memcpy(bytes, &number, sizeof number);
}

static inline struct tc_wide tc_wide_add(struct tc_wide a, struct tc_wide b)
{
	uint64_t low = a.low + b.low;
	return (struct tc_wide){low, a.high + b.high + (low < a.low)};
}

static inline struct tc_wide tc_wide_subtract(struct tc_wide a, struct tc_wide b)
{
	return (struct tc_wide){a.low - b.low, a.high - b.high - (a.low < b.low)};
}

static inline bool tc_wide_less(struct tc_wide a, struct tc_wide b)
{
	return a.high != b.high ? a.high < b.high : a.low < b.low;
}

static inline bool tc_wide_equal(struct tc_wide a, struct tc_wide b)
{
	return a.low == b.low && a.high == b.high;
}

/* The number, or the largest of 64 bits where it is larger. */
static inline uint64_t tc_wide_bounded(struct tc_wide number)
{
	return number.high ? UINT64_MAX : number.low;
}

/* places < 128 */
static inline struct tc_wide tc_wide_left(struct tc_wide number, unsigned places)
{
	if (places >= 64)
		return (struct tc_wide){0, number.low << (places - 64)};
	return (struct tc_wide){number.low << places, number.high << places | (number.low >> 1) >> (63 - places)};
}

static inline struct tc_wide tc_wide_right(struct tc_wide number, unsigned places)
{
	if (places >= 64)
		return (struct tc_wide){number.high >> (places - 64), 0};
	return (struct tc_wide){number.low >> places | (number.high << 1) << (63 - places), number.high >> places};
}

/* a * b, all of it. */
static inline struct tc_wide tc_wide_product(uint64_t a, uint64_t b)
{
	uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
	uint64_t low = a_low * b_low, one = a_high * b_low, other = a_low * b_high;
	uint64_t middle = (low >> 32) + (uint32_t)one + (uint32_t)other;
	return (struct tc_wide){
		middle << 32 | (uint32_t)low, a_high * b_high + (one >> 32) + (other >> 32) + (middle >> 32)};
}

static inline struct tc_wide tc_wide_multiply(struct tc_wide a, struct tc_wide b)
{
	struct tc_wide product = tc_wide_product(a.low, b.low);
	product.high += a.low * b.high + a.high * b.low;
	return product;
}

/* number / divisor, and what is left over; rest may be NULL. */
struct tc_wide tc_wide_divide(struct tc_wide number, uint64_t divisor, uint64_t *rest);

/* Rounded once, to the nearest. */
double tc_wide_double(struct tc_wide number);
long double tc_wide_long_double(struct tc_wide number);

/* Its decimal digits, somewhere in out. */
const char *tc_wide_digits(struct tc_wide number, char out[TC_WIDE_DIGITS]);

#endif
