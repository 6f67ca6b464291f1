/* SPDX-License-Identifier: MIT
 *
 * quantity.h - amounts as people write them.  Each call is false, with nothing written, when that is none.  Independent of
 * the locale and safe in signal handlers.
 */
#ifndef BASE_QUANTITY_H
#define BASE_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "500ms", "2s", "5m", "1h", "1h30m", "1d", plain seconds: to ns. */
bool tc_parse_duration(const char *text, unsigned long long *ns);

bool tc_parse_count(const char *text, uint64_t *count); /* digits and nothing else */
bool tc_parse_bytes(const char *text, uint64_t *bytes); /* "65536", "64K", "64KiB", "1M", "1GiB" */
bool tc_parse_bool(const char *text, bool *yes);        /* yes and no, on and off, true and false, 1 and 0 */

/* "1%", "0.25 %" or plain percent, to thousandths of a percent; a finer one is none. */
bool tc_parse_percent(const char *text, uint64_t *thousandths);

/* The shortest text that tc_parse_percent() reads so: "1%", "0.25%". */
void tc_show_percent(char *out, size_t room, uint64_t thousandths);

/* The shortest text that tc_parse_duration() reads as ns: "0s", "250us", "1s", "90m". */
void tc_show_duration(char *out, size_t room, uint64_t ns);

#endif
