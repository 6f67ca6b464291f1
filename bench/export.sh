#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# export.sh [BUILD [SPANS]] - what exports of kept spans take of CPU time and memory, beside sqlite3 writing the same rows from a database in
# the same run.  Everything lies on a tmpfs, so that no disk is measured.
set -euo pipefail
build=$(realpath "${1:-build}")
spans=${2:-5000000}
place=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$place"' EXIT
export TACHO_STORE=$place/store TACHO_RING_RECORDS=65536

"$build/tacho" run -q --keep all -o "$place/session" -- "$build/bench/keep" 500000 $((spans / 500000)) >/dev/null

# NAME FILE COMMAND...: bytes of the file by CPU seconds, and the most memory that was resident
price() {
	local name=$1 file=$2
	shift 2
	/usr/bin/time -o "$place/cost" -f '%U %S %M' "$@"
	read -r user system kib <"$place/cost"
	bytes=$(stat --format=%s "$file")
	awk -v name="$name" -v bytes="$bytes" -v cpu="$user $system" -v kib="$kib" 'BEGIN {
		split(cpu, s, " "); cpu = s[1] + s[2]
		printf "%-14s %5.0f MB  %5.2f s of CPU time  %5.0f MB/s  %5.1f MiB resident\n", name, bytes / 1e6, cpu, bytes / 1e6 / cpu, kib / 1024 }'
}
price "csv" "$place/csv/spans.csv" "$build/tacho" export --format csv -o "$place/csv" "$place/session"
echo "               $(($(wc -l <"$place/csv/spans.csv") - 1)) spans"
if command -v sqlite3 >/dev/null; then
	sqlite3 "$place/rows.db" ".mode csv" ".import $place/csv/spans.csv spans"
	price "sqlite3 -csv" "$place/rows.csv" bash -c 'exec sqlite3 -csv "$1" "select * from spans" >"$2"' - "$place/rows.db" "$place/rows.csv"
	rm "$place/rows.db" "$place/rows.csv"
fi
rm -r "$place/csv"
for format in chrome json otlp; do
	price $format "$place/$format" "$build/tacho" export --format $format -o "$place/$format" "$place/session"
	rm "$place/$format"
done
