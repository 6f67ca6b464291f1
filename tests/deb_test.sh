#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `make deb`: what the packages say and hold is as Debian wants it, programs build against what they lay down, and dpkg installs
# and purges them without a trace (under a root of its own, never this system's).
set -euo pipefail
if ! command -v dpkg-gencontrol >/dev/null; then
	echo "skipped: no dpkg-dev here (make deps)"
	exit 77
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
grep -q '^	@tools/deb.sh$' Makefile
tools/deb.sh >"$place/list"
version=$(sed -n 's/^#define TACHO_VERSION "\(.*\)"$/\1/p' include/tacho/version.h)
architecture=$(dpkg --print-architecture)
libdir=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
packages=()
for name in libtacho0 libtacho-dev tacho; do
	packages+=("build-deb/${name}_${version}_$architecture.deb")
done
diff <(printf '%s\n' "${packages[@]}" | sort) <(sort "$place/list")

fail() {
	echo "$1"
	exit 1
}
field() { # of package number $1
	dpkg-deb --field "${packages[$1]}" "$2"
}

echo "what they say"
[[ $(field 0 Depends) =~ ^libc6\ \(\>=\ [0-9.]+\)$ ]] || fail "libtacho0 depends on $(field 0 Depends)"
[ "$(field 1 Depends)" = "libtacho0 (= $version)" ]
[[ $(field 2 Depends) =~ ^libc6\ \(\>=\ [0-9.]+\)$ ]] || fail "tacho depends on $(field 2 Depends)"
[ "$(field 0 Multi-Arch)$(field 1 Multi-Arch)" = samesame ]
mkdir "$place/control" "$place/one" "$place/root"
dpkg-deb --control "${packages[0]}" "$place/control"
[ "$(cat "$place/control/triggers")" = "activate-noawait ldconfig" ]
diff "$place/control/shlibs" <(printf '%s\n' "libtacho 0 libtacho0 (>= $version)" "libtacho-session 0 libtacho0 (>= $version)")
grep -q "^ tacho_span_begin_slow@TACHO_0 $version$" "$place/control/symbols"
grep -q '^libtacho-session.so.0 libtacho0 #MINVER#$' "$place/control/symbols"

echo "what they hold"
for package in "${packages[@]}"; do
	name=$(dpkg-deb --field "$package" Package)
	root=$place/one/$name
	dpkg-deb --extract "$package" "$root"
	bad=$(dpkg-deb --contents "$package" | awk '$2 != "root/root" || $6 !~ /^\.\/(usr\/.*)?$/ || ($1 !~ /^(drwxr-xr-x|lrwxrwxrwx|-rw-r--r--)$/ && $6 !~ /\/bin\//)')
	[ -z "$bad" ] || fail "$name: owner, mode or place: $bad"
	(cd "$root" && dpkg-deb --ctrl-tarfile "$OLDPWD/$package" | tar --extract --to-stdout ./md5sums | md5sum --check --quiet)
	[ -f "$root/usr/share/doc/$name/copyright" ] && gzip -t "$root/usr/share/doc/$name/changelog.gz"
	[ -z "$(find "$root" -type d -empty)" ] || fail "$name has empty folders"
	while IFS= read -r -d '' file; do
		if objdump -p "$file" 2>/dev/null | grep -qE '\b(RPATH|RUNPATH)\b'; then
			fail "$file has a path to libraries in it"
		fi
		if [[ $file != *.a ]] && readelf -S "$file" 2>/dev/null | grep -q '\.symtab\|\.debug_info'; then
			fail "$file is not stripped"
		fi
		if grep -qF "$PWD" "$file"; then
			fail "$file tells where it was built"
		fi
	done < <(find "$root" -type f -print0)
done
for page in docs/man/*.1; do
	zcat "$place/one/tacho/usr/share/man/man1/$(basename "$page").gz" | cmp - "$page"
done
zcat "$place/one/libtacho-dev/usr/share/man/man3/libtacho.3.gz" | cmp - docs/man/libtacho.3
diff <(ls include/tacho) <(ls "$place/one/libtacho-dev/usr/include/tacho")
for library in tacho tacho-session; do
	[ "$(readlink "$place/one/libtacho-dev/$libdir/lib$library.so")" = "lib$library.so.0" ]
	[ -f "$place/one/libtacho0/$libdir/lib$library.so.$version" ] && [ -f "$place/one/libtacho-dev/$libdir/lib$library.a" ]
done
rm -rf "$place/one"

echo "programs against them"
for package in "${packages[@]}"; do
	dpkg-deb --extract "$package" "$place/root"
done
bash tests/consumers.sh "$place/root/usr" "$place/root/$libdir"

echo "the same once more"
sha256sum "${packages[@]}" >"$place/sums"
tools/deb.sh >"$place/list"
sha256sum --check --quiet "$place/sums"

if [ "$(id -u)" != 0 ]; then
	echo "not installed by dpkg: only root may"
	exit 0
fi
echo "dpkg"
admin=$place/dpkg/var/lib/dpkg
mkdir -p "$admin"/{info,updates,triggers,alternatives}
cat >"$admin/status" <<END
Package: libc6
Status: install ok installed
Maintainer: nobody <nobody@tacho.invalid>
Architecture: $architecture
Multi-Arch: same
Version: 99
Description: a stand-in

END
system=(dpkg --root="$place/dpkg" --force-script-chrootless --log=/dev/null)
if "${system[@]}" --install "${packages[2]}" "${packages[1]}" >"$place/log" 2>&1; then
	fail "libtacho-dev installs without libtacho0"
fi
"${system[@]}" --install "${packages[@]}" >"$place/log" 2>&1 || fail "$(cat "$place/log")"
[ "$("${system[@]}" --list 'libtacho*' tacho | grep -c '^ii ')" = 3 ]
"${system[@]}" --verify libtacho0 libtacho-dev tacho
[[ $("$place/dpkg/usr/bin/tacho" --version) = *"$version"* ]]
"${system[@]}" --purge tacho libtacho-dev libtacho0 >"$place/log" 2>&1 || fail "$(cat "$place/log")"
left=$(find "$place/dpkg" -name '*tacho*')
[ -z "$left" ] && [ ! -e "$place/dpkg/usr" ] || fail "left behind: $left $(find "$place/dpkg/usr")"
