#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R2.4, R2.5, R4.2: parts of a session: the last N values, a time window, names, kinds, sources; whatever is given holds at once."""
import csv
import json
import os
import statistics
import sys
import unittest

from tacho_case import TACHO, TachoCase

FIXTURES = os.path.join(os.path.dirname(TACHO), "tests")
MS = 1000000


class Filters(TachoCase):
    def setUp(self):
        super().setUp()
        self.session = self.path("session")

    def record(self, fixture, lines="", *options, status=0):
        done = self.run_tacho("run", "-q", "-o", self.session, *options, "--", os.path.join(FIXTURES, fixture), input=lines.encode())
        self.assertEqual(done.returncode, status)

    def report(self, *filters):
        done = self.run_tacho("report", "--format", "json", *filters, self.session)
        self.assertEqual((done.returncode, done.stderr), (0, b""), filters)
        return json.loads(done.stdout, parse_constant=self.fail)

    def dumped(self, *filters):
        done = self.run_tacho("dump", "--format", "json", *filters, self.session)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def names(self, *filters):
        return {name["name"]: name for name in self.report(*filters)["names"]}

    def metrics(self, *filters):
        return {metric["name"]: metric for metric in self.report(*filters)["metrics"]}

    def test_the_last_spans_of_each_name(self):
        durations = {"a": [i * MS for i in range(1, 101)], "b": [7, 3, 9], "c": [i * i for i in range(50)]}
        lines = [f"{ns} {'failed ' if ns == 99 * MS else ''}{name}" for name, values in durations.items() for ns in values]
        self.record("durations_fixture", "\n".join(lines))
        for last in (1, 2, 10, 49, 1000):
            report = self.report("--last", str(last))
            self.assertEqual(report["last"], last)
            self.assertIn("the last", report["basis"])
            self.assertNotIn("no longer", report["basis"])
            for name in report["names"]:
                values = sorted(durations[name["name"]], key=lambda ns: (durations[name["name"]].index(ns) + 1) * 1000 + ns)[-last:]
                self.assertEqual((name["count"], name["total_ns"], name["min_ns"], name["max_ns"]),
                                 (len(values), sum(values), min(values), max(values)), (last, name["name"]))
                self.assertAlmostEqual(name["median_ns"], statistics.median(values))
                self.assertEqual(name["failed"], values.count(99 * MS))
            self.assertEqual(sum(phase["count"] for phase in report["tree"]), sum(name["count"] for name in report["names"]))
        ends = [span["duration_ns"] for span in self.report("--last", "5")["slowest"] if span["name"] == "a"]
        self.assertEqual(sorted(ends), [i * MS for i in range(96, 101)])
        dumped = self.run_tacho("dump", "--last", "2", "--span", "a", self.session).stdout.decode()
        self.assertEqual(dumped.count("ms"), 2, dumped)

    def test_what_the_rings_no_longer_hold_is_said(self):
        self.record("durations_fixture", "".join(f"{i} a\n" for i in range(1, 1001)), "-c", "ring_records=64")
        report = self.report("--last", "100")
        self.assertIn("no longer hold", report["basis"])
        self.assertEqual((report["names"][0]["count"], report["names"][0]["min_ns"]), (63, 938))
        self.assertNotIn("no longer", self.report("--last", "63")["basis"])

    def test_own_time_of_the_last(self):
        self.record("everything_fixture", status=137)
        whole, last = self.names(), self.names("--last", "20")
        self.assertEqual((last["load"]["count"], last["decode"]["count"]), (20, 20))
        self.assertLess(last["load"]["self_ns"], last["load"]["total_ns"])
        self.assertEqual(last["load"]["self_ns"], last["load"]["total_ns"] - last["decode"]["total_ns"])
        self.assertEqual(self.names("--last", "20", "--span", "load")["load"]["self_ns"], last["load"]["self_ns"])
        self.assertEqual(self.names("--last", "1000")["load"]["self_ns"], whole["load"]["self_ns"])

    def test_trees_that_lack_some_of_what_lies_below_are_not_whole(self):
        self.record("paths_fixture", "", "-c", "ring_records=4096")
        whole, last = (self.report(*options)["critical_path"] for options in ([], ["--last", "8"]))
        self.assertEqual(whole["basis"], "all 8 root trees")
        self.assertIn("not whole", last["basis"], "each page has several tiles, of which eight are left")

    def test_the_last_values_of_metrics(self):
        self.record("metrics_fixture", "".join(f"line {i}\n" for i in range(20)))
        times = self.metrics("--last", "5")["query.times"]
        self.assertEqual((times["count"], times["mean"], times["min"], times["max"], times["last"]), (5, 18 * MS, 16 * MS, 20 * MS, 20 * MS))
        self.assertEqual(times["recent"], [i * MS for i in range(16, 21)])
        self.assertAlmostEqual(times["sd"], statistics.stdev(times["recent"]))
        self.assertEqual(self.metrics("--last", "500")["query.times"]["basis"], "the last values: exact")
        hits = self.metrics("--last", "5")["cache.hits"]
        self.assertIsNone(hits["count"])
        self.assertIn("only adds up", hits["basis"])

    def test_more_values_than_are_kept(self):
        self.record("everything_fixture", status=137)
        few = self.metrics("--last", "200")["query.times"]
        self.assertLess(few["count"], 200)
        self.assertIn("fewer are kept", few["basis"])

    def test_what_only_adds_up_has_no_last_values(self):
        """A wait of which nothing is known has no share of the time either."""
        self.record("everything_fixture", status=137)
        for last, words in (([], "wait [0-9.]+ .?s [0-9.]+ % of the time"), (["--last", "5"], "wait -$")):
            text = self.run_tacho("report", *last, self.session).stdout.decode()
            row = next(line for line in text.splitlines() if line.startswith("  lock.waits ") and " wait " in line)
            self.assertRegex(" ".join(row.split()), words)

    def test_a_pattern_that_no_name_is_like(self):
        """As of diff; of a time window, or of one kind, it may be right and there was nothing."""
        self.record("everything_fixture", status=137)
        done = self.run_tacho("report", "--span", "zzz*", self.session)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr, b"tacho: no span of the session has a name like 'zzz*': `tacho report` lists the names\n")
        for option, said in (("--metric", "no metric of the session has a name"), ("--source", "no metric of the session has a source")):
            done = self.run_tacho("report", option, "zzz*", self.session)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assert_one_line(done.stderr, f"{said} like 'zzz*'")
            self.assertEqual(self.run_tacho("report", option, "zzz*", "--window", "1ms", self.session).returncode, 0)
        self.assertEqual(self.run_tacho("report", "--metric", "process.*", self.session).returncode, 0, "a series is found by it, too")
        for more in (["--kind", "async"], ["--window", "1ms"]):
            self.assertEqual(self.run_tacho("report", "--span", "zzz*", *more, self.session).returncode, 0, more)

    def test_kinds_and_sources(self):
        self.record("everything_fixture", status=137)
        everything = self.report()
        for kind in ("async", "measured", "scope", "counter", "gauge", "custom"):
            report = self.report("--kind", kind)
            self.assertEqual(report["kinds"], [kind])
            self.assertEqual({phase["kind"] for phase in report["tree"]} | {metric["kind"] for metric in report["metrics"]}, {kind})
            self.assertEqual(sorted(metric["name"] for metric in report["metrics"]),
                             sorted(metric["name"] for metric in everything["metrics"] if metric["kind"] == kind))
        self.assertEqual(list(self.names("--kind", "measured,counter")), ["measured"])
        self.assertEqual(self.names("--kind", "scope")["load"]["count"], self.names()["load"]["count"])
        scopes = self.report("--kind", "scope")
        self.assertEqual(scopes["windows"], [], "they tell no kinds")
        for stage in scopes["bottlenecks"]:
            self.assertEqual((stage["n"], stage["confidence"], stage["enough_data"]), (0, 0.5, False))
            self.assertIn("it is not told apart there from spans that were left out", stage["reason"])
        self.assertEqual([metric["source"] for metric in self.report("--source", "sensor*")["metrics"]], ["sensor 1"])
        self.assertEqual(self.names("--source", "sensor*"), {}, "spans have no source")

    def test_all_hold_at_once(self):
        self.record("everything_fixture", status=137)
        report = self.report("--kind", "scope,time", "--span", "d*", "--metric", "q*", "--last", "3", "--from", "0s", "--to", "1h")
        self.assertEqual([(name["name"], name["count"]) for name in report["names"]], [("decode", 3)])
        self.assertEqual([(metric["name"], metric["count"]) for metric in report["metrics"]], [("query.times", 3)])
        self.assertEqual(self.report("--kind", "counter", "--metric", "q*")["metrics"], [])
        self.assertEqual({name["count"] for name in self.names("--last", "3", "--from", "1h", "--to", "2h").values()}, {0}, "open ones alone")

    def record_load(self):
        done = self.run_tacho("run", "-q", "-o", self.session, "--", os.path.join(FIXTURES, "share_fixture"), "alternate", "50", "20")
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.report()

    def assert_of_the_time(self, report, whole):
        """Series, shares, load and limit are of [considered_from, + considered)."""
        since, wall = report["considered_from_ns"], {row["name"]: row["wall_ns"] for row in report["shares"]}
        self.assertAlmostEqual(since + report["considered_ns"], whole["session"]["runtime_ns"], delta=1)
        self.assertLessEqual(report["shares_from_ns"], since)
        self.assertGreaterEqual(report["shares_to_ns"], since + report["considered_ns"] - 20e6, "what comes behind the last reading is not known yet")
        self.assertTrue(report["series"])
        for series in report["series"]:
            self.assertTrue(all(at >= since for at, _ in series["points"]), series["name"])
        for row in whole["shares"]:
            if row["name"] in "AB":
                self.assertLess(wall[row["name"]], 0.7 * row["wall_ns"], "the fixture alternates, and no window takes half of the run")
                self.assertGreater(wall[row["name"]], 0)
        self.assertLessEqual(report["load"]["windows"], whole["load"]["windows"])
        self.assertIsNotNone(report["load"]["tree"]["cpu_percent"])

    def test_every_section_is_of_the_time_of_the_last_spans(self):
        whole = self.record_load()
        last = self.report("--last", "2")
        self.assertEqual((whole["considered_from_ns"], whole["considered_ns"]), (0, whole["session"]["runtime_ns"]))
        self.assertEqual(last["considered_from_ns"], min(span["begin_ns"] for span in self.dumped("--last", "2")))
        self.assert_of_the_time(last, whole)
        later = self.report("--last", "1", "--from", "100ms")
        self.assertGreater(later["considered_from_ns"], last["considered_from_ns"])
        self.assertEqual({name["count"] for name in later["names"]}, {1})
        self.assertEqual(self.report("--last", "1000")["considered_ns"], self.report("--last", "20")["considered_ns"])
        shown = self.run_tacho("report", "--last", "2", self.session).stdout.decode()
        self.assertIn("in which they lie", shown)
        self.assertIn("of window", shown)

    def test_every_section_follows_window_kind_and_name(self):
        whole = self.record_load()
        half = f"{whole['session']['runtime_ns'] // 2}ns"
        for filters in (["--from", half], ["--window", half], ["--from", half, "--kind", "scope"], ["--window", half, "--span", "[AB]"]):
            self.assert_of_the_time(self.report(*filters), whole)
        self.assertEqual([row["name"] for row in self.report("--span", "A")["load"]["modules"]], ["A"])
        kind = self.report("--kind", "scope")
        self.assertEqual((kind["load"]["windows"], kind["windows"]), (whole["load"]["windows"], whole["windows"]), "there is no other")
        self.assertEqual(kind["bottlenecks"], whole["bottlenecks"])
        self.assertEqual([row["name"] for row in self.report("--kind", "measured")["load"]["modules"]], [])

    def test_courses_go_with_their_metrics(self):
        """What the observer read of metrics that are left out, in the report and in every export that has readings; of the machine by name and source."""
        self.record("everything_fixture", status=137)
        whole = self.report()
        ours = {metric["name"]: metric["kind"] for metric in whole["metrics"] if metric["series"] is not None}
        machine = {series["name"]: series["source"] for series in whole["series"] if series["name"] not in ours}
        self.assertGreater(min(len(ours), len(machine)), 2)
        name, kind = next(iter(ours.items()))
        cases = ((["--metric", name], {name}), (["--metric", "system.cpu"], {"system.cpu"}), (["--source", "nowhere", "--kind", kind], set()),
                 (["--source", machine["system.cpu"]], {one for one, source in machine.items() if source == machine["system.cpu"]}),
                 (["--kind", kind], {one for one in ours if ours[one] == kind} | machine.keys()))
        for filters, want in cases:
            with self.subTest(filters):
                report = self.report(*filters)
                self.assertEqual({series["name"] for series in report["series"]}, want)
                for metric in report["metrics"]:
                    if metric["series"] is not None:
                        self.assertEqual(report["series"][metric["series"]]["name"], metric["name"])
                full = {series["name"] for series in report["series"] if any(value is not None for _, value in series["points"])}
                self.assertEqual(self.exported(filters, want), full)

    def exported(self, filters, want):
        """The names that all exports with readings have; OpenTelemetry's has those of metrics by their last value, so it is of the rest."""
        def export(form):
            out = self.path(f"{form}-{len(os.listdir(self.root))}")
            self.assertEqual(self.run_tacho("export", "--format", form, "-o", out, *filters, self.session).returncode, 0)
            return out
        with open(os.path.join(export("csv"), "samples.csv"), newline="", encoding="utf-8-sig") as file:
            names = {row["series"] for row in csv.DictReader(file)}
        with open(export("chrome")) as file:
            self.assertEqual({event["name"] for event in json.load(file)["traceEvents"] if event["ph"] == "C"}, names)
        with open(export("otlp")) as file:
            metrics = json.loads(file.read().splitlines()[1])["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]
        allowed = want | set(self.metrics(*filters)) | {"tacho.span.duration", "tacho.span.failures"}
        self.assertLessEqual({metric["name"] for metric in metrics}, allowed)
        with open(export("prometheus")) as file:
            readings = {line.split()[2] for line in file if line.startswith("# TYPE tacho_")}
        self.assertEqual(any(name.startswith("tacho_system_") for name in readings), any(name.startswith("system.") for name in names))
        return names

    def test_mistakes(self):
        self.record("durations_fixture", "1 a\n")
        for arguments, said in ((["--last", "0"], "from 1 on"), (["--last", "x"], "from 1 on"), (["--last", "-1"], "from 1 on"),
                                (["--kind", "clock"], 'no kind "clock"; there are scope, async'), (["--kind", "scope,"], None),
                                (["--kind", ""], 'no kind ""')):
            done = self.run_tacho("report", *arguments, self.session)
            self.assertEqual(done.returncode, 2 if said else 0, arguments)
            if said:
                self.assert_one_line(done.stderr, said)


if __name__ == "__main__":
    sys.exit(unittest.main())
