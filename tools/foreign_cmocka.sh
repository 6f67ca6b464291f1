#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# foreign_cmocka.sh ARCHITECTURE FOLDER - unpacks Debian's cmocka for another architecture (arm64, i386) into FOLDER, for
# tests that run under an emulator.  Nothing is installed: the lists and the packages are fetched beside those of the
# system, so that it need not become a machine of two architectures.  Does nothing if it is there already.
set -euo pipefail

architecture=$1
folder=$(realpath -m "$2")
[ ! -e "$folder/usr/include/cmocka.h" ] || exit 0
if ! command -v apt-get >/dev/null; then
	echo "foreign_cmocka: no apt-get here; put cmocka for $architecture into $folder, as its prefix / would have it" >&2
	exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/packages"
: >"$work/status"
options=(-qq -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" -o "Dir::State=$work/state"
	-o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache" -o Acquire::Languages=none -o "APT::Sandbox::User=$(id -un)")
cd "$work/packages"
# Foreign sources in the system's lists may not know the architecture: what counts is whether the packages come.
if ! { apt-get "${options[@]}" update || true; apt-get "${options[@]}" download libcmocka0 libcmocka-dev; } >"$work/log" 2>&1; then
	tail -n 20 "$work/log" >&2
	echo "foreign_cmocka: Debian's cmocka for $architecture could not be fetched (above)" >&2
	exit 1
fi
mkdir -p "$folder"
for package in *.deb; do
	dpkg-deb --extract "$package" "$folder"
done
