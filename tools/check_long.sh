#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_long.sh - what is too long for every change: all tests in all builds, a build and all tests with every gcc and clang
# that is installed, and FUZZ_SECONDS (600) of fuzzing per target.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/test.sh --all
for compiler in /usr/bin/gcc-[0-9]* /usr/bin/clang-[0-9]*; do
	name=$(basename "$compiler")
	[[ $name =~ ^(gcc|clang)-[0-9]+$ ]] || continue
	plus=${name/gcc/g++}
	plus=${plus/clang-/clang++-}
	command -v "$plus" >/dev/null || continue
	echo "== $name"
	cmake --preset debug -B "build-$name" -DCMAKE_C_COMPILER="$name" -DCMAKE_CXX_COMPILER="$plus" --log-level=WARNING
	cmake --build "build-$name"
	ctest --test-dir "build-$name" --output-on-failure --no-label-summary --parallel "$(nproc)"
done
FUZZ_SECONDS=${FUZZ_SECONDS:-600} tools/fuzz.sh
