/* SPDX-License-Identifier: MIT */
#include "exif.h"
#include <libexif/exif-data.h>
#include <stdio.h>
#include <string.h>

static void get_text(ExifData *data, ExifTag tag, char *text, unsigned bytes)
{
	ExifEntry *entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], tag);
	size_t end;

	text[0] = '\0';
	if (!entry || entry->format != EXIF_FORMAT_ASCII)
		return;
	exif_entry_get_value(entry, text, bytes);
	end = strlen(text);
	while (end && text[end - 1] == ' ')
		text[--end] = '\0';
}

static int get_iso(ExifData *data)
{
	ExifEntry *entry = exif_content_get_entry(data->ifd[EXIF_IFD_EXIF], EXIF_TAG_ISO_SPEED_RATINGS);

	if (!entry || entry->format != EXIF_FORMAT_SHORT || entry->size < 2)
		return 0;
	return exif_get_short(entry->data, exif_data_get_byte_order(data));
}

void exif_read(struct exif_facts *facts, const char *path)
{
	ExifData *data = exif_data_new_from_file(path);
	char maker[40], model[40];

	*facts = (struct exif_facts){.iso = 0};
	if (!data)
		return;
	get_text(data, EXIF_TAG_MAKE, maker, sizeof(maker));
	get_text(data, EXIF_TAG_MODEL, model, sizeof(model));
	/* Some makers repeat their name in the model: "Canon", "Canon EOS 400D DIGITAL". */
	if (!maker[0] || !strncmp(model, maker, strlen(maker)))
		snprintf(facts->camera, sizeof(facts->camera), "%s", model);
	else
		snprintf(facts->camera, sizeof(facts->camera), "%s%s%s", maker, model[0] ? " " : "", model);
	facts->iso = get_iso(data);
	exif_data_unref(data);
}
