#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Writes the manual pages, which come from the descriptors of the commands: tools/manual.sh [BUILD [DIRECTORY]]
set -euo pipefail
cd "$(dirname "$0")/.."
tacho=${1:-build}/tacho
into=${2:-docs/man}
mkdir -p "$into"
"$tacho" help --man >"$into/tacho.1"
for command in $(sed -n 's/^\t&tc_command_\([a-z]*\),$/\1/p' src/cli/main.c); do
	"$tacho" help --man "$command" >"$into/tacho-$command.1"
done
