#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# test.sh [--all] - builds and tests with gcc, clang, under AddressSanitizer and UndefinedBehaviorSanitizer and under
# ThreadSanitizer.  Which test runs in which build is said by its labels (tests/README.md); --all runs each everywhere.
# The last line is the sum: "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")/.." || exit

every=no
if [ "${1:-}" = --all ]; then
	every=yes
fi
# `tacho run -- make test` must not make the tests record into that session.
unset TACHO_SESSION TACHO_STORE TACHO_PARENT
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=0
export UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:die_after_fork=0

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
broken=0

say() {
	printf '\n== %s (at %d s)\n' "$1" "$SECONDS"
}

# stage TITLE PRESET LABEL [TARGET...]
stage() {
	local title=$1 preset=$2 label=$3 directory=build-$2 select=(-L "^$3\$")
	shift 3
	[ "$preset" = release ] && directory=build
	[ "$every" = yes ] && set --
	[ "$label" = release ] || [ "$every" = yes ] && select=()
	say "$title: build"
	if ! tools/build.sh "$preset" "$@"; then
		echo "test: the $preset build failed" >&2
		broken=$((broken + 1))
		return
	fi
	say "$title: test"
	"${under[@]}" ctest --test-dir "$directory" --output-on-failure --no-label-summary --no-tests=error --parallel "$(nproc)" \
		--output-junit "$results/$preset.xml" "${select[@]}" || [ -s "$results/$preset.xml" ] || broken=$((broken + 1))
}

# The sanitizers of clang 14 cannot place their shadow where the kernel randomises more bits of addresses than they knew.
under=()
stage "gcc" release release
stage "clang" clang clang
if setarch "$(uname -m)" -R true 2>/dev/null; then
	under=(setarch "$(uname -m)" -R)
fi
stage "AddressSanitizer, UndefinedBehaviorSanitizer" asan asan
stage "ThreadSanitizer" tsan tsan tsan_tests

count() {
	cat "$results"/*.xml 2>/dev/null | grep -o "^[[:space:]]*$1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}
all=$(count tests)
skipped=$(($(count skipped) + $(count disabled)))
failed=$(count failures)
printf '\n%d passed, %d failed, %d skipped\n' $((all - failed - skipped)) $((failed + broken)) "$skipped"
[ $((failed + broken)) = 0 ]
