#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# deps.sh build|deb|demo|test|bench|long|formats - sees that the Debian packages a step needs are there.  Nothing missing: does nothing and needs no
# network.  Else installs them as root or with passwordless sudo, or says the line to run and fails.
set -euo pipefail

build="g++ make cmake ninja-build"
deb="$build dpkg-dev"
demo="$build libexif-dev libjpeg-dev mate-backgrounds"
# clang, its run-time libraries: the second compiler, sanitizers, fuzzing.  libc6-dbg: valgrind cannot start without.
test="$demo dpkg-dev git clang clang-format libclang-rt-14-dev libcmocka-dev libc6-dbg valgrind pkg-config python3 python3-psutil python3-jsonschema python3-prometheus-client prometheus mandoc"
# the yardstick of exports, and what tells the memory it takes
bench="$test sqlite3 time"
# cross compilers for arm64 and 32-bit x86, an emulator, another libc
long="$test gcc-aarch64-linux-gnu g++-aarch64-linux-gnu gcc-i686-linux-gnu g++-i686-linux-gnu qemu-user musl-tools"

# a browser and what drives it, a spreadsheet
formats="$test chromium fonts-dejavu-core libreoffice-calc-nogui"
if ! command -v npm >/dev/null; then # one that is not Debian's does as well, and Debian's may conflict with it
	formats="$formats nodejs npm"
fi

case "${1:-test}" in
build) wanted=$build ;;
deb) wanted=$deb ;;
demo) wanted=$demo ;;
test) wanted=$test ;;
bench) wanted=$bench ;;
long) wanted=$long ;;
formats) wanted=$formats ;;
*)
	echo "deps: '$1' is none of build, deb, demo, test, bench, long, formats" >&2
	exit 2
	;;
esac

if ! command -v dpkg-query >/dev/null; then
	echo "deps: no Debian here; going on in the hope that the equivalents of these are installed: $wanted" >&2
	exit 0
fi

missing=()
for package in $wanted; do
	status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
	# libc6-dbg is "Multi-Arch: same": where several architectures are installed the answer repeats itself
	case "$status" in
	installed*) ;;
	*) missing+=("$package") ;;
	esac
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
	as_root=(sudo -n)
fi
by_hand="sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing[*]}"
if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
	printf 'deps: some packages are missing and only root can install them; please run\n\n    %s\n\n' "$by_hand" >&2
	exit 1
fi

echo "deps: installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1
}
if ! apt update || ! apt install --yes --no-install-recommends "${missing[@]}"; then
	tail -n 20 "$log" >&2
	printf 'deps: apt-get failed (above); mend that, or run\n\n    %s\n\n' "$by_hand" >&2
	exit 1
fi
