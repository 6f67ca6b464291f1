#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R5.8: budgets held against sessions whose figures are known: what is held, broken and not known, and the exit status that says so."""
import json
import os
import signal
import subprocess
import sys
import unittest

from tacho_case import TACHO, TachoCase, wait_until

DURATIONS = os.path.join(os.path.dirname(TACHO), "tests", "durations_fixture")
MS = 1000000


def spans(name, durations, failed=0):
    """Lines for durations_fixture; the last `failed` of them failed."""
    kept = len(durations) - failed
    return "".join(f"{ns} {'failed ' if i >= kept else ''}{name}\n" for i, ns in enumerate(durations)).encode()


class Check(TachoCase):
    def record(self, lines, *options):
        return self.run_tacho("run", "-q", *options, "--", DURATIONS, input=lines)

    def check(self, *arguments):
        done = self.run_tacho("check", "--format", "json", *arguments)
        self.assertEqual(done.stderr, b"")
        return done.returncode, json.loads(done.stdout, parse_constant=self.fail)

    def one(self, expression, *arguments):
        status, got = self.check("--budget", expression, *arguments)
        budget = got["budgets"][0]
        self.assertEqual(status, {"held": 0, "broken": 1, "not_known": 2}[budget["state"]])
        self.assertEqual(budget["state"] == "not_known", budget["reason"] is not None)
        return budget

    def test_known_durations(self):
        self.record(spans("Mask Batch", [i * MS for i in range(1, 101)], failed=3) + spans("tiny", [7]))
        for expression, state in (
                ("Mask Batch.p95 < 96ms", "held"), ("Mask Batch.p95 < 95ms", "broken"), ("Mask Batch.median == 50.5ms", "held"),
                ("Mask Batch.failure_rate < 3%", "broken"), ("Mask Batch.failure_rate <= 3%", "held"),
                ("Mask Batch.success_rate >= 97%", "held"), ("Mask Batch.count == 100", "held"), ("Mask Batch.max < 0.1s", "broken"),
                ("Mask Batch.total <= 5050ms", "held"), ("Mask Batch.sd < 29011us", "broken"), ("Mask Batch.sd < 29012us", "held"),
                ("tiny.p99 < 1us", "held"), ("tiny.p99 == 7ns", "held"), ("tiny.failed == 0", "held"), ("tiny.sd < 1s", "not_known"),
                ("session.runtime < 1h", "held"), ("process.memory.peak > 0", "held"), ("process.memory.peak < 1B", "broken"),
                ("process.cpu.total < 1h", "held"), ("Mask Batch.last < 1s", "not_known"), ("mask batch.p95 < 1s", "not_known")):
            self.assertEqual(self.one(expression)["state"], state, expression)
        value = self.one("Mask Batch.p90 < 2s")
        self.assertEqual((value["value"], value["value_unit"], value["limit"], value["n"]), (90.1 * MS, "ns", 2e9, 100))
        self.assertIn('did you mean "Mask Batch"', self.one("Mask Bach.p95 < 2s")["reason"])

    def test_the_worst_of_several_counts(self):
        self.record(spans("a", [MS] * 10))
        held, broken, unknown = ["--budget", "a.max < 2ms"], ["--budget", "a.max < 1us"], ["--budget", "b.max < 1us"]
        self.assertEqual(self.check(*held, *held)[0], 0)
        self.assertEqual(self.check(*held, *broken, *unknown)[0], 1)
        status, got = self.check(*held, *unknown)
        self.assertEqual((status, got["state"], got["held"], got["not_known"], got["broken"]), (2, "not_known", 1, 1, 0))

    def test_a_glob_looks_at_all_and_names_the_worst(self):
        self.record(spans("decode.fast", [MS] * 10) + spans("decode.slow", [9 * MS] * 10) + spans("other", [20 * MS] * 10) + spans("a*", [MS]))
        held = self.one("decode.*.p95 < 10ms")
        self.assertEqual((held["state"], held["matched"], held["worst"], held["value"]), ("held", 2, "decode.slow", 9 * MS))
        self.assertEqual(self.one("decode.*.count >= 10")["matched"], 2)
        broken = self.one("*.p95 < 10ms")
        self.assertEqual((broken["state"], broken["matched"], broken["worst"]), ("broken", 4, "other"))
        self.assertEqual(self.one("[df]ecode.f*.max <= 1ms")["worst"], "decode.fast")
        own = self.one("a*.max <= 1ms")
        self.assertEqual((own["state"], own["worst"]), ("held", None), "there is a span of this name: it is no glob")
        self.assertEqual(self.one("process.mem*.peak > 0")["of"], "series")
        self.assertIn("matches", self.one("zz*.p95 < 1s")["reason"])
        self.assertIn("the worst of 4: other", self.run_tacho("check", "--budget", "*.p95 < 10ms").stdout.decode())

    def test_a_window(self):
        self.record(spans("a", [MS] * 10))
        status, got = self.check("--budget", "a.count == 0", "--from", "1h", "--to", "2h")
        self.assertEqual((status, got["budgets"][0]["value"]), (2, None), "nothing of the name in that time")
        self.assertEqual(got["budgets"][0]["reason"], "nothing of the session lies in the time that was asked for")
        _, got = self.check("--budget", "a.count == 1", "--budget", "b.count == 0", "--from", "0s", "--to", "1ns")
        self.assertEqual({budget["reason"] for budget in got["budgets"]}, {"no span, metric or series of this name was recorded in this time"})

    def test_run_says_it_by_its_status(self):
        lines = spans("insert", [MS] * 50)
        self.assertEqual(self.record(lines, "--budget", "insert.p95 < 2ms").returncode, 0)
        broken = self.record(lines, "--budget", "insert.p95 < 1us")
        self.assertEqual(broken.returncode, 120)
        self.assertIn("1 broken", broken.stderr.decode())
        self.assertEqual(self.record(lines, "--budget", "insertt.p95 < 2ms").returncode, 120)
        failed = self.run_tacho("run", "-q", "--budget", "session.runtime < 1ns", "--", "sh", "-c", "exit 3")
        self.assertEqual(failed.returncode, 3, "the command's own status comes first")
        self.assertIn("broken", failed.stderr.decode())
        self.assertEqual(self.run_tacho("run", "-q", "--budget", "session.runtime < 1h", "--", "/nowhere").returncode, 127)

    def test_a_mistake_is_told_before_the_command_starts(self):
        witness = self.path("witness")
        done = self.run_tacho("run", "--budget", "insert.p96 < 2s", "--", "touch", witness)
        self.assertEqual(done.returncode, 125)
        self.assertFalse(os.path.exists(witness))
        self.assertEqual(self.sessions(), [])
        said, expression, caret = done.stderr.decode().splitlines()
        self.assertIn("did you mean p95?", said)
        self.assertEqual(expression[caret.index("^"):], "p96 < 2s")

    def test_where_a_mistake_is(self):
        self.record(spans("a", [MS]))
        for expression, rest, part in (("decode.p95 ~ 2s", "~ 2s", '"~" compares nothing'), ("decode.p95 ~ 2.5s", "~ 2.5s", '"~" compares nothing'),
                                       ("decode.p95 2s", "2s", "the < is missing"), ("decode.p95", "", "the < is missing"),
                                       ("decode 2s", "", "the < is missing"), ("decode.p95 ~\x1b[2J 2s", "~\\x1b[2J 2s", '"~" compares nothing'), ("a.p98 < 1s", "p98 < 1s", "did you mean p99?"),
                                       ("a.p9999 < 1s", "p9999 < 1s", "did you mean p999?"), ("a.p40 < 1s", "p40 < 1s", "did you mean p50?")):
            done = self.run_tacho("check", "--budget", expression)
            self.assertEqual(done.returncode, 2, expression)
            said, shown, caret = done.stderr.decode().splitlines()
            self.assertIn(part, said)
            self.assertEqual(shown[caret.index("^"):], rest, expression)

    def test_a_session_that_runs_and_one_that_was_killed(self):
        process = subprocess.Popen([TACHO, "run", "-q", "--", DURATIONS], stdin=subprocess.PIPE, env=self.environment)
        process.stdin.write(spans("a", [MS] * 1000))
        process.stdin.flush()
        wait_until(lambda: self.sessions() and any(self.parts(self.sessions()[0])))
        self.assertIn(b"still running", self.run_tacho("check", "--budget", "a.count >= 0").stdout)
        os.kill(self.child_of(process.pid), signal.SIGKILL)
        process.communicate()
        self.assertIn(self.one("a.p95 < 1ms")["state"], ("broken", "not_known"))
        self.assertEqual(self.one("session.runtime > 0")["state"], "held")


if __name__ == "__main__":
    sys.exit(unittest.main())
