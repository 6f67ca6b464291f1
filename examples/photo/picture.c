/* SPDX-License-Identifier: MIT */
#include "picture.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

size_t picture_bytes(const struct picture *picture)
{
	return (size_t)picture->width * picture->height * 3;
}

int picture_allocate(struct picture *picture, unsigned width, unsigned height, struct failure *failure)
{
	picture->width = width;
	picture->height = height;
	picture->rgb = malloc(picture_bytes(picture));
	if (!picture->rgb)
		return failure_set(failure, -ENOMEM, "not enough memory for %u x %u pixels", width, height);
	return 0;
}

void picture_release(struct picture *picture)
{
	struct picture_marker *next;

	for (struct picture_marker *marker = picture->markers; marker; marker = next) {
		next = marker->next;
		free(marker);
	}
	free(picture->rgb);
	*picture = (struct picture){.rgb = NULL};
}

int picture_add_marker(struct picture *picture, int code, const void *data, unsigned bytes, struct failure *failure)
{
	struct picture_marker **last = &picture->markers;
	struct picture_marker *marker = malloc(sizeof(*marker) + bytes);

	if (!marker)
		return failure_set(failure, -ENOMEM, "not enough memory for a marker of %u bytes", bytes);
	while (*last)
		last = &(*last)->next;
	marker->next = NULL;
	marker->code = code;
	marker->bytes = bytes;
	memcpy(marker->data, data, bytes);
	*last = marker;
	return 0;
}
