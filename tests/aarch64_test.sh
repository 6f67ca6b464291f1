#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The barriers of hot.h are in what a compiler makes of it for arm64, between the stores that they order; src/format/order_test.c says
# why they must be.  Skipped where there is neither a cross compiler nor clang for arm64: `make check-long` has one.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

cat >"$place/hot.c" <<'END'
#include <tacho/tacho.h>
const unsigned long at[] = {TACHO_TICK_SHIFT};
void begin(struct tacho_span *span, struct tacho_site *site) { tacho_begin_inline(span, site); }
void end(struct tacho_span *span) { tacho_finish_inline(span, tacho_ticks(), 7); }
END
compilers=()
if command -v aarch64-linux-gnu-gcc >/dev/null; then
	compilers+=(aarch64-linux-gnu-gcc)
	# clang has no headers of libc for arm64 of its own: the cross compiler brings them
	command -v clang >/dev/null && compilers+=("clang --target=aarch64-linux-gnu")
fi
if [ ${#compilers[@]} = 0 ]; then
	echo "left out: no aarch64-linux-gnu-gcc here"
	exit 77
fi

# Barriers and stores of a function, in the order of its addresses, as b and s.
shape() {
	sed -n "/^$1:/,/\.size[[:space:]]*$1/p" "$2" | sed -n 's/^[[:space:]]*dmb[[:space:]]*ishst.*/b/p; t; s/^[[:space:]]*st[lpru]*[bhr]*[[:space:]].*/s/p' | tr -d '\n'
}

for compiler in "${compilers[@]}"; do
	for level in -O1 -O2 -O3; do
		$compiler -std=gnu17 $level -Iinclude -S "$place/hot.c" -o "$place/hot.s"
		begin=$(shape begin "$place/hot.s")
		end=$(shape end "$place/hot.s")
		grep -qi cntvct_el0 "$place/hot.s" || { echo "$compiler $level reads no counter"; exit 1; }
		# the entry of the stack, its barrier, top; once more where the compiler made two ways of it
		[[ $begin =~ ^s+(bs+)+$ ]] || { echo "$compiler $level: begin is $begin"; exit 1; }
		# ready, histogram, undo log, record | begun | min, max, sums | finished, count, last, top | ready
		[[ $end =~ s+sss+bs+bss+b.*sss+b.*s ]] || { echo "$compiler $level: end is $end"; exit 1; }
		[ "$(tr -cd b <<<"$end" | wc -c)" = 4 ] || { echo "$compiler $level: end is $end"; exit 1; }
	done
done
