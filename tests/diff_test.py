#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R4.4, R11.4: sessions compared by the whole command: pairs whose truth is known, the same program twice, runs of several a side, and
what cannot be compared."""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import textwrap
import unittest

from tacho_case import TACHO, TachoCase, wait_until

DATA = pathlib.Path(os.environ.get("TACHO_REFERENCE_DATA", "../shared/data"))
DURATIONS = os.path.join(os.path.dirname(TACHO), "tests", "durations_fixture")
MS = 1000000


def lines(spans):
    """{name: durations} as durations_fixture reads them, the names in turn."""
    longest = max(map(len, spans.values()), default=0)
    return "".join(f"{values[i]} {name}\n" for i in range(longest) for name, values in spans.items() if i < len(values)).encode()


def around(ns, count, seed, spread=0.05):
    made = random.Random(seed)
    return [int(ns * made.lognormvariate(0, spread)) for _ in range(count)]


class Diff(TachoCase):
    def record(self, name, spans, *options):
        place = os.path.join(self.store, name)
        done = self.run_tacho("run", "-q", "-o", place, "--name", name, *options, "--", DURATIONS, input=lines(spans))
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return place

    def diff(self, *arguments, status=0):
        done = self.run_tacho("diff", "--format", "json", *arguments)
        self.assertEqual((done.returncode, done.stderr), (status, b""), arguments)
        return json.loads(done.stdout, parse_constant=self.fail)

    def verdicts(self, got):
        return {row["name"]: row["verdict"] for row in got["spans"]}

    def test_pairs_of_known_truth(self):
        path = DATA / "synthetic/diff_cases.json"
        if not path.exists():
            raise unittest.SkipTest(f"skipped: no {path}")
        cases = {f"case {case['id']}": case for case in json.loads(path.read_text())["cases"]}
        all_kept = ("-c", "ring_records=32768")
        base = self.record("base", {name: case["a"] for name, case in cases.items()}, *all_kept)
        new = self.record("new", {name: case["b"] for name, case in cases.items()}, *all_kept)
        got = self.diff(base, new)
        self.assertEqual(len(got["spans"]), len(cases))
        false, right, changed = [], 0, 0
        for row in got["spans"]:
            label, comparison = cases[row["name"]]["label"], row["comparisons"][0]
            self.assertEqual((comparison["units"], comparison["n_base"]), ("blocks", 20))
            if label in ("regression", "improvement"):
                changed += 1
                right += comparison["verdict"] == label
            wrong = {"regression", "improvement"} - {label}
            if comparison["verdict"] in wrong:
                false.append(row["name"])
        self.assertEqual(false, [])
        self.assertGreaterEqual(right, 0.95 * changed, f"{right} of {changed}")

    def test_a_stage_that_is_a_fifth_slower(self):
        base = self.record("base", {"load": around(5 * MS, 300, 1), "mask": around(12 * MS, 300, 2)})
        new = self.record("new", {"load": around(5 * MS, 300, 3), "mask": around(14.4 * MS, 300, 4)})
        again = self.record("again", {"load": around(5 * MS, 300, 5), "mask": around(12 * MS, 300, 6)})
        got = self.diff(base, new)
        self.assertEqual(self.verdicts(got), {"mask": "regression", "load": "equivalent"})
        self.assertEqual((got["scope"], got["regression"], got["equivalent"]), ("this pair only", 1, 1))
        mask = got["spans"][0]["comparisons"][0]
        self.assertTrue(mask["ratio_lo"] < 1.2 < mask["ratio_hi"], mask)
        self.assertLess(mask["ratio_hi"] - mask["ratio_lo"], 0.1)
        self.assertEqual(set(self.verdicts(self.diff(base, again)).values()), {"equivalent"}, "the same program twice")
        self.assertEqual(self.verdicts(self.diff(new, base)), {"mask": "improvement", "load": "equivalent"})
        self.assertEqual(list(self.verdicts(self.diff(base, new, "--span", "l*"))), ["load"])
        self.assertEqual(self.diff(base, new, "--fail-if", "regression>30%")["failed_if"], [])
        for condition in ("regression", "regression>10%", "regression[> 10%]"):
            failed = self.diff(base, new, "--fail-if", condition, status=1)["failed_if"]
            self.assertEqual(failed, [{"condition": condition, "names": "mask"}])

    def test_runs_of_both_sides(self):
        for i in range(6):
            self.record(f"a-{i}", {"mask": around((12 + 0.01 * i) * MS, 30, i)})
            self.record(f"b-{i}", {"mask": around((14.4 + 0.01 * i) * MS, 30, 10 + i)})
        got = self.diff("a-*", "b-*")
        comparison = got["spans"][0]["comparisons"][0]
        self.assertEqual((comparison["units"], comparison["n_base"], comparison["n_new"]), ("sessions", 6, 6))
        self.assertEqual((got["scope"], comparison["verdict"]), ("the runs of both sides", "regression"))
        shown = self.run_tacho("diff", "a-*", "b-*").stdout.decode()
        self.assertIn("base and new are medians of the runs; the change is the median ratio of each new run to each base run", " ".join(shown.split()))
        self.assertRegex(shown, r"(?m)^  runtime .* (slower|faster|undecided|the same)\b", "a verdict without colour")
        few = self.diff("a-0,a-1,a-2", "b-0,b-1,b-2")["spans"][0]["comparisons"][0]
        self.assertEqual((few["verdict"], few["n_base"]), ("inconclusive", 3))
        self.assertGreaterEqual(few["needed_runs"], 5)
        named = self.diff("--base", "a-0", "--base", "a-1", "b-0", "b-1", "b-1")["spans"][0]["comparisons"][0]
        self.assertEqual((named["units"], named["n_base"], named["n_new"]), ("spans", 60, 60), "each session once")

    def test_the_beginning_of_a_run_and_its_end(self):
        second = 1000 * MS
        self.record("run", {"mask": around(10 * second, 150, 1, 0.01) + around(12 * second, 150, 2, 0.01)})
        got = self.diff("run@..11s", "run@11s..1h")
        comparison = got["spans"][0]["comparisons"][0]
        self.assertEqual((comparison["verdict"], got["spans"][0]["base_count"], got["spans"][0]["new_count"]), ("regression", 150, 150))
        self.assertAlmostEqual(comparison["ratio"], 1.2, delta=0.02)
        self.assertEqual((got["base"]["label"], got["new"]["label"]), ("run to 11s", "run from 11s to 1h"))
        self.assertEqual((got["notes"], got["base"]["runtime_ns"]), ([], None))
        for wrong, said in (("run@11s..5s", b"not before"), ("run@x..y", b"no time"), ("nowhere@1s..2s", b"'nowhere'")):
            done = self.run_tacho("diff", "run", wrong)
            self.assertEqual(done.returncode, 2)
            self.assert_one_line(done.stderr, said.decode())

    def test_what_can_hardly_be_compared(self):
        full = self.record("full", {"one": [5], "two": [5, 6], "zero": [0] * 200, "equal": [7] * 200, "gone": [1] * 9,
                                    "outlier": around(MS, 200, 1) + [10**13]})
        other = self.record("other", {"one": [50], "two": [7, 8], "zero": [0] * 200, "equal": [7] * 200, "fresh": [2] * 9,
                                      "outlier": around(MS, 200, 2)})
        empty = self.record("empty", {})
        got = self.diff(full, other, "--fail-if", "inconclusive", "--fail-if", "new", "--fail-if", "vanished", status=1)
        self.assertEqual(self.verdicts(got), {"one": "inconclusive", "two": "inconclusive", "zero": "equivalent",
                                              "equal": "equivalent", "outlier": "equivalent"})
        self.assertEqual([name["name"] for name in got["new_names"]], ["fresh"])
        self.assertEqual([(name["name"], name["count"], name["total_ns"]) for name in got["vanished_names"]], [("gone", 9, 9)])
        self.assertEqual(len(got["failed_if"]), 3)
        resources = {row["name"]: row for row in got["resources"]}
        self.assertNotIn("process.waiting", resources)
        got = self.diff(full, empty)
        self.assertEqual((got["spans"], len(got["vanished_names"])), ([], 6))
        self.assertEqual(self.diff(empty, empty)["spans"], [])
        got = self.diff(full, full)
        self.assertEqual({verdict for name, verdict in self.verdicts(got).items() if name not in ("one", "two")}, {"equivalent"})
        self.assertIn("on both sides", got["notes"][0])

    def drawn(self, name, rows):
        with open(self.path(name + ".csv"), "w") as out:
            out.write("name,start_ms,duration_ms\n" + "".join(f"{row}\n" for row in rows))
        done = self.run_tacho("import", "-o", self.path(name), self.path(name + ".csv"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.path(name)

    def test_what_is_open_is_there(self):
        """A name whose spans have not ended on a side is neither new nor vanished, so no --fail-if is met by it."""
        run = self.drawn("run", ["main,0,4000"] + [f"part,{10 * i},5" for i in range(390)])
        got = self.diff(run + "@0s..1s", run + "@1500ms..", "--fail-if", "new", "--fail-if", "vanished")
        self.assertEqual((got["new_names"], got["vanished_names"], list(self.verdicts(got))), ([], [], ["part"]))
        self.assertTrue(any(note.startswith("main is on both sides, but") for note in got["notes"]), got["notes"])
        text = self.run_tacho("diff", run + "@0s..1s", run + "@1500ms..").stdout.decode()
        self.assertIn("of the parts that were asked for", " ".join(text.split()))
        self.assertNotIn("whole runs", text)

    def test_a_time_in_which_nothing_lies(self):
        """All names would be new beside it."""
        run = self.drawn("run", [f"job,{10 * i},5" for i in range(200)])
        done = self.run_tacho("diff", run + "@1h..2h", run)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assert_one_line(done.stderr, "nothing of the session lies in the time that was asked for")
        self.assertIn("no span of run ended in the time that was asked for", self.diff(run + "@0s..1ms", run)["notes"])

    def test_a_pattern_that_no_name_is_like(self):
        """With --fail-if it would pass whatever had changed."""
        run, again = (self.drawn(name, [f"job,{10 * i},5" for i in range(200)]) for name in ("run", "again"))
        done = self.run_tacho("diff", "--span", "jobs*", "--fail-if", "regression", run, again)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assert_one_line(done.stderr, "'jobs*'")

    def test_the_same_on_both_sides(self):
        """It is said; with --fail-if it would pass whatever had changed."""
        run, other = (self.drawn(name, [f"job,{10 * i},5" for i in range(200)]) for name in ("run", "other"))
        self.assertIn("run is on both sides: it is compared with itself", self.diff(run, run)["notes"])
        for sides in ((run, run), (f"{run},{other}", f"{other},{run}"), (run + "@0s..", run + "@0s..")):
            done = self.run_tacho("diff", "--fail-if", "regression", *sides)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assert_one_line(done.stderr, "both sides are the same")
        for sides in ((run, other), (run, f"{run},{other}"), (run + "@0s..1s", run + "@1s..2s")):
            self.assertEqual(self.run_tacho("diff", "--fail-if", "regression", *sides).returncode, 0, sides)

    def drawn_runs(self, name, seconds):
        return [self.drawn(f"{name}{i}", [f"run,0,{1000 * time}", f"job,0,{100 + i}"]) for i, time in enumerate(seconds)]

    def test_whole_runs(self):
        """Their runtimes have an interval and a verdict from runs enough; one figure a side has neither (R4.2)."""
        base, new = self.drawn_runs("base", [10, 10.1, 9.9, 10.2, 9.8, 10.05]), self.drawn_runs("new", [13, 13.1, 12.9, 13.2, 12.8, 13.05])
        got = self.diff("--base", *sum(([run, "--base"] for run in base[1:]), []), base[0], *new)
        runtime = got["resources"][0]
        comparison, = runtime["comparisons"]
        self.assertEqual((runtime["name"], runtime["verdict"], runtime["base_count"], comparison["units"]), ("runtime", "regression", 6, "sessions"))
        self.assertTrue(1.25 < comparison["ratio_lo"] < 1.3 < comparison["ratio_hi"] < 1.35, comparison)
        got = self.diff("--base", base[0], "--base", base[2], *new)
        comparison, = got["resources"][0]["comparisons"]
        self.assertEqual((comparison["verdict"], comparison["ratio"], comparison["p_value"]), ("inconclusive", None, None))

    def test_less_than_the_base_differs_by(self):
        """It is the same, and what that is for is said."""
        base, new = self.drawn_runs("base", [8, 9, 10, 11, 12, 13]), self.drawn_runs("new", [13.2, 13.3, 13.4, 13.5, 13.6, 13.7])
        got = self.diff("--base", *sum(([run, "--base"] for run in base[1:]), []), base[0], *new)
        self.assertEqual(got["resources"][0]["verdict"], "equivalent")
        self.assertTrue(any(note.startswith("runtime changed by +") and "among themselves" in note for note in got["notes"]), got["notes"])

    def test_a_new_name_that_has_not_ended(self):
        """What is open has taken its time: the screen's total has it, JSON has it apart."""
        killed = self.path("killed")
        inner = textwrap.dedent(f"""
            import json, os, subprocess
            def known():  # that the process lives
                report = subprocess.run(["{TACHO}", "report", "--format", "json", "{killed}"], stdout=subprocess.PIPE, check=True).stdout
                return os.getppid() in [process["pid"] for process in json.loads(report)["process_tree"]]
            while not known():
                pass
            os.kill(os.getppid(), 9)
        """)
        self.run_tacho("run", "-q", "-o", killed, "--", "sh", "-c", f'{TACHO} span main -- {sys.executable} -c "$0"', inner)
        other = self.drawn("other", ["part,0,5"])
        name, = self.diff(other, killed)["new_names"]
        self.assertEqual((name["name"], name["count"], name["open"], name["open_ns"] > 0, name["total_ns"]), ("main", 0, 1, True, 0))
        text = self.run_tacho("diff", other, killed).stdout.decode()
        self.assertRegex(text, r"main +0\+1 +- +[1-9]")

    def test_one_span_that_takes_all_the_time(self):
        rows = [f"job,{20 * i},{10 + i % 7 / 10}" for i in range(400)]
        base, new = self.drawn("base", rows), self.drawn("new", rows + ["job,8000,100000"])
        got = self.diff(base, new)
        self.assertEqual(self.verdicts(got), {"job": "equivalent"})
        self.assertEqual(len(got["notes"]), 1)
        self.assertIn("far beyond its median and p95", got["notes"][0])
        text = " ".join(self.run_tacho("diff", base, new).stdout.decode().split())
        self.assertIn("; the run took 1m 48s, the base 7.99 s: ×13.5", text)

    def test_sessions_that_run_or_were_killed(self):
        base = self.record("base", {"mask": [MS] * 200})
        place = os.path.join(self.store, "live")
        process = subprocess.Popen([TACHO, "run", "-q", "-o", place, "--", DURATIONS], stdin=subprocess.PIPE, env=self.environment)
        process.stdin.write(lines({"mask": [MS] * 2000}))
        process.stdin.flush()
        wait_until(lambda: os.path.exists(place) and any(self.parts(place)))
        self.assertIn("still running", " ".join(self.diff(base, place)["notes"]))
        os.kill(self.child_of(process.pid), signal.SIGKILL)
        process.communicate()
        self.assertIn("was killed", " ".join(self.diff(base, place)["notes"]))


if __name__ == "__main__":
    sys.exit(unittest.main())
