/* SPDX-License-Identifier: MIT
 *
 * spans_file.h - the file that stored spans lie in: blocks of spans.h behind a frame each, only ever appended to by the one
 * observer of a session.  What lies before a torn end can be read, also while it grows.
 */
#ifndef FORMAT_SPANS_FILE_H
#define FORMAT_SPANS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TC_SPANS_FILE "spans.tacho"
#define TC_SPANS_MAGIC "tachospn"

enum { TC_SPANS_VERSION = 1 };
enum { TC_SPANS_PACKED = 1 }; /* flag: the payload is a frame of zstd */

struct tc_spans_header {
	char magic[8];
	uint32_t version;
	uint32_t spare;
};

struct tc_spans_frame {
	uint64_t part;     /* id of the part, as in its file's name */
	uint64_t thread;   /* offset of the thread's block in it */
	uint64_t epoch;    /* of that block, when these ended */
	uint64_t first;    /* number of the first record; the others follow */
	uint64_t begin_ns; /* the earliest begin and */
	uint64_t end_ns;   /* the latest end, on the part's clock */
	uint32_t count;
	uint32_t tid;
	uint32_t flags;
	uint32_t raw_bytes;    /* of the payload before it was packed */
	uint32_t packed_bytes; /* of the payload as it lies here, without its padding to a multiple of 8 */
	uint32_t payload_crc;
	uint32_t lacking; /* spans that lack attributes, or may: they were overwritten unread */
	uint32_t crc;     /* of all that is before it */
};

/* How payloads are packed; libtacho has none, and stores them as they are. */
struct tc_packer {
	size_t (*room)(size_t bytes);                                          /* for the result */
	size_t (*pack)(void *to, size_t room, const void *from, size_t bytes); /* bytes; 0: it could not */
};

/* ---- writing: one thread of one process ---- */
struct tc_spans_writer;
/* packer NULL: as it is.  The file appears with the first block. */
int tc_spans_writer_new(struct tc_spans_writer **out, const char *path, const struct tc_packer *packer);
/* The same into a file that is open and empty; it stays the caller's. */
int tc_spans_writer_at(struct tc_spans_writer **out, int fd, const struct tc_packer *packer);
/* Appends a block; what the frame says of bytes and checksums is filled in.  Where the disk is full or refuses, the file is
 * cut back to its last whole block and nothing more is written: that call and all later ones return a negative code. */
int tc_spans_append(struct tc_spans_writer *writer, struct tc_spans_frame *frame, const void *payload, size_t bytes);
uint64_t tc_spans_writer_bytes(const struct tc_spans_writer *writer);
void tc_spans_writer_close(struct tc_spans_writer *writer);

/* ---- reading ---- */
/* Whether the file that is open at fd is one; TACHO_EFORMAT, TACHO_EVERSION, TACHO_ENOENT (empty) with the sentence set.
 * *at: where its first block begins. */
int tc_spans_open(int fd, uint64_t *at);
/* The frame at *at, within the first `size` bytes; moves *at behind its block.  false: no more, or none that is sound. */
bool tc_spans_next(int fd, uint64_t size, uint64_t *at, struct tc_spans_frame *frame);
/* The payload of the frame that lies at `at`, into packed_bytes at `to`.  0, or TACHO_EFORMAT, TACHO_EIO. */
int tc_spans_payload(int fd, uint64_t at, const struct tc_spans_frame *frame, void *to);

#endif
