/* SPDX-License-Identifier: MIT */
#include "base/tar.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/error.h"

struct head { /* all text; numbers octal */
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], chksum[8], typeflag, linkname[100], magic[6],
		version[2], uname[32], gname[32], devmajor[8], devminor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct head) == TC_TAR_BLOCK, "a head is one block");

static const uint64_t octal_end = UINT64_C(1) << 33; /* 11 digits */

/* As if the checksum's own bytes were blanks. */
static unsigned checksum(const struct head *head)
{
	const unsigned char *byte = (const unsigned char *)head;
	unsigned sum = 8 * ' ';
	for (size_t i = 0; i < sizeof *head; i++)
		sum += byte[i];
	for (size_t i = 0; i < sizeof head->chksum; i++)
		sum -= (unsigned char)head->chksum[i];
	return sum;
}

static void put_octal(char *out, size_t room, uint64_t value)
{
	char text[24];
	snprintf(text, sizeof text, "%0*llo", (int)room - 1, (unsigned long long)value);
	memcpy(out, text, room);
}

static void put_size(char out[12], uint64_t value)
{
	if (value < octal_end) {
		put_octal(out, 12, value);
		return;
	}
	out[0] = (char)0x80;
	for (int i = 11; i > 0; i--, value >>= 8)
		out[i] = (char)(value & 0xff);
}

void tc_tar_head(
	unsigned char out[TC_TAR_BLOCK], const char *directory, const char *name, const struct tc_tar_entry *entry)
{
	struct head head = {.magic = "ustar", .version = {'0', '0'}, .typeflag = entry->type};
	size_t room = strlen(directory);
	memcpy(head.prefix, directory, room < sizeof head.prefix ? room : sizeof head.prefix);
	memcpy(head.name, name, strnlen(name, sizeof head.name));
	put_octal(head.mode, sizeof head.mode, entry->type == '5' ? 0700 : 0600);
	put_octal(head.uid, sizeof head.uid, 0);
	put_octal(head.gid, sizeof head.gid, 0);
	put_size(head.size, entry->bytes);
	put_octal(head.mtime, sizeof head.mtime, entry->modified < octal_end ? entry->modified : 0);
	put_octal(head.chksum, sizeof head.chksum - 1, checksum(&head));
	head.chksum[7] = ' ';
	memcpy(out, &head, sizeof head);
}

/* Digits with blanks before and a blank or NUL behind, or base 256; false: neither, or more than a file can have. */
static bool get_number(const char *field, size_t room, uint64_t *out)
{
	size_t at = 0;
	*out = 0;
	if (field[0] & 0x80) {
		for (at = 1; at < room; at++) {
			if (*out >> 55)
				return false;
			*out = *out << 8 | (unsigned char)field[at];
		}
		return (unsigned char)field[0] == 0x80;
	}
	while (at < room && field[at] == ' ')
		at++;
	for (; at < room && field[at] >= '0' && field[at] <= '7'; at++)
		*out = *out << 3 | (uint64_t)(field[at] - '0');
	return at == room || field[at] == ' ' || field[at] == '\0';
}

int tc_tar_read(const unsigned char block[TC_TAR_BLOCK], struct tc_tar_entry *out)
{
	static const unsigned char zeros[TC_TAR_BLOCK];
	struct head head;
	uint64_t sum;
	if (!memcmp(block, zeros, sizeof zeros))
		return 0;
	memcpy(&head, block, sizeof head);
	if (memcmp(head.magic, "ustar", 5))
		return tc_error(TACHO_EFORMAT, "it is no tar archive");
	if (!get_number(head.chksum, sizeof head.chksum, &sum) || sum != checksum(&head) ||
		!get_number(head.size, sizeof head.size, &out->bytes) ||
		!get_number(head.mtime, sizeof head.mtime, &out->modified))
		return tc_error(TACHO_EFORMAT, "an entry of the archive is damaged");
	bool posix = !head.magic[5] && head.prefix[0]; /* GNU tar has other things there */
	snprintf(out->path, sizeof out->path, "%.*s%s%.*s", posix ? (int)sizeof head.prefix : 0, head.prefix,
		posix ? "/" : "", (int)sizeof head.name, head.name);
	out->type = head.typeflag ? head.typeflag : '0';
	return 1;
}
