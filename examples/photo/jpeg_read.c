/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include "jpeg.h"
#include "jpeg_errors.h"

/* More than any camera has; a forged header could ask for 25 GB. */
#define MOST_PIXELS UINT64_C(400000000)

static void choose_scale(struct jpeg_decompress_struct *jpeg, unsigned side)
{
	unsigned longer = jpeg->image_width > jpeg->image_height ? jpeg->image_width : jpeg->image_height;
	unsigned denominator = 8;

	while (denominator > 1 && longer / denominator < side)
		denominator /= 2;
	jpeg->scale_num = 1;
	jpeg->scale_denom = denominator;
}

static void check_size(struct jpeg_decompress_struct *jpeg, struct failure *failure)
{
	if ((uint64_t)jpeg->image_width * jpeg->image_height <= MOST_PIXELS)
		return;
	failure_set(failure, -EFBIG, "%u x %u pixels are more than a photo has", jpeg->image_width, jpeg->image_height);
	jpeg_errors_jump((j_common_ptr)jpeg);
}

/* Jumps away on any failure. */
static void decode(struct picture *picture, struct jpeg_decompress_struct *jpeg, FILE *file, unsigned side,
	struct failure *failure)
{
	jpeg_create_decompress(jpeg);
	jpeg_stdio_src(jpeg, file);
	jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xffff);
	jpeg_save_markers(jpeg, JPEG_APP0 + 2, 0xffff);
	jpeg_read_header(jpeg, TRUE);
	check_size(jpeg, failure);
	for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next)
		if (picture_add_marker(picture, marker->marker, marker->data, marker->data_length, failure))
			jpeg_errors_jump((j_common_ptr)jpeg);
	jpeg->out_color_space = JCS_RGB;
	choose_scale(jpeg, side);
	jpeg_start_decompress(jpeg);
	if (picture_allocate(picture, jpeg->output_width, jpeg->output_height, failure))
		jpeg_errors_jump((j_common_ptr)jpeg);
	while (jpeg->output_scanline < jpeg->output_height) {
		JSAMPROW row = picture->rgb + (size_t)jpeg->output_scanline * picture->width * 3;

		jpeg_read_scanlines(jpeg, &row, 1);
	}
	jpeg_finish_decompress(jpeg);
}

int jpeg_read(struct picture *picture, const char *path, unsigned side, struct failure *failure)
{
	FILE *file = fopen(path, "rb");
	struct jpeg_decompress_struct jpeg;
	struct jpeg_errors errors;

	if (!file)
		return failure_errno(failure, "cannot be opened");
	memset(&jpeg, 0, sizeof(jpeg));
	jpeg.err = jpeg_errors_init(&errors, failure);
	if (!setjmp(errors.back))
		decode(picture, &jpeg, file, side, failure);
	jpeg_destroy_decompress(&jpeg);
	fclose(file);
	return failure->code;
}
