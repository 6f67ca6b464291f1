#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# deb.sh [DIRECTORY] - builds the Debian packages of packaging/ into DIRECTORY (build-deb), from a build there with Debian's
# flags.  The same sources give the same bytes: times are those of packaging/debian/changelog.
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD
umask 022

for program in dpkg-deb dpkg-shlibdeps dpkg-gencontrol dpkg-gensymbols; do
	if ! command -v $program >/dev/null; then
		echo "deb: $program is missing; packages are built on Debian with dpkg-dev installed" >&2
		exit 1
	fi
done
directory=${1:-build-deb}
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
version=$(dpkg-parsechangelog -l packaging/debian/changelog --show-field Version)
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l packaging/debian/changelog --show-field Timestamp)
export SOURCE_DATE_EPOCH
if ! grep -q "^project(tacho VERSION $version " CMakeLists.txt; then
	echo "deb: packaging/debian/changelog says $version, CMakeLists.txt another version" >&2
	exit 1
fi

log=$directory/log
flags() {
	dpkg-buildflags --get "$1"
}
# a distribution's compiler may warn of what ours does not, so warnings are no errors here
if ! { cmake --preset release -B "$directory/build" -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_INSTALL_LIBDIR="lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)" \
	-DCMAKE_C_FLAGS="$(flags CFLAGS) $(flags CPPFLAGS)" -DCMAKE_SHARED_LINKER_FLAGS="$(flags LDFLAGS)" -DCMAKE_EXE_LINKER_FLAGS="$(flags LDFLAGS)" \
	-DTACHO_WERROR=OFF -DTACHO_TESTS=OFF -DTACHO_EXAMPLES=OFF -DTACHO_BENCH=OFF && cmake --build "$directory/build" --target installable; } >"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi

rm -rf "$directory/work" "$directory"/*.deb
mkdir -p "$directory/work/debian"
cd "$directory/work"
cp "$top"/packaging/debian/* debian/

# what is in the package's tree becomes fit for a package
finish() {
	local tree=$1 file
	while IFS= read -r -d '' file; do
		case "$file" in
		*.a) strip --strip-debug --enable-deterministic-archives "$file" ;;
		*.so.*) strip --strip-unneeded --remove-section=.comment "$file" && chmod 644 "$file" ;;
		*/bin/*) strip --strip-all --remove-section=.comment "$file" ;;
		*/man/*) gzip -9n "$file" ;;
		esac
	done < <(find "$tree/usr" -type f -print0)
}

# pack NAME COMPONENT
pack() {
	local name=$1 tree=$PWD/$1 libraries=() doc binaries=()
	DESTDIR=$tree cmake --install "$directory/build" --component "$2" >>"$log"
	finish "$tree"
	doc=$tree/usr/share/doc/$name
	install -d "$doc" "$tree/DEBIAN"
	{
		printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: tacho\n\nFiles: *\n'
		sed -n 's/^Copyright (c) /Copyright: /p' "$top/LICENSE"
		printf 'License: Expat\n'
		sed -n '/^Permission/,$p' "$top/LICENSE" | sed 's/^$/./; s/^/ /'
	} >"$doc/copyright"
	gzip -9nc debian/changelog >"$doc/changelog.gz"

	mapfile -t libraries < <(find "$tree/usr/lib" -name '*.so.*.*' -type f 2>/dev/null)
	if [ ${#libraries[@]} -gt 0 ]; then
		for file in "${libraries[@]}"; do
			file=$(objdump -p "$file" | awk '$1 == "SONAME" { print $2 }')
			echo "${file%.so.*} ${file##*.so.} $name (>= $version)"
		done | sort >"$tree/DEBIAN/shlibs"
		dpkg-gensymbols -p"$name" -P"$tree" -v"$version" -q
		echo "activate-noawait ldconfig" >"$tree/DEBIAN/triggers"
	fi
	mapfile -t binaries < <(find "$tree/usr/bin" -type f 2>/dev/null)
	rm -f debian/substvars
	if [ $((${#libraries[@]} + ${#binaries[@]})) -gt 0 ]; then
		dpkg-shlibdeps -Tdebian/substvars --ignore-missing-info "${libraries[@]}" "${binaries[@]}" 2>>"$log"
	fi
	(cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
	dpkg-gencontrol -p"$name" -P"$tree" -Tdebian/substvars -fdebian/files 2>>"$log"
	dpkg-deb --root-owner-group -Zxz --build "$tree" "$directory" >>"$log"
}

pack libtacho0 runtime
pack libtacho-dev development
pack tacho command
cd "$directory"
rm -rf work
printf '%s\n' "$directory"/*.deb | sed "s|^$top/||"
