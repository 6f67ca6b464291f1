/* SPDX-License-Identifier: MIT */
#include "read/zstd.h"

#include "base/error.h"
#include "base/library.h"

enum { LEVEL = 3 }; /* 6 takes three times as long for 2 % less */

/* As zstd.h declares them; stable since version 1.0. */
static struct {
	size_t (*compressBound)(size_t);
	size_t (*compressCCtx)(void *, void *, size_t, const void *, size_t, int);
	size_t (*decompress)(void *, size_t, const void *, size_t);
	unsigned (*isError)(size_t);
	void *(*createCCtx)(void);
	void *context;
} zstd;

static int load(void)
{
	const struct tc_symbol symbols[] = {{"ZSTD_compressBound", &zstd.compressBound},
		{"ZSTD_compressCCtx", &zstd.compressCCtx}, {"ZSTD_decompress", &zstd.decompress},
		{"ZSTD_isError", &zstd.isError}, {"ZSTD_createCCtx", &zstd.createCCtx}};
	if (zstd.decompress)
		return 0;
	return tc_library_load(
		"libzstd.so.1", "for spans that are stored compressed", symbols, sizeof symbols / sizeof *symbols);
}

static size_t room(size_t bytes)
{
	return zstd.compressBound(bytes);
}

static size_t pack(void *to, size_t to_room, const void *from, size_t bytes)
{
	if (!zstd.context)
		zstd.context = zstd.createCCtx();
	size_t done = zstd.context ? zstd.compressCCtx(zstd.context, to, to_room, from, bytes, LEVEL) : 0;
	return zstd.isError(done) ? 0 : done;
}

const struct tc_packer *tc_zstd_packer(void)
{
	static const struct tc_packer packer = {room, pack};
	return load() ? NULL : &packer;
}

int tc_zstd_unpack(void *to, size_t to_bytes, const void *from, size_t bytes)
{
	int code = load();
	if (code)
		return code;
	size_t done = zstd.decompress(to, to_bytes, from, bytes);
	return !zstd.isError(done) && done == to_bytes ? 0
	                                               : tc_error(TACHO_EFORMAT, "a block of stored spans is damaged");
}
