#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# workflow.sh PHOTOS OUT - lists and checksums the photos of a folder and packs them into an archive in OUT.  Each phase is
# a span: run it with `tacho run -- workflow.sh PHOTOS OUT`.  Without `tacho run` it does the same and records nothing.
set -euo pipefail

# A span covers a command.  For a phase that has phases of its own, that command is this script with the phase's name.
case "${1:-}" in
--list)
	find "$2" -maxdepth 1 -type f -iname '*.jp*g' -printf '%f\n' | LC_ALL=C sort >"$3/photos.txt"
	;;
--checksum)
	while read -r name; do
		tacho span sha256sum -a file="$name" -- sha256sum "$2/$name"
	done <"$3/photos.txt" >"$3/photos.sha256"
	;;
--archive)
	tacho span pack -- tar --create --file="$3/photos.tar" --directory="$2" --files-from="$3/photos.txt"
	tacho span compress -a level=6 -- gzip --force -6 "$3/photos.tar"
	tacho span verify -- gzip --test "$3/photos.tar.gz"
	;;
*)
	if [ $# -ne 2 ] || [ ! -d "$1" ]; then
		echo "usage: workflow.sh PHOTOS OUT" >&2
		exit 2
	fi
	mkdir -p "$2"
	tacho span list -a folder="$1" -- "$0" --list "$1" "$2"
	tacho span checksum -a photos="$(wc -l <"$2/photos.txt")" -- "$0" --checksum "$1" "$2"
	tacho span archive -- "$0" --archive "$1" "$2"
	echo "workflow: $(wc -l <"$2/photos.txt") photos in $2/photos.tar.gz"
	;;
esac
