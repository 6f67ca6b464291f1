#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# check_formats.sh [BUILD] - has programs that are not ours read what `tacho export` writes: OpenTelemetry's schema, speedscope and pages in
# Chromium, tables in LibreOffice.  What they are given, and pictures of pages, lie in BUILD/formats afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${1:-build}")
out=$build/formats
mkdir -p "$out"
rm -rf "$out"/session "$out"/csv "$out"/*.* "$out"/folded "$out"/otlp "$out"/report
export TACHO_STORE=$out/store TACHO_RING_RECORDS=8192

"$build/tacho" run -q -o "$out/session" -- "$build/tests/export_fixture" many 4000
export_to() {
	"$build/tacho" export --format "$1" --force -o "$out/$2" "$out/session"
}
"$build/tacho" report --format json "$out/session" >"$out/report"
export_to chrome chrome.json
export_to folded folded
export_to speedscope speedscope.json
export_to html page.html
export_to flamegraph flame.svg
"$build/tacho" run -q --keep all -o "$out/session-2" -- "$build/tests/everything_fixture" || true
"$build/tacho" export --format otlp --force -o "$out/otlp" "$out/session-2"
rm -rf "$out/session-2"

# A spreadsheet takes numbers for numbers, and no text for a formula.
"$build/tacho" run -q -o "$out/session-3" -- "$build/tests/export_fixture" hostile
"$build/tacho" export --format csv --force -o "$out/csv" "$out/session-3"
rm -rf "$out/session-3"
soffice --headless "-env:UserInstallation=file://$out/office" --convert-to fods --outdir "$out" "$out/csv/spans.csv" >"$out/office.log" 2>&1
python3 - "$out/spans.fods" <<'END'
import sys, xml.etree.ElementTree as tree
office, table = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
rows = [list(row) for row in tree.parse(sys.argv[1]).iter(f"{table}table-row") if len(row) > 5][1:]
assert len(rows) == 18, len(rows)
for row in rows:
    types = [cell.get(f"{office}value-type") for cell in row]
    assert types[:2] == ["string", "float"], types
    assert not any(cell.get(f"{table}formula") for cell in row), row
print("fine: spans.csv: LibreOffice has numbers, and no formula")
END

cp tools/check_formats/package.json "$out"
if [ ! -d "$out/node_modules" ]; then
	(cd "$out" && npm install --ignore-scripts --no-audit --no-fund --no-package-lock >npm.log 2>&1) || {
		cat "$out/npm.log" >&2
		exit 1
	}
fi
NODE_PATH=$out/node_modules node tools/check_formats/check.js "$out"
