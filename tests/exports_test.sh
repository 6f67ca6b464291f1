#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The libraries export what their public headers declare and their version maps name, as TACHO_0, and nothing else; so do the
# archives.  libtacho needs libc alone.
set -euo pipefail

# map LIBRARY: every name it exports matches one of its map and has its version; the archive has the same names
map() {
	local name=${1%.so} map found pattern
	map=cmake/${1%.so}.map
	pattern=$(sed -n '/global:/,/local:/s/^[[:space:]]*\([a-z_*]*\);$/\1/p' "$map" | sed 's/\*/[a-z0-9_]*/' | paste -sd'|')
	found=$(nm --dynamic --defined-only "$TACHO_BUILD/$1" | awk '$2 != "A" { print $3 }' | grep -vE "^($pattern)@@TACHO_0$" || true)
	if [ -n "$found" ]; then
		printf '%s exports what %s does not name:\n%s\n' "$1" "$map" "$found"
		exit 1
	fi
	[ "$(objdump -p "$TACHO_BUILD/$1" | awk '$1 == "SONAME" { print $2 }')" = "$1.0" ]
	found=$(diff <(nm --dynamic --defined-only "$TACHO_BUILD/$1" | awk '$2 != "A" { print $3 }' | sed 's/@.*//' | sort) \
		<(nm --extern-only --defined-only "$TACHO_BUILD/$name.a" | awk 'NF == 3 { print $3 }' | sort) || true)
	if [ -n "$found" ]; then
		printf '%s.a has other names than %s:\n%s\n' "$name" "$1" "$found"
		exit 1
	fi
}

# check LIBRARY NEEDED-PATTERN HEADER...
check() {
	map "$1"
	local library=$TACHO_BUILD/$1 may_need=$2 exported declared found
	shift 2
	exported=$(nm --dynamic --defined-only "$library" | awk '$2 != "A" { print $3 }' | sed 's/@.*//' | sort -u)
	found=$(grep -v '^tacho_' <<<"$exported" || true)
	if [ -n "$found" ]; then
		printf '%s exports what is not tacho_...:\n%s\n' "$library" "$found"
		exit 1
	fi
	# a declaration may go on over several lines: its name is the first word before a parenthesis after TACHO_API
	declared=$(cd include/tacho && cat "$@" | tr '\n' ' ' | grep -o 'TACHO_API [^;(]*\<tacho_[a-z0-9_]*(' | grep -o 'tacho_[a-z0-9_]*($' |
		tr -d '(' | sort -u)
	found=$(comm -23 <(echo "$declared") <(echo "$exported"))
	if [ -n "$found" ] || [ "$(wc -w <<<"$declared")" -lt 3 ]; then
		printf '%s does not export what its headers declare:\n%s\n' "$library" "$found"
		exit 1
	fi
	found=$(objdump -p "$library" | awk '$1 == "NEEDED" { print $2 }' | grep -vE "^($may_need)\.so" || true)
	if [ -n "$found" ]; then
		printf '%s needs more than it should:\n%s\n' "$library" "$found"
		exit 1
	fi
}

read -ra recording < <(cd include/tacho && ls | grep '\.h$' | grep -v '^session\.h$' | paste -sd' ')
check libtacho.so 'libc|ld-linux.*' "${recording[@]}"
check libtacho-session.so 'libc|libm|ld-linux.*' session.h error.h
