/* SPDX-License-Identifier: MIT */
#include "base/zstd_stream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/library.h"

enum { LEVEL = 3, PIECE = 1 << 17, MAGIC = 4 };

/* As zstd.h declares them; stable since version 1.4. */
enum { COMPRESSION_LEVEL = 100, CHECKSUM_FLAG = 201, CONTINUE = 0, END = 2 };
struct input {
	const void *bytes;
	size_t count, at;
};
struct output {
	void *bytes;
	size_t room, at;
};

static struct {
	void *(*createCCtx)(void);
	size_t (*freeCCtx)(void *);
	size_t (*setParameter)(void *, int, int);
	size_t (*compressStream2)(void *, struct output *, struct input *, int);
	void *(*createDStream)(void);
	size_t (*freeDStream)(void *);
	size_t (*decompressStream)(void *, struct output *, struct input *);
	unsigned (*isError)(size_t);
} zstd;

static int load(void)
{
	const struct tc_symbol symbols[] = {{"ZSTD_createCCtx", &zstd.createCCtx}, {"ZSTD_freeCCtx", &zstd.freeCCtx},
		{"ZSTD_CCtx_setParameter", &zstd.setParameter}, {"ZSTD_compressStream2", &zstd.compressStream2},
		{"ZSTD_createDStream", &zstd.createDStream}, {"ZSTD_freeDStream", &zstd.freeDStream},
		{"ZSTD_decompressStream", &zstd.decompressStream}, {"ZSTD_isError", &zstd.isError}};
	if (zstd.isError)
		return 0;
	return tc_library_load("libzstd.so.1", "for files that are compressed by zstd (Debian's package libzstd1)",
		symbols, sizeof symbols / sizeof *symbols);
}

/* ---- writing ---- */

struct tc_zstd_writer {
	void *stream;
	tc_zstd_put *put;
	void *context;
	bool failed;
	unsigned char piece[PIECE];
};

int tc_zstd_writer_new(struct tc_zstd_writer **out, tc_zstd_put *put, void *context)
{
	int code = load();
	if (code)
		return code;
	struct tc_zstd_writer *writer = malloc(sizeof *writer);
	void *stream = writer ? zstd.createCCtx() : NULL;
	if (!stream) {
		free(writer);
		return tc_error(TACHO_ENOMEM, "out of memory");
	}
	writer->stream = stream;
	writer->put = put;
	writer->context = context;
	writer->failed = zstd.isError(zstd.setParameter(stream, COMPRESSION_LEVEL, LEVEL)) ||
	                 zstd.isError(zstd.setParameter(stream, CHECKSUM_FLAG, 1));
	*out = writer;
	return 0;
}

static void push(struct tc_zstd_writer *writer, struct input *in, int how)
{
	size_t left = 1;
	while (!writer->failed && (how == END ? left : in->at < in->count)) {
		struct output out = {writer->piece, sizeof writer->piece, 0};
		left = zstd.compressStream2(writer->stream, &out, in, how);
		writer->failed |= zstd.isError(left);
		writer->put(writer->context, writer->piece, out.at);
	}
}

void tc_zstd_write(struct tc_zstd_writer *writer, const void *bytes, size_t count)
{
	struct input in = {bytes, count, 0};
	push(writer, &in, CONTINUE);
}

int tc_zstd_writer_close(struct tc_zstd_writer *writer)
{
	struct input nothing = {"", 0, 0};
	if (!writer)
		return 0;
	push(writer, &nothing, END);
	bool failed = writer->failed;
	zstd.freeCCtx(writer->stream);
	free(writer);
	return failed ? tc_error(TACHO_ENOMEM, "zstd cannot compress here: is there enough memory?") : 0;
}

/* ---- reading ---- */

struct tc_zstd_reader {
	tc_zstd_get *get;
	void *context;
	void *stream; /* NULL: it is not compressed */
	bool ended, within;
	uint64_t taken;
	struct input in;
	unsigned char piece[PIECE];
};

static int fill(struct tc_zstd_reader *reader)
{
	long got = reader->get(reader->context, reader->piece, sizeof reader->piece);
	if (got < 0)
		return (int)got;
	reader->in = (struct input){reader->piece, (size_t)got, 0};
	reader->taken += (size_t)got;
	reader->ended = !got;
	return 0;
}

int tc_zstd_reader_new(struct tc_zstd_reader **out, tc_zstd_get *get, void *context)
{
	static const unsigned char magic[MAGIC] = {0x28, 0xb5, 0x2f, 0xfd};
	struct tc_zstd_reader *reader = calloc(1, sizeof *reader);
	if (!reader)
		return tc_error(TACHO_ENOMEM, "out of memory");
	reader->get = get;
	reader->context = context;
	int code = fill(reader);
	if (!code && reader->in.count >= MAGIC && !memcmp(reader->piece, magic, MAGIC)) {
		code = load();
		reader->stream = code ? NULL : zstd.createDStream();
		if (!code && !reader->stream)
			code = tc_error(TACHO_ENOMEM, "out of memory");
	}
	if (code)
		tc_zstd_reader_close(reader);
	else
		*out = reader;
	return code;
}

static int unpack(struct tc_zstd_reader *reader, struct output *out)
{
	size_t before = reader->in.at + out->at, left = zstd.decompressStream(reader->stream, out, &reader->in);
	if (zstd.isError(left))
		return tc_error(TACHO_EFORMAT, "it is damaged: zstd cannot read what follows byte %llu",
			(unsigned long long)(reader->taken - (reader->in.count - reader->in.at)));
	if (reader->in.at + out->at != before) /* else it only says how much it would like */
		reader->within = left != 0;
	return 0;
}

static void copy(struct input *in, struct output *out)
{
	size_t bytes = in->count - in->at, room = out->room - out->at;
	bytes = bytes < room ? bytes : room;
	memcpy((char *)out->bytes + out->at, (const char *)in->bytes + in->at, bytes);
	in->at += bytes;
	out->at += bytes;
}

int tc_zstd_read(struct tc_zstd_reader *reader, void *to, size_t count, size_t *got)
{
	struct output out = {to, count, 0};
	int code = 0;
	while (!code && out.at < out.room && !reader->ended) {
		size_t before = out.at;
		if (!reader->stream)
			copy(&reader->in, &out);
		else
			code = unpack(reader, &out); /* also without new bytes: some may wait within */
		if (!code && out.at == before && reader->in.at == reader->in.count)
			code = fill(reader);
	}
	*got = out.at;
	if (!code && out.at < out.room && reader->within)
		code = tc_error(TACHO_EFORMAT, "it breaks off: it was not copied whole");
	return code;
}

uint64_t tc_zstd_taken(const struct tc_zstd_reader *reader)
{
	return reader->taken - (reader->in.count - reader->in.at);
}

void tc_zstd_reader_close(struct tc_zstd_reader *reader)
{
	if (reader && reader->stream)
		zstd.freeDStream(reader->stream);
	free(reader);
}
