/* SPDX-License-Identifier: MIT
 *
 * replay.c - drives a fuzz target without libFuzzer: NAME_fuzz [-runs=N] FILE|DIRECTORY...  Every file once as it is, then
 * N mutations of them, the same in every run, so that a failure can be had again: -only=I does mutation I alone.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUTS_MAX = 4096, INPUT_BYTES_MAX = 1 << 20 };

static struct input {
	uint8_t *data;
	size_t size;
} inputs[INPUTS_MAX];
static size_t input_count;
static uint64_t state;
static unsigned long long running;

static uint64_t next_random(void) /* splitmix64 */
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "replay: %s: %s\n", path, what);
	exit(2);
}

static void take_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(INPUT_BYTES_MAX);
	if (!file || !data)
		fail("cannot be read", path);
	size_t size = fread(data, 1, INPUT_BYTES_MAX, file);
	fclose(file);
	if (input_count == INPUTS_MAX)
		fail("too many inputs", path);
	inputs[input_count++] = (struct input){data, size};
}

static void take(const char *path)
{
	struct stat st;
	struct dirent **names;
	if (stat(path, &st))
		fail("is not there", path);
	if (!S_ISDIR(st.st_mode)) {
		take_file(path);
		return;
	}
	int count = scandir(path, &names, NULL, alphasort); /* sorted: mutations must not hang on the file system */
	for (int i = 0; i < count; i++) {
		char inside[4096];
		if (names[i]->d_name[0] != '.') {
			snprintf(inside, sizeof inside, "%s/%s", path, names[i]->d_name);
			take_file(inside);
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

/* A copy of exactly its size: one byte read beyond it is seen by AddressSanitizer. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	if (!copy)
		fail("no memory", "a copy");
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void change(uint8_t *data, size_t size)
{
	static const uint64_t edges[] = {0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
		0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff};
	size_t at = next_random() % size, left = size - at, bytes = (size_t)1 << next_random() % 4;
	uint64_t value = edges[next_random() % (sizeof edges / sizeof *edges)], from = next_random();
	bytes = bytes < left ? bytes : left;
	switch (next_random() % 5) {
	case 0:
		data[at] ^= (uint8_t)(1u << next_random() % 8);
		break;
	case 1:
		data[at] = (uint8_t)next_random();
		break;
	case 2: /* the edges of integers, mostly where fields lie */
		at &= ~(bytes - 1);
		memcpy(data + at, &value, bytes);
		break;
	case 3: /* a field of elsewhere */
		memmove(data + at, data + from % (size - bytes + 1), bytes);
		break;
	default: /* a little more or less */
		data[at] = (uint8_t)(data[at] + next_random() % 33 - 16);
	}
}

static void mutate(unsigned long long number)
{
	static uint8_t data[INPUT_BYTES_MAX];
	state = number * 0x2545f4914f6cdd1du;
	const struct input *input = &inputs[next_random() % input_count];
	size_t size = input->size;
	memcpy(data, input->data, size);
	if (next_random() % 8 == 0)
		size = next_random() % (size + 1);
	for (uint64_t changes = 1 + next_random() % 8; size && changes; changes--)
		change(data, size);
	running = number;
	run(data, size);
}

static void say_where(void)
{
	if (running)
		fprintf(stderr, "replay: in mutation %llu: -only=%llu does it again\n", running, running);
}

/* Called by the sanitizers before they end the program. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

int main(int argc, char **argv)
{
	unsigned long long runs = 0, only = 0;
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(say_where);
	for (int i = 1; i < argc; i++)
		if (sscanf(argv[i], "-runs=%llu", &runs) != 1 && sscanf(argv[i], "-only=%llu", &only) != 1)
			take(argv[i]);
	if (!input_count)
		fail("no inputs", argc > 1 ? argv[argc - 1] : "arguments");
	for (size_t i = 0; !only && i < input_count; i++)
		run(inputs[i].data, inputs[i].size);
	for (unsigned long long i = 1; !only && i <= runs; i++)
		mutate(i);
	if (only)
		mutate(only);
	for (size_t i = 0; i < input_count; i++)
		free(inputs[i].data);
	printf("%zu inputs and %llu mutations of them\n", input_count, only ? 1 : runs);
	return 0;
}
