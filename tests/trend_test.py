#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trends and change points against reference cases: synthetic series whose truth is known, published examples, and series of real
projects that people have labelled."""
import csv
import json
import math
import os
import pathlib
import subprocess
import sys

DATA = pathlib.Path(os.environ.get("REFERENCE_DATA", "../shared/data"))
DRIVER = pathlib.Path(os.environ.get("TACHO_BUILD", "build")) / "tests" / "trend_fixture"


def load(name):
    return json.loads((DATA / name).read_text())


def column(name):
    with open(DATA / name, newline="") as file:
        return [float(row[1]) for row in list(csv.reader(file))[1:]]


def trends(series):
    text = "\n".join(" ".join(map(repr, [len(values), *values])) for values in series)
    out = subprocess.run([DRIVER], input=text, text=True, capture_output=True, check=True).stdout
    got = [json.loads(line) for line in out.splitlines()]
    assert len(got) == len(series)
    return got


def labels():
    """Labels of series whose truth is known; the bounds are those of the specification."""
    cases = load("synthetic/trend_cases.json")["cases"]
    said = [got["trend"] for got in trends([case["values"] for case in cases])]
    pairs = list(zip(cases, said))
    stable = [label for case, label in pairs if case["label"] == "stable"]
    clear = [label == case["label"] for case, label in pairs
             if case["label"] != "stable" and abs(case["true_change"]) >= 0.15 and case["snr"] >= 3 and case["n"] >= 20]
    opposite = [case["id"] for case, label in pairs if {case["label"], label} == {"improving", "degrading"}]
    false_alarms = sum(label != "stable" for label in stable)
    print(f"labels: {false_alarms} of {len(stable)} false alarms, {sum(clear)} of {len(clear)} clear ones right, {len(opposite)} opposite")
    if false_alarms > 0.03 * len(stable):
        yield f"{false_alarms} false alarms in {len(stable)} stable series"
    if sum(clear) < 0.95 * len(clear):
        yield f"only {sum(clear)} of {len(clear)} clear changes were seen"
    if len(opposite) > 1:
        yield f"opposite sign in cases {opposite}"


def near(got, want):
    return got is not None and math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-12)


def figures():
    """Slope and p of the reference; the p that is exact where there are no ties."""
    cases = [case for case in load("cases/trend_reference.json")["cases"] if case["n"] >= 4]
    for case, got in zip(cases, trends([case["values"] for case in cases])):
        exact = case["n"] <= 12 and not case["ties"] and case["ar1_factor"] == 1
        want = {"p_value": case["p_exact"] if exact else case["p_ar1"], "slope": case["slope"], "n_eff": case["n"] / case["ar1_factor"]}
        for key, value in want.items():
            if not near(got[key], value):
                yield f"{case['name']}: {key} is {got[key]}, should be {value}"


def documented():
    """What the specification says of the series with which the documented rule of halves is wrong."""
    cases = load("cases/trend_compat_cases.json")
    for (name, case), got in zip(cases.items(), trends([case["values"] for case in cases.values()])):
        label = got["trend"] if got["enough_data"] else "insufficient_data"
        want = (case["spec"], case["how"] or "none", case["naive_change_percent"])
        if (label, got["shape"], round(got["halves_change_percent"], 3)) != want:
            yield f"{name}: {label} by {got['shape']}, halves {got['halves_change_percent']}, should be {want}"
        change = case["spec_change_percent"]
        if change is not None and abs(got["change_percent"] - change) > 0.0006:
            yield f"{name}: change is {got['change_percent']} %, should be {change} %"


def hits(truth, found, tolerance):
    """How many of the truth are found, each by another one."""
    left = list(found)
    for index in truth:
        nearest = min(left, key=lambda at: abs(at - index), default=None)
        if nearest is not None and abs(nearest - index) <= tolerance:
            left.remove(nearest)
    return len(found) - len(left), len(left)


def change_points():
    content = load("synthetic/changepoint_cases.json")
    reference = content["spec_reference_score"]["tp"]
    right = false = 0
    for case, got in zip(content["cases"], trends([case["values"] for case in content["cases"]])):
        found, wrong = hits(case["truth"], got["change_points"], content["tolerance"])
        right, false = right + found, false + wrong
    print(f"change points: {right} hits, the reference has {reference}; {false} false")
    if right < 0.95 * reference or false > 5:
        yield f"{right} hits where the reference has {reference}, {false} false"


def real():
    """name -> series, of every case of the reference"""
    series = {"tigerbeetle": column("otava/tigerbeetle.csv")}
    for path in (DATA / "treeherder").glob("*.csv"):
        series[f"talos_{path.stem}"] = column(path.relative_to(DATA))
    for case in load("otava/small_cases.json"):
        series[case["name"]] = case["series"]
    for case in load("mongodb_spa/small_cases.json")["cases"]:
        series[f"mongo_{case['name']}"] = case["series"]
    return series


def published():
    """The same points as the reference finds, give or take one value."""
    series, cases = real(), load("cases/changepoint_reference.json")["cases"]
    for case, got in zip(cases, trends([series[case["name"]] for case in cases])):
        found, wrong = hits(case["rank_scan_a01"], got["change_points"], 1)
        if found < len(case["rank_scan_a01"]) or wrong:
            yield f"{case['name']}: found {got['change_points']}, should be {case['rank_scan_a01']}"


def main():
    if not (DATA / "synthetic").exists():
        print(f"skipped: no {DATA / 'synthetic'}")
        return 77
    bad = [line for check in (labels, figures, documented, change_points, published) for line in check()]
    print("\n".join(bad) or "all cases fine")
    return 1 if bad else 0


sys.exit(main())
