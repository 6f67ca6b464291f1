# SPDX-License-Identifier: MIT
#
# What one types; CMake (CMakePresets.json) does the building.  `make` alone lists the targets.

PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help demo test bench build install deb format deps check-long check-formats fuzz clean
MAKEFLAGS += --no-print-directory

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: ## Record a photo workflow on real photographs and report (PHOTOS=dir: your own)
	@tools/deps.sh demo
	@tools/build.sh release libtacho.so tacho photo
	@PHOTOS="$(PHOTOS)" tools/demo.sh

test: ## All tests: gcc, clang, sanitizers, valgrind, style
	@tools/deps.sh test
	@tools/test.sh

bench: ## What recording costs, beside bare clock reads in the same run
	@tools/deps.sh bench
	@tools/build.sh release libtacho.so tacho photo
	@tools/build.sh clang
	@python3 bench/run.py build build-clang

build: ## The command build/tacho and the libraries build/libtacho*
	@tools/deps.sh build
	@tools/build.sh release installable

install: build ## Libraries, headers, command and manual pages under PREFIX (/usr/local); DESTDIR is honoured
	@DESTDIR="$(DESTDIR)" cmake --install build --prefix "$(PREFIX)"
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi

deb: ## Debian packages libtacho0, libtacho-dev and tacho, in build-deb/
	@tools/deps.sh deb
	@tools/deb.sh

format: ## Lay all C sources out as .clang-format says
	@tools/deps.sh test
	@tools/format.sh --write

deps: ## Install the Debian packages that build, demo and test need
	@tools/deps.sh test

check-long: ## Every test in every build and with every compiler here, long fuzzing
	@tools/deps.sh long
	@tools/check_long.sh

check-formats: ## Have other programs read what is exported: speedscope, Chromium, LibreOffice, OpenTelemetry
	@tools/deps.sh formats
	@tools/build.sh release
	@tools/check_formats.sh

fuzz: ## Fuzz each reader of untrusted bytes for FUZZ_SECONDS (60)
	@tools/deps.sh test
	@FUZZ_SECONDS="$(FUZZ_SECONDS)" tools/fuzz.sh

clean: ## Remove everything that was built
	rm -rf build build-*
