/* SPDX-License-Identifier: MIT
 *
 * first.cc - the first program of docs/CPP.md: counts the words of files.
 */
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <tacho/tacho.hpp>

static long count_words(const std::string &path)
{
	TACHO_CPP_SPAN(span, "file"); // ends at every return and throw
	span.attr("path", path);
	std::ifstream file(path);
	if (!file)
		throw std::runtime_error("cannot be opened"); // "file" has failed: "exception"

	TACHO_CPP_SCOPE("count"); // one inside it, that needs no name of its own
	long words = 0;
	for (std::string word; file >> word;)
		words++;
	span.attr("words", words);
	return words;
}

static tacho::site all{"all"};

int main(int argc, char **argv)
{
	int failed = 0;
	for (int i = 1; i < argc; i++) {
		try {
			// with what() for its message, and what the function returns
			const long words = tacho::run(all, [&] { return count_words(argv[i]); });
			std::printf("%7ld words in %s\n", words, argv[i]);
		} catch (const std::exception &exception) {
			std::fprintf(stderr, "%s: %s\n", argv[i], exception.what());
			failed++;
		}
	}
	return failed > 0;
}
