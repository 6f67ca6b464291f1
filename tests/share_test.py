#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R11.1, R11.6: where the time of each name went, against programs that ask the kernel themselves.  The machine may be busy: what
is right is what the kernel counted for the program, not what an idle machine would give."""

import json
import os
import shutil
import subprocess
import unittest

from tacho_case import TACHO, TachoCase

FIXTURE = os.path.join(os.path.dirname(TACHO), "tests", "share_fixture")
MS = 1000000
TICKS = 40 * MS  # the kernel's accounts of a thread that runs lag by up to one of its ticks, at each end
MIB = 1 << 20
UNSEEN = 11 * MIB  # what is taken before the first reading, at most one step
GROUPS = "/sys/fs/cgroup/cpu"


class ShareTest(TachoCase):
    def record(self, *arguments, within=(), first=None):
        command = [TACHO, "run", "-q", "-o", self.path("session"), "--", *within, FIXTURE, *map(str, arguments)]
        done = subprocess.run(command, env=self.environment, capture_output=True, preexec_fn=first)
        self.assertEqual(done.returncode, 0, done.stderr)
        shown = self.run_tacho("report", "--format", "json", self.path("session"))
        self.assertEqual(shown.returncode, 0, shown.stderr)
        report = json.loads(shown.stdout)
        for row in report["shares"]:
            self.assert_possible(row)
        return report, json.loads(done.stdout), {row["name"]: row for row in report["shares"]}

    def assert_possible(self, row):
        """Whatever the truth is: estimates lie in their bounds, and no bound leaves the others less than they surely have."""
        if row["wall_ns"] is None:
            return
        parts = "cpu", "waiting", "blocked"
        self.assertLessEqual(sum(row[part + "_ns"] for part in parts), row["wall_ns"] + len(parts), row)
        for part in parts:
            low, high = row[part + "_low_ns"], row[part + "_high_ns"]
            self.assertTrue(0 <= low <= row[part + "_ns"] <= high, (part, row))
            others = sum(row[other + "_low_ns"] for other in parts if other != part)
            self.assertLessEqual(high, row["wall_ns"] - others + len(parts), (part, row))
        self.assertLessEqual(row["throttled_ns"], row["waiting_ns"], row)

    def assert_adds_up(self, report):
        """All CPU time is somewhere, and next to none of it in the row that has what nobody saw."""
        usage = report["session"]["usage"]
        rows = {row["row"]: 0 for row in report["shares"]}
        for row in report["shares"]:
            rows[row["row"]] += row["cpu_ns"]
        self.assertAlmostEqual(sum(rows.values()), usage["cpu_user_ns"] + usage["cpu_system_ns"], delta=TICKS)
        return rows

    def parts(self, truth):
        return [("cpu", truth["cpu"]), ("waiting", truth["waiting"]), ("blocked", truth["wall"] - truth["cpu"] - truth["waiting"])]

    def assert_like(self, row, truth, part, threads=1):
        """Estimates within `part` of the name's time of what the kernel counted; bounds hold it, with a tick at each end of a thread."""
        wall, margin = truth["wall"], part * truth["wall"] + TICKS
        self.assertAlmostEqual(row["wall_ns"], wall, delta=margin, msg=row)
        unseen = max(0, wall - row["wall_ns"])  # before the first reading that had its threads: bounds are of what was seen
        for key, value in self.parts(truth):
            self.assertAlmostEqual(row[key + "_ns"], value, delta=margin, msg=(key, row, truth))
            self.assertLessEqual(row[key + "_low_ns"], row[key + "_ns"] + 1)
            self.assertGreaterEqual(row[key + "_high_ns"] + 1, row[key + "_ns"])
            self.assertLessEqual(row[key + "_low_ns"], value + threads * TICKS, (key, row, truth))
            self.assertGreaterEqual(row[key + "_high_ns"], value - unseen - threads * TICKS, (key, row, truth))

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
        for levels, heavy in (("0.5%,1%,1000G,2000G", ["A"]), ("99%,100%,1000G,2000G", [])):
            shown = self.run_tacho("report", "--format", "json", "--levels", levels, self.path("session"))
            load = json.loads(shown.stdout)["load"]
            self.assertEqual(load["heavy_modules"], heavy, load)
            self.assertEqual((load["active_modules"], {row["name"] for row in load["modules"]}), (2, {"A", "B"}))
            self.assertEqual(load["tree"]["provisional"], load["windows"] < 10)
        text = self.run_tacho("report", "--levels", "0.5%,1%,1000G,2000G", self.path("session")).stdout.decode()
        self.assertRegex(text, r"(?m)^  A +red +[0-9.]+ %")
        self.assertIn("2 active modules, 1 heavy" + ("; provisional" if load["windows"] < 10 else "\n"), text)

    def test_phases_of_a_millisecond_hold_the_truth(self):
        """A thread that others keep from a CPU looks like one that runs: then bounds are wide, and hold what the kernel counted."""
        report, truth, rows = self.record("alternate", 1, 1500)
        self.assertGreater(sum(row["looks"] for row in rows.values()), 50)
        for name in "AB":
            self.assert_like(rows[name], truth[name], 1 if not rows[name]["told_apart"] else 0.5)
        self.assert_adds_up(report)

    def test_phases_of_a_millisecond_are_told_apart(self):
        """Where nobody takes the CPU away: threads of a real-time class go before all others of a busy machine."""
        first = os.SCHED_FIFO, os.sched_param(os.sched_get_priority_min(os.SCHED_FIFO))
        try:
            before = os.sched_getscheduler(0), os.sched_getparam(0)
            os.sched_setscheduler(0, *first)
            os.sched_setscheduler(0, *before)
        except OSError as error:
            self.skipTest(f"no real-time class may be used here, and the machine may be busy: {error}")
        report, truth, rows = self.record("alternate", 1, 1500, first=lambda: os.sched_setscheduler(0, *first))
        self.assertGreater(rows["A"]["cpu_ns"], 0.9 * rows["A"]["wall_ns"], (rows["A"], truth))
        self.assertGreater(rows["B"]["blocked_ns"], 0.9 * rows["B"]["wall_ns"], (rows["B"], truth))
        for name in "AB":
            self.assertTrue(rows[name]["told_apart"], rows[name])
            self.assert_like(rows[name], truth[name], 0.05)
        self.assert_adds_up(report)

    def test_two_threads_on_one_cpu_wait_for_each_other(self):
        report, truth, rows = self.record("together", 700)
        self.assert_like(rows["A"], truth["A"], 0.05, 2)
        self.assertGreater(rows["A"]["waiting_ns"], 0.4 * rows["A"]["wall_ns"])
        self.assertGreater(rows["A"]["waiting_low_ns"], 0.3 * rows["A"]["wall_ns"])
        self.assert_adds_up(report)

    def test_a_quota_is_named(self):
        group = os.path.join(GROUPS, f"tacho-share-{os.getpid()}")
        try:
            os.mkdir(group)
            with open(os.path.join(group, "cpu.cfs_quota_us"), "w") as file:
                file.write("10000")  # a tenth of a CPU
        except OSError as error:
            self.skipTest(f"no control group with a quota can be made here: {error}")
        self.addCleanup(os.rmdir, group)
        enter = ("sh", "-c", f"echo $$ >{group}/tasks && exec \"$@\"", "sh")
        report, truth, rows = self.record("alternate", 100, 3, within=enter)
        with open(os.path.join(group, "cpu.stat")) as file:
            counted = int(dict(line.split() for line in file)["throttled_time"])
        self.assertGreater(counted, 0)
        told = rows["A"]["throttled_ns"] + rows["B"]["throttled_ns"]
        self.assertLessEqual(told, counted + 1)
        self.assertGreater(told, 0.8 * min(counted, truth["A"]["waiting"]) - TICKS, (rows, counted, truth))
        self.assertLessEqual(rows["A"]["throttled_ns"], rows["A"]["waiting_ns"])
        self.assertIn("throttled for", self.run_tacho("report", self.path("session")).stdout.decode())

    def test_a_quota_is_shared_by_the_processes_of_its_group(self):
        group = os.path.join(GROUPS, f"tacho-share-many-{os.getpid()}")
        try:
            os.mkdir(group)
            with open(os.path.join(group, "cpu.cfs_quota_us"), "w") as file:
                file.write("10000")
        except OSError as error:
            self.skipTest(f"no control group with a quota can be made here: {error}")
        self.addCleanup(os.rmdir, group)
        report, truth, rows = self.record("forked", 50, 2, within=("sh", "-c", f"echo $$ >{group}/tasks && exec \"$@\"", "sh"))
        with open(os.path.join(group, "cpu.stat")) as file:
            counted = int(dict(line.split() for line in file)["throttled_time"])
        told = sum(row["throttled_ns"] or 0 for row in rows.values())
        self.assertGreater(told, 0)
        self.assertLessEqual(told, counted + len(rows))

    def test_what_was_not_seen_is_said(self):
        """A span beside the stack is the innermost of no thread: the section has less than the phases."""
        unseen = "in spans was not seen"
        self.record("alternate", 50, 2)
        self.assertNotIn(unseen, self.run_tacho("report", self.path("session")).stdout.decode())
        shutil.rmtree(self.path("session"))
        self.record("beside_stack", 50, 2)
        self.assertIn(unseen, self.run_tacho("report", self.path("session")).stdout.decode())

    @unittest.skipUnless(subprocess.run(["unshare", "-pf", "--mount-proc", "true"], capture_output=True).returncode == 0,
                         "may not make a pid namespace")
    def test_another_pid_namespace_is_said(self):
        report, truth, rows = self.record("alternate", 50, 2, within=("unshare", "-pf", "--mount-proc"))
        self.assertEqual(rows, {})
        self.assertRegex(" ".join(report["notes"]), "Where time went is not known of 1 process")

    def test_each_process_has_its_part(self):
        report, truth, rows = self.record("forked", 150, 6)
        self.assert_like(rows["A"], truth["A"], 0.2, 3)
        self.assert_like(rows["B"], truth["B"], 0.2, 3)
        self.assert_adds_up(report)

    def test_a_program_that_observes_itself_sees_what_that_takes(self):
        done = subprocess.run([FIXTURE, "own", "100", "6"], env=self.environment, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(self.run_tacho("report", "--format", "json").stdout)
        rows = {row["row"]: row for row in report["shares"]}
        self.assertGreater(rows["tacho"]["cpu_ns"], 0)
        self.assertLess(rows["tacho"]["cpu_ns"], 0.2 * json.loads(done.stdout)["A"]["cpu"])
        self.assert_adds_up(report)

    def assert_holds(self, row, truth):
        for key, value in self.parts(truth):
            self.assertLessEqual(row[key + "_low_ns"], value + TICKS, (key, row, truth))
            self.assertGreaterEqual(row[key + "_high_ns"], value - TICKS, (key, row, truth))

    def test_threads_that_end_between_readings(self):
        report, truth, rows = self.record("short", 20, 40)
        self.assert_holds(rows["A"], truth["A"])
        self.assertGreater(rows["A"]["cpu_ns"], 0.5 * truth["A"]["cpu"], (rows["A"], truth))
        self.assert_adds_up(report)

    def test_nobody_tells_what_threads_waited_that_ended(self):
        """They never sleep, and wait for each other most of the time: that they were blocked is no finding."""
        report, truth, rows = self.record("crowd", 2, 60)
        self.assertGreater(truth["A"]["waiting"], 0.5 * truth["A"]["wall"])
        self.assert_holds(rows["A"], truth["A"])
        self.assertFalse(rows["A"]["waiting_told_apart"], rows["A"])
        text = self.run_tacho("report", self.path("session")).stdout.decode()
        self.assertRegex(text, r"(?m)^  A .* (waiting|running), not told apart")
        self.assertNotIn("is blocked for", text)

    def assert_grew(self, rows, truth):
        """R11.6: bounds of memory's growth hold what was taken, but for what a program needs besides."""
        for name in "AB":
            row, taken = rows[name], truth[name]["taken"]
            self.assertLessEqual(row["memory_growth_low_bytes"], row["memory_growth_bytes"], row)
            self.assertGreaterEqual(row["memory_growth_high_bytes"], row["memory_growth_bytes"], row)
            self.assertLessEqual(row["memory_growth_low_bytes"], taken + MIB, (row, truth))
            self.assertGreaterEqual(row["memory_growth_high_bytes"], taken - UNSEEN, (row, truth))

    def assert_nearly_all_is_of_a(self, rows):
        told = sum(row["memory_growth_bytes"] for row in rows.values() if row["memory_growth_bytes"] is not None)
        self.assertGreater(told, MIB)
        self.assertGreater(rows["A"]["memory_growth_bytes"], 0.9 * told, rows)
        self.assertTrue(rows["A"]["memory_told_apart"], rows)

    def test_memory_grows_under_who_takes_it(self):
        report, truth, rows = self.record("takes", 200, 6)
        self.assert_grew(rows, truth)
        self.assert_nearly_all_is_of_a(rows)
        self.assertLess(rows["B"]["memory_growth_high_bytes"], 0.5 * truth["A"]["taken"], rows)

    def test_memory_in_phases_of_a_millisecond(self):
        report, truth, rows = self.record("takes", 1, 1000)
        self.assert_grew(rows, truth)
        told = sum(row["memory_growth_bytes"] for row in rows.values() if row["memory_growth_bytes"] is not None)
        self.assertAlmostEqual(told, truth["A"]["taken"], delta=UNSEEN + MIB)
        if truth["A"]["waiting"] < truth["A"]["cpu"]:  # else a reading has seen too few turns to learn from
            self.assertGreater(rows["A"]["memory_growth_bytes"], rows["B"]["memory_growth_bytes"], rows)
        self.assertFalse(rows["B"]["memory_told_apart"], rows)
        self.assertRegex(self.run_tacho("report", self.path("session")).stdout.decode(), r"(?m)^  B .* ≤ \+[0-9.]+ MiB$")

    def test_memory_with_a_thread_beside(self):
        """One that sleeps has no page fault: it took nothing, though it ran in every interval.  But at its begin it has some, and
        what the other takes until the next reading may be its."""
        report, truth, rows = self.record("beside", 200, 6)
        self.assert_grew(rows, truth)
        self.assert_nearly_all_is_of_a(rows)
        self.assertLess(rows["B"]["memory_growth_high_bytes"], 0.5 * truth["A"]["taken"], rows)

    def test_a_time_window_has_its_own(self):
        report, truth, rows = self.record("alternate", 200, 6)
        middle = report["session"]["runtime_ns"] / 2e9
        shown = self.run_tacho("report", "--format", "json", "--to", f"{middle}s", self.path("session"))
        part = json.loads(shown.stdout)
        half = {row["name"]: row for row in part["shares"]}
        self.assertLess(half["A"]["cpu_ns"], 0.9 * rows["A"]["cpu_ns"])
        self.assertGreater(half["A"]["cpu_ns"], 0.1 * rows["A"]["cpu_ns"])
        seconds = next(series["total"] for series in part["series"] if series["name"] == "process.cpu")
        self.assertLessEqual(half["(other processes)"]["cpu_ns"], 1e9 * seconds)
        last = self.run_tacho("report", "--format", "json", "--last", "2", self.path("session"))
        late = {row["name"]: row for row in json.loads(last.stdout)["shares"]}
        self.assertLess(late["A"]["cpu_ns"], 0.9 * rows["A"]["cpu_ns"], "of the time in which the last ones lie")


if __name__ == "__main__":
    unittest.main()
