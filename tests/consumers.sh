#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# consumers.sh PREFIX LIBDIR - builds programs of other people's against what is installed there, by pkg-config and by
# find_package, in C and in C++, with the shared and the static libraries, and runs them.  Called by install_test.sh and
# deb_test.sh.
set -euo pipefail
prefix=$1 libdir=$2
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export PKG_CONFIG_PATH=$libdir/pkgconfig LD_LIBRARY_PATH=$libdir TACHO_STORE=$place/store
unset TACHO_SESSION
version=$(pkg-config --modversion tacho)
[ "$(pkg-config --modversion libtacho-session)" = "$version" ]

cat >"$place/program.cc" <<'END'
#include <cstdio>
#include <tacho/tacho.hpp>

int main()
{
	TACHO_CPP_SPAN(span, "main");
	TACHO_SCOPE("of C");
	std::puts(tacho_version());
	return 0;
}
END
cp tests/session_consumer.c "$place/consumer.c"

# check PROGRAM shared|static: the reader runs through, and finds libtacho as it should
check() {
	"$prefix/bin/tacho" run -q -- "$1" >"$place/said" || { cat "$place/said"; exit 1; }
	if { ldd "$1" 2>/dev/null || true; } | grep -q libtacho; then
		[ "$2" = shared ]
	else
		[ "$2" = static ]
	fi || { echo "$1 is not linked as $2"; exit 1; }
}

echo "pkg-config"
read -ra cflags < <(pkg-config --cflags tacho libtacho-session)
read -ra shared < <(pkg-config --libs tacho libtacho-session)
read -ra static < <(pkg-config --static --libs tacho libtacho-session)
strict=(-Wall -Wextra -Wpedantic -Werror -D_GNU_SOURCE)
gcc -std=c17 "${strict[@]}" "${cflags[@]}" "$place/consumer.c" -o "$place/c" "${shared[@]}" -lm
check "$place/c" shared
gcc -std=c17 "${strict[@]}" "${cflags[@]}" "$place/consumer.c" -o "$place/c-static" -static "${static[@]}"
check "$place/c-static" static
gcc -std=c17 "${strict[@]}" "${cflags[@]}" "$place/consumer.c" -o "$place/c-archives" "$libdir/libtacho-session.a" "$libdir/libtacho.a" -lm
check "$place/c-archives" static
g++ -std=c++17 "${strict[@]}" "${cflags[@]}" "$place/program.cc" -o "$place/cc" "${shared[@]}"
check "$place/cc" shared
g++ -std=c++20 "${strict[@]}" "${cflags[@]}" "$place/program.cc" -o "$place/cc-static" -static "${static[@]}"
check "$place/cc-static" static
[ "$("$place/cc-static")" = "$version" ]

echo "find_package"
cat >"$place/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.16)
project(consumer LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 17)
add_compile_definitions(_GNU_SOURCE)
find_package(tacho ${version%.*} REQUIRED COMPONENTS tacho session)
message(STATUS "tacho lies in \${tacho_DIR}.")
foreach(kind shared static)
  set(archive "")
  if(kind STREQUAL static)
    set(archive _static)
  endif()
  add_executable(consumer_\${kind} consumer.c)
  target_link_libraries(consumer_\${kind} PRIVATE tacho::tacho\${archive} tacho::session\${archive} m)
  add_executable(program_\${kind} program.cc)
  target_link_libraries(program_\${kind} PRIVATE tacho::tacho\${archive})
endforeach()
find_package(tacho 99 QUIET)
if(tacho_FOUND)
  message(FATAL_ERROR "version 99 was found")
endif()
END
cmake -S "$place" -B "$place/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" >"$place/log" && cmake --build "$place/build" >>"$place/log" ||
	{ cat "$place/log"; exit 1; }
for kind in shared static; do
	check "$place/build/consumer_$kind" $kind
	check "$place/build/program_$kind" $kind
done
grep -qF "tacho lies in $libdir/cmake/tacho." "$place/log" || { echo "another tacho was found"; exit 1; }
