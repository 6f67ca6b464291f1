/* SPDX-License-Identifier: MIT
 *
 * zstd_stream.h - whole files compressed by zstd, piece by piece, in constant memory.  The library is loaded when it is asked for.
 * One thread each.
 */
#ifndef BASE_ZSTD_STREAM_H
#define BASE_ZSTD_STREAM_H

#include <stddef.h>
#include <stdint.h>

/* ---- writing ---- */
struct tc_zstd_writer;
typedef void tc_zstd_put(void *context, const void *bytes, size_t count);

/* One frame with a checksum over all of it, which goes to put() as it comes.  0, TACHO_ENOENT where there is no libzstd,
 * TACHO_ENOMEM. */
int tc_zstd_writer_new(struct tc_zstd_writer **out, tc_zstd_put *put, void *context);
void tc_zstd_write(struct tc_zstd_writer *writer, const void *bytes, size_t count);
/* Ends the frame.  0, or what went wrong since the begin; the writer is gone.  NULL is fine. */
int tc_zstd_writer_close(struct tc_zstd_writer *writer);

/* ---- reading ---- */
struct tc_zstd_reader;
/* The next bytes of the file, room at most; 0: there are no more; negative: a code with the sentence set. */
typedef long tc_zstd_get(void *context, void *to, size_t room);

/* What is no frame of zstd is read as it is. */
int tc_zstd_reader_new(struct tc_zstd_reader **out, tc_zstd_get *get, void *context);
/* Exactly so many bytes, fewer only at the end, in *got.  TACHO_EFORMAT: damaged, or it breaks off. */
int tc_zstd_read(struct tc_zstd_reader *reader, void *to, size_t count, size_t *got);
uint64_t tc_zstd_taken(const struct tc_zstd_reader *reader); /* bytes of the file so far */
void tc_zstd_reader_close(struct tc_zstd_reader *reader);    /* NULL is fine */

#endif
