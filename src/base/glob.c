/* SPDX-License-Identifier: MIT */
#include "base/glob.h"

#include <string.h>

static unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* The bytes of the set that begins at pattern[0] = '['; 0: it is not closed, so that it is an ordinary character. */
static size_t set_bytes(const char *pattern, size_t bytes)
{
	size_t at = 1;
	if (at < bytes && (pattern[at] == '!' || pattern[at] == '^'))
		at++;
	if (at < bytes && pattern[at] == ']')
		at++;
	while (at < bytes && pattern[at] != ']')
		at++;
	return at < bytes ? at + 1 : 0;
}

static bool in_set(const char *set, size_t bytes, char c)
{
	bool negated = set[1] == '!' || set[1] == '^', found = false;
	for (size_t at = 1 + negated; at + 1 < bytes; at++) {
		unsigned char first = fold(set[at]), last = first;
		if (at + 3 < bytes && set[at + 1] == '-') {
			last = fold(set[at + 2]);
			at += 2;
		}
		found |= fold(c) >= first && fold(c) <= last;
	}
	return found != negated;
}

/* Whether one character matches what stands at the pattern, which is no star; *step: how long that is. */
static bool one(const char *pattern, size_t bytes, char c, size_t *step)
{
	*step = 1;
	if (*pattern == '?')
		return true;
	if (*pattern == '[' && (*step = set_bytes(pattern, bytes)))
		return in_set(pattern, *step, c);
	*step = *pattern == '\\' && bytes > 1 ? 2 : 1;
	return fold(pattern[*step - 1]) == fold(c);
}

bool tc_glob(const char *pattern, size_t pattern_bytes, const char *text, size_t bytes)
{
	size_t p = 0, t = 0, after_star = 0, from = 0, step;
	bool star = false;
	while (t < bytes) {
		if (p < pattern_bytes && pattern[p] == '*') {
			star = true;
			after_star = ++p;
			from = t;
		} else if (p < pattern_bytes && one(pattern + p, pattern_bytes - p, text[t], &step)) {
			p += step;
			t++;
		} else if (star) { /* the newest star takes one character more */
			p = after_star;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern_bytes && pattern[p] == '*')
		p++;
	return p == pattern_bytes;
}

bool tc_glob_any(const char *patterns, const char *text, size_t bytes)
{
	while (*patterns) {
		patterns += strspn(patterns, " \t,");
		size_t count = 0;
		while (patterns[count] && patterns[count] != ',')
			count += patterns[count] == '\\' && patterns[count + 1] ? 2 : 1;
		size_t kept = count;
		while (kept && (patterns[kept - 1] == ' ' || patterns[kept - 1] == '\t'))
			kept--;
		if (kept && tc_glob(patterns, kept, text, bytes))
			return true;
		patterns += count;
	}
	return false;
}
