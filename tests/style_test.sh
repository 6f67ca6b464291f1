#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every C source is laid out as .clang-format says; `make format` does it.
set -euo pipefail
if ! command -v clang-format >/dev/null; then
	echo "skipped: no clang-format here (make deps)"
	exit 77
fi
tools/format.sh --check
