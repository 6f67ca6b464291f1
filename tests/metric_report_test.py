#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Metrics as people see them: report, dump and JSON of a program that counts and measures."""
# runs in: release asan

import json
import os
import pathlib
import unittest

from tacho_case import TACHO, TachoCase

FIXTURE = os.path.join(os.path.dirname(TACHO), "tests", "metrics_fixture")
PAGE = (pathlib.Path(__file__).resolve().parent.parent / "docs" / "JSON.md").read_text()
NAMES = ["cache.hits", "lock.waits", "ocr.calls", "query.times", "queue.jobs"]


class Metrics(TachoCase):
    def setUp(self):
        super().setUp()
        self.environment.update({"LC_ALL": "C.UTF-8", "TZ": "UTC"})
        self.session = self.path("session")
        lines = "".join(f"line {i}\n" for i in range(20))
        command = ["run", "-q", "-o", self.session, "--", FIXTURE]
        done = self.run_tacho(*command, input=lines.encode())
        self.assertEqual((done.returncode, done.stdout), (0, b"done\n" * 20))

    def output(self, *arguments):
        done = self.run_tacho(*arguments, self.session)
        self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
        return done.stdout.decode()

    def report(self, *arguments):
        return json.loads(self.output("report", "--format", "json", *arguments))

    def test_report_counts_and_shows_them(self):
        text = self.output("report")
        self.assertIn("5 metrics", text)
        for name in NAMES:
            self.assertEqual(text.count(f"  {name} "), 2, text)  # in the table and over time
        self.assertNotIn("Lookups found", text)

    def test_by_name(self):
        text = self.output("report", "--metric", "qu*")
        self.assertIn("only metrics named qu*", text)
        self.assertNotIn("cache.hits", text)
        self.assertIn("How long the database took. From all values: exact. Mean of the last 20: 10.5 ms; the newest:", " ".join(text.split()))
        metrics = self.report("-m", "cache.*")
        self.assertEqual([metric["name"] for metric in metrics["metrics"]], ["cache.hits"])
        self.assertEqual(metrics["metric_glob"], "cache.*")

    def test_json(self):
        report = self.report()
        metrics = {metric["name"]: metric for metric in report["metrics"]}
        self.assertEqual(sorted(metrics), NAMES)
        self.assertEqual((metrics["cache.hits"]["sum"], metrics["cache.hits"]["count"]), (200, 200))
        self.assertIsNone(metrics["lock.waits"]["count"])  # its sum is ns
        self.assertEqual(report["header"]["collected"], metrics["ocr.calls"]["count"] + metrics["query.times"]["count"] + metrics["queue.jobs"]["count"])
        calls = metrics["ocr.calls"]
        self.assertLess(calls["last_minute_ns"], 60e9)
        if calls["last_minute_ns"] >= 1e9:
            self.assertAlmostEqual(calls["per_minute"], calls["last_minute"] * 60e9 / calls["last_minute_ns"])
        times = metrics["query.times"]
        self.assertEqual((times["count"], times["mean"], times["median"]), (20, 10.5e6, 10.5e6))
        self.assertEqual(times["recent"], [i * 1e6 for i in range(1, 21)])
        self.assertEqual(sorted(times["recent_at_ns"]), times["recent_at_ns"])
        for name, unit in (("cache.hits", "per second"), ("ocr.calls", "per minute"), ("lock.waits", "percent"), ("queue.jobs", "jobs")):
            series = report["series"][metrics[name]["series"]]
            self.assertEqual((series["name"], series["unit"]), (name, unit))
            self.assertTrue(series["points"])
        for key in times:
            self.assertIn(f"`{key.removesuffix('_reason')}`", PAGE)

    def test_a_window_without_readings(self):
        report = self.report("--from", "1h")
        for metric in report["metrics"]:
            if metric["name"] != "query.times":
                self.assertIsNone(metric["count"], metric)
                self.assertTrue(metric["count_reason"])
            self.assertIsNone(metric["mean"])
        times = next(metric for metric in report["metrics"] if metric["name"] == "query.times")
        self.assertEqual((times["count"], times["recent"]), (0, []))  # its values tell that there was none
        self.assertIsNone(next(metric for metric in report["metrics"] if metric["name"] == "queue.jobs")["last"], "levels end with the session")
        text = self.output("report", "--from", "1h")
        self.assertIn("nothing of the session lies in the time", text)
        for heading in ("Metrics", "Resources"):
            self.assertNotRegex(text, rf"(?m)^{heading}")

    def test_dump(self):
        lines = self.output("dump", "--metric", "query.*").splitlines()
        values = [line.split() for line in lines if " time " in line]
        self.assertEqual([float(value[1]) for value in values], [i * 1e6 for i in range(1, 21)])
        self.assertTrue(any(line.split()[2] == "reading" for line in lines))
        objects = [json.loads(line) for line in self.output("dump", "--metrics", "--format", "json").splitlines()]
        self.assertEqual(sorted(metric["name"] for metric in objects), NAMES)
        self.assertTrue(all(metric["points"] and metric["points_unit"] for metric in objects))
        part = next(pathlib.Path(self.session).glob("part-*.tacho"))
        done = self.run_tacho("dump", "--part", str(part))
        self.assertIn(b'counter in cell 3: "cache.hits", unit ""', done.stdout)
        self.assertIn(b": 200\n", done.stdout)

    def test_dump_of_both_is_refused(self):
        done = self.run_tacho("dump", "--metrics", "--failed", self.session)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count(b"\n")), (2, b"", 1))


if __name__ == "__main__":
    unittest.main()
