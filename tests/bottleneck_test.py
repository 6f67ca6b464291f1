#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bottlenecks against reference cases (R5.1): the severity by impact, and the documented rule beside it, of stages whose durations are
known; nested and parallel ones with their time on the critical path."""
import json
import math
import os
import pathlib
import subprocess
import sys

DATA = pathlib.Path(os.environ.get("TACHO_REFERENCE_DATA", "../shared/data"))
DRIVER = pathlib.Path(os.environ.get("TACHO_BUILD", "build")) / "tests" / "bottleneck_fixture"


def durations(stage):
    if isinstance(stage, dict):
        return [value for value, times in stage["repeat"] for _ in range(times)]
    return stage


def lines(case):
    """All of a duration is its own where the case says nothing of the critical path."""
    yield len(case["stages"])
    for name, stage in case["stages"].items():
        values = durations(stage)
        critical = case.get("exclusive_cp", {}).get(name)
        own = values if critical is None else [critical // len(values)] * len(values)
        yield len(values)
        for value, part in zip(values, own):
            yield from (value, part)


def verdicts(case):
    done = subprocess.run([DRIVER], input=" ".join(map(str, lines(case))), text=True, capture_output=True, check=True)
    return dict(zip(case["stages"], map(json.loads, done.stdout.splitlines())))


def agrees(got, want):
    if isinstance(want, float | int):
        return got is not None and math.isclose(got, want, rel_tol=1e-3, abs_tol=6e-5)
    return got == want


def wrong():
    cases = json.loads((DATA / "cases/bottleneck_cases.json").read_text())["cases"]
    for name, case in cases.items():
        got = verdicts(case)
        for stage, want in case["result"].items():
            for key, value in want.items():
                if not agrees(got[stage][key], value):
                    yield f"{name}: {key} of {stage} is {got[stage][key]}, should be {value}"
    print(f"bottlenecks: {sum(len(case['result']) for case in cases.values())} verdicts of {len(cases)} cases")


if __name__ == "__main__":
    if not DATA.exists():
        print(f"skipped: no reference data in {DATA}")
        sys.exit(77)
    faults = list(wrong())
    print("\n".join(faults))
    sys.exit(1 if faults else 0)
