#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether what git tracks was changed where a run was (R4.4): asked beside it, told with a reason where it is not known, and nothing that a
repository names is run for it."""
# runs in: release asan

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import unittest

from tacho_case import TachoCase, state_of, wait_until

GIT = shutil.which("git")


class GitChanges(TachoCase):
    def setUp(self):
        super().setUp()
        for name in [name for name in self.environment if name.startswith("GIT_")]:
            del self.environment[name]
        self.environment["GIT_CONFIG_GLOBAL"] = self.environment["GIT_CONFIG_SYSTEM"] = os.devnull
        self.place = self.path("tree")
        self.git("init", "-q", self.place, cwd=self.root)
        self.write("file", "one\n")
        self.git("add", "file")
        self.git("commit", "-q", "-m", "one")

    def git(self, *arguments, cwd=None):
        names = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        subprocess.run([GIT, *names, *arguments], cwd=cwd or self.place, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.place, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def program(self, name, text):
        return self.write(name, "#!/bin/sh\n" + text, 0o755)

    def session(self, *command, cwd=None, extra=None):
        self.run_tacho("run", "-q", "-o", self.path("session"), "--", *command, cwd=cwd or self.place, extra=extra, check=True)
        shown = self.run_tacho("report", "--format", "json", self.path("session"), check=True).stdout
        return json.loads(shown)["session"]

    def asked(self, cwd=None, extra=None):
        """git_dirty and why it is null, of a run that lasted until git had answered."""
        seconds = .05
        while True:
            seconds *= 2
            shutil.rmtree(self.path("session"), True)
            session = self.session(sys.executable, "-c", f"import time; time.sleep({seconds})", cwd=cwd, extra=extra)
            if "when the run ends" not in session.get("git_dirty_reason", ""):
                return session["git_dirty"], session.get("git_dirty_reason")

    def test_changes_of_what_it_tracks(self):
        os.mkdir(os.path.join(self.place, "below"))
        self.write("not tracked", "x")
        self.assertEqual(self.asked(), (False, None))
        os.utime(os.path.join(self.place, "file"), (1, 1))
        self.assertEqual(self.asked(), (False, None))
        self.write("file", "two\n")
        self.assertEqual(self.asked(cwd=os.path.join(self.place, "below")), (True, None))
        self.git("add", "file")
        self.assertEqual(self.asked(), (True, None))
        self.git("commit", "-q", "-m", "two")
        self.git("worktree", "add", "-q", "-b", "second", self.path("second"))
        self.write("file", "three\n")
        self.assertEqual(self.asked(cwd=self.path("second")), (False, None))

    def test_it_is_shown(self):
        os.mkdir(self.store)
        for text in ("one\n", "two\n"):
            self.write("file", text)
            self.asked()
            os.rename(self.path("session"), os.path.join(self.store, "job-" + text.strip()))
        with_changes = self.run_tacho("report", os.path.join(self.store, "job-two")).stdout.decode()
        self.assertRegex(with_changes, r"· git [0-9a-f]{12}, with changes")
        self.assertNotIn("with changes", self.run_tacho("report", os.path.join(self.store, "job-one")).stdout.decode())
        for form in ("markdown", "html"):
            text = self.run_tacho("export", "--format", form, "-o", "-", os.path.join(self.store, "job-two")).stdout.decode()
            self.assertRegex(text, r"git [0-9a-f]{12}, with changes", form)
        runs = json.loads(self.run_tacho("history", "--format", "json").stdout)["runs"]
        self.assertEqual([run["git_dirty"] for run in runs], [False, True])
        listed = json.loads(self.run_tacho("list", "--format", "json").stdout)["sessions"]
        self.assertEqual(sorted(one["session"]["git_dirty"] for one in listed), [False, True])
        lines = self.run_tacho("history").stdout.decode().splitlines()
        self.assertEqual([bool("+ " in line) for line in lines if "job-" in line], [False, True])
        with sqlite3.connect(os.path.join(self.store, "history.sqlite")) as db:
            self.assertEqual(db.execute("SELECT git_dirty, git_changes FROM session ORDER BY begin_ns").fetchall(), [(0, "clean"), (1, "changed")])

    def test_no_monitor_and_no_hook_is_run(self):
        mark = self.path("mark")
        self.program("monitor", f"echo > '{mark}'\n")
        os.mkdir(os.path.join(self.place, "hooks"))
        self.program("hooks/post-index-change", f"echo > '{mark}'\n")
        self.git("config", "core.hooksPath", os.path.join(self.place, "hooks"))
        for name in ("core.fsmonitor", "nobodys.setting"):  # with a monitor; with the hook alone
            self.git("config", name, os.path.join(self.place, "monitor"))
            os.utime(os.path.join(self.place, "file"))
            self.git("status")
            self.assertTrue(os.path.exists(mark), "git runs them, or this would show nothing")
            os.unlink(mark)
            os.utime(os.path.join(self.place, "file"), (1, 1))
            self.assertEqual(self.asked(), (False, None))
            self.assertFalse(os.path.exists(mark))
            self.git("config", "--unset", name)

    def test_no_filter_of_the_repository_is_run(self):
        mark = self.path("mark")
        self.write(".gitattributes", "file filter=odd\n")
        self.git("config", "filter.odd.clean", f"tee '{mark}'")
        os.utime(os.path.join(self.place, "file"), (1, 1))
        changes, reason = self.asked()
        self.assertIsNone(changes)
        self.assertIn("names programs", reason)
        self.assertFalse(os.path.exists(mark))
        self.git("status")
        self.assertTrue(os.path.exists(mark), "git runs it, or this would show nothing")

    @unittest.skipIf(os.geteuid(), "only root can give a repository to somebody else")
    def test_others_repositories_are_not_looked_at(self):
        for folder, _, files in os.walk(self.place):
            for name in (".", *files):
                os.chown(os.path.join(folder, name), 65534, 65534)
        changes, reason = self.asked()
        self.assertIsNone(changes)
        self.assertIn("git gave no answer", reason)
        with open(self.path("allowed"), "w") as file:
            file.write(f"[safe]\ndirectory = {self.place}\n")
        self.assertEqual(self.asked(extra={"GIT_CONFIG_GLOBAL": self.path("allowed")}), (False, None))

    def test_without_git_or_a_repository(self):
        self.assertEqual(self.asked(extra={"PATH": "/nonexistent"}), (None, "no program called git was found"))
        self.assertIn("nobody looked", self.asked(cwd=self.root)[1])

    def test_another_repository_in_the_environment_is_not_meant(self):
        self.git("init", "-q", self.path("other"), cwd=self.root)
        self.assertEqual(self.asked(extra={"GIT_DIR": self.path("other/.git"), "GIT_INDEX_FILE": "/nonexistent"}), (False, None))

    def slow_git(self, text):
        os.mkdir(self.path("bin"))
        self.place, place = self.path("bin"), self.place
        self.program("git", text)
        self.place = place
        return {"PATH": self.path("bin") + ":" + os.environ["PATH"]}

    def test_it_is_not_waited_for(self):
        os.mkfifo(self.path("pid"))
        os.mkfifo(self.path("never"))
        slow = self.slow_git(f"echo $$ > '{self.path('pid')}'\nread x < '{self.path('never')}'\n")
        session = self.session("sh", "-c", 'read pid < "$1"; echo $pid > "$1.told"', "sh", self.path("pid"), extra=slow)
        self.assertIsNone(session["git_dirty"])
        self.assertIn("when the run ends", session["git_dirty_reason"])
        pid = int(self.read(self.path("pid") + ".told"))
        wait_until(lambda: state_of(pid) in ("", "Z"))

    def test_it_is_nothing_that_the_run_took(self):
        """Neither among its processes nor in its CPU time, of which git takes a second here."""
        os.mkfifo(self.path("burnt"))
        burn = "import time\nwhile time.process_time() < 1: pass"
        slow = self.slow_git(f"{sys.executable} -c '{burn}'\necho > '{self.path('burnt')}'\nexec {GIT} \"$@\"\n")
        command = 'read x < "$1"; read x < "$1"'
        session = self.session("sh", "-c", command, "sh", self.path("burnt"), extra=slow)
        taken = session["usage"]["cpu_user_ns"] + session["usage"]["cpu_system_ns"]
        self.assertLess(taken, 500_000_000)
        report = json.loads(self.run_tacho("report", "--format", "json", self.path("session")).stdout)
        self.assertEqual([process["command"].split()[0] for process in report["process_tree"]], ["sh"])


if __name__ == "__main__":
    if not GIT:
        print("skipped: there is no git here")
        sys.exit(77)
    unittest.main()
