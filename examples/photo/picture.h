/* SPDX-License-Identifier: MIT
 *
 * picture.h - a decoded picture: rows of 8-bit red, green and blue without gaps, and the file's markers (EXIF, colour
 * profile) that go with it into the export.  { 0 } is an empty one.
 */
#ifndef PHOTO_PICTURE_H
#define PHOTO_PICTURE_H

#include <stddef.h>
#include "failure.h"

struct picture_marker {
	struct picture_marker *next;
	int code;
	unsigned bytes;
	unsigned char data[];
};

struct picture {
	unsigned width, height;
	unsigned char *rgb;
	struct picture_marker *markers;
};

int picture_allocate(struct picture *picture, unsigned width, unsigned height, struct failure *failure);
void picture_release(struct picture *picture);
size_t picture_bytes(const struct picture *picture);

/* Adds a copy of a marker at the end of the list; false when memory ran out. */
int picture_add_marker(struct picture *picture, int code, const void *data, unsigned bytes, struct failure *failure);

/* Shrinks it so that its longer side has at most `side` pixels; each new pixel is the mean of the area it covers.
 * Smaller pictures stay as they are. */
int picture_shrink(struct picture *picture, unsigned side, struct failure *failure);

#endif
