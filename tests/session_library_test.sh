#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# libtacho-session from outside: a program is compiled against the public headers and the two libraries, as C and as C++ and with
# the libraries in either order; and it exports nothing but its own names.  CC and CXX: other compilers than gcc and g++; empty: none.
set -euo pipefail
build=${TACHO_BUILD:-build}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export TACHO_STORE=$place/store LD_LIBRARY_PATH=$build
unset TACHO_SESSION

compile() { # compiler, options, libraries
	$1 $2 -Wall -Wextra -Wpedantic -Werror -Iinclude -D_GNU_SOURCE tests/session_consumer.c -o "$place/consumer" -L"$build" $3 -lm
	"$build/tacho" run -q -- "$place/consumer"
	"$place/consumer"
}
compile "${CC:-gcc}" "-std=c17" "-ltacho -ltacho-session"
compile "${CC:-gcc}" "-std=c17" "-ltacho-session -ltacho"
if [ -n "${CXX-g++}" ]; then
	compile "${CXX-g++} -x c++" "-std=c++17" "-ltacho-session -ltacho"
fi

strange=$(nm -D --defined-only "$build/libtacho-session.so" | awk '{print $3}' |
	grep -vE '^(tacho_session_[a-z_]+|tacho_last_error|tacho_error_sentence|TACHO_0)(@@TACHO_0)?$' || true)
if [ -n "$strange" ]; then
	echo "libtacho-session.so exports: $strange"
	exit 1
fi
