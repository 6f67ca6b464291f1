#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make install` lays down is enough to build and run a program: C with libtacho by pkg-config, C++, and compiled out.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

said=$(make --dry-run install PREFIX=/opt/there DESTDIR=/elsewhere)
grep -qF 'DESTDIR="/elsewhere" cmake --install build --prefix "/opt/there"' <<<"$said"

DESTDIR=$place cmake --install "$TACHO_BUILD" --prefix /opt/there >"$place/log" || { cat "$place/log"; exit 1; }
prefix=$place/opt/there
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig LD_LIBRARY_PATH=$prefix/lib TACHO_STORE=$place/store

cat >"$place/program.c" <<'END'
#include <stdio.h>
#include <tacho/tacho.h>

int main(void)
{
	TACHO_SCOPE("main");
	puts(tacho_version());
	return 0;
}
END
cp "$place/program.c" "$place/program.cc"

read -ra flags < <(pkg-config --cflags --libs tacho)
version=$(pkg-config --modversion tacho)
for compiler in gcc clang; do
	command -v "$compiler" >/dev/null || continue
	"$compiler" -Wall -Wextra -Werror "$place/program.c" -o "$place/program" "${flags[@]}"
	[ "$("$place/program")" = "$version" ]
done
g++ -Wall -Wextra -Werror "$place/program.cc" -o "$place/program" "${flags[@]}"
[ "$("$place/program")" = "$version" ]
# compiled out, nothing need be linked
gcc -Wall -Wextra -Werror -DTACHO_DISABLE "$place/program.c" -o "$place/disabled" "-I$prefix/include"
[ "$("$place/disabled")" = "$version" ]
[[ $("$prefix/bin/tacho" --version) = *"$version"* ]]
[ -f "$prefix/share/man/man1/tacho.1" ]
[ -f "$prefix/share/man/man3/libtacho.3" ]

[ -f "$prefix/share/doc/tacho/LICENSE" ]

bash tests/consumers.sh "$prefix" "$prefix/lib"
