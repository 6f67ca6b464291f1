/* SPDX-License-Identifier: MIT */
#include "base/wide.h"

/* One step of a long division: the next bit comes down to what is left over; whether the divisor goes into that. */
static bool take_bit(uint64_t *left, uint64_t bit, uint64_t divisor)
{
	bool beyond = *left >> 63;
	*left = *left << 1 | bit;
	bool goes = beyond || *left >= divisor;
	*left -= goes ? divisor : 0;
	return goes;
}

/* The high half first; what it leaves over, which is seldom anything, goes on bit by bit. */
struct tc_wide tc_wide_divide(struct tc_wide number, uint64_t divisor, uint64_t *rest)
{
	uint64_t left = number.high % divisor, low = 0;
	if (!left) {
		low = number.low / divisor;
		left = number.low % divisor;
	} else {
		for (int bit = 63; bit >= 0; bit--)
			low |= (uint64_t)take_bit(&left, number.low >> bit & 1, divisor) << bit;
	}
	if (rest)
		*rest = left;
	return (struct tc_wide){low, number.high / divisor};
}

/* The 64 highest bits, of which the last stands for all below it: a double has 11 bits less, so it rounds as all would. */
double tc_wide_double(struct tc_wide number)
{
	if (!number.high)
		return (double)number.low;
	unsigned zeros = (unsigned)__builtin_clzll(number.high);
	struct tc_wide top = tc_wide_left(number, zeros);
	return (double)(top.high | (top.low != 0)) * (0x1p64 / (double)(UINT64_C(1) << zeros));
}

/* Both halves fit a long double of 64 bits and more: the sum is the one thing that is rounded. */
long double tc_wide_long_double(struct tc_wide number)
{
	return (long double)number.high * 0x1p64L + (long double)number.low;
}

const char *tc_wide_digits(struct tc_wide number, char out[TC_WIDE_DIGITS])
{
	char *at = out + TC_WIDE_DIGITS - 1;
	uint64_t digit;
	*at = 0;
	do {
		number = tc_wide_divide(number, 10, &digit);
		*--at = (char)('0' + digit);
	} while (number.low || number.high);
	return at;
}
