#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# demo.sh - records the photo example on real photographs, then a shell workflow on what it made.  PHOTOS=DIR takes photos of
# your own, ROUNDS=N sets how often they are made.  The sessions go to the usual store, so that `tacho list` has them afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."

build=${TACHO_BUILD:-build}
PATH=$(cd "$build" && pwd):$PATH
backgrounds=/usr/share/backgrounds/mate
rounds=${ROUNDS:-30}

fail() {
	echo "demo: $1" >&2
	exit 2
}

photos=()
if [ -z "${PHOTOS:-}" ]; then
	[ -d "$backgrounds" ] || fail "there are no photographs in $backgrounds; run 'make deps', or 'make demo PHOTOS=DIR' with your own"
	PHOTOS=$backgrounds
fi
[ -d "$PHOTOS" ] || fail "PHOTOS=$PHOTOS is not a directory"
mapfile -d '' -t photos < <(find -L "$PHOTOS" -type f \( -iname '*.jpg' -o -iname '*.jpeg' \) -print0 | LC_ALL=C sort -z)
[ ${#photos[@]} -gt 0 ] || fail "there are no JPEG photos in $PHOTOS"
# Many photos need fewer rounds; one at least.
if [ -z "${ROUNDS:-}" ] && [ ${#photos[@]} -gt 16 ]; then
	rounds=$((rounds * 16 / ${#photos[@]}))
	rounds=$((rounds > 0 ? rounds : 1))
fi

out=$build/demo
rm -rf "$out"
mkdir "$out"

# What a full card or a broken cable leaves behind: the first third of a photo.  And one file that is not there.
victim=${photos[${#photos[@]} / 3]}
head -c $(($(stat --dereference --format=%s "$victim") / 3)) "$victim" >"$out/truncated.jpg"

echo "Recording the photo workflow (examples/photo): ${#photos[@]} photos, a truncated and a missing one, $rounds rounds."
echo "\$ tacho run --name photos -- photo -r $rounds ..."
tacho run --name photos -- "$build/examples/photo" -r "$rounds" -o "$out/made" "${photos[@]}" "$out/truncated.jpg" "$out/missing.jpg"

echo
echo "Recording a shell workflow (examples/shell/workflow.sh) that checks and packs what was made; its phases are 'tacho span'."
echo "\$ tacho run --name workflow -- workflow.sh ..."
tacho run --name workflow -- examples/shell/workflow.sh "$out/made" "$out/packed"

cat <<TEXT

Both sessions stay in the store.  Try next:

    $build/tacho list
    $build/tacho report photos
    $build/tacho explain decode photos
    $build/tacho export photos --format html
    $build/tacho run -- any command of yours
TEXT
