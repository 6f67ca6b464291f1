/* SPDX-License-Identifier: MIT
 *
 * damage.h - what of a session could not be read, where what is written of it has no place for notes.
 */
#ifndef CLI_DAMAGE_H
#define CLI_DAMAGE_H

#include "read/session.h"

/* On stderr, a line for each; nothing of a session that is whole.  After all single spans were gone through, where they are. */
void tc_tell_damage(const struct tc_session *session);

#endif
