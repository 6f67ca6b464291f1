#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `make deps`: nothing missing does nothing and asks no network; with rights it installs what is missing and only that; without
# rights it says the one line to run and fails.  The package tools are stand-ins that note how they are called.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/bin"
export PATH=$place/bin:$PATH CALLS=$place/calls MISSING="" USER_ID=0

cat >"$place/bin/dpkg-query" <<'END'
#!/bin/sh
for last; do :; done
case " $MISSING " in
*" $last "*) exit 1 ;;
esac
printf installed
END
cat >"$place/bin/apt-get" <<'END'
#!/bin/sh
echo "apt-get $*" >>"$CALLS"
END
printf '#!/bin/sh\necho "$USER_ID"\n' >"$place/bin/id"
printf '#!/bin/sh\nexit 1\n' >"$place/bin/sudo"
chmod +x "$place"/bin/*

fail() {
	echo "$1"
	cat "$place/out" "$CALLS" 2>/dev/null
	exit 1
}

for list in build deb demo test bench long formats; do
	tools/deps.sh $list >"$place/out" 2>&1 || fail "deps $list fails although nothing is missing"
	[ ! -s "$place/out" ] || fail "deps $list talks although nothing is missing"
	[ ! -e "$CALLS" ] || fail "deps $list calls apt-get although nothing is missing"
done

export MISSING="cmake valgrind"
tools/deps.sh test >"$place/out" 2>&1 || fail "deps fails as root"
grep -q '^apt-get .*update$' "$CALLS" || fail "deps installs without fresh lists"
grep -q '^apt-get .*install .* cmake valgrind$' "$CALLS" || fail "deps does not install just what is missing"
rm "$CALLS"

export USER_ID=1000
if tools/deps.sh test >"$place/out" 2>&1; then
	fail "deps succeeds although packages are missing"
fi
[ ! -e "$CALLS" ] || fail "deps calls apt-get without the right to"
[ "$(grep -c 'apt-get' "$place/out")" = 1 ] || fail "deps does not say one line"
grep -q '^    sudo apt-get update && sudo apt-get install .* cmake valgrind$' "$place/out" || fail "the line is not the one"

if tools/deps.sh nonsense >"$place/out" 2>&1; then
	fail "deps takes any word"
fi
