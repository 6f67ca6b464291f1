#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# runs in: release asan
"""Critical paths, what-if and what could run at the same time, of programs that were really recorded (R11.10, R11.4)."""

import json
import math
import os
import random
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from tacho_case import TachoCase  # noqa: E402

FIXTURE = os.path.abspath(os.path.join(os.environ.get("TACHO_BUILD", "build"), "tests", "paths_fixture"))
PAGES = 12


class Paths(TachoCase):
    def record(self, *command, settings=()):
        session = self.path("session")
        done = self.run_tacho("run", "-q", "-o", session, *settings, "--", *command)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return session

    def paths(self, session, *options):
        done = self.run_tacho("report", "--format", "json", *options, session)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.report = json.loads(done.stdout)
        return self.report["critical_path"]

    def total(self, name):
        return next(view for view in self.report["names"] if view["name"] == name)["total_ns"]

    def near(self, got, want, share=1e-3):
        self.assertLess(abs(got - want), share * want, f"{got}, should be {want}")

    def test_threads(self):
        paths = self.paths(self.record(FIXTURE, str(PAGES)))
        self.assertEqual((paths["basis"], paths["n"], paths["of"]), (f"all {PAGES} root trees", PAGES, PAGES))
        on = {name["name"]: name for name in paths["names"]}
        self.assertEqual(set(on), {"page", "slow", "tile"})  # never what slow outlasts, nor what only follows
        self.near(paths["total_ns"], self.total("page"))
        self.near(sum(name["path_ns"] for name in on.values()), self.total("page"))
        self.near(on["slow"]["path_ns"], self.total("slow"))
        self.assertGreater(paths["avg_parallelism"], 1)
        for name in on.values():
            halved, removed = name["saving_if_halved"], name["saving_if_removed"]
            self.assertLessEqual(removed["ns"], name["path_ns"] * (1 + 1e-9))
            self.assertLessEqual(halved["lo_ns"], halved["ns"])
            self.assertLessEqual(halved["ns"], halved["hi_ns"])
            self.assertLessEqual(halved["ns"], removed["ns"])
        self.assertLess(on["slow"]["saving_if_removed"]["ns"], on["slow"]["path_ns"])  # fast comes in its place

    def imported(self, rows):
        with open(self.path("table.csv"), "w") as out:
            out.write("id,parent,name,thread,start_ms,duration_ms\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
        session = self.path("imported")
        self.assertEqual(self.run_tacho("import", "--force", "-o", session, self.path("table.csv")).returncode, 0)
        return session

    def test_what_comes_onto_the_path_is_no_saving(self):
        """Beside a of 30 ms runs b of 20 ms: whatever becomes of a, 10 of 31 ms are saved, and no more (R11.10, R5.4)."""
        rows = []
        for i in range(40):
            rows += [(f"{i}r", "", "request", 1, 40 * i, 31), (f"{i}a", f"{i}r", "a", 1, 40 * i, 30), (f"{i}b", f"{i}r", "b", 2, 40 * i, 20)]
        session = self.imported(rows)
        self.paths(session)
        stage = next(stage for stage in self.report["bottlenecks"] if stage["stage"] == "a")
        self.near(stage["saving_if_halved"], 400e6)
        self.near(stage["saving_if_removed"], 400e6)
        advice = next(advice for advice in self.report["recommendations"] if (advice["stage"], advice["kind"]) == ("a", "bottleneck"))
        self.near(advice["expected_improvement"]["percent_lo"], 100 * 10 / 31)
        self.near(advice["expected_improvement"]["percent_hi"], 100 * 10 / 31)
        self.assertIn("and all takes as long", self.run_tacho("explain", "b", session, extra={"COLUMNS": "200"}).stdout.decode())
        self.assertIn("left out it saves 400 ms (400 ms to 400 ms), and all is 1.48 times as fast", self.run_tacho("explain", "a", session, extra={"COLUMNS": "200"}).stdout.decode())

    def test_rounded_times_make_nothing_parallel(self):
        """a ends up to 3 ns after b has begun, as where times were broken microseconds: halving a saves half of it all the same."""
        rows = []
        for i in range(40):
            rows += [(f"{i}r", "", "request", 1, 40 * i, 31), (f"{i}a", f"{i}r", "a", 1, 40 * i, 20 + i % 4 * 1e-6), (f"{i}b", f"{i}r", "b", 1, 40 * i + 20, 11)]
        paths = self.paths(self.imported(rows), "--what-if", "a=0.5")
        self.near(paths["what_if"][0]["saving"]["ns"], 400e6, 1e-6)
        self.near(next(name for name in paths["names"] if name["name"] == "a")["path_ns"], 800e6, 1e-6)
        self.assertEqual([o for o in paths["opportunities"] if o["evidence"] == "overlap"], [])

    def beside(self, roots):
        """A session of (duration, part of it that a job beside the stack takes) on one thread; what the table reports, and where."""
        rows, at = [], 0.0
        for i, (duration, part) in enumerate(roots):
            rows += [f"req,{at:.6f},{duration:.6f},r{i},,scope", f"job,{at:.6f},{part * duration:.6f},j{i},r{i},async"]
            at += duration
        with open(self.path("beside.csv"), "w") as out:
            out.write("name,start_ms,duration_ms,id,parent,kind\n" + "\n".join(rows) + "\n")
        session = self.path("beside")
        self.assertEqual(self.run_tacho("import", "--force", "-o", session, self.path("beside.csv")).returncode, 0)
        paths = self.paths(session, "--what-if", "req=0.5")
        self.assertLess(paths["n"], paths["of"])
        return paths, session

    def test_long_trees_that_are_not_at_hand(self):
        """The paths have the time of the roots, whatever the newest are like; what they can't tell is no interval (R11.10)."""
        for slow_part in (.9, .1):
            roots = [(300 if i % 2000 == 7 else .002, slow_part if i % 2000 == 7 else .5) for i in range(6000)]
            paths, session = self.beside([*roots, *[(.002, .5)] * 4000])
            whole, jobs = self.total("req"), self.total("job")
            self.near(paths["total_ns"], whole, 1e-9)
            self.near(next(name for name in paths["names"] if name["name"] == "req")["path_ns"], whole - jobs, 1e-6)
            saving = paths["what_if"][0]["saving"]
            self.near(saving["ns"], (whole - jobs) / 2, 1e-6)
            self.assertEqual((saving["lo_ns"], saving["hi_ns"]), (None, None))
            self.assertIn("lies in trees longer than those at hand", saving["lo_ns_reason"])
            self.assertEqual({stage["confidence"] for stage in self.report["bottlenecks"]}, {0.5})
            shown = self.run_tacho("report", session).stdout.decode()
            self.assertNotIn("roots at a time", shown)

    def test_some_trees_of_many(self):
        """What differs from tree to tree is in the interval, where the newest are as the others were."""
        random_of = random.Random(3)
        inside = 0
        for _ in range(4):
            roots = [(round(random_of.lognormvariate(0, .5), 6), random_of.uniform(.2, .8)) for _ in range(8000)]
            paths, _ = self.beside(roots)
            self.near(paths["total_ns"], self.total("req"), 1e-9)
            truth = sum(duration * (1 - part) for duration, part in roots) / 2 * 1e6
            saving = paths["what_if"][0]["saving"]
            self.near(saving["ns"], truth, .05)
            self.assertLess(saving["hi_ns"] - saving["lo_ns"], .2 * truth)
            inside += saving["lo_ns"] < truth < saving["hi_ns"]
        self.assertGreaterEqual(inside, 3)

    def test_rare_long_spans_that_are_not_at_hand(self):
        """Without anything beside them they are known to be on the path, and how much they differ is known of all."""
        rows, at = [], 0.0
        for i in range(10000):
            rows.append(f"solo,{at:.6f},{30 if i % 1000 == 7 and i < 6000 else .002}")
            at += 30
        with open(self.path("solo.csv"), "w") as out:
            out.write("name,start_ms,duration_ms\n" + "\n".join(rows) + "\n")
        self.assertEqual(self.run_tacho("import", "--force", "-o", self.path("solo"), self.path("solo.csv")).returncode, 0)
        saving = self.paths(self.path("solo"), "--what-if", "solo=0.5")["what_if"][0]["saving"]
        self.near(saving["ns"], self.total("solo") / 2, 1e-9)
        drawn = 15e6 * math.sqrt(2 * 6) * 1.96  # as many of them again, drawn twice
        self.near(saving["hi_ns"] - saving["ns"], drawn, .02)

    def test_parallel(self):
        session = self.record(FIXTURE, str(PAGES))
        found = [o for o in self.paths(session)["opportunities"] if o["names"] == ["tile"]]
        if self.report["session"]["cpus"] < 2 or (self.report["session"]["cpu_limit_cores"] or 2) < 2:
            self.skipTest("on one CPU nothing runs at the same time")
        self.assertEqual(len(found), 1)
        self.assertEqual((found[0]["parent"], found[0]["evidence"]), ("page", "overlap"))
        self.assertGreater(found[0]["confidence"], 0.7)
        self.assertEqual(found[0]["parents"], PAGES)
        self.assertLess(found[0]["parallel_ns"], found[0]["sum_ns"])
        self.assertGreater(found[0]["saving_hi_ns"], 0)
        advice = [advice for advice in self.report["recommendations"] if advice["kind"] == "parallel"]
        self.assertEqual([(a["stage"], a["confidence"]) for a in advice], [("page", found[0]["confidence"])])
        self.assertIn("its tile one after another", advice[0]["issue"])

    def test_what_was_cut_off(self):
        """R11.10: how long a span would have taken that was open when a signal ended the run nobody knows, nor half of it."""
        session = self.path("session")
        self.assertEqual(self.run_tacho("run", "-q", "-o", session, "--", FIXTURE, "killed").returncode, 137)
        paths = self.paths(session, "--what-if", "stuck=0.5", "--what-if", "parse=0.5")
        stuck, parse = (answer["saving"] for answer in paths["what_if"])
        self.assertEqual((stuck["ns"], stuck["ns_reason"], stuck["lo_ns"]), (None, "had not ended", None))
        self.near(parse["ns"], self.total("parse") / 2, 1e-6)
        found = next(f for f in self.report["findings"] if (f["stage"], f["kind"]) == ("stuck", "bottleneck"))
        self.assertRegex(found["issue"], "of the time in spans: it had been open for .* when the run was killed$")
        advice = [a for a in self.report["recommendations"] if (a["stage"], a["kind"]) == ("stuck", "bottleneck")]
        self.assertEqual([(a["suggested_action"], a["expected_improvement"]["text"]) for a in advice],
                         [("See what it waits for or repeats.", None)] * len(advice))
        shown = self.run_tacho("report", "--what-if", "stuck=0.5", session).stdout.decode()
        self.assertRegex(shown, r"  stuck .* - \(had not ended\)\n")
        self.assertIn("halving stuck saves what is not known: it had not ended\n", shown)

    def test_why_there_is_no_interval(self):
        """After a step what is halved hangs on where the step was: it is said where there is room, and on demand."""
        rows, at = [("m", "", "main", 1, 0, 60 * 4 + 60 * 7)], 0
        for i in range(120):
            rows.append((f"w{i}", "m", "work", 1, at, 4 if i < 60 else 7))
            at += rows[-1][-1]
        session = self.imported(rows)
        why = "no interval: it differs in too few of the trees"
        self.assertIn(why, self.run_tacho("report", "--verbose", session, extra={"COLUMNS": "200"}).stdout.decode())
        self.assertIn(why, self.run_tacho("explain", "work", session, extra={"COLUMNS": "200"}).stdout.decode())
        self.assertNotIn(why, self.run_tacho("report", session, extra={"COLUMNS": "200"}).stdout.decode())

    def test_what_if(self):
        session = self.record(FIXTURE, str(PAGES))
        halved, kept = self.paths(session, "--what-if", "tile=0.5", "--what-if", "slow=1")["what_if"]
        on = {name["name"]: name for name in self.report["critical_path"]["names"]}
        self.assertEqual((halved["name"], halved["factor"], halved["saving"]), ("tile", 0.5, on["tile"]["saving_if_halved"]))
        self.assertEqual((kept["name"], kept["saving"]["ns"]), ("slow", 0))
        text = self.run_tacho("report", "--what-if", "tile=0.5", session).stdout.decode()
        self.assertIn("halving tile saves ", text)
        self.assertIn("Critical path", text)

    def drawn(self, seed, nested, trees=100, alike=0.0, sd=1.0):
        """What halving "a" saves, its interval, of a session of one distribution: a is lognormal, as durations are."""
        random_of, at, rows, log = random.Random(seed), 0.0, [], 0.0
        for tree in range(trees):
            log = alike * log + math.sqrt(1 - alike * alike) * math.log(random_of.lognormvariate(0, 1))
            a, b = round(math.exp(1 + sd * log), 3), round(random_of.lognormvariate(1, .3), 3)  # no ns of overlap
            if nested:
                rows += [f"r{tree},req,{at},{a + b},", f"a{tree},a,{at},{a},r{tree}", f"b{tree},b,{at + a},{b},r{tree}"]
            else:
                rows += [f"a{tree},a,{at},{a},", f"b{tree},b,{at + a},{b},"]
            at = round(at + a + b + 1, 3)
        with open(self.path("drawn.csv"), "w") as out:
            out.write("id,name,start_ms,duration_ms,parent\n" + "\n".join(rows) + "\n")
        session = self.path("drawn")
        self.assertEqual(self.run_tacho("import", "--force", "-o", session, self.path("drawn.csv")).returncode, 0)
        saving = self.paths(session, "--what-if", "a=0.5")["what_if"][0]["saving"]
        return saving["ns"], saving["lo_ns"], saving["hi_ns"]

    def test_such_sessions_lie_in_the_interval(self):
        """R11.10: of sessions of one distribution 95 % lie in the interval of any of them; heavy tails cost a little of it."""
        for nested in (False, True):
            drawn = [self.drawn(seed, nested) for seed in range(24)]
            pairs = [low <= other[0] <= high for i, (_, low, high) in enumerate(drawn) for k, other in enumerate(drawn) if i != k]
            self.assertGreaterEqual(sum(pairs) / len(pairs), 0.9, f"nested: {nested}")
            self.assertLess(sum((high - low) / ns for ns, low, high in drawn) / len(drawn), 1, "so wide that it says nothing")

    def test_trees_that_are_like_their_neighbours(self):
        """They say less than as many that hang on no other."""
        drawn = [self.drawn(seed, True, 400, .9, .4) for seed in range(16)]
        pairs = [low <= other[0] <= high for i, (_, low, high) in enumerate(drawn) for k, other in enumerate(drawn) if i != k]
        self.assertGreaterEqual(sum(pairs) / len(pairs), 0.85)
        self.assertLess(sum((high - low) / ns for ns, low, high in drawn) / len(drawn), 1, "so wide that it says nothing")

    def batches(self, seed, count=60, **names):
        """One main around everything: batches of a lognormal a, and b, which nothing waits for."""
        random_of, at, rows = random.Random(seed), 0.0, []
        for i in range(count):
            a = random_of.lognormvariate(1, .5)
            rows += [(f"x{i}", "m", "batch", 1, at, a + 1), (f"a{i}", f"x{i}", "a", 1, at, a), (f"b{i}", f"x{i}", "b", 2, at, .01)]
            at += a + 2
        session = self.imported([("m", "", "main", 1, 0, at + 50), *rows, ("o", "m", "once", 1, at, 50)])
        return {name: self.paths(session, "--what-if", f"{name}=0.5")["what_if"][0]["saving"] for name in ("a", "b", "main", "once")}, session

    def test_stretches_of_one_root_give_an_interval(self):
        """R11.4: in the commonest of programs, of which there is one tree."""
        drawn = [self.batches(seed)[0] for seed in range(100, 124)]
        pairs = [one["a"]["lo_ns"] <= other["a"]["ns"] <= one["a"]["hi_ns"] for one in drawn for other in drawn if one is not other]
        self.assertGreaterEqual(sum(pairs) / len(pairs), 0.9)
        self.assertLess(sum((one["a"]["hi_ns"] - one["a"]["lo_ns"]) / one["a"]["ns"] for one in drawn) / len(drawn), 1)
        self.assertEqual((drawn[0]["a"]["method"], drawn[0]["a"]["n"]), ("stretches of time", 61))
        self.assertLess(drawn[0]["main"]["lo_ns"], drawn[0]["main"]["ns"])

    def test_why_there_is_no_interval(self):
        of, session = self.batches(1)
        narrow = self.run_tacho("report", "--what-if", "once=.5", session, extra={"COLUMNS": "60"}).stdout.decode()
        self.assertIn("no interval: it needs at least six whole trees with it, or stretches of one", " ".join(narrow.split()))
        self.assertEqual((of["once"]["ns"], of["once"]["lo_ns"], of["once"]["lo_ns_reason"]), (25e6, None, "needs at least six whole trees with it, or stretches of one"))
        self.assertEqual((of["b"]["ns"], of["b"]["lo_ns_reason"]), (0, "is on no critical path"))
        text = self.run_tacho("report", "--what-if", "b=0.5", session).stdout.decode()
        self.assertIn("no interval: it is on no critical path", text)

    def test_roots_that_overlap_save_no_more_than_the_run(self):
        """Forty jobs of 80 ms, one every 25 ms: io is 60 ms of each, 2.4 s of a run of 1.06 s."""
        rows = []
        for i in range(40):
            rows += [(f"j{i}", "", "job", i, 25 * i, 80), (f"i{i}", f"j{i}", "io", i, 25 * i, 60)]
        session = self.imported(rows)
        on = {name["name"]: name for name in self.paths(session)["names"]}
        run_ns = self.report["considered_ns"]
        self.near(run_ns, 39 * 25e6 + 80e6)
        self.assertTrue(on["io"]["saving_if_removed"]["roots_overlap"])
        self.near(on["io"]["saving_if_removed"]["ns"], run_ns * 60 / 80)
        self.near(on["io"]["saving_if_halved"]["ns"], run_ns * 30 / 80)
        text = self.run_tacho("report", session).stdout.decode()
        self.assertNotIn("nothing ran at the same time", text)
        self.assertIn("3.03 roots at a time on average", text)
        self.assertIn("with as many root spans at once as before", " ".join(text.split()))

    def test_an_import_has_as_many_cpus_as_were_busy(self):
        """R8, R11.8: what overlaps here stands one after another there."""
        def rows(count, step):
            out, at = [], 0
            for i in range(count):
                for k, name in enumerate("ab"):
                    begin = at + (0 if step and i % 10 == 0 else 10 * (k ^ (i % 2)))
                    out.append((f"{i}{name}", f"{i}r", name, k, begin, 10))
                out.append((f"{i}r", "", "request", 1, at, 20))
                at += 30
            return out
        found = self.paths(self.imported(rows(40, True)))["opportunities"]
        self.assertEqual([(sorted(o["names"]), o["evidence"], o["cores"]) for o in found], [(["a", "b"], "overlap", 2)])
        shutil.rmtree(self.path("imported"))
        session = self.imported(rows(40, False))
        paths = self.paths(session)
        self.assertEqual(paths["opportunities"], [])
        self.assertIn("not known", paths["opportunities_reason"])
        said = b"what could run at the same time is not known: " + paths["opportunities_reason"].encode()
        self.assertIn(said, self.run_tacho("report", "--verbose", session, extra={"COLUMNS": "200"}).stdout)
        self.assertNotIn(b"what could run at the same time", self.run_tacho("report", session).stdout)

    def test_bad_what_if(self):
        session = self.record("true")
        for given, said in [("insert", "takes a name"), ("=1", "takes a name"), ("a=", "takes a name"), ("a=-1", "takes a name"),
                            ("a=1.5", "takes a name"), ("a=nan", "takes a name"), ("a=0.5", 'called "a"'), ("a=b=0", 'called "a=b"')]:
            done = self.run_tacho("report", "--what-if", given, session)
            self.assertEqual((done.returncode, done.stdout), (2, b""), given)
            self.assertIn(said, done.stderr.decode())
            self.assertEqual(done.stderr.count(b"\n"), 1, given)

    def test_rings_lack_some(self):
        """Of many pages the newest are at hand; the total is that of all."""
        paths = self.paths(self.record(FIXTURE, "100", settings=["-c", "ring_records=64"]))
        self.assertEqual(paths["of"], 100)
        self.assertLess(paths["n"], 20)
        self.assertEqual(paths["basis"], f"the newest {paths['n']} of 100 root trees")
        self.near(paths["total_ns"], self.total("page"), 0.2)  # of what ran at the same time the newest tell

    def test_sample(self):
        """The rings have the last tenth only; the observer's sample is of all (tests/tree_sample_test.c), and says so."""
        session = self.record(FIXTURE, "requests", "20000", settings=["-c", "ring_records=2048"])
        paths = self.paths(session)
        self.assertEqual((paths["n"], paths["of"]), (256, 20000))
        self.assertEqual(paths["basis"], "a random sample, 256 of 20,000 trees below roots that are not whole")
        self.near(paths["total_ns"], self.total("main"))
        self.assertTrue({"early", "late"} <= {name["name"] for name in paths["names"]})

    def test_no_spans(self):
        paths = self.paths(self.record("true"))
        self.assertEqual((paths["n"], paths["avg_parallelism"], paths["enough_data"]), (0, None, False))
        self.assertEqual(paths["avg_parallelism_reason"], "no tree of spans is whole")

    def test_shell(self):
        """`tacho span` in a shell: processes below processes."""
        self.environment["PATH"] = os.path.dirname(FIXTURE) + "/..:" + self.environment["PATH"]
        paths = self.paths(self.record("sh", "-c", "tacho span build -- sh -c 'tacho span compile -- true; tacho span link -- true'"))
        self.assertEqual(paths["basis"], "the only root tree")
        self.assertEqual({name["name"] for name in paths["names"]}, {"build", "compile", "link"})
        self.near(paths["total_ns"], self.total("build"))


if __name__ == "__main__":
    unittest.main()
