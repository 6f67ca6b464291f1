/* SPDX-License-Identifier: MIT
 *
 * log_frame.h - what log.c writes and log_read.c reads.  Payloads, where "number" is an unsigned LEB128 varint (of
 * up to 128 bits for sums) and "text" is bytes and a NUL:
 *
 *	calibration	u64 ticks, u64 monotonic_ns, u64 realtime_ns
 *	series		number 1 if absent else 0, text name, unit, source, help, absent, resolution, total unit
 *	samples		number at_ns, number of readings, each { number series << 2 | form, value of that form }
 *	totals		as samples: amounts since the session began, of rates; the newest of a series counts
 *	name		its bytes
 *	window		number kind, begin_ns, end_ns - begin_ns, number of entries, each { numbers name, count, failed,
 *			self_ns (2n, or -2n-1 when negative), sum_ns, squares_ns2, min_ns, max_ns, cells, each { cell less the one
 *			before, grown }, share fields (0: no share), each as self_ns in the order of struct tc_share }
 *	process		numbers pid, parent_pid, begin_ns, end_ns, peak_rss_bytes, f64 cpu_seconds, text command
 *	note		text
 *	tree		f64 key, u64 part, u64 block, u64 epoch, records of 16 bytes
 */
#ifndef FORMAT_LOG_FRAME_H
#define FORMAT_LOG_FRAME_H

#include <stdint.h>

enum tc_log_type {
	TC_LOG_CALIBRATION = 1,
	TC_LOG_SERIES = 2,
	TC_LOG_SAMPLES = 3,
	TC_LOG_NAME = 4,
	TC_LOG_WINDOW = 5,
	TC_LOG_PROCESS = 6,
	TC_LOG_NOTE = 7,
	TC_LOG_TOTALS = 8,
	TC_LOG_TREE = 9
};

enum tc_log_form { TC_FORM_F64 = 0, TC_FORM_F32 = 1, TC_FORM_NUMBER = 2, TC_FORM_MISSING = 3 };

struct tc_log_header {
	char magic[8];
	uint32_t version;
	uint32_t spare;
};

struct tc_log_frame {
	uint32_t type;
	uint32_t bytes; /* of the payload, without its padding to a multiple of 8 */
	uint32_t crc;   /* of type, bytes and payload */
	uint32_t zero;
};

enum { TC_LOG_CELLS_MAX = 8194, TC_LOG_ENTRY_BYTES_MIN = 10 };

#endif
