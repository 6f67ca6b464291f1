/* SPDX-License-Identifier: MIT
 *
 * exif.h - what the camera wrote into the file.
 */
#ifndef PHOTO_EXIF_H
#define PHOTO_EXIF_H

struct exif_facts {
	char camera[96]; /* maker and model; "": not said */
	int iso;         /* 0: not said */
};

/* A file without EXIF, or none at all, has no facts: that is no failure. */
void exif_read(struct exif_facts *facts, const char *path);

#endif
