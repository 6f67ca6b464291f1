#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# fuzz.sh [RUNS] - runs every libFuzzer target (build-fuzz/fuzz/NAME_fuzz) for FUZZ_SECONDS each, or for RUNS runs each, from
# its corpus fuzz/corpus/NAME.  What a target finds is left in build-fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."

limit=(-max_total_time="${FUZZ_SECONDS:-60}")
if [ $# -gt 0 ]; then
	limit=(-runs="$1")
fi
under=()
if setarch "$(uname -m)" -R true 2>/dev/null; then
	under=(setarch "$(uname -m)" -R)
fi

tools/build.sh fuzz
mkdir -p build-fuzz/found
for target in build-fuzz/fuzz/*_fuzz; do
	name=$(basename "$target" _fuzz)
	grown=build-fuzz/corpus/$name
	mkdir -p "$grown"
	echo "== $name"
	"${under[@]}" "$target" "${limit[@]}" -print_final_stats=1 -verbosity=0 -artifact_prefix=build-fuzz/found/ "$grown" "fuzz/corpus/$name"
done
