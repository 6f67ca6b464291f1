#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Summaries against exact rational references and NIST's certified values: 14 significant digits and more.

Sets with negative numbers are shifted to 0 first, durations being what the code is for; the references move along."""
import json
import os
import pathlib
import subprocess
import sys
from decimal import Decimal, getcontext

getcontext().prec = 50
DATA = pathlib.Path(os.environ.get("REFERENCE_DATA", "../shared/data"))
DRIVER = pathlib.Path(os.environ.get("TACHO_BUILD", "build")) / "tests" / "summary_fixture"
ALPHA = Decimal("0.002707607")


def summary(values):
    text = "\n".join(map(str, values))
    out = subprocess.run([DRIVER], input=text, text=True, capture_output=True, check=True).stdout
    pairs = (line.split() for line in out.splitlines())
    return {key: None if value == "null" else Decimal(value) for key, value in pairs}


def digits(got, want):
    """Correct significant digits of got."""
    if got == want:
        return 99.0
    return float(-(abs(got - want) / abs(want)).log10()) if want else 0.0


def check_set(case, reference):
    shift = max(0, -min(case["values"]))
    got = summary([v + shift for v in case["values"]])
    bad = []
    for key in ("mean", "sd", "cv", "p50", "p90", "p95", "p99", "p999", "min", "max"):
        want = reference[key]
        want = None if want is None else Decimal(str(want))
        if key == "cv" and shift:
            continue
        if want is not None and key != "sd":
            want += 0 if key == "cv" else shift
        if (want is None) != (got[key] is None) or (want is not None and digits(got[key], want) < 14):
            bad.append(f"{case['name']}: {key} is {got[key]}, should be {want}")
    for key in ("p50", "p90", "p95", "p99", "p999"):
        want = Decimal(str(reference[key])) + shift
        if abs(got["sketch_" + key] - want) > ALPHA * want:
            bad.append(f"{case['name']}: {key} from the sketch is {got['sketch_' + key]}, should be near {want}")
    if "certified" in case:
        sd = got["sd"] / case["scale"]
        certified = Decimal(case["certified"]["sd"])
        if digits(sd, certified) < min(14, len(certified.normalize().as_tuple().digits) - 1):
            bad.append(f"{case['name']}: sd is {sd}, certified {certified}")
    return bad


def main():
    path = DATA / "cases" / "summary_sets.json"
    if not path.exists():
        print(f"skipped: no {path}")
        return 77
    sets = json.loads(path.read_text())["sets"]
    references = json.loads((DATA / "cases" / "summary_reference_exact.json").read_text())["sets"]
    bad = [line for case in sets for line in check_set(case, references[case["name"]])]
    print("\n".join(bad) or f"{len(sets)} sets: all figures right to 14 digits and more")
    return 1 if bad else 0


sys.exit(main())
