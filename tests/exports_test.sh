#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The libraries export what their public headers declare, and of other names none that is not tacho_...; libtacho needs libc alone.
set -euo pipefail

# check LIBRARY NEEDED-PATTERN HEADER...
check() {
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

check libtacho.so 'libc|ld-linux.*' tacho.h hot.h error.h
check libtacho-session.so 'libc|libm|ld-linux.*' session.h error.h
