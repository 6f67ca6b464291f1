/* SPDX-License-Identifier: MIT */
#include "options.h"
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
	"usage: photo [-j THREADS] [-r ROUNDS] [-s PIXELS] [-o DIR] FILE...\n"
	"Reads JPEG photos, judges exposure and sharpness, improves them by rule and exports them.\n"
	"\n"
	"  -j THREADS  that work at a time (default: one for each processor)\n"
	"  -r ROUNDS   do all of it this many times, to measure it (default: 1)\n"
	"  -s PIXELS   longer side of an export (default: 1600)\n"
	"  -o DIR      where exports go; made when it is missing (default: photo.out)\n"
	"\n"
	"A file that is broken or missing is reported in one line and the others are made.\n"
	"Exit status: 0 when at least one photo was made, 1 when none was, 2 for a wrong command line.\n";

static int complain(const char *format, const char *what)
{
	fputs("photo: ", stderr);
	fprintf(stderr, format, what);
	fputs(" (see photo -h)\n", stderr);
	return 2;
}

static bool parse_number(const char *text, unsigned most, unsigned *number)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || value < 1 || value > most)
		return false;
	*number = (unsigned)value;
	return true;
}

/* An export must never fall on a photo it was made from. */
static bool holds_an_input(const struct stat *directory, const struct options *options)
{
	struct stat parent;

	for (unsigned i = 0; i < options->file_count; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s", options->files[i]);
		if (!stat(dirname(path), &parent) && parent.st_dev == directory->st_dev &&
			parent.st_ino == directory->st_ino)
			return true;
	}
	return false;
}

static int prepare_directory(const struct options *options)
{
	const char *directory = options->job.directory;

	struct stat status;

	if (mkdir(directory, 0777) && errno != EEXIST) {
		fprintf(stderr, "photo: %s cannot be made: %s\n", directory, strerror(errno));
		return 2;
	}
	if (stat(directory, &status) || !S_ISDIR(status.st_mode))
		return complain("%s is not a directory", directory);
	if (holds_an_input(&status, options))
		return complain("the photos themselves lie in %s; give another directory with -o", directory);
	return 0;
}

static int parse_letters(struct options *options, int argc, char **argv)
{
	int letter;

	while ((letter = getopt(argc, argv, "+:j:r:s:o:h")) != -1) {
		unsigned *number = letter == 'j'   ? &options->threads
		                   : letter == 'r' ? &options->rounds
		                   : letter == 's' ? &options->job.side
		                                   : NULL;
		unsigned most = letter == 'j' ? 256 : letter == 'r' ? 1000000 : 65535;
		char name[3] = {'-', (char)optopt, '\0'};

		if (letter == 'h')
			return -1;
		if (letter == ':')
			return complain("%s needs a value", name);
		if (letter == '?')
			return complain("there is no option %s", name);
		if (letter == 'o')
			options->job.directory = optarg;
		else if (!parse_number(optarg, most, number))
			return complain("%s is not a number that can be used there", optarg);
	}
	return 0;
}

bool options_parse(struct options *options, int argc, char **argv, int *status)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	*options = (struct options){
		.threads = processors < 1     ? 1
	                   : processors > 256 ? 256
	                                      : (unsigned)processors,
		.rounds = 1,
		.job = {.directory = "photo.out", .side = 1600},
	};
	*status = parse_letters(options, argc, argv);
	if (*status < 0) {
		fputs(help, stdout);
		*status = 0;
		return false;
	}
	options->files = argv + optind;
	options->file_count = (unsigned)(argc - optind);
	if (!*status && !options->file_count)
		*status = complain("%s", "no photos were named");
	if (!*status)
		*status = prepare_directory(options);
	return !*status;
}
