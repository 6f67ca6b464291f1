#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R11.1, R11.6: where the time of each name went, against programs that ask the kernel themselves.  The machine may be busy: what
is right is what the kernel counted for the program, not what an idle machine would give."""

import json
import os
import subprocess
import unittest

from tacho_case import TACHO, TachoCase

FIXTURE = os.path.join(os.path.dirname(TACHO), "tests", "share_fixture")
MS = 1000000
TICKS = 40 * MS  # the kernel's accounts of a thread that runs lag by up to one of its ticks, at each end
GROUPS = "/sys/fs/cgroup/cpu"


class ShareTest(TachoCase):
    def record(self, *arguments, before=()):
        command = [*before, TACHO, "run", "-q", "-o", self.path("session"), "--", FIXTURE, *map(str, arguments)]
        done = self.spawn(command)
        self.assertEqual(done.returncode, 0, done.stderr)
        shown = self.run_tacho("report", "--format", "json", self.path("session"))
        self.assertEqual(shown.returncode, 0, shown.stderr)
        report = json.loads(shown.stdout)
        return report, json.loads(done.stdout), {row["name"]: row for row in report["shares"]}

    def spawn(self, command):
        return subprocess.run(command, env=self.environment, capture_output=True)

    def assert_adds_up(self, report):
        """All CPU time is somewhere, and next to none of it in the row that has what nobody saw."""
        usage = report["session"]["usage"]
        rows = {row["row"]: 0 for row in report["shares"]}
        for row in report["shares"]:
            rows[row["row"]] += row["cpu_ns"]
        self.assertAlmostEqual(sum(rows.values()), usage["cpu_user_ns"] + usage["cpu_system_ns"], delta=TICKS)
        return rows

    def assert_like(self, row, truth, part):
        """Estimates within `part` of the name's time of what the kernel counted; bounds hold it, with a tick at each end."""
        wall, margin = truth["wall"], part * truth["wall"] + TICKS
        self.assertAlmostEqual(row["wall_ns"], wall, delta=margin, msg=row)
        blocked = wall - truth["cpu"] - truth["waiting"]
        for key, value in (("cpu", truth["cpu"]), ("waiting", truth["waiting"]), ("blocked", blocked)):
            self.assertAlmostEqual(row[key + "_ns"], value, delta=margin, msg=(key, row, truth))
            self.assertLessEqual(row[key + "_low_ns"], row[key + "_ns"] + 1)
            self.assertGreaterEqual(row[key + "_high_ns"] + 1, row[key + "_ns"])
            self.assertLessEqual(row[key + "_low_ns"], value + margin, (key, row, truth))
            self.assertGreaterEqual(row[key + "_high_ns"], value - margin, (key, row, truth))

    def test_long_phases_are_exact(self):
        report, truth, rows = self.record("alternate", 200, 6)
        for name in "AB":
            self.assert_like(rows[name], truth[name], 0.05)
            self.assertTrue(rows[name]["told_apart"], rows[name])
        self.assertGreater(rows["A"]["cpu_ns"] + rows["A"]["waiting_ns"], 0.9 * rows["A"]["wall_ns"] - TICKS)
        adds = self.assert_adds_up(report)
        self.assertLess(adds["other_processes"], TICKS)

    def test_modules_have_load_levels(self):
        """R5.5: who runs is heavy, who sleeps is not; thresholds are the user's."""
        self.record("alternate", 200, 6)
        for levels, heavy in (("1%,5%,1000G,2000G", ["A"]), ("99%,100%,1000G,2000G", [])):
            shown = self.run_tacho("report", "--format", "json", "--levels", levels, self.path("session"))
            load = json.loads(shown.stdout)["load"]
            self.assertEqual(load["heavy_modules"], heavy, load)
            self.assertEqual((load["active_modules"], {row["name"] for row in load["modules"]}), (2, {"A", "B"}))
            self.assertTrue(load["tree"]["provisional"])
        text = self.run_tacho("report", "--levels", "1%,5%,1000G,2000G", self.path("session")).stdout.decode()
        self.assertRegex(text, r"(?m)^  A +red +[0-9.]+ %")
        self.assertIn("2 active modules, 1 heavy; provisional", text)

    def test_phases_of_a_millisecond_are_told_apart(self):
        report, truth, rows = self.record("alternate", 1, 1500)
        self.assertGreater(sum(row["looks"] for row in rows.values()), 50)
        for name in "AB":
            self.assert_like(rows[name], truth[name], 0.25)
        ready = (rows["A"]["cpu_ns"] + rows["A"]["waiting_ns"]) / rows["A"]["wall_ns"]
        self.assertGreater(ready, (truth["A"]["cpu"] + truth["A"]["waiting"]) / truth["A"]["wall"] - 0.2)
        self.assert_adds_up(report)

    def test_two_threads_on_one_cpu_wait_for_each_other(self):
        report, truth, rows = self.record("together", 700)
        self.assert_like(rows["A"], truth["A"], 0.05)
        self.assertGreater(rows["A"]["waiting_ns"], 0.4 * rows["A"]["wall_ns"])
        self.assertGreater(rows["A"]["waiting_low_ns"], 0.3 * rows["A"]["wall_ns"])
        self.assert_adds_up(report)

    def test_a_quota_is_named(self):
        group = os.path.join(GROUPS, f"tacho-share-{os.getpid()}")
        try:
            os.mkdir(group)
            with open(os.path.join(group, "cpu.cfs_quota_us"), "w") as file:
                file.write("20000")  # a fifth of a CPU
        except OSError as error:
            self.skipTest(f"no control group with a quota can be made here: {error}")
        self.addCleanup(os.rmdir, group)
        report, truth, rows = self.record("alternate", 100, 6, before=("sh", "-c", f"echo $$ >{group}/tasks && exec \"$@\"", "sh"))
        row = rows["A"]
        with open(os.path.join(group, "cpu.stat")) as file:
            counted = dict(line.split() for line in file)
        self.assertGreater(int(counted["throttled_time"]), 0)
        self.assertGreater(row["throttled_ns"], 0.25 * min(int(counted["throttled_time"]), truth["A"]["waiting"]), (row, counted))
        self.assertLessEqual(row["throttled_ns"], row["waiting_ns"])
        self.assertIn("throttled for", self.run_tacho("report", self.path("session")).stdout.decode())

    def test_each_process_has_its_part(self):
        report, truth, rows = self.record("forked", 150, 6)
        self.assert_like(rows["A"], truth["A"], 0.2)
        self.assert_like(rows["B"], truth["B"], 0.2)
        self.assert_adds_up(report)

    def test_threads_that_end_between_readings(self):
        report, truth, rows = self.record("short", 20, 40)
        row, cpu = rows["A"], truth["A"]["cpu"]
        self.assertLessEqual(row["cpu_low_ns"], cpu + TICKS, (row, truth))
        self.assertGreaterEqual(row["cpu_high_ns"], cpu - TICKS, (row, truth))
        self.assertGreater(row["cpu_ns"], 0.5 * cpu, (row, truth))
        self.assert_adds_up(report)

    def test_a_time_window_has_its_own(self):
        report, truth, rows = self.record("alternate", 200, 6)
        middle = report["session"]["runtime_ns"] / 2e9
        shown = self.run_tacho("report", "--format", "json", "--to", f"{middle}s", self.path("session"))
        half = {row["name"]: row for row in json.loads(shown.stdout)["shares"]}
        self.assertLess(half["A"]["cpu_ns"], 0.9 * rows["A"]["cpu_ns"])
        self.assertGreater(half["A"]["cpu_ns"], 0.1 * rows["A"]["cpu_ns"])


if __name__ == "__main__":
    unittest.main()
