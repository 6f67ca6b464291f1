/* SPDX-License-Identifier: MIT
 *
 * settings_table.c - what can be set.  docs/SETTINGS.md, `tacho config` and the manual page are made from this.
 */
#include "format/settings.h"

/* The order is that of enum tc_setting_id. */
const struct tc_setting tc_setting_table[TC_SETTINGS] = {
	{"ring_records", "TACHO_RING_RECORDS", TC_TYPE_COUNT, true, 0, 16, 1 << 24, "4096",
		"a power of two from 16 to 16777216",
		"How many of the newest spans each thread keeps one by one, 16 bytes each. Statistics are of all "
		"spans, "
		"however small this is."},
	{"interval", "TACHO_INTERVAL", TC_TYPE_DURATION, false, 0, 10000000, UINT64_C(3600000000000), "1s",
		"a duration from 10ms to 1h, such as 500ms",
		"How often the machine and the processes are looked at, and a program's callbacks are called. Unless "
		"it "
		"is set they are looked at faster at first, so that a short run has a curve."},
	{"dear_interval", "TACHO_DEAR_INTERVAL", TC_TYPE_DURATION, false, 0, 10000000, UINT64_C(3600000000000), "10s",
		"a duration from 10ms to 1h, such as 1m",
		"How often that is read of the machine and the processes which costs more than some microseconds, such "
		"as shared memory and open files. Unless it is set, faster at first."},
	{"observer", "TACHO_OBSERVER", TC_TYPE_BOOL, false, 0, 0, 1, "yes", "yes or no",
		"Whether tacho_start() begins a thread that looks at the machine. `tacho run` looks from outside, "
		"always."},
	{"observer_budget", "TACHO_OBSERVER_BUDGET", TC_TYPE_PERCENT, false, 0, 10, 100000, "1%",
		"a share of a core from 0.01% to 100%, such as 0.5%",
		"What looking at the machine may take of the time of one core. Over it, what is dear is read more "
		"seldom, "
		"then the state of threads; then time windows are longer, and at last everything is read more seldom; "
		"and "
		"that is said."},
	{"threshold", "TACHO_THRESHOLD", TC_TYPE_DURATION, false, 0, 0, UINT64_C(1000000000000), "0s",
		"a duration from 0s to 1000s, such as 10us",
		"Spans shorter than this are counted, but not kept one by one."},
	{"keep_slowest", "TACHO_KEEP_SLOWEST", TC_TYPE_COUNT, false, 0, 0, 5, "5", "a number from 0 to 5",
		"How many of the slowest spans of each name and path are kept for good, with their attributes."},
	{"attribute_text_bytes", "TACHO_ATTRIBUTE_TEXT_BYTES", TC_TYPE_BYTES, false, 0, 16, 65536, "1024",
		"a size from 16 to 64K, at most a quarter of attribute_ring_bytes",
		"Longer texts of attributes and messages of failures are cut to this, and that is said."},
	{"attribute_ring_bytes", "TACHO_ATTRIBUTE_RING_BYTES", TC_TYPE_BYTES, true, 0, 4096, 1 << 24, "64K",
		"a power of two from 4K to 16M",
		"Room of each thread for the attributes of its newest spans, taken at its first one."},
	{"redact_keys", "TACHO_REDACT_KEYS", TC_TYPE_TEXT, false, 0, 0, 0, "", "patterns with commas between",
		"The values of attributes and options with such a name are recorded as \"(redacted)\". A pattern is as "
		"of the "
		"shell, *token* or user_?, and heeds no difference between small letters and capitals."},
	{"redact_values", "TACHO_REDACT_VALUES", TC_TYPE_TEXT, false, 1, 0, 0, "", "patterns with commas between",
		"Texts of attributes, messages of failures and arguments of commands that are such are recorded as "
		"\"(redacted)\". Patterns as in redact_keys, for the whole text: sk-* or *[0-9][0-9][0-9][0-9]."},
	{"store", "TACHO_STORE", TC_TYPE_TEXT, false, 2, 0, 0, "", "the path of a directory",
		"Where sessions lie. Usual: $XDG_STATE_HOME/tacho, else ~/.local/state/tacho."},
	{"live", "TACHO_LIVE", TC_TYPE_TEXT, false, 3, 0, 0, "", "the path of a directory, or none",
		"A tmpfs for what is being recorded, instead of /dev/shm; none: record into the session itself."},
	{"clock", "TACHO_CLOCK", TC_TYPE_CHOICE, false, 0, 0, 1, "auto", "auto or monotonic",
		"auto: the processor's counter where the kernel keeps time with it; monotonic: CLOCK_MONOTONIC, which "
		"costs "
		"more."},
	{"state_interval", "TACHO_STATE_INTERVAL", TC_TYPE_DURATION, false, 0, 0, UINT64_C(10000000000), "20ms",
		"a duration from 0s to 10s, 0s for never",
		"How often a thread that is in several spans in turn is looked at, whether it runs or sleeps: that "
		"tells "
		"where the time of each went. Never for more than 1/200 of a core."},
	{"export_directory", "TACHO_EXPORT_DIRECTORY", TC_TYPE_TEXT, false, 4, 0, 0, "", "the path of a directory",
		"Where `tacho export` and `tacho run --export` put files that they make up a name for. Usual: the "
		"working directory."},
	{"keep", "TACHO_KEEP", TC_TYPE_CHOICE, false, 0, 0, 1, "rings", "rings or all",
		"What is kept of single spans: rings, the newest of each thread; all, every span, on disk: some 2 "
		"bytes "
		"each. "
		"Unless they are set, ring_records is 65536 then and attribute_ring_bytes 4M."},
};
