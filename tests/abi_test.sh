#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The libraries and headers are what docs/abi/libtacho.abi describes; and a description that differs would be noticed.
set -euo pipefail
if [ "$(uname -m)" != x86_64 ] || ! command -v clang >/dev/null; then
	echo "skipped: the description is that of x86_64, and clang tells the layout of structs (make deps)"
	exit 77
fi
tools/abi.py --check "$TACHO_BUILD"

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/tools" "$place/docs/abi"
cp tools/abi.py "$place/tools"
cp -r include "$place"
# must_see CHANGE WORD: the check fails over the changed copy and its last lines say WORD
must_see() {
	cp docs/abi/libtacho.abi "$place/docs/abi"
	cp include/tacho/layout.h include/tacho/tacho.h "$place/include/tacho"
	(cd "$place" && eval "$1")
	if "$place/tools/abi.py" --check "$TACHO_BUILD" >"$place/said" || ! grep -qF "$2" "$place/said"; then
		echo "not noticed: $1"
		cat "$place/said"
		exit 1
	fi
}
must_see "sed -i '/ tacho_stop(/d' docs/abi/libtacho.abi" "libtacho.so.0 void tacho_stop(void)"
must_see "echo 'libtacho.so.0 void tacho_gone(void)' >>docs/abi/libtacho.abi" tacho_gone
must_see "sed -i 's/uint64_t min_ns;/uint32_t min_ns;/' include/tacho/layout.h" "struct tacho_node at 8: uint32_t min_ns"
must_see "sed -i 's/tacho_set_recording(bool on)/tacho_set_recording(int on)/' include/tacho/tacho.h" "tacho_set_recording(int on)"
must_see "sed -i 's/TACHO_CARRIES = 32/TACHO_CARRIES = 33/' include/tacho/layout.h" "constant TACHO_CARRIES = 33"
