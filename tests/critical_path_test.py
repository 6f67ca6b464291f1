#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Critical paths against Jaeger's own cases (R11.10)."""
import json
import os
import pathlib
import subprocess
import sys

DATA = pathlib.Path(os.environ.get("TACHO_REFERENCE_DATA", "../shared/data")) / "jaeger_cp/cases.json"
DRIVER = pathlib.Path(os.environ.get("TACHO_BUILD", "build")) / "tests" / "critical_path_fixture"


def parents_first(spans):
    known, out = {None}, []
    while len(out) < len(spans):
        for span in spans:
            if span["parent"] in known and span["id"] not in known:
                known.add(span["id"])
                out.append(span)
    return out


def line(spans):
    place = {None: -1} | {span["id"]: i for i, span in enumerate(spans)}
    words = [len(spans)]
    for span in spans:
        follows = span["ref"] == "FOLLOWS_FROM" or span["kind"] == "consumer"
        words += [place[span["parent"]], span["start"], span["start"] + span["duration"], int(follows)]
    return " ".join(map(str, words))


def wrong():
    cases = json.loads(DATA.read_text())["cases"]
    trees = [parents_first(case["spans"]) for case in cases]
    out = subprocess.run([DRIVER], input="\n".join(map(line, trees)), text=True, capture_output=True, check=True).stdout.splitlines()
    assert len(out) == len(cases) == 9, out
    for case, spans, got in zip(cases, trees, out):
        want = ", ".join(f"{spans.index(next(s for s in spans if s['id'] == w['id']))} {w['start']} {w['end']}" for w in case["expected_sections"])
        if got != want:
            yield f"{case['name']}: {got}, should be {want}"


if not DATA.exists():
    print(f"skipped: the reference cases {DATA} are not here")
    sys.exit(77)
problems = list(wrong())
print("\n".join(problems) or "9 of 9 as Jaeger has them")
sys.exit(bool(problems))
