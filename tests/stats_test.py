#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tacho stats against reference data: summaries to 14 digits, exact p of rank tests to 1e-9, verdicts on pairs whose truth is known, and
every row of the bucket index."""

import collections
import csv
import json
import math
import os
import pathlib
import re
import struct
import subprocess
import sys
import unittest
from fractions import Fraction

from tacho_case import TACHO, TachoCase

DATA = pathlib.Path(os.environ.get("REFERENCE_DATA", "../shared/data"))
TOP = pathlib.Path(__file__).resolve().parent.parent


def reference(name):
    path = DATA / name
    if not path.exists():
        raise unittest.SkipTest(f"skipped: no {path}")
    return json.loads(path.read_text())


def digits(got, want):
    if got == want:
        return 99
    return -math.log10(abs(got - want) / abs(want)) if want else 0


def exact_p(a, b):
    """Of all choices of len(a) among the pooled values, the share whose U is as far from the middle; ties keep their mid-ranks."""
    pooled = sorted(a + b)
    first, count = {}, collections.Counter(pooled)
    for place, value in enumerate(pooled):
        first.setdefault(value, place)
    twice = {value: 2 * first[value] + count[value] + 1 for value in count}  # mid-ranks from 1, doubled
    ways = [collections.Counter() for _ in range(len(a) + 1)]
    ways[0][0] = 1
    for value in pooled:
        for k in range(len(a), 0, -1):
            for total, n in list(ways[k - 1].items()):
                ways[k][total + twice[value]] += n
    middle = len(a) * (len(pooled) + 1)
    seen = abs(sum(twice[v] for v in a) - middle)
    far = sum(n for total, n in ways[len(a)].items() if abs(total - middle) >= seen)
    return Fraction(far, sum(ways[len(a)].values()))


class Stats(TachoCase):
    def stats(self, *arguments, **how):
        done = self.run_tacho("stats", "--format", "json", *arguments, **how)
        self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
        return json.loads(done.stdout, parse_constant=self.fail)

    def series(self, name, values):
        path = self.path(name)
        pathlib.Path(path).write_text("".join(f"{value!r}\n" for value in values))
        return path

    def compared(self, a, b):
        return self.stats(self.series("a", a), self.series("b", b))

    def test_summaries_to_14_digits(self):
        sets = reference("cases/summary_sets.json")["sets"]
        exact = reference("cases/summary_reference_exact.json")["sets"]
        names = {"p50": "median"}
        checked = 0
        for case in sets:
            if max(map(abs, case["values"])) >= 2**53:
                continue  # no doubles
            got = self.stats(self.series("x", case["values"]))["summary"]
            for key in ("mean", "sd", "cv", "min", "max", "p50", "p90", "p95", "p99", "p999"):
                want = exact[case["name"]][key]
                if want is None:
                    self.assertIsNone(got[names.get(key, key)], f"{case['name']}: {key}")
                    continue
                self.assertGreaterEqual(digits(got[names.get(key, key)], float(want)), 14, f"{case['name']}: {key}")
                checked += 1
        self.assertGreater(checked, 300)

    def test_median_distance_by_its_definition(self):
        for case in reference("cases/summary_sets.json")["sets"]:
            values = case["values"]
            if max(map(abs, values)) >= 2**53:
                continue

            def middle(numbers):
                numbers = sorted(numbers)
                return Fraction(numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
            median = middle(values)
            got = self.stats(self.series("x", values))["summary"]
            self.assertGreaterEqual(digits(got["mad"], float(middle(abs(v - median) for v in values))), 14, case["name"])

    def test_p_is_exact(self):
        cases = reference("golang_perf/ab_cases.json")["cases"]
        self.assertGreater(len(cases), 30)
        for case in cases:
            got = self.compared(case["a"], case["b"])["comparisons"][0]
            want = float(exact_p(case["a"], case["b"])) if len(case["a"]) + len(case["b"]) <= 60 else got["p_value"]
            self.assertLess(abs(got["p_value"] - want), 1e-9, case["case"])

    def test_p_is_exact_with_ties(self):
        for a, b in (([1, 1, 2, 3, 3, 3], [2, 3, 3, 4, 5]), ([7] * 5, [7] * 4), ([1, 2, 3], [4, 5, 6])):
            got = self.compared(a, b)["comparisons"][0]
            self.assertLess(abs(got["p_value"] - float(exact_p(a, b))), 1e-12)

    def test_verdicts_on_known_pairs(self):
        cases = reference("synthetic/diff_cases.json")["cases"]
        false, right, changed = [], 0, 0
        for case in cases:
            got = self.compared(case["a"], case["b"])
            verdict = got["comparisons"][0]["verdict"]
            if case["label"] == "same":
                false += [case["id"]] if verdict in ("regression", "improvement") else []
                continue
            changed += 1
            right += verdict == case["label"]
            false += [case["id"]] if {verdict, case["label"]} == {"regression", "improvement"} else []
            self.assertLess(abs(got["comparisons"][0]["ratio"] / case["ratio"] - 1), 1e-12, case["id"])
            self.assertLess(abs(got["comparisons"][0]["p_value"] - case["p_exact"]), 1e-9, case["id"])
        print(f"verdicts: {len(false)} false of {len(cases)}, {right} of {changed} right", file=sys.stderr)
        self.assertEqual(false, [])
        self.assertGreaterEqual(right, 0.95 * changed)

    def test_the_same_pair_the_other_way(self):
        a, b = [100 + i % 7 for i in range(120)], [150 + i % 11 for i in range(140)]
        there, back = self.compared(a, b)["comparisons"][0], self.compared(b, a)["comparisons"][0]
        self.assertEqual((there["verdict"], back["verdict"]), ("regression", "improvement"))
        self.assertAlmostEqual(there["ratio"] * back["ratio"], 1, places=12)
        self.assertAlmostEqual(there["ratio_lo"] * back["ratio_hi"], 1, places=12)
        self.assertEqual(there["p_value"], back["p_value"])

    def test_numbers_are_kept_as_they_are_written(self):
        values = [0.1, 1e-300, 123456789.123456789, 5e-324, -0.0, 1.7976931348623157e308, 2**53 + 1]
        for value in values:
            done = self.stats(self.series("x", [value]))["summary"]
            self.assertEqual(struct.pack("d", done["min"] + 0.0), struct.pack("d", value + 0.0))

    def test_columns(self):
        path = self.path("t.csv")
        pathlib.Path(path).write_text('\ufefft;"the value";x\r\n0;1.5;a;\r\n1; "2.5" ;b\r\n2;4;c\r\n\r\n')
        by_name = self.stats("--column", "the value", "--time-column", "t", path)
        self.assertEqual(by_name["summary"]["total"], 8)
        self.assertEqual((by_name["first_seconds"], by_name["last_seconds"]), (0, 2))
        self.assertEqual(self.stats("--column", "2", path)["summary"], by_name["summary"])
        self.assertEqual(self.stats("--time-column", "1", path)["summary"], by_name["summary"])

    def test_many_lines_from_a_pipe(self):
        done = subprocess.run(f"seq 1000000 | {TACHO} stats --format json", shell=True, capture_output=True, check=True)
        summary = json.loads(done.stdout)["summary"]
        self.assertEqual((summary["count"], summary["median"], summary["total"]), (1000000, 500000.5, 500000500000))

    def test_trend_and_levels(self):
        path = self.series("steps", [100 + k % 7 for k in range(40)] + [150 + k % 7 for k in range(40)])
        got = self.stats("--unit", "ms", path)
        self.assertEqual((got["trend"]["trend"], got["trend"]["n"], got["trend"]["basis"]), ("degrading", 80, "values"))
        self.assertEqual([point["index"] for point in got["change_points"]], [40])
        self.assertIsNone(got["leak"])

    def test_levels_of_a_long_series_are_numbered_by_value(self):
        path = self.series("long", [100 + k * 8 % 13 + (50 if k >= 3000 else 0) for k in range(5000)])
        got = self.stats(path)
        self.assertEqual((got["trend"]["basis"], got["trend"]["n"]), ("medians of windows", 500))
        self.assertEqual([point["index"] for point in got["change_points"]], [3000])

    def test_one_value_out_of_the_ordinary(self):
        values = [100 + k * 8 % 13 for k in range(300)]
        values[200] = 100000
        for unit, method in (("us", "durations"), ("dogs", "samples")):
            got = self.stats("--unit", unit, self.series("spike", values))["anomalies"]
            self.assertEqual((got["method"], [a["index"] for a in got["found"]]), (method, [200]))

    def test_enormous_figures_are_not_cut(self):
        """A figure that lost its end would be another one."""
        for name, most in (("a", "1e200"), ("b", "1e250")):
            pathlib.Path(self.path(name)).write_text("".join(f"{value}\n" for value in ("1e15", "2e15", "3e15", most, "2e15", "2e15")))
        for unit in (["--unit", "ms"], []):
            shown = self.run_tacho("stats", self.path("a"), self.path("b"), *unit, extra={"LC_ALL": "C.UTF-8"}).stdout.decode()
            self.assertNotIn("…", shown)
            self.assertRegex(shown, r"max +1\.00e\+\d+ +1\.00e\+\d+")

    def test_leak(self):
        lines = "".join(f"{k},{100 + k + k * 8 % 13 / 13}\n" for k in range(120))
        path = pathlib.Path(self.path("memory.csv"))
        path.write_text(lines)
        got = self.stats("--leak", "--time-column", "1", "--column", "2", "--unit", "MiB", str(path))["leak"]
        self.assertEqual(got["status"], "leak")
        self.assertTrue(0.9 * 2**20 < got["bytes_per_second"] < 1.1 * 2**20, got)

    def test_leak_of_values_that_are_no_bytes(self):
        """Without a unit 100 that become 250 are no 150 bytes, and what drifts is shown no levels."""
        path = pathlib.Path(self.path("memory.csv"))
        path.write_text("".join(f"{k},{100 + k / 2 + k * 8 % 13 / 13}\n" for k in range(300)))
        arguments = "--leak", "--time-column", "1", "--column", "2", str(path)
        got = self.stats(*arguments)
        self.assertEqual((got["leak"]["status"], got["trend"]["told"]), ("leak", "drift"))
        self.assertTrue(got["change_points"])
        shown = self.run_tacho("stats", *arguments).stdout.decode()
        self.assertRegex(shown, r"leak: 0\.\d+ a second, between 0\.\d+ and 0\.\d+\n")
        self.assertNotIn("from value", shown)

    def test_what_falls_is_not_expected_below_0(self):
        path = pathlib.Path(self.path("falling.csv"))
        path.write_text("".join(f"{k},{125 - k + k * 8 % 13 / 13}\n" for k in range(120)))
        for unit, below in (("MiB", False), ("ms", False), ("degrees", True)):
            got = self.stats("--time-column", "1", "--column", "2", "--unit", unit, str(path))["forecast"]
            self.assertTrue(got["heading"])
            self.assertEqual((got["value"] < 0, got["value_lo"] < 0), (below, below), got)

    def test_no_leak_beside_a_trend_says_why(self):
        """Peaks that grow, and what is taken is given back: the least that is in use does not rise."""
        path = pathlib.Path(self.path("peaks.csv"))
        path.write_text("".join(f"{k},{200 + k * 7 % 5 / 5 + k % 20 * (1 + k / 100)}\n" for k in range(600)))
        arguments = "--leak", "--time-column", "1", "--column", "2", "--unit", "MiB", str(path)
        got = self.stats(*arguments)
        self.assertEqual((got["trend"]["trend"], got["leak"]["status"]), ("degrading", "none"))
        for words in (got["leak"]["reason"], " ".join(self.run_tacho("stats", *arguments).stdout.decode().split())):
            self.assertIn("its values grow, but the least that is in use", words)

    def test_when_the_limit_is_reached(self):
        """R5.8: 1 MiB a second, 100 MiB to go; a limit is in the unit of the values."""
        lines = "".join(f"{k},{100 + k + k * 8 % 13 / 13}\n" for k in range(120))
        path = pathlib.Path(self.path("memory.csv"))
        path.write_text(lines)
        got = self.stats("--leak", "--limit", "320", "--time-column", "1", "--column", "2", "--unit", "MiB", str(path))
        self.assertAlmostEqual(got["leak"]["time_to_limit"], 100, delta=5)
        shown = self.run_tacho("stats", "--leak", "--limit", "320", "--time-column", "1", "--column", "2", "--unit", "MiB", str(path)).stdout.decode()
        self.assertEqual((shown.count("limit"), "at the soonest" in shown), (1, True), shown)
        ahead = got["forecast"]
        self.assertTrue(ahead["heading"])
        self.assertAlmostEqual(ahead["time_to_limit"], 100.5, delta=1)
        self.assertTrue(ahead["soonest"] < ahead["time_to_limit"] < ahead["latest"], ahead)
        self.assertTrue(ahead["value_lo"] < 100 + ahead["at_seconds"] + 0.5 < ahead["value_hi"], ahead)
        self.assertIsNone(self.stats("--column", "2", str(path))["forecast"])
        for limit, words in (("150", "the limit was passed"), ("1e300", "more than ten years away")):
            shown = self.run_tacho("stats", "--leak", "--limit", limit, "--time-column", "1", "--column", "2", "--unit", "MiB", str(path)).stdout.decode()
            self.assertIn(words, " ".join(shown.split()))

    def test_what_comes_round_is_nothing_out_of_the_ordinary(self):
        values = [100 + k * 8 % 13 + (900 if k % 50 == 7 else 0) for k in range(600)]
        values[520] = 1000
        found = self.stats("--period", "50", self.series("rounds", values))["anomalies"]["found"]
        self.assertEqual([a["index"] for a in found if a["index"] >= 250], [520])

    def test_options_that_do_not_go_together(self):
        one = self.series("one", [1])
        for arguments, part in ((["--leak", one], "--time-column"), (["--limit", "5", one], "--time-column"), (["--limit", "5 GiB", one], "5 GiB"),
                                (["--limit", "nan", one], "nan"), (["--period", "1", one], "at least 2"), (["--period", "x", one], "at least 2"),
                                (["--period", "5", one, one], "one file"), (["--period", "5", "--unit", "ms", one], "durations")):
            done = self.run_tacho("stats", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assert_one_line(done.stderr, part)

    def test_every_key_is_documented(self):
        documented = set(re.findall(r"`([a-z0-9_]+)`", (TOP / "docs/JSON.md").read_text()))

        def keys(value):
            for key, below in value.items() if isinstance(value, dict) else ():
                yield key
                yield from keys(below)
            for below in value if isinstance(value, list) else ():
                yield from keys(below)
        for answer in (self.compared([1, 2, 3], [4, 5, 6]), self.stats(self.series("x", [1]))):
            self.assertEqual({k for k in keys(answer) if k.removesuffix("_reason") not in documented}, set())


class Buckets(unittest.TestCase):
    """The bounds of schema 7 and of all coarser ones, by way of a histogram and a sketch of it."""

    def test_index_of_every_row(self):
        path = DATA / "prom_native" / "ns_bucket_index.csv"
        if not path.exists():
            raise unittest.SkipTest(f"skipped: no {path}")
        rows = list(csv.DictReader(path.read_text().splitlines()))
        fixture = os.path.join(os.path.dirname(TACHO), "tests", "buckets_fixture")
        out = subprocess.run([fixture], input="\n".join(row["ns"] for row in rows), text=True, capture_output=True, check=True).stdout
        wrong = []
        for row, line in zip(rows, out.splitlines(), strict=True):
            ns, *indexes = line.split()
            if [row["ns"], row["prom_index_schema3"], row["prom_index_schema5"], row["prom_index_schema7"]] != [ns, *indexes]:
                wrong.append((row, line))
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
