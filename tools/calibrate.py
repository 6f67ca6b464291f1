#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How often findings are right that say how sure they are: labelled cases of tests/calibration_fixture.c, by confidence.

    tools/calibrate.py                 the table of docs/STATISTICS.md, and docs/calibration.svg; fails where a bin is off
    tools/calibrate.py --cases 300     the same of fewer cases, without the plot: what tests/calibration_test.py runs
    tools/calibrate.py --fit           the numbers of src/analyze/calibrated.c and parallel.c, from other seeds than these"""
import argparse
import collections
import math
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
FIT_FROM, REPORT_FROM = 1, 1_000_000  # seeds
BIN, BIN_LEAST, BIN_OFF, ECE_MOST = 0.05, 100, 0.07, 0.04
KNOT_LEAST = 150  # findings that a knot is from

Finding = collections.namedtuple("Finding", "said raw right")


def findings(first, count):
    """{kind: [Finding]}; the work is shared among the CPUs."""
    fixture = pathlib.Path(os.environ.get("TACHO_BUILD", TOP / "build")) / "tests" / "calibration_fixture"
    workers = os.cpu_count() or 1
    shares = [(first + count * i // workers, count * (i + 1) // workers - count * i // workers) for i in range(workers)]
    running = [subprocess.Popen([fixture, str(at), str(n)], stdout=subprocess.PIPE, text=True) for at, n in shares if n]
    found = collections.defaultdict(list)
    for process in running:
        for line in process.communicate()[0].splitlines():
            kind, said, raw, right = line.split()
            found[kind].append(Finding(float(said), float(raw), int(right)))
        if process.returncode:
            sys.exit(f"{fixture} failed")
    return found


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def bins(found):
    """[(said, right, count)] by confidence"""
    by = collections.defaultdict(list)
    for finding in found:
        by[min(int(finding.said / BIN + 1e-9), round(1 / BIN) - 1)].append(finding)
    return [(mean(f.said for f in by[i]), mean(f.right for f in by[i]), len(by[i])) for i in sorted(by)]


def ece(found):
    rows = bins(found)
    return sum(abs(said - right) * count for said, right, count in rows) / sum(count for *_, count in rows)


def off(kind, found):
    """What misses the gate."""
    for said, right, count in bins(found):
        if count >= BIN_LEAST and abs(said - right) > BIN_OFF:
            yield f"{kind}: of {count} findings that say {said:.2f}, {right:.2f} are right"


def table(found):
    yield "| findings | how many | say | are right | calibration error |"
    yield "|---|---|---|---|---|"
    for kind in [*sorted(k for k in found if k != "all"), "all"]:
        rows = found[kind]
        yield f"| {kind} | {len(rows)} | {mean(f.said for f in rows):.3f} | {mean(f.right for f in rows):.3f} | {ece(rows):.3f} |"


def interval(right, count):
    """Wilson's, 95 %."""
    z = 1.96
    middle = (right + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(right * (1 - right) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - half, middle + half


def panel(kind, found, left, top, size):
    def x(value):
        return f"{left + size * value:.1f}"

    def y(value):
        return f"{top + size * (1 - value):.1f}"
    yield f'<text x="{left}" y="{top - 8}">{kind} ({len(found)})</text>'
    band = [(0, BIN_OFF), (1 - BIN_OFF, 1), (1, 1), (1, 1 - BIN_OFF), (BIN_OFF, 0), (0, 0)]
    yield f'<polygon class="band" points="{" ".join(x(a) + "," + y(b) for a, b in band)}"/>'
    yield f'<rect class="frame" x="{left}" y="{top}" width="{size}" height="{size}"/>'
    yield f'<line class="line" x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>'
    for said, right, count in bins(found):
        if count < 20:
            continue
        low, high = interval(right, count)
        radius = 2 + math.log10(count / 20) * 1.5
        yield f'<line class="bar" x1="{x(said)}" y1="{y(low)}" x2="{x(said)}" y2="{y(high)}"/>'
        yield f'<circle class="dot" cx="{x(said)}" cy="{y(right)}" r="{radius:.1f}"/>'
    for value in (0, 0.5, 1):
        yield f'<text class="tick" x="{x(value)}" y="{top + size + 14}" text-anchor="middle">{value:g}</text>'
        yield f'<text class="tick" x="{left - 6}" y="{float(y(value)) + 4:.1f}" text-anchor="end">{value:g}</text>'


STYLE = """text{font:13px sans-serif;fill:#333}.tick{font-size:11px;fill:#777}.frame{fill:none;stroke:#bbb}.line{stroke:#999;stroke-dasharray:3 3}
.band{fill:#2a78d6;opacity:.12}.bar{stroke:#2a78d6}.dot{fill:#2a78d6}
@media(prefers-color-scheme:dark){text{fill:#ddd}.tick{fill:#999}.frame{stroke:#555}.band,.dot{fill:#6aa9ec}.bar{stroke:#6aa9ec}}"""


def plot(found):
    size, gap, columns = 190, 62, 4
    kinds = ["all", *sorted(k for k in found if k != "all" and len(found[k]) >= BIN_LEAST)]
    rows = -(-len(kinds) // columns)
    width, height = columns * (size + gap) + 20, rows * (size + gap) + 48
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    yield f"<style>{STYLE}</style>"
    for i, kind in enumerate(kinds):
        yield from panel(kind, found[kind], 44 + i % columns * (size + gap), 34 + i // columns * (size + gap), size)
    yield f'<text class="tick" x="44" y="{height - 10}">across: what findings say, up: how many of them are right, with 95 %; band: {BIN_OFF} off</text>'
    yield "</svg>"


def knots(found):
    """[(said before, right)]: means of bins with KNOT_LEAST findings and more, rising (pool adjacent violators).  Many lie at the floor
    of 0.5, where a test says nothing: they are by themselves."""
    floor = [f for f in found if f.raw == 0.5]
    groups, pending = [floor] if len(floor) >= KNOT_LEAST else [], []
    ordered = sorted((f for f in found if not groups or f.raw != 0.5), key=lambda f: f.raw)
    for i, finding in enumerate(ordered):
        pending.append(finding)
        if len(pending) >= KNOT_LEAST and pending[-1].raw - pending[0].raw >= 0.04 and len(ordered) - i > KNOT_LEAST:
            groups, pending = [*groups, pending], []
    groups = sorted([*groups, pending], key=lambda group: mean(f.raw for f in group))
    i = 0
    while i + 1 < len(groups):
        if mean(f.right for f in groups[i]) > mean(f.right for f in groups[i + 1]):
            groups[i:i + 2] = [groups[i] + groups[i + 1]]
            i = max(0, i - 1)
        else:
            i += 1
    return [(mean(f.raw for f in group), mean(f.right for f in group)) for group in groups]


def fit(found):
    for kind, rows in sorted(found.items()):
        right = sum(f.right for f in rows)
        print(f"{kind}: ({right} + 1) / ({len(rows)} + 2) = {(right + 1) / (len(rows) + 2):.3f}")
        print("   ", ", ".join(f"{{{said:.3f}, {share:.3f}}}" for said, share in knots(rows)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--cases", type=int, help="of each kind; 4000, and the plot, as usual")
    arguments = parser.parse_args()
    found = findings(FIT_FROM if arguments.fit else REPORT_FROM, arguments.cases or 4000)
    if arguments.fit:
        fit(found)
        return 0
    found["all"] = [finding for rows in found.values() for finding in rows]
    print("\n".join(table(found)))
    if not arguments.cases:
        (TOP / "docs/calibration.svg").write_text("\n".join(plot(found)) + "\n")
    wrong = [line for kind, rows in found.items() for line in off(kind, rows)]
    if ece(found["all"]) > ECE_MOST:
        wrong.append(f"the calibration error of all is {ece(found['all']):.3f}, more than {ECE_MOST}")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
