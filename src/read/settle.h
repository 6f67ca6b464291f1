/* SPDX-License-Identifier: MIT
 *
 * settle.h - makes the copy of a part that is being written consistent, block by block.
 */
#ifndef READ_SETTLE_H
#define READ_SETTLE_H

#include "read/part.h"

/* fd: the file, still being written; -1: nobody writes any more, so every block is settled as it is. */
void tc_part_settle(struct tc_part_copy *part, int fd);

#endif
