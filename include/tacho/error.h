/* SPDX-License-Identifier: MIT
 *
 * error.h - how calls fail.  A call that can fail returns 0 or a negative code of this list; what happened and how to
 * mend it stands in the calling thread's last error, one line without a newline.
 */
#ifndef TACHO_ERROR_H
#define TACHO_ERROR_H

#ifndef TACHO_API
#define TACHO_API __attribute__((visibility("default")))
#endif
#ifdef __cplusplus
extern "C" {
#endif

enum tacho_error {
	TACHO_OK = 0,
	TACHO_END = 1,       /* no more: an iterator is done */
	TACHO_EINVAL = -1,   /* an argument that cannot be meant */
	TACHO_ENOENT = -2,   /* no such session, store, file or name */
	TACHO_EFORMAT = -3,  /* not a tacho file, or torn beyond use */
	TACHO_EVERSION = -4, /* written by another, incompatible version */
	TACHO_ENOSPC = -5,   /* no room on the disk or tmpfs */
	TACHO_EACCES = -6,   /* not permitted */
	TACHO_ENOMEM = -7,   /* out of memory */
	TACHO_EIO = -8,      /* the kernel refused for another reason */
	TACHO_EBUSY = -9,    /* in use: recording already, locked */
	TACHO_ENOTSUP = -10  /* not on this system */
};

/* The sentence that belongs to the newest failure on this thread; "" before the first.  Valid until the thread's next
 * tacho call. */
#ifdef TACHO_DISABLE
/* libtacho-session's where that is linked; nothing need be. */
extern const char *tacho_last_error_linked(void) __asm__("tacho_last_error") __attribute__((weak));
static inline __attribute__((unused)) const char *tacho_last_error(void) __asm__("tacho_last_error_or_none");
static inline const char *tacho_last_error(void)
{
	return tacho_last_error_linked ? tacho_last_error_linked() : "";
}
#else
TACHO_API const char *tacho_last_error(void);
#endif

#ifdef __cplusplus
}
#endif
#endif
