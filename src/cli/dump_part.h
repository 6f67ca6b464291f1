/* SPDX-License-Identifier: MIT
 *
 * dump_part.h - a part file in readable form, for those who work on the format.
 */
#ifndef CLI_DUMP_PART_H
#define CLI_DUMP_PART_H

/* Prints to stdout.  0, or a negative tacho_error code with the sentence set. */
int tc_dump_part(const char *path);

#endif
