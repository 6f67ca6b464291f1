#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R11.3: one session across every way to make a process, and across thousands of them."""

import json
import os
import shutil
import subprocess
import unittest

from tacho_case import TACHO, TachoCase, wait_until

FIXTURE = os.path.join(os.path.dirname(TACHO), "tests", "trees_fixture")
NOBODY = 65534


class TreesTest(TachoCase):
    def record(self, *arguments, extra=None, options=()):
        done = self.run_tacho("run", "-q", *options, "--", *arguments, extra=extra)
        return done

    def report(self, directory=None):
        done = self.run_tacho("report", "--format", "json", *([directory] if directory else []))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def count(self, report, name):
        return sum(entry["count"] for entry in report["names"] if entry["name"] == name)

    def test_each_way_to_start_a_process(self):
        ways = {"fork": 1 + 4, "vfork": 4, "spawn": 4, "clone": 1 + 4, "exec": 4}
        for way, leaves in ways.items():
            with self.subTest(way):
                done = self.record(FIXTURE, way, FIXTURE, "mark", "4")
                self.assertEqual(done.returncode, 0, done.stderr)
                report = self.report()
                self.assertEqual(self.count(report, "leaf"), leaves)
                self.assertEqual(self.count(report, "trunk"), 0 if way == "exec" else 1)

    def test_a_span_that_exec_ends_is_open(self):
        self.record(FIXTURE, "exec", FIXTURE, "mark", "1")
        self.assertEqual([span["name"] for span in self.report()["open_spans"]], ["trunk"])

    def test_a_daemon_is_recorded_while_the_session_runs(self):
        done = self.path("done")
        daemon = self.script(f"#!/bin/sh\n{FIXTURE} mark 6\ntouch {done}\n")
        wait = f"{FIXTURE} daemon {daemon}; while ! [ -e {done} ]; do sleep 0.01; done"
        self.assertEqual(self.record("sh", "-c", wait).returncode, 0)
        self.assertEqual(self.count(self.report(), "leaf"), 7)

    def test_a_daemon_that_outlives_the_session_keeps_what_it_had(self):
        done = self.path("done")
        daemon = self.script(f"#!/bin/sh\n{FIXTURE} mark 6\ntouch {done}\n")
        self.assertEqual(self.record(FIXTURE, "daemon", daemon).returncode, 0)
        wait_until(lambda: os.path.exists(done))
        self.assertIn(self.count(self.report(), "leaf"), (1, 7))  # the session may be over when `mark` begins

    def test_a_run_within_a_run_is_a_session_of_its_own(self):
        self.record(TACHO, "run", "-q", "--name", "inside", "--", FIXTURE, "mark", "5", options=("--name", "outside"))
        by_name = {os.path.basename(path).split("-")[0]: self.report(path) for path in self.sessions()}
        self.assertEqual(self.count(by_name["inside"], "leaf"), 5)
        self.assertEqual(self.count(by_name["outside"], "leaf"), 0)

    def test_a_stale_session_harms_nobody(self):
        self.record(FIXTURE, "mark", "2")
        (ended,) = self.sessions()
        for session in (ended, "/nowhere/at/all", "relative", "", "/etc/passwd", "/proc/self"):
            with self.subTest(session):
                done = subprocess.run([FIXTURE, "mark", "3"], env={**self.environment, "TACHO_SESSION": session})
                self.assertEqual(done.returncode, 0)
        self.assertEqual(self.count(self.report(ended), "leaf"), 2)

    @unittest.skipUnless(os.getuid() == 0, "needs root to change users")
    def test_another_user_goes_unrecorded_and_unharmed(self):
        os.chmod(self.root, 0o755)
        program = self.path("fixture")
        shutil.copy(FIXTURE, program)
        os.chmod(program, 0o755)
        shutil.copy(os.path.join(os.path.dirname(TACHO), "libtacho.so.0"), self.path("libtacho.so.0"))
        done = self.record(program, "uid", str(NOBODY), program, "mark", "5",
                           extra={"LD_LIBRARY_PATH": self.root})
        self.assertEqual(done.returncode, 0, done.stderr)
        report = self.report()
        self.assertEqual(self.count(report, "trunk"), 1)
        # its own part was open before the change of user; what it starts afterwards has none
        self.assertLessEqual(self.count(report, "leaf"), 1)

    @unittest.skipUnless(os.getuid() == 0, "needs root to make a set-uid program")
    def test_a_set_uid_program_ignores_the_environment(self):
        os.chmod(self.root, 0o755)
        program = self.path("privileged")
        shutil.copy(FIXTURE, program)
        os.chmod(program, 0o755)
        self.assertEqual(self.record(program, "mark", "3").returncode, 0)
        self.assertEqual(self.count(self.report(), "leaf"), 3)
        os.chmod(program, 0o4755)
        if os.statvfs(self.root).f_flag & os.ST_NOSUID:
            self.skipTest("set-uid does not work on this file system")
        done = self.record("setpriv", "--reuid", str(NOBODY), "--clear-groups", program, "mark", "3")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.count(self.report(), "leaf"), 0)

    @unittest.skipUnless(subprocess.run(["unshare", "-pf", "--mount-proc", "true"], capture_output=True).returncode == 0,
                         "may not make a pid namespace")
    def test_equal_pids_of_two_namespaces_are_two_processes(self):
        script = f"for i in 1 2 3; do unshare -pf --mount-proc {FIXTURE} mark 2; done"
        self.assertEqual(self.record("sh", "-c", script).returncode, 0)
        report = self.report()
        self.assertEqual(self.count(report, "leaf"), 6)
        self.assertEqual(len(report["processes"]), 3)
        self.assertEqual({process["pid"] for process in report["processes"]}, {1})

    def test_ten_thousand_processes_are_not_ten_thousand_files(self):
        count = int(os.environ.get("TREES_PROCESSES", "10000"))
        done = self.record(FIXTURE, "many", str(count))
        self.assertEqual(done.returncode, 0, done.stderr)
        (session,) = self.sessions()
        self.assertLess(len(os.listdir(session)), 64)
        size = sum(os.stat(os.path.join(session, name)).st_blocks * 512 for name in os.listdir(session))
        self.assertLess(size, count * 10000)
        report = self.report()
        self.assertEqual(self.count(report, "leaf"), 3 * count)
        self.assertEqual(self.count(report, "child"), count)
        self.assertEqual(len(report["processes"]), count + 1)

    def test_the_trace_of_the_caller_goes_on(self):
        parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        done = self.record("sh", "-c", "echo $TRACEPARENT", extra={"TRACEPARENT": parent})
        version, trace, span, flags = done.stdout.decode().strip().split("-")
        self.assertEqual((version, trace, flags), ("00", "0af7651916cd43dd8448eb211c80319c", "01"))
        self.assertNotEqual(span, "b7ad6b7169203331")
        trace = self.report()["session"]["trace"]
        self.assertEqual(trace["trace_id"], "0af7651916cd43dd8448eb211c80319c")
        self.assertEqual(trace["parent_span_id"], "b7ad6b7169203331")
        self.assertEqual(trace["span_id"], span)

    def test_no_or_a_wrong_trace_is_left_alone(self):
        for parent in ("", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "ff-1-2-3", "00-zz"):
            with self.subTest(parent):
                done = self.record("sh", "-c", "echo $TRACEPARENT", extra={"TRACEPARENT": parent} if parent else None)
                self.assertEqual(done.stdout.decode().strip(), parent)
                self.assertIsNone(self.report()["session"]["trace"])


if __name__ == "__main__":
    unittest.main()
