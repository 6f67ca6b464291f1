/* SPDX-License-Identifier: MIT */
#include "base/decimal.h"

#include <stdlib.h>
#include <string.h>

enum { EXPONENT_MOST = 10000, TEXT_MOST = 512 };

struct number {
	bool negative;
	const char *digit; /* with at most one point among them */
	size_t digits;     /* bytes, the point too */
	int exponent;      /* of 10, as it is written */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t count_digits(const char *text, const char *end)
{
	size_t count = 0;
	while (text + count < end && is_digit(text[count]))
		count++;
	return count;
}

static bool parse_exponent(const char *at, const char *end, int *exponent)
{
	bool negative = at < end && *at == '-';
	at += at < end && (*at == '-' || *at == '+');
	size_t digits = count_digits(at, end);
	if (!digits || at + digits != end)
		return false;
	for (; at < end; at++)
		*exponent = *exponent < EXPONENT_MOST ? *exponent * 10 + (*at - '0') : EXPONENT_MOST;
	*exponent = negative ? -*exponent : *exponent;
	return true;
}

static bool parse(const char *text, size_t bytes, struct number *out)
{
	const char *at = text, *end = text + bytes;
	*out = (struct number){.negative = at < end && *at == '-'};
	at += at < end && (*at == '-' || *at == '+');
	out->digit = at;
	size_t whole = count_digits(at, end), part = 0;
	at += whole;
	if (at < end && *at == '.') {
		part = count_digits(at + 1, end);
		at += 1 + part;
	}
	out->digits = (size_t)(at - out->digit);
	if (!whole && !part)
		return false;
	return at == end || ((*at == 'e' || *at == 'E') && parse_exponent(at + 1, end, &out->exponent));
}

/* How many of its digits are in front of the point once it has moved by so many places; may be none or more than there are. */
static int digits_before(const struct number *number, int places)
{
	const char *point = memchr(number->digit, '.', number->digits);
	return (int)(point ? (size_t)(point - number->digit) : number->digits) + places;
}

static bool append(uint64_t *value, unsigned digit)
{
	return !__builtin_mul_overflow(*value, 10, value) && !__builtin_add_overflow(*value, digit, value);
}

bool tc_decimal_scaled(const char *text, size_t bytes, int scale, int64_t *out)
{
	struct number number;
	uint64_t value = 0;
	if (bytes > TEXT_MOST || !parse(text, bytes, &number))
		return false;
	int before = digits_before(&number, scale + number.exponent);
	bool round = false;
	for (size_t i = 0; i < number.digits; i++) {
		if (number.digit[i] == '.')
			continue;
		if (before > 0 ? !append(&value, (unsigned)(number.digit[i] - '0')) : false)
			return false;
		round |= !before && number.digit[i] >= '5';
		before--;
	}
	for (; before > 0 && value; before--)
		if (!append(&value, 0))
			return false;
	value += round;
	if (value > (uint64_t)INT64_MAX)
		return false;
	*out = number.negative ? -(int64_t)value : (int64_t)value;
	return true;
}

bool tc_decimal_is_whole(const char *text, size_t bytes)
{
	const char *end = text + bytes;
	text += bytes && (*text == '-' || *text == '+');
	return text < end && text + count_digits(text, end) == end;
}

bool tc_decimal_real(const char *text, size_t bytes, double *out)
{
	char copy[TEXT_MOST];
	struct number number;
	if (!parse(text, bytes, &number) || bytes >= sizeof copy)
		return false;
	memcpy(copy, text, bytes);
	copy[bytes] = 0;
	double value = strtod(copy, NULL);
	if (!(value - value == 0))
		return false;
	*out = value;
	return true;
}
