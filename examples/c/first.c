/* SPDX-License-Identifier: MIT
 *
 * first.c - the first program of README.md: counts the words of files.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <tacho/tacho.h>

static int count_words(const char *path)
{
	TACHO_SPAN(span, "file"); /* a span that ends at every return */
	long words = 0;

	tacho_span_attr(&span, "path", path);
	FILE *file = fopen(path, "r");
	if (!file)
		return tacho_span_fail_message(&span, -errno, strerror(errno));
	{
		TACHO_SCOPE("count"); /* one inside it, for this block */
		while (fscanf(file, "%*s") != EOF)
			words++;
	}
	fclose(file);
	tacho_span_attr(&span, "words", words);
	printf("%7ld words in %s\n", words, path);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		if (count_words(argv[i]) < 0)
			failed++;
	return failed > 0;
}
