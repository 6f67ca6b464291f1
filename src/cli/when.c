/* SPDX-License-Identifier: MIT */
#include "cli/when.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/error.h"
#include "cli/command.h"

/* ".25" to ns; moves *text behind it. */
static long fraction_ns(const char **text)
{
	long ns = 0, place = 100000000;
	if (**text != '.')
		return 0;
	for ((*text)++; isdigit((unsigned char)**text); (*text)++, place /= 10)
		ns += (**text - '0') * place;
	return ns;
}

/* "Z", "+01:00" or nothing (local time): seconds since the epoch of what `tm` says there. */
static bool to_epoch(const char *zone, struct tm *tm, time_t *seconds)
{
	int hours, minutes, end = 0;
	char sign;
	tm->tm_isdst = -1;
	*seconds = *zone ? timegm(tm) : mktime(tm);
	if (!*zone || !strcmp(zone, "Z") || !strcmp(zone, "z"))
		return true;
	if (sscanf(zone, "%c%2d:%2d%n", &sign, &hours, &minutes, &end) != 3 || zone[end] ||
		(sign != '+' && sign != '-'))
		return false;
	*seconds -= (sign == '-' ? -60 : 60) * (hours * 60 + minutes);
	return true;
}

int tc_parse_when(const char *text, uint64_t begin_realtime_ns, tc_instant *out)
{
	static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d %H:%M", "%Y-%m-%d", "%H:%M:%S", "%H:%M"};
	unsigned long long ns;
	if (tc_parse_duration(text, &ns)) {
		*out = (tc_instant)ns;
		return 0;
	}
	time_t begin = (time_t)(begin_realtime_ns / 1000000000), seconds;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct tm tm;
		localtime_r(&begin, &tm);
		tm.tm_sec = 0;
		if (i == 4)
			tm.tm_hour = tm.tm_min = 0;
		const char *rest = strptime(text, forms[i], &tm);
		if (!rest)
			continue;
		long fraction = fraction_ns(&rest);
		if (!to_epoch(rest, &tm, &seconds))
			continue;
		*out = ((tc_instant)seconds - (tc_instant)begin) * 1000000000 -
		       (tc_instant)(begin_realtime_ns % 1000000000) + fraction;
		return 0;
	}
	return tc_error(TACHO_EINVAL,
		"\"%.60s\" is no time: use 90s (since the session began), 14:05:30 or 2026-11-20T14:05:30Z", text);
}
