/* SPDX-License-Identifier: MIT */
#include "job.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <tacho/tacho.h>
#include "evaluate.h"
#include "exif.h"
#include "jpeg.h"
#include "preset.h"

/* Each stage is a span of its own; what a stage learns about the photo as a whole goes to the photo's span. */

static void do_exif(const struct job *job, struct tacho_span *photo)
{
	TACHO_SCOPE("exif");
	struct exif_facts facts;

	exif_read(&facts, job->path);
	if (facts.camera[0])
		tacho_span_attr(photo, "camera", facts.camera);
	if (facts.iso)
		tacho_span_attr(photo, "iso", facts.iso);
}

static int do_decode(const struct job *job, struct picture *picture, unsigned side, struct failure *failure)
{
	TACHO_SPAN(span, "decode");

	if (jpeg_read(picture, job->path, side, failure))
		return tacho_span_fail_message(&span, failure->code, failure->text);
	tacho_span_attr(&span, "width", picture->width);
	tacho_span_attr(&span, "height", picture->height);
	return 0;
}

static int do_scale(struct picture *picture, unsigned side, struct failure *failure)
{
	TACHO_SPAN(span, "scale");

	if (picture_shrink(picture, side, failure))
		return tacho_span_fail_message(&span, failure->code, failure->text);
	return 0;
}

static int do_evaluate(struct evaluation *evaluation, const struct picture *picture, struct failure *failure)
{
	TACHO_SPAN(span, "evaluate");

	if (evaluate(evaluation, picture, failure))
		return tacho_span_fail_message(&span, failure->code, failure->text);
	tacho_span_attr(&span, "exposure", evaluation->exposure);
	tacho_span_attr(&span, "contrast", evaluation->contrast);
	tacho_span_attr(&span, "sharpness", evaluation->sharpness);
	return 0;
}

static const struct preset *do_preset(const struct evaluation *evaluation, struct tacho_span *photo)
{
	TACHO_SCOPE("preset");
	const struct preset *preset = preset_choose(evaluation);

	tacho_span_attr(photo, "preset", preset->name);
	return preset;
}

static int do_apply(struct picture *picture, const struct preset *preset, struct failure *failure)
{
	TACHO_SPAN(span, "apply");

	tacho_span_attr(&span, "preset", preset->name);
	if (preset_apply(picture, preset, failure))
		return tacho_span_fail_message(&span, failure->code, failure->text);
	return 0;
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int do_export(
	const struct job *job, const char *directory, const struct picture *picture, struct failure *failure)
{
	TACHO_SPAN(span, "export");
	char path[PATH_MAX];

	/* The number keeps files of one name from different folders apart. */
	if (snprintf(path, sizeof(path), "%s/%u-%s", directory, job->photo_id, file_name(job->path)) >=
		(int)sizeof(path))
		failure_set(failure, -ENAMETOOLONG, "the export's name is too long");
	else
		jpeg_write(picture, path, job->number, failure);
	return failure->code ? tacho_span_fail_message(&span, failure->code, failure->text) : 0;
}

int job_run(const struct job *job, const struct job_settings *settings, struct failure *failure)
{
	TACHO_SPAN(photo, "photo");
	struct picture picture = {.rgb = NULL};
	struct evaluation evaluation;
	int code;

	*failure = (struct failure){.code = 0};
	tacho_span_attr(&photo, "photo_id", job->photo_id);
	tacho_span_attr(&photo, "file", file_name(job->path));
	tacho_span_attr(&photo, "round", job->round);
	do_exif(job, &photo);
	code = do_decode(job, &picture, settings->side, failure);
	if (!code)
		code = do_scale(&picture, settings->side, failure);
	if (!code)
		code = do_evaluate(&evaluation, &picture, failure);
	if (!code)
		code = do_apply(&picture, do_preset(&evaluation, &photo), failure);
	if (!code)
		code = do_export(job, settings->directory, &picture, failure);
	picture_release(&picture);
	return code ? tacho_span_fail_message(&photo, code, failure->text) : 0;
}
