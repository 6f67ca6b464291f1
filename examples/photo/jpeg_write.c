/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "jpeg.h"
#include "jpeg_errors.h"

enum { QUALITY = 90 };

/* Jumps away on any failure. */
static void encode(const struct picture *picture, struct jpeg_compress_struct *jpeg, FILE *file)
{
	jpeg_create_compress(jpeg);
	jpeg_stdio_dest(jpeg, file);
	jpeg->image_width = picture->width;
	jpeg->image_height = picture->height;
	jpeg->input_components = 3;
	jpeg->in_color_space = JCS_RGB;
	jpeg_set_defaults(jpeg);
	jpeg_set_quality(jpeg, QUALITY, TRUE);
	jpeg_start_compress(jpeg, TRUE);
	for (const struct picture_marker *marker = picture->markers; marker; marker = marker->next)
		jpeg_write_marker(jpeg, marker->code, marker->data, marker->bytes);
	while (jpeg->next_scanline < jpeg->image_height) {
		JSAMPROW row = picture->rgb + (size_t)jpeg->next_scanline * picture->width * 3;

		jpeg_write_scanlines(jpeg, &row, 1);
	}
	jpeg_finish_compress(jpeg);
}

static int write_file(const struct picture *picture, FILE *file, struct failure *failure)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_errors errors;

	memset(&jpeg, 0, sizeof(jpeg));
	jpeg.err = jpeg_errors_init(&errors, failure);
	if (!setjmp(errors.back))
		encode(picture, &jpeg, file);
	jpeg_destroy_compress(&jpeg);
	return failure->code;
}

int jpeg_write(const struct picture *picture, const char *path, unsigned number, struct failure *failure)
{
	char unfinished[PATH_MAX];
	FILE *file;

	if (snprintf(unfinished, sizeof(unfinished), "%s.%u.part", path, number) >= (int)sizeof(unfinished))
		return failure_set(failure, -ENAMETOOLONG, "the export's name is too long");
	file = fopen(unfinished, "wb");
	if (!file)
		return failure_errno(failure, "the export cannot be created");
	write_file(picture, file, failure);
	if (fclose(file) && !failure->code)
		failure_errno(failure, "the export cannot be written");
	if (!failure->code && rename(unfinished, path))
		failure_errno(failure, "the export cannot be renamed");
	if (failure->code)
		unlink(unfinished);
	return failure->code;
}
