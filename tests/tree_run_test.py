#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R3.2: what `tacho run` says of a tree of processes is what the kernel says: peak memory, children that nobody waits for, and what is left
for a user who may see his own processes alone."""
# runs in: release asan

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
import unittest

from tacho_case import TACHO, TachoCase


class TreeRun(TachoCase):
    def record(self, program, *arguments):
        """Runs a Python program under tacho; its report, and what the program printed."""
        done = subprocess.run([TACHO, "run", "-q", "--name", "tree", "--", sys.executable, "-c", textwrap.dedent(program), *arguments],
                              env=self.environment, stdout=subprocess.PIPE, text=True, check=True)
        report = subprocess.run([TACHO, "report", "--format", "json"], env=self.environment, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(report.stdout), done.stdout

    @staticmethod
    def series(report, name):
        return next(series for series in report["series"] if series["name"] == name)

    def test_memory_that_was_freed_between_two_readings_is_in_the_peak(self):
        report, printed = self.record("""
            import mmap, resource
            with mmap.mmap(-1, 180 << 20) as held:
                for page in range(0, 180 << 20, 4096):
                    held[page] = 1
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        """)
        peak = report["session"]["usage"]["largest_process_peak_rss_bytes"]
        self.assertGreaterEqual(peak, 180 << 20)
        self.assertGreaterEqual(peak, int(printed) * 1024)
        self.assertLess(peak, int(printed) * 1024 + (8 << 20))

    def test_workers_that_share_memory_are_no_heavy_load(self):
        """8 workers that read 200 MiB of their parent have 1.76 GiB in resident sizes, and 200 MiB together."""
        program = textwrap.dedent("""
            import mmap, os, sys
            held = mmap.mmap(-1, 200 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            for page in range(0, len(held), 4096):
                held[page] = 1
            for _ in range(8):
                if not os.fork():
                    sum(held[page] for page in range(0, len(held), 4096))
                    sys.stdin.read()  # until the test has seen it
                    os._exit(0)
            for _ in range(8):
                os.wait()
        """)
        run = subprocess.Popen([TACHO, "run", "-q", "-o", self.path("s"), "--", sys.executable, "-c", program], env=self.environment, stdin=subprocess.PIPE)

        def seen():
            done = self.run_tacho("report", "--format", "json", self.path("s"))
            if done.returncode:  # it is not there yet
                return False
            series = {series["name"]: series for series in json.loads(done.stdout)["series"]}
            forked = [at for at, count in series["process.count"]["points"] if (count or 0) >= 9] if "process.count" in series else []
            if "process.memory_proportional" not in series:
                return forked
            shared = [at for at, value in series["process.memory_proportional"]["points"] if value is not None]
            # What they share was read, and their sizes before and after that, when all of them were there.
            return len(forked) > 1 and any(forked[0] < at < forked[-1] for at in shared)

        while not seen() and run.poll() is None:
            time.sleep(.05)
        run.stdin.close()
        self.assertEqual(run.wait(), 0)
        report = self.report(self.path("s"))
        if report["load"]["tree_shared_often"]:
            self.skipTest("what processes share cannot be read here")
        self.assertGreater(report["load"]["tree"]["ram_bytes"], 190 << 20)
        self.assertLess(report["load"]["tree"]["ram_bytes"], 400 << 20)

    def groups(self):
        """Where groups of runs are made, if they can be here."""
        with open("/proc/self/mountinfo") as mounts, open("/proc/self/cgroup") as groups:
            mount = next((line.split()[4] for line in mounts if " - cgroup2 " in line), None)
            own = next((line.rstrip()[3:] for line in groups if line.startswith("0::")), None)
        return mount and own and mount + own.rstrip("/")

    @staticmethod
    def left(parent, report):
        """Groups of the run that are still there."""
        run = next(process["parent_pid"] for process in report["process_tree"] if process["pid"] == report["session"]["pid"])
        return [name for name in os.listdir(parent) if name.startswith(f"tacho-{run}-")]

    def test_children_that_nobody_waits_for_are_in_the_sum(self):
        parent = self.groups()
        probe = parent and f"{parent}/tacho-probe"
        try:
            os.mkdir(probe or "/proc/none")
            os.rmdir(probe)
        except OSError as error:
            self.skipTest(f"no control group can be made here: {error}")
        report, printed = self.record("""
            import os, signal, time
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            ends = os.pipe()
            for _ in range(60):
                if not os.fork():
                    while time.process_time() < .02:
                        pass
                    os.write(ends[1], f"{time.process_time()}\\n".encode())
                    os._exit(0)
            os.close(ends[1])
            print(sum(map(float, os.fdopen(ends[0]))) + time.process_time())
        """)
        truth, seen = float(printed), self.series(report, "process.cpu")["total"]
        self.assertGreater(truth, 1.2)
        self.assertGreaterEqual(seen, truth)
        self.assertLess(seen, 1.05 * truth + .1)  # their forks and ends take time too
        self.assertEqual(self.series(report, "process.cpu")["source"], "cgroup cpu.stat")
        usage = report["session"]["usage"]
        self.assertAlmostEqual((usage["cpu_user_ns"] + usage["cpu_system_ns"]) / 1e9, seen, delta=.02)
        self.assertEqual(self.left(parent, report), [])

    def test_a_daemon_leaves_no_group_behind(self):
        parent = self.groups()
        report, printed = self.record("""
            import os, time
            pid = os.fork()
            if not pid:
                os.setsid()
                os.close(1)
                time.sleep(600)
            print(pid)
        """)
        os.kill(int(printed), 0)  # it lives on
        self.addCleanup(os.kill, int(printed), 9)
        if parent:
            self.assertEqual(self.left(parent, report), [])

    @unittest.skipUnless(os.geteuid() == 0, "only root can choose the number of a process")
    def test_a_number_that_is_used_again_is_another_process(self):
        program = textwrap.dedent("""
            import json, subprocess, sys, time

            def await_seen(pid, command):
                # until the observer has: on a busy machine it may be seconds away
                while True:
                    report = subprocess.run([sys.argv[1], "report", "--format", "json", sys.argv[2]], stdout=subprocess.PIPE, check=True)
                    if any(process["pid"] == pid and process["command"].startswith(command) for process in json.loads(report.stdout)["process_tree"]):
                        return
                    time.sleep(.05)

            busy = subprocess.Popen(["sh", "-c", "while :; do :; done"])
            while int(open(f"/proc/{busy.pid}/schedstat").read().split()[0]) < 2e8:
                time.sleep(.01)
            await_seen(busy.pid, "sh ")
            busy.kill()
            busy.wait()
            open("/proc/sys/kernel/ns_last_pid", "w").write(str(busy.pid - 1))
            idle = subprocess.Popen(["sleep", "600"])
            await_seen(idle.pid, "sleep ")
            idle.kill()
            idle.wait()
            print(busy.pid, idle.pid)
        """)
        command = ["unshare", "--pid", "--fork", "--mount-proc", TACHO, "run", "-q", "-o", self.path("s"), "--", sys.executable, "-c", program, TACHO, self.path("s")]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if "unshare:" in done.stderr or "ns_last_pid" in done.stderr:
            self.skipTest(done.stderr.strip().splitlines()[-1])
        first, again = map(int, done.stdout.split())
        self.assertEqual(first, again)
        report = self.report(self.path("s"))
        busy, idle = [process for process in report["process_tree"] if process["pid"] == first]
        self.assertTrue(busy["command"].startswith("sh ") and idle["command"].startswith("sleep "), (busy, idle))
        self.assertGreater(busy["cpu_seconds"], 10 * idle["cpu_seconds"])
        cpu = self.series(report, "process.cpu")
        self.assertGreaterEqual(cpu["total"], .2)  # what it took after the last look at it is in the sum alone
        self.assertGreaterEqual(cpu["min"], 0)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "only root can hide processes from somebody")
    def test_where_processes_of_others_are_hidden(self):
        os.chmod(self.root, 0o777)
        for folder in (self.environment.get("TACHO_LIVE"), self.store):
            if folder:
                os.makedirs(folder, exist_ok=True)
                os.chmod(folder, 0o777)
        script = f"mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid 65534 --regid 65534 --clear-groups {TACHO} run -q -- sh -c ':; sleep 0.1'"
        done = subprocess.run(["unshare", "-m", "--propagation", "private", "sh", "-c", script], env=self.environment, stderr=subprocess.PIPE, text=True)
        if "mount:" in done.stderr or "unshare:" in done.stderr:
            self.skipTest(done.stderr.strip())
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        report = json.loads(subprocess.run([TACHO, "report", "--format", "json"], env=self.environment, stdout=subprocess.PIPE, check=True).stdout)
        self.assertGreaterEqual(self.series(report, "process.count")["max"], 1)
        self.assertGreater(self.series(report, "process.cpu")["total"], 0)
        self.assertIsNotNone(self.series(report, "system.memory")["last"])


if __name__ == "__main__":
    unittest.main()
