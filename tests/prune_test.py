#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho prune` removes what it is asked to, says so, and nothing else."""
# runs in: release asan

import json
import os
import shutil
import subprocess
import time
import unittest

from tacho_case import TACHO, TachoCase, wait_until


class Prune(TachoCase):
    def record(self, count, name="job"):
        """Directories, oldest first."""
        for _ in range(count):
            before = set(os.listdir(self.store)) if os.path.isdir(self.store) else set()
            self.run_tacho("run", "-q", "--name", name, "--", "true", check=True)
            folder, = set(os.listdir(self.store)) - before
            self.date(folder, self.clock)
            self.clock += 1
            yield folder

    def setUp(self):
        super().setUp()
        self.clock = 1700000000

    def prune(self, *arguments, status=0):
        done = self.run_tacho("prune", "--format", "json", *arguments)
        self.assertEqual((done.returncode, done.stderr), (status, b""))
        return json.loads(done.stdout)

    def report_newest(self):
        return json.loads(self.run_tacho("report", "--format", "json", check=True).stdout)

    @staticmethod
    def read_bytes(path):
        with open(path, "rb") as file:
            return file.read()

    def left(self):
        return sorted(name for name in os.listdir(self.store) if os.path.exists(os.path.join(self.store, name, "manifest")))

    def test_dates_of_files_say_nothing(self):
        """Copies, and what came from elsewhere, are as old as their runs; undated imports as their import; the same in all commands."""
        old, new = self.record(2)
        with open(self.path("trace.csv"), "w") as file:
            file.write("name,start_ns,duration_ns\na,0,10\n")
        for folder in (new, old):
            shutil.copytree(os.path.join(self.store, folder), self.path(folder))
            shutil.rmtree(os.path.join(self.store, folder))
        undated = os.path.basename(self.run_tacho("import", self.path("trace.csv"), check=True).stdout.decode().strip())
        for folder in (new, old):  # the older one is restored last
            shutil.copytree(self.path(folder), os.path.join(self.store, folder))
        for name in ("lock", "manifest", "log.tacho"):
            os.utime(os.path.join(self.store, undated, name), (1, 1))
        for _ in range(2):
            listed = json.loads(self.run_tacho("list", "--format", "json", check=True).stdout)["sessions"]
            self.assertEqual([one["name"] for one in listed], [undated, new, old])
            runs = json.loads(self.run_tacho("history", "--format", "json", check=True).stdout)["runs"]
            self.assertEqual([run["session"] for run in runs], [old, new, undated])
            self.assertEqual(self.report_newest()["session"]["name"], "trace")
            self.assertEqual([one["name"] for one in self.prune("--keep", "1", "--dry-run")["sessions"]], [new, old])
            self.assertEqual([one["name"] for one in self.prune("--older", "1d", "--dry-run")["sessions"]], [new, old])
            os.utime(os.path.join(self.store, old, "lock"))
        self.date(old, self.clock - 1)  # as the other: then the name says
        self.assertEqual([one["name"] for one in self.prune("--keep", "2", "--dry-run")["sessions"]], [min(old, new)])

    def test_no_store(self):
        """Who only looks makes none (R4.4)."""
        for command in (["prune", "--keep", "1"], ["history"], ["diff", "a*", "b*"]):
            done = self.run_tacho(*command)
            self.assertEqual((done.returncode, done.stdout), (2, b""), command)
            self.assert_one_line(done.stderr, f"no session in the store {self.store} yet")
        self.assertEqual(self.run_tacho("list", "--format", "json", check=True).stderr, b"")
        self.assertFalse(os.path.exists(self.store))

    def test_by_count(self):
        folders = list(self.record(5))
        would = self.prune("--keep", "2", "--dry-run")
        self.assertEqual([one["name"] for one in would["sessions"]], folders[2::-1])
        self.assertEqual([one["removed"] for one in would["sessions"]], [False] * 3)
        self.assertEqual(self.left(), sorted(folders))
        gone = self.prune("--keep", "2")
        self.assertEqual([one["name"] for one in gone["sessions"]], folders[2::-1])
        self.assertTrue(all(one["removed"] for one in gone["sessions"]))
        self.assertEqual(self.left(), sorted(folders[3:]))
        self.assertEqual([name for name in os.listdir(self.store) if name.startswith(".")], [])
        self.assertEqual(self.prune("--keep", "2")["sessions"], [])

    def test_by_age_and_name(self):
        old, new = self.record(2)
        other, = self.record(1, name="other")
        self.date(new, int(time.time()))
        for folder in (old, other):
            self.date(folder, int(time.time()) - 3 * 86400)
        self.prune("--older", "2d", "--name", "job")
        self.assertEqual(self.left(), sorted([new, other]))
        self.prune("--older", "2d")
        self.assertEqual(self.left(), [new])

    def test_by_size(self):
        folders = list(self.record(4))
        sizes = {one["name"]: one["size_bytes"] for one in json.loads(self.run_tacho("list", "--format", "json").stdout)["sessions"]}
        self.prune("--size", str(sizes[folders[3]] + sizes[folders[2]]))
        self.assertEqual(self.left(), sorted(folders[2:]))
        self.prune("--size", "0")
        self.assertEqual(self.left(), [])

    def test_what_is_recorded_stays(self):
        run = subprocess.Popen([TACHO, "run", "-q", "--", "cat"], env=self.environment, stdin=subprocess.PIPE)
        wait_until(lambda: os.path.isdir(self.store) and self.left())
        one, = self.prune("--keep", "0")["sessions"]
        self.assertEqual((one["removed"], one["removed_reason"]), (False, "it is being recorded"))
        self.assertRegex(self.run_tacho("prune", "--keep", "0", check=True).stdout.decode(), r"  stays: it is being recorded\nremoved 0 of 1 session, 0 B\n$")
        run.communicate()
        self.assertEqual(run.returncode, 0)
        self.assertEqual(len(self.prune("--keep", "0")["sessions"]), 1)
        self.assertEqual(self.left(), [])

    def test_other_peoples_folders_stay(self):
        folder, = self.record(1)
        mine = os.path.join(self.store, folder, "mine")
        for make, remove in ((os.mkdir, os.rmdir), (os.mknod, os.unlink)):
            make(mine)
            for options in (["--dry-run"], []):  # which promises no more than comes
                gone = self.prune("--keep", "0", *options, status=2)
                self.assertEqual([(one["removed"], "no session's" in one["error"]) for one in gone["sessions"]], [(False, True)])
            self.assertTrue(os.path.exists(mine))
            remove(mine)

    def test_what_a_link_leads_to_stays(self):
        """Only the link goes: the session it leads to is not in this store."""
        folder, = self.record(1)
        elsewhere = self.path("elsewhere")
        os.rename(os.path.join(self.store, folder), elsewhere)
        files = {name: self.read_bytes(os.path.join(elsewhere, name)) for name in os.listdir(elsewhere)}
        self.assertIn("manifest", files)
        os.symlink(elsewhere, os.path.join(self.store, "linked"))
        gone = self.prune("--keep", "0")
        self.assertEqual([(one["name"], one["removed"], one["size_bytes"]) for one in gone["sessions"]], [("linked", True, 0)])
        self.assertEqual([name for name in os.listdir(self.store) if name != "history.sqlite"], [])
        self.assertEqual({name: self.read_bytes(os.path.join(elsewhere, name)) for name in os.listdir(elsewhere)}, files)

    def test_what_a_kill_left_goes(self):
        folder, = self.record(1)
        half = os.path.join(self.store, ".removing-" + folder)
        os.mkdir(half)
        with open(os.path.join(half, "log.tacho"), "w") as file:
            file.write("of a session of this name, long ago")
        self.assertEqual([one["removed"] for one in self.prune("--keep", "0")["sessions"]], [True])
        self.assertEqual(os.listdir(self.store), [])
        at_work, gone = f".importing-{os.getpid()}-abcdef", f".importing-{2**22 + 1}-abcdef"  # no process has that number
        for name in (at_work, gone, "given" + gone, ".removing-another"):
            os.mkdir(os.path.join(self.store, name))
            os.mknod(os.path.join(self.store, name, "manifest"))
        self.prune("--keep", "0", "--dry-run")
        self.assertEqual(len(os.listdir(self.store)), 4)
        self.prune("--keep", "0")
        self.assertEqual(os.listdir(self.store), [at_work])

    def test_two_at_once(self):
        """Each session is removed by one of them, and that is no error of the other."""
        folder, = self.record(1)
        copies = [f"{folder}-{i + 2}" for i in range(60)]
        for copy in copies:
            shutil.copytree(os.path.join(self.store, folder), os.path.join(self.store, copy))
        both = [subprocess.Popen([TACHO, "prune", "--keep", "0", "--format", "json"], env=self.environment, stdout=subprocess.PIPE) for _ in range(3)]
        gone = []
        for one in both:
            gone += [session["name"] for session in json.loads(one.communicate()[0])["sessions"]]
            self.assertEqual(one.returncode, 0)
        self.assertEqual(sorted(gone), sorted([folder, *copies]))
        self.assertEqual(os.listdir(self.store), [])

    def test_reasons_are_whole(self):
        folder, = self.record(1)
        os.mkdir(os.path.join(self.store, folder, "mine"))
        done = self.run_tacho("prune", "--keep", "0", extra={"COLUMNS": "60"})
        self.assertIn(f"  stays: {self.store}/{folder} holds mine, which is no session's: move that away\n", done.stdout.decode())

    def test_mistakes(self):
        for arguments, what in (([], b"say what may go"), (["--keep", "-1"], b"--keep"), (["--older", "soon"], b"--older"),
                                (["--size", "much"], b"--size"), (["--keep", "1", "x"], b"takes no")):
            done = self.run_tacho("prune", *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(what, done.stderr)


if __name__ == "__main__":
    unittest.main()
