/* SPDX-License-Identifier: MIT
 *
 * units.h - figures as people read them, three significant digits.  Every call writes into a struct tc_figure, which
 * is a value: `tc_duration(ns).text`; a count with its noun into a struct tc_counted.  NAN, and what is infinite, is "-".
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tc_figure {
	char text[32];
};

struct tc_counted { /* what is longer is cut */
	char text[64];
};

struct tc_figure tc_duration(
	double ns); /* "37 ns", "845 µs", "12.3 ms", "5.67 s", "4m 5.67s", "2h 15m 30s", "3d 4h 12m", "1.50e+11 s" */
struct tc_figure tc_duration_short(
	double ns); /* the same in at most 8 columns, below 1,000 days: "4m 06s", "2h 15m", "3d 04h" */
struct tc_figure tc_bytes(double bytes);                        /* "512 B", "36.4 KiB", "1.20 GiB" */
struct tc_figure tc_count(uint64_t count);                      /* "12,345" */
struct tc_counted tc_counted(uint64_t count, const char *noun); /* "1 process", "0 entries", "12,345 root trees" */
struct tc_figure tc_percent(double percent);        /* "0 %", "< 0.1 %", "1.6 %", "12.3 %", "98.7 %", "380 %" */
struct tc_figure tc_percent_column(double percent); /* with one decimal always, so that columns of them stand in line */
struct tc_figure tc_number(double value);           /* "0", "0.12", "1.82", "12.3", "12,345" */
struct tc_figure tc_number_short(double value);     /* the same in at most 8 columns: "1.23 M", "-4.5e+20" */

/* An instant of CLOCK_REALTIME in RFC 3339: in UTC with nanoseconds for programs, with local offset and seconds for
 * people ("2026-11-20 09:15:49"). */
struct tc_figure tc_time_utc(uint64_t realtime_ns);
bool tc_time_of_utc(const char *text, int64_t *ns); /* back again; false: it is no such text */
struct tc_figure tc_time_local(uint64_t realtime_ns);

#endif
