#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# readers_agree.sh READER... - what the command READER (build-i386/tacho, or an emulator and its command) makes of sessions that
# build/tacho recorded is what build/tacho makes of them, byte for byte.  Called by tools/check_long.sh.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export TACHO_STORE=$place LC_ALL=C.UTF-8 TZ=UTC
export TACHO_INTERVAL=20ms
unset TACHO_SESSION
tacho=$PWD/build/tacho
export PATH=$PWD/build:$PATH

"$tacho" run -q -o "$place/everything" -- build/tests/everything_fixture || [ $? = 137 ]
"$tacho" run -q -o "$place/processes" -- sh -c 'tacho span build -a level=2 -- build/tests/trees_fixture many 40; tacho span fails -- false' || true
if [ -x build/examples/photo ]; then
	"$tacho" run -q -o "$place/photos" -- build/examples/photo -r 2 -o "$place/made" /usr/share/backgrounds/mate/*/*.jpg "$place/missing.jpg" >"$place/log" 2>&1 || true
fi

compared=0
# agree ARGUMENTS...: both say the same
agree() {
	"$tacho" "$@" >"$place/here"
	"${reader[@]}" "$@" >"$place/there"
	if ! cmp -s "$place/here" "$place/there"; then
		echo "tacho $*: they differ"
		diff "$place/here" "$place/there" | head -n 20
		exit 1
	fi
	compared=$((compared + 1))
}

reader=("$@")
for session in everything processes photos; do
	[ -d "$place/$session" ] || continue
	agree report --format json "$place/$session"
	agree report --format json --window 100ms "$place/$session"
	agree report --format json --metric '*' "$place/$session"
	agree report --top 0 "$place/$session"
	agree dump --format json "$place/$session"
	agree dump "$place/$session"
	agree dump --metrics "$place/$session"
done
agree list --format json
for part in "$place"/*/part-*.tacho; do
	agree dump --part "$part"
done
"$tacho" report "$place/everything" | grep -q 'killed by signal 9'
"$tacho" report "$place/processes" | grep -q 'in 43 processes'
echo "$compared answers of '$*' are those of build/tacho"
