/* SPDX-License-Identifier: MIT
 *
 * jpeg.h - JPEG files to pictures and back.  A failure's text is libjpeg's own.
 */
#ifndef PHOTO_JPEG_H
#define PHOTO_JPEG_H

#include "picture.h"

/* Decodes with the coarsest of libjpeg's scales (1/1 to 1/8) that leaves the longer side at `side` pixels or more: a
 * large photo then takes a fraction of the time.  picture is to be released also after a failure. */
int jpeg_read(struct picture *picture, const char *path, unsigned side, struct failure *failure);

/* Writes path whole or not at all: under another name first, which `number` keeps apart from those of other threads. */
int jpeg_write(const struct picture *picture, const char *path, unsigned number, struct failure *failure);

#endif
