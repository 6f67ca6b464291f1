#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_long.sh - what is too long for every change: all tests in all builds, twelve hours of ticks (tests/soak_test.c), an import of 10 GB, all
# tests for arm64 by gcc and by clang under an emulator, the readers as programs of 32 bits, the command with musl, all
# tests with every gcc and clang that is installed, and FUZZ_SECONDS (600) of fuzzing per target.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/test.sh --all

echo '== twelve hours of ticks'
SOAK_SECONDS=43200 build/tests/tests_soak_test

echo '== an import of 10 GB'
tools/import_large.py 10000000000

echo '== arm64, by qemu-user'
tools/foreign_cmocka.sh arm64 build-aarch64/foreign
tools/build.sh aarch64
ctest --test-dir build-aarch64 --output-on-failure --no-label-summary --parallel "$(nproc)"

echo '== arm64, by clang'
tools/foreign_cmocka.sh arm64 build-aarch64-clang/foreign
cmake --preset aarch64 -B build-aarch64-clang -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ --log-level=WARNING
cmake --build build-aarch64-clang
ctest --test-dir build-aarch64-clang --output-on-failure --no-label-summary --parallel "$(nproc)"

echo '== i386, which only reads'
tools/foreign_cmocka.sh i386 build-i386/foreign
tools/build.sh i386
ctest --test-dir build-i386 --output-on-failure --no-label-summary --no-tests=error --parallel "$(nproc)"
CC='i686-linux-gnu-gcc -static' python3 tests/format_doc_test.py
TACHO_BUILD=build-i386 python3 tests/summary_test.py
tests/readers_agree.sh build-i386/tacho

echo '== musl'
tools/build.sh musl
# Left out is what looks at the sources alone; what builds for glibc or in C++, for which there is no library with musl (deb, install,
# unload); and what needs an example (demo, photo) or a cmocka of musl's (machine, sample).
CC="musl-gcc -idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu -L$PWD/build-musl -I$PWD/include" CXX='' \
	ctest --test-dir build-musl --output-on-failure --no-label-summary --parallel "$(nproc)" --exclude-regex \
	'^tests/(aarch64|abi|cpp_cost|cpp_examples|deb|demo|deps|disabled|format_doc|install|machine|photo|sample|structure|style|unload)_test$'
tests/readers_agree.sh build-musl/tacho

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
