#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# format.sh --check|--write - all C and C++ sources against .clang-format.
set -euo pipefail
cd "$(dirname "$0")/.."

# The layout differs between versions: 14, Debian 12's, is the one that counts.
program=clang-format
if command -v clang-format-14 >/dev/null; then
	program=clang-format-14
fi
mapfile -t folders < <(ls -d include src tests examples bench fuzz tools 2>/dev/null)
mapfile -t files < <(find "${folders[@]}" -name '*.[ch]' -o -name '*.cc' -o -name '*.hpp')

case "${1:-}" in
--write) "$program" -i "${files[@]}" ;;
--check) "$program" --dry-run -Werror "${files[@]}" ;;
*)
	echo "format.sh: --check or --write?" >&2
	exit 2
	;;
esac
