#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho attach PID` observes a process that runs already, and says in a line why it cannot."""
# runs in: release asan

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import unittest

from tacho_case import TACHO, TachoCase, state_of, wait_until

BUSY = [sys.executable, "-c", "while True: pass"]


class Attach(TachoCase):
    def target(self, *command, **how):
        process = subprocess.Popen(command, **how)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def attach(self, *arguments, **how):
        process = subprocess.Popen([TACHO, "attach", *map(str, arguments)], env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **how)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process

    def observed(self, session):
        """Whether a reading of the machine lies in the session."""
        if not os.path.exists(os.path.join(session, "manifest")):
            return False
        series = json.loads(self.run_tacho("report", "--format", "json", session).stdout)["series"]
        return any(one["name"] == "process.cpu" and one["count"] > 3 for one in series)

    def test_until_it_ends(self):
        busy = self.target(*BUSY)
        attached = self.attach("-o", self.path("s"), busy.pid)
        wait_until(lambda: self.observed(self.path("s")))
        busy.kill()
        out, error = attached.communicate()
        self.assertEqual((attached.returncode, out), (0, b""))
        self.assertIn(b"ended while observed", error)
        self.assertRegex(error.decode(), r"In all +CPU [0-9.]+ m?s · largest process [0-9.]+ MiB", "one process has no table")
        report = self.report(self.path("s"))
        self.assertEqual((report["session"]["state"], report["session"]["pid"]), ("ended", busy.pid))
        self.assertEqual(report["session"]["command"], BUSY)
        cpu = next(one for one in report["series"] if one["name"] == "process.cpu")
        self.assertGreater(cpu["total"], 0)
        self.assertEqual(cpu["source"], "/proc/PID/stat")
        self.assertEqual(report["process_tree"][0]["pid"], busy.pid)
        own = next(one for one in report["series"] if one["name"] == "tacho.observer")
        self.assertEqual((own["unit"], own["total_unit"]), ("percent", "seconds"))
        self.assertGreater(own["total"], 0)

    def test_children_that_nobody_waits_for(self):
        parent = self.target(sys.executable, "-c", "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                             "while True:\n    if os.fork() == 0:\n        while time.process_time() < 0.03: pass\n        os._exit(0)\n"
                             "    time.sleep(0.05)")
        attached = self.attach("-i", "10ms", "-o", self.path("s"), parent.pid)
        wait_until(lambda: self.observed(self.path("s")) and
                   sum(one["cpu_seconds"] > 0 for one in self.report(self.path("s"))["process_tree"]) > 5)
        attached.send_signal(signal.SIGINT)
        self.assertIn(b"Nobody waits for the children of python", attached.communicate()[1])
        report = self.report(self.path("s"))
        total = next(one for one in report["series"] if one["name"] == "process.cpu")["total"]
        self.assertGreaterEqual(total, sum(one["cpu_seconds"] for one in report["process_tree"]) - 1e-6)

    def test_until_it_is_told_to_stop(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                busy, session = self.target(*BUSY), self.path(f"s{int(number)}")
                attached = self.attach("-q", "-o", session, busy.pid)
                wait_until(lambda: self.observed(session))
                attached.send_signal(number)
                self.assertEqual((attached.communicate(), attached.returncode), ((b"", b""), 0))
                self.assertNotEqual(state_of(busy.pid), "Z")
                self.assertEqual(self.report(session)["session"]["state"], "detached")

    def test_one_that_ends_at_once(self):
        for _ in range(10):
            soon = self.target("true")
            done = self.run_tacho("attach", "-q", str(soon.pid))
            self.assertIn(done.returncode, (0, 2))
            if done.returncode:
                self.assert_one_line(done.stderr, f"{soon.pid}")

    def test_what_cannot_be_observed(self):
        ended = self.target("true")
        wait_until(lambda: state_of(ended.pid) == "Z")
        gone = subprocess.Popen("true")
        gone.wait()
        for operand, why in (("x", "not \"x\""), ("-1", "-1"), ("0", "not \"0\""), ("99999999999", "not"), (gone.pid, "there is no process"),
                             (ended.pid, "has ended already")):
            done = self.run_tacho("attach", "--", str(operand))
            self.assertEqual((done.returncode, done.stdout), (2, b""), operand)
            self.assert_one_line(done.stderr, why)
        self.assert_one_line(self.run_tacho("attach").stderr, "the number of a process")
        own = subprocess.run(["sh", "-c", f"exec {TACHO} attach $$"], env=self.environment, capture_output=True)
        self.assertEqual(own.returncode, 2)
        self.assert_one_line(own.stderr, "this tacho itself")
        self.assertEqual(self.sessions(), [], "what was not observed leaves no session")

    def test_a_thread(self):
        threads = self.target(sys.executable, "-c", "import threading, time\n"
                              "for _ in range(2): threading.Thread(target=time.sleep, args=(1000,)).start()")
        wait_until(lambda: len(os.listdir(f"/proc/{threads.pid}/task")) == 3)
        other = next(tid for tid in os.listdir(f"/proc/{threads.pid}/task") if int(tid) != threads.pid)
        self.assert_one_line(self.run_tacho("attach", other).stderr, f"a thread of process {threads.pid}")

    def test_a_thread_of_the_kernel(self):
        if self.read("/proc/2/comm") != "kthreadd\n":
            self.skipTest("no threads of the kernel are to be seen here")
        self.assert_one_line(self.run_tacho("attach", "2").stderr, "a thread of the kernel")

    def test_one_that_is_recorded_already(self):
        run = subprocess.Popen([TACHO, "run", "-q", "-o", self.path("own"), "--", *BUSY], env=self.environment)
        self.addCleanup(run.wait)
        wait_until(lambda: self.observed(self.path("own")))
        pid = self.report(self.path("own"))["session"]["pid"]
        self.addCleanup(os.kill, pid, signal.SIGKILL)
        attached = self.attach("-o", self.path("s"), pid)
        wait_until(lambda: self.observed(self.path("s")))
        attached.send_signal(signal.SIGINT)
        self.assertIn(f"`tacho report {self.path('own')}` shows".encode(), attached.communicate()[1])
        self.assertIn(self.path("own"), " ".join(self.report(self.path("s"))["notes"]))

    def test_one_of_another_pid_namespace(self):
        outer = self.target("unshare", "--user", "--map-root-user", "--pid", "--fork", "sleep", "1000", stderr=subprocess.DEVNULL)
        wait_until(lambda: outer.poll() is not None or self.read(f"/proc/{outer.pid}/task/{outer.pid}/children"))
        if outer.poll() is not None:
            self.skipTest("no namespaces are to be had here")
        inner = self.child_of(outer.pid)
        self.addCleanup(os.kill, inner, signal.SIGKILL)
        attached = self.attach("-o", self.path("s"), inner)
        wait_until(lambda: self.observed(self.path("s")))
        attached.send_signal(signal.SIGINT)
        self.assertIn(b"in a pid namespace of its own, such as a container's, where it has the number 1", attached.communicate()[1])

    @unittest.skipIf(os.geteuid(), "needs root to become another user")
    def test_another_users(self):
        busy = self.target(*BUSY)
        os.chmod(self.root, 0o755)
        tacho = shutil.copy(TACHO, self.path("tacho"))
        os.mkdir(self.path("of_nobody"))
        os.chown(self.path("of_nobody"), pwd.getpwnam("nobody").pw_uid, -1)
        nobody = {**self.environment, "TACHO_STORE": self.path("of_nobody"), "TACHO_LIVE": "none", "HOME": self.path("of_nobody")}
        session = self.path("of_nobody/s")
        attached = subprocess.Popen([tacho, "attach", "-o", session, str(busy.pid)], env=nobody, user="nobody",
                                    stderr=subprocess.PIPE, cwd="/")
        wait_until(lambda: self.observed(session))
        attached.send_signal(signal.SIGINT)
        self.assertIn(b"belongs to user 0: CPU time, resident memory, threads and children are read", attached.communicate()[1])
        report = self.report(session)
        known = {one["name"]: one["count"] for one in report["series"]}
        self.assertGreater(known["process.cpu"], 0)
        self.assertEqual(known["process.read"], 0)


if __name__ == "__main__":
    unittest.main()
