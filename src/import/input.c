/* SPDX-License-Identifier: MIT */
#include "import/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"

static bool goes_on(struct tc_input *input)
{
	if (!input->progress || input->progress(input->context, input->before, input->bytes))
		return true;
	input->error = tc_error(TACHO_EBUSY, "the import was stopped: nothing is left of it");
	return false;
}

/* A pipe gives little at a time: what a format is found out from is to be as much as there is room for. */
static bool read_piece(struct tc_input *input)
{
	while (input->fd >= 0 && input->filled < TC_INPUT_PIECE) {
		ssize_t n = read(input->fd, input->piece + input->filled, TC_INPUT_PIECE - input->filled);
		if (n < 0 && errno == EINTR && goes_on(input))
			continue;
		if (n < 0 && !input->error)
			input->error = tc_error_errno(errno, "cannot read %s", input->name);
		if (n <= 0)
			break;
		input->filled += (size_t)n;
	}
	return !input->error && input->filled;
}

bool tc_input_fill(struct tc_input *input)
{
	if (input->error || input->at < input->filled)
		return !input->error;
	input->before += input->filled;
	input->at = input->filled = 0;
	return goes_on(input) && read_piece(input);
}

int tc_input_open(struct tc_input *input, const char *path)
{
	struct stat st;
	bool standard = !strcmp(path, "-");
	*input = (struct tc_input){.fd = STDIN_FILENO, .name = standard ? "standard input" : path, .owned = !standard};
	if (!standard)
		input->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0 || fstat(input->fd, &st))
		return tc_error_errno(errno, "cannot read %s", path);
	if (S_ISDIR(st.st_mode)) {
		tc_input_close(input);
		return tc_error(TACHO_EINVAL,
			"%s is a directory: import takes a file, of an export to csv its spans.csv", input->name);
	}
	if (S_ISREG(st.st_mode)) {
		input->bytes = (uint64_t)st.st_size;
		input->changed_ns = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
	}
	if (read_piece(input))
		return 0;
	tc_input_close(input);
	return input->error ? input->error : tc_error(TACHO_EFORMAT, "%s is empty", input->name);
}

void tc_input_close(struct tc_input *input)
{
	if (input->owned && input->fd >= 0)
		close(input->fd);
	input->fd = -1;
}

void tc_input_of(struct tc_input *input, const void *bytes, size_t count, const char *name)
{
	*input = (struct tc_input){.fd = -1, .name = name, .bytes = count};
	input->filled = count < TC_INPUT_PIECE ? count : TC_INPUT_PIECE;
	if (input->filled)
		memcpy(input->piece, bytes, input->filled);
}
