#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# build.sh PRESET [TARGET...] - configures a preset of CMakePresets.json and builds it.  Progress shows on a terminal; into a
# file or a CI log only what went wrong does.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift
targets=()
if [ $# -gt 0 ]; then
	targets=(--target "$@")
fi

directory=build-$preset
if [ "$preset" = release ]; then
	directory=build
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! cmake --preset "$preset" >"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
if [ -t 1 ]; then
	cmake --build "$directory" "${targets[@]}"
else
	cmake --build "$directory" "${targets[@]}" -- --quiet | sed '/^ninja: no work to do/d'
fi
